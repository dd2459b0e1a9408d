//! One picture of the list.

use super::ranking::{Decision, Label, Mark};
use crate::app::pictures::Version;
use crate::app::scoring::{Rated, Scored};
use bpclip_core::image::{Exif, Sharpness, joint_name};
use bpclip_core::inspect::worker::Source;
use bpclip_core::model::Task;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A frame for as long as it is in the list, and after it was removed and brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FrameId(pub u64);

/// One picture in the list.
#[derive(Clone, Debug)]
pub struct Frame {
    pub id: FrameId,
    /// Where its pixels are.
    pub source: Source,
    /// What to call it: the file's name.
    pub name: String,
    /// The other files of the same shot: what is done with the frame is done with them too.
    pub companions: Vec<PathBuf>,
    /// How often its file has changed since it was opened.
    pub revision: u32,
    /// Its size in pixels, once known.
    pub size: Option<(u32, u32)>,
    /// When its file was written, once known.
    pub modified: Option<SystemTime>,
    /// When it was taken, where its file says.
    pub taken: Option<SystemTime>,
    /// What the camera noted, where it did.
    pub exif: Option<Exif>,
    /// Why it cannot be read, where it cannot.
    pub broken: Option<String>,
    /// Its no-reference score.
    pub quality: Scored,
    /// Its full-reference score against the present reference.
    pub likeness: Scored,
    pub mark: Option<Mark>,
    /// 0 (none) to 5.
    pub stars: u8,
    pub label: Option<Label>,
    /// Whether mark, stars and label are of the person's giving, and so to be kept.
    pub decided: bool,
}

impl Frame {
    /// A frame of which nothing is known yet.
    pub fn new(id: FrameId, source: Source, name: String) -> Self {
        Self {
            id,
            source,
            name,
            companions: Vec::new(),
            revision: 0,
            size: None,
            modified: None,
            taken: None,
            exif: None,
            broken: None,
            quality: Scored::Unasked,
            likeness: Scored::Unasked,
            mark: None,
            stars: 0,
            label: None,
            decided: false,
        }
    }

    /// All that was decided on it.
    pub fn decision(&self) -> Decision {
        Decision {
            mark: self.mark,
            stars: self.stars,
            label: self.label,
        }
    }

    /// Likewise, to be changed.
    pub(super) fn decide(&mut self, Decision { mark, stars, label }: Decision) {
        (self.mark, self.stars, self.label) = (mark, stars, label);
    }

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

    /// Its files, the one that is shown first; none where it was pasted.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let companions = self.companions.iter().map(PathBuf::as_path);
        self.path().into_iter().chain(companions)
    }

    /// Its name with those of its companions: `IMG_1.JPG + IMG_1.CR3`.
    pub fn title(&self) -> Cow<'_, str> {
        joint_name(&self.name, &self.companions)
    }

    /// Its file in what is written; its name where it was pasted.
    pub fn written_path(&self) -> PathBuf {
        self.path()
            .map_or_else(|| self.name.clone().into(), Path::to_owned)
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

    /// What says what is seen in it, which does not change with a reference.
    fn seen(&self) -> Option<&Rated> {
        let rated = self.quality.rated().or(self.likeness.rated())?;
        Some(rated)
    }

    /// How sharp its sharpest part is, and where that is.
    pub fn sharpness(&self) -> Option<Sharpness> {
        self.seen()?.inspection.sharpness
    }

    /// What the network sees where; empty while it has not looked.
    pub fn layout(&self) -> &[f32] {
        self.seen()
            .map_or(&[], |rated| &rated.inspection.prediction.look.layout)
    }

    /// The score of a task, of 100.
    pub fn score(&self, task: Task) -> Option<f32> {
        Some(self.scored(task).rated()?.inspection.prediction.score())
    }
}
