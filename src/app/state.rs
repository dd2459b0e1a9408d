//! All that the application can be. Views read it through [`View`] and change nothing.

use super::gallery::Gallery;
use super::loader::Version;
use super::measure::Measures;
use super::settings::Settings;
use super::tiles::TileMap;
use super::training::Training;
use super::weights::Weights;
use super::words::Own;
use bpclip_core::device::DeviceChoice;
use bpclip_core::inspect::tiles::Aspect;
use bpclip_core::inspect::worker::{Answer, ModelInfo, RequestId, Source};
use bpclip_core::inspect::{Detail, Inspection};
use bpclip_core::model::Task;
use bpclip_core::text::{Adjective, dimension_value, dimensions};
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

pub use super::choices::{AdjectiveLevel, Attending, Branch, Dialog, Overlay, Page, Scale, Tab};
pub use super::ranking::{Filter, Grouping, Mark};
pub use super::settings::ViewerMode;

/// A frame for as long as it is in the list, and after it was removed and brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameId(pub u64);

/// A score with what follows from it.
#[derive(Clone, Debug)]
pub struct Rated {
    /// What the network says; its maps are kept elsewhere, for the frames looked at last.
    pub inspection: Inspection,
    /// Who says it.
    pub model: Arc<ModelInfo>,
    /// The similarities averaged over the levels.
    pub mean: Vec<f32>,
    /// The value in each dimension, from the mean.
    pub dimensions: Vec<f32>,
}

impl Rated {
    /// Works out what follows from an answer, and parts it from its maps.
    pub fn new(answer: Answer) -> (Self, Option<Detail>) {
        let Answer {
            mut inspection,
            model,
        } = answer;
        let detail = inspection.detail.take();
        let mean = inspection.mean_similarities();
        let adjectives = &model.metadata.adjectives;
        let dimensions = dimensions(adjectives)
            .into_iter()
            .map(|dimension| dimension_value(adjectives, &mean, dimension))
            .collect();
        let rated = Self {
            inspection,
            model,
            mean,
            dimensions,
        };
        (rated, detail)
    }

    /// The words, in the order of the similarities.
    pub fn adjectives(&self) -> &[Adjective] {
        &self.model.metadata.adjectives
    }
}

/// What became of a wish for a score.
#[derive(Clone, Debug, Default)]
pub enum Scored {
    /// Nobody has asked.
    #[default]
    Unasked,
    /// It waits for its turn; the request that was made for it.
    Waiting(RequestId),
    /// It is being computed.
    Running(RequestId),
    /// Here it is.
    Done(Arc<Rated>),
    /// It failed, for this reason.
    Failed(String),
}

impl Scored {
    /// The score, if there is one.
    pub fn rated(&self) -> Option<&Arc<Rated>> {
        match self {
            Self::Done(rated) => Some(rated),
            _ => None,
        }
    }

    /// The request that has no answer yet.
    pub fn request_id(&self) -> Option<RequestId> {
        match self {
            Self::Waiting(id) | Self::Running(id) => Some(*id),
            _ => None,
        }
    }
}

/// One picture in the list.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Its identity.
    pub id: FrameId,
    /// Where its pixels are.
    pub source: Source,
    /// What to call it: the file's name.
    pub name: String,
    /// How often its file has changed since it was opened.
    pub revision: u32,
    /// Its size in pixels, once known.
    pub size: Option<(u32, u32)>,
    /// When its file was written, once known.
    pub modified: Option<SystemTime>,
    /// When it was taken, where its file says.
    pub taken: Option<SystemTime>,
    /// Why it cannot be read, where it cannot.
    pub broken: Option<String>,
    /// Its no-reference score.
    pub quality: Scored,
    /// Its full-reference score against the present reference.
    pub likeness: Scored,
    /// Kept, rejected, or neither.
    pub mark: Option<Mark>,
}

impl Frame {
    /// Its identity for the picture cache.
    pub fn version(&self) -> Version {
        (self.id.0, self.revision)
    }

    /// Its file, unless it was pasted.
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::File(path) => Some(path),
            Source::Memory(_) => None,
        }
    }

    /// What a task has said of it.
    pub fn scored(&self, task: Task) -> &Scored {
        match task {
            Task::NoReference => &self.quality,
            Task::FullReference => &self.likeness,
        }
    }

    /// Likewise, to be changed.
    pub fn scored_mut(&mut self, task: Task) -> &mut Scored {
        match task {
            Task::NoReference => &mut self.quality,
            Task::FullReference => &mut self.likeness,
        }
    }

    /// The score of a task, of 100.
    pub fn score(&self, task: Task) -> Option<f32> {
        Some(self.scored(task).rated()?.inspection.score)
    }
}

/// What a request was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// The frame.
    pub frame: FrameId,
    /// Which version of it.
    pub revision: u32,
    /// Which network.
    pub task: Task,
    /// With maps.
    pub detailed: bool,
    /// The reference against itself, which should be all but perfect.
    pub self_check: bool,
}

/// How far the scoring of the list is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Answers since the list was last idle.
    pub done: usize,
    /// Answers that are still awaited.
    pub left: usize,
    /// When the first of them was asked.
    pub since: Option<Instant>,
}

/// What is done, and where.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The name of the device that scores.
    pub name: String,
    /// Its identity.
    pub id: Option<DeviceChoice>,
    /// Why it and no other.
    pub why: Option<String>,
    /// The device that is being made ready meanwhile.
    pub preparing: Option<String>,
    /// The no-reference network.
    pub no_reference: Option<Arc<ModelInfo>>,
    /// The full-reference network, once it was wanted.
    pub full_reference: Option<Arc<ModelInfo>>,
}

impl Machine {
    /// The network of a task, once known.
    pub fn network(&self, task: Task) -> Option<&Arc<ModelInfo>> {
        match task {
            Task::NoReference => self.no_reference.as_ref(),
            Task::FullReference => self.full_reference.as_ref(),
        }
    }
}

/// How a line of the log is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Plain,
    /// Something failed.
    Bad,
}

/// The last things that happened, newest last.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// The lines.
    pub lines: VecDeque<(Tone, String)>,
}

impl Log {
    /// Adds a line; old ones are forgotten.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        if self.lines.len() >= 500 {
            self.lines.pop_front();
        }
        self.lines.push_back((tone, text.into()));
    }
}

/// How the viewer looks at the pictures; both panes share it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// One picture or two, and how.
    pub mode: ViewerMode,
    /// Whether the second picture is shown in the place of the first.
    pub flipped: bool,
    /// Whether flicker goes by itself.
    pub by_itself: bool,
    /// How large.
    pub scale: Scale,
    /// The point in the middle, 0 to 1 of the picture's width and height.
    pub centre: (f32, f32),
    /// Where the slider stands, 0 to 1 of the view's width.
    pub split: f32,
    /// By how much differences are multiplied.
    pub gain: u8,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            mode: ViewerMode::Single,
            flipped: false,
            by_itself: false,
            scale: Scale::Fit,
            centre: (0.5, 0.5),
            split: 0.5,
            gain: 4,
        }
    }
}

/// A pixel: column and row, and its red, green and blue.
pub type Pointed = ((u32, u32), [u8; 3]);

/// What was removed together, and where it stood.
pub type Removed = Vec<(usize, Frame)>;

/// Everything.
pub struct State {
    /// The list, in the order in which it was opened.
    pub frames: Vec<Frame>,
    /// Where a frame is in the list.
    pub index: HashMap<FrameId, usize>,
    /// The frames that the filmstrip shows, in its order: positions in `frames`.
    pub order: Vec<usize>,
    /// The group that a frame belongs to, parallel to `frames`, and whether it is its best.
    pub groups: Vec<Option<(usize, bool)>>,
    /// What makes frames belong together.
    pub grouping: Grouping,
    /// Which frames the filmstrip shows.
    pub filter: Filter,
    /// The frame that is looked at.
    pub selected: Option<FrameId>,
    /// The frame that full-reference scores compare with.
    pub reference: Option<FrameId>,
    /// The frame that is shown beside the selected one, where it is not the reference.
    pub other: Option<FrameId>,
    /// The score of the reference against itself.
    pub self_check: Scored,
    /// Maps and attention, the last looked at last.
    pub details: Vec<(FrameId, u32, Task, Arc<Detail>)>,
    /// Why there are no maps of a frame, where asking failed.
    pub detail_failed: Option<(FrameId, Task, String)>,
    /// Quality maps, the last asked for last.
    pub tile_maps: Vec<TileMap>,
    /// What quality maps show.
    pub aspect: Aspect,
    /// What requests were made for.
    pub requests: HashMap<RequestId, Purpose>,
    /// How far the scoring is.
    pub progress: Progress,
    /// Device and networks.
    pub machine: Machine,
    /// The catalogue of weights.
    pub weights: Weights,
    /// The user's own words in the text space of the no-reference network.
    pub own_no_reference: Own,
    /// Likewise of the full-reference one.
    pub own_full_reference: Own,
    /// The viewer.
    pub look: Look,
    /// What lies over the picture.
    pub overlay: Overlay,
    /// Which attention is looked at.
    pub attending: Attending,
    /// Whose words and maps are shown: of the no-reference or the full-reference network.
    pub lens: Task,
    /// What the panel shows.
    pub tab: Tab,
    /// The classic metrics.
    pub measures: Measures,
    /// Which level's words are shown.
    pub level: AdjectiveLevel,
    /// The scale at which all of the picture is seen, once it was drawn.
    pub fitted: Option<f32>,
    /// The pixel under the pointer: column and row, and its red, green and blue.
    pub pointed: Option<Pointed>,
    /// A window over the window.
    pub dialog: Option<Dialog>,
    /// Pictures or training.
    pub page: Page,
    /// The training panel.
    pub training: Training,
    /// What lasts.
    pub settings: Settings,
    /// What happened.
    pub log: Log,
    /// What can be brought back.
    pub removed: Vec<Removed>,
    /// Folders that are watched.
    pub watched: Vec<PathBuf>,
    /// How many folders are being looked through right now.
    pub scanning: usize,
    /// Files dragged over the window, not dropped yet.
    pub hovering: usize,
}

impl State {
    /// The user's own words in the text space of a task's network.
    pub fn own(&self, task: Task) -> &Own {
        match task {
            Task::NoReference => &self.own_no_reference,
            Task::FullReference => &self.own_full_reference,
        }
    }

    /// Likewise, to be changed.
    pub(super) fn own_mut(&mut self, task: Task) -> &mut Own {
        match task {
            Task::NoReference => &mut self.own_no_reference,
            Task::FullReference => &mut self.own_full_reference,
        }
    }

    /// An empty list.
    pub fn new(settings: Settings) -> Self {
        Self {
            frames: Vec::new(),
            index: HashMap::new(),
            order: Vec::new(),
            groups: Vec::new(),
            grouping: Grouping::default(),
            filter: Filter::default(),
            selected: None,
            reference: None,
            other: None,
            self_check: Scored::Unasked,
            details: Vec::new(),
            detail_failed: None,
            tile_maps: Vec::new(),
            aspect: Aspect::default(),
            requests: HashMap::new(),
            progress: Progress::default(),
            machine: Machine::default(),
            weights: Weights::default(),
            own_no_reference: Own::None,
            own_full_reference: Own::None,
            look: Look::default(),
            overlay: Overlay::None,
            attending: Attending::default(),
            lens: Task::NoReference,
            tab: Tab::default(),
            measures: Measures::default(),
            level: AdjectiveLevel::Mean,
            fitted: None,
            pointed: None,
            dialog: None,
            page: Page::Pictures,
            training: Training {
                runs: bpclip_catalogue::folders::runs(),
                ..Training::default()
            },
            settings,
            log: Log::default(),
            removed: Vec::new(),
            watched: Vec::new(),
            scanning: 0,
            hovering: 0,
        }
    }

    /// A frame of the list.
    pub fn frame(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get(*self.index.get(&id)?)
    }

    /// Likewise, to be changed.
    pub fn frame_mut(&mut self, id: FrameId) -> Option<&mut Frame> {
        self.frames.get_mut(*self.index.get(&id)?)
    }

    /// The frame that is looked at.
    pub fn selected(&self) -> Option<&Frame> {
        self.frame(self.selected?)
    }

    /// The frame that the selected one is compared with: a chosen one, else the reference.
    pub fn second(&self) -> Option<&Frame> {
        let id = self.other.or(self.reference)?;
        self.frame(id)
            .filter(|frame| Some(frame.id) != self.selected)
    }

    /// The maps of a frame, if they are there.
    pub fn detail(&self, frame: &Frame, task: Task) -> Option<&Arc<Detail>> {
        self.details
            .iter()
            .find(|(id, revision, of, _)| {
                *id == frame.id && *revision == frame.revision && *of == task
            })
            .map(|(_, _, _, detail)| detail)
    }
}

/// What views see in a frame: the state, and what follows from it.
pub struct View<'a> {
    /// Everything.
    pub state: &'a State,
    /// Pictures on the graphics card.
    pub gallery: &'a Gallery,
    /// The frame that is looked at.
    pub first: Option<&'a Frame>,
    /// The one that it is compared with.
    pub second: Option<&'a Frame>,
}

impl<'a> View<'a> {
    /// The view of a state.
    pub fn new(state: &'a State, gallery: &'a Gallery) -> Self {
        Self {
            state,
            gallery,
            first: state.selected(),
            second: state.second(),
        }
    }

    /// What the lens says of a frame.
    pub fn rated(&self, frame: Option<&'a Frame>) -> Option<&'a Arc<Rated>> {
        frame?.scored(self.state.lens).rated()
    }

    /// The maps of the lens for a frame.
    pub fn detail(&self, frame: Option<&'a Frame>) -> Option<&'a Arc<Detail>> {
        self.state.detail(frame?, self.state.lens)
    }

    /// The words of the lens, once its network is known.
    pub fn adjectives(&self) -> &'a [Adjective] {
        let network = self.state.machine.network(self.state.lens);
        network.map_or(&[], |model| &model.metadata.adjectives)
    }
}
