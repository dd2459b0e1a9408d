//! The one place where the state changes because somebody wants it to.

use super::choices::{Dialog, Overlay, Page, Scale, Tab};
use super::command::{Command, Export};
use super::keys::Action;
use super::ranking::Mark;
use super::state::{FrameId, Scored, Tone};
use super::training::{Phase, Run, Wish};
use super::{App, theme};
use bpclip_core::inspect::worker::{Request, Worker};
use bpclip_core::model::Task;
use std::collections::HashSet;

/// How much a key zooms.
const STEP: f32 = 1.25;

impl App {
    /// Carries out a wish.
    pub fn apply(&mut self, command: Command) {
        let state = &mut self.state;
        match command {
            Command::Act(action) => self.act(action),
            Command::Add {
                paths,
                as_reference,
            } => self.add(paths, as_reference),
            Command::AddPicture(picture) => self.add_picture(picture),
            Command::Select(id) => self.select(id),
            Command::Reference(id) => self.set_reference(id),
            Command::Compare(id) => self.compare_with(id),
            Command::Mark(id, mark) => self.mark(id, mark),
            Command::Remove(id) => self.remove(&HashSet::from([id])),
            Command::Rescore(id) => self.rescore(id),
            Command::Checkpoint(path) => {
                self.chosen.push(path.clone());
                self.worker.ask(Request::Use(path));
            }
            Command::Size(size) => {
                state.settings.size = size;
                self.worker.ask(Request::Size(size));
            }
            Command::Device(choice) => self.use_device(choice),
            Command::Mode(mode) => {
                state.look.mode = mode;
                state.look.flipped = false;
                state.settings.viewer = mode;
            }
            Command::Look { scale, centre } => {
                state.look.scale = match scale {
                    Scale::Fit => Scale::Fit,
                    Scale::Times(times) => Scale::times(times),
                };
                let held = |at: f32| {
                    if at.is_finite() {
                        at.clamp(0.0, 1.0)
                    } else {
                        0.5
                    }
                };
                state.look.centre = (held(centre.0), held(centre.1));
            }
            Command::Split(at) => state.look.split = at.clamp(0.0, 1.0),
            Command::ByItself(on) => state.look.by_itself = on,
            Command::Gain(gain) => state.look.gain = gain.max(1),
            Command::Overlay(overlay) => self.lay_over(overlay),
            Command::Opacity(opacity) => state.settings.opacity = opacity.clamp(0.0, 1.0),
            Command::Colours(colours) => state.settings.colours = colours,
            Command::Range(range) => state.settings.range = range,
            Command::Attend(attending) => {
                state.attending = attending;
                state.overlay = Overlay::Attention;
            }
            Command::Aspect(aspect) => self.show_aspect(aspect),
            Command::TileSide(side) => state.settings.tile = side,
            Command::StopTiles => self.stop_tiles(),
            Command::Lens(task) => self.set_lens(task),
            Command::Metrics(open) => state.measures.open = open,
            Command::Tab(tab) => {
                state.tab = tab;
                match (tab, state.overlay) {
                    // The tab is about the overlay: one without the other shows nothing.
                    (Tab::Attention, _) => state.overlay = Overlay::Attention,
                    (Tab::Tiles, _) => state.overlay = Overlay::Tiles,
                    (_, Overlay::Attention | Overlay::Tiles) => state.overlay = Overlay::None,
                    _ => {}
                }
            }
            Command::Weights(want) => self.apply_weights(want),
            Command::Words(words) => self.set_words(words),
            Command::KeepWords(name, words) => {
                let sets = &mut state.settings.word_sets;
                match words.is_empty() {
                    true => sets.remove(&name),
                    false => sets.insert(name, words),
                };
            }
            Command::Level(level) => state.level = level,
            Command::Point(point) => state.pointed = point,
            Command::Sort(key, descending) => {
                state.settings.sort = key;
                state.settings.descending = descending;
                self.order_changed(true);
            }
            Command::Filter(filter) => {
                state.filter = filter;
                self.order_changed(true);
            }
            Command::Group(grouping) => {
                state.grouping = grouping;
                self.order_changed(true);
            }
            Command::Theme(theme) => {
                state.settings.theme = theme;
                theme::install(&self.ctx, theme);
            }
            Command::Dialog(dialog) => state.dialog = dialog,
            Command::Layout(layout) => state.settings.layout = layout,
            Command::Window(size) => state.settings.window = Some(size),
            Command::Fitted(scale) => state.fitted = Some(scale),
            Command::Thresholds(thresholds) => state.settings.thresholds = thresholds,
            Command::Save(export, path) => self.save_to(export, path),
            Command::WriteRatings => {
                state.dialog = None;
                self.write_ratings();
            }
            Command::ForgetRecent => state.settings.recent.clear(),
            Command::Page(page) => self.show_page(page),
            Command::Training(wish) => self.apply_training(wish),
        }
        // What a user changes shows in the very next frame.
        self.sort_if_stale();
        self.ctx.request_repaint();
    }

    fn act(&mut self, action: Action) {
        let selected = self.state.selected;
        match action {
            Action::OpenFiles => self.background.open_files(),
            Action::OpenFolder => self.background.open_folder(),
            Action::Paste => self.clipboard.paste(false),
            Action::ExportCsv => self.export(Export::Csv),
            Action::ExportTableJson => self.export(Export::TableJson),
            Action::ExportJson => self.export(Export::Json),
            Action::ExportPng => self.export(Export::Png),
            Action::ExportMap => self.export(Export::Map),
            Action::ExportMaps => self.export(Export::AllMaps),
            Action::Ratings => self.state.dialog = Some(Dialog::Ratings),
            Action::CopyScore => self.copy_score(),
            Action::CopyPicture => self.view_as_picture(None),
            Action::OpenCheckpoint => self.background.open_checkpoint(),
            Action::BundledCheckpoints => {
                self.state.settings.checkpoints = Default::default();
                for task in [Task::NoReference, Task::FullReference] {
                    self.worker.ask(Request::UseBundled(task));
                }
            }
            Action::Weights => {
                self.toggle(Dialog::Weights);
                self.look_at_weights();
            }
            Action::Quit => self.quit(),
            Action::Remove => self.remove(&selected.into_iter().collect()),
            Action::RemoveAll => {
                let all = self.state.frames.iter().map(|frame| frame.id).collect();
                self.remove(&all);
            }
            Action::Undo => self.undo(),
            Action::Keep => self.toggle_mark(Mark::Keep),
            Action::Reject => self.toggle_mark(Mark::Reject),
            Action::Next => self.step(1),
            Action::Previous => self.step(-1),
            Action::First => self.step(isize::MIN),
            Action::Last => self.step(isize::MAX),
            Action::Reference => {
                let same = self.state.reference == selected;
                self.set_reference(selected.filter(|_| !same));
            }
            Action::ClearReference => self.set_reference(None),
            Action::Compare => {
                let same = self.state.other == selected;
                self.compare_with(selected.filter(|_| !same));
            }
            Action::Flip => {
                if self.state.second().is_some() {
                    self.state.look.flipped = !self.state.look.flipped;
                } else {
                    let said = "There is no second picture: choose a reference (R) or a picture \
                                to compare with (C), then select another one";
                    self.state.log.say(Tone::Plain, said);
                }
            }
            Action::Fit => self.state.look.scale = Scale::Fit,
            Action::Actual => self.state.look.scale = Scale::Times(1.0),
            Action::ZoomIn => self.zoom(STEP),
            Action::ZoomOut => self.zoom(1.0 / STEP),
            Action::Mode(mode) => self.apply(Command::Mode(mode)),
            Action::Overlay(overlay) => self.lay_over(overlay),
            Action::QualityMap => self.begin_tiles(),
            Action::ScoreRest => self.score_rest(),
            Action::Cancel => match self.state.dialog {
                Some(_) => self.state.dialog = None,
                None => self.cancel(),
            },
            Action::Training => self.show_page(match self.state.page {
                Page::Pictures => Page::Training,
                Page::Training => Page::Pictures,
            }),
            Action::Train => self.apply_training(Wish::Start),
            Action::PauseTraining => {
                let phase = self.state.training.run.as_ref().map(|run| &run.phase);
                let waits = matches!(phase, Some(Phase::Pausing | Phase::Paused));
                self.apply_training(Wish::Pause(!waits));
            }
            Action::StopTraining => self.apply_training(Wish::Stop),
            Action::OpenRun => self.apply_training(Wish::Choose(super::training::Place::Run)),
            Action::ResumeTraining => self.apply_training(Wish::Resume),
            Action::UseBest => {
                let run = self.state.training.run.as_ref();
                if let Some(best) = run.and_then(Run::best) {
                    self.apply(Command::Checkpoint(best));
                }
            }
            Action::Keys => self.toggle(Dialog::Keys),
            Action::Log => self.toggle(Dialog::Log),
            Action::About => self.toggle(Dialog::About),
        }
    }

    fn toggle(&mut self, dialog: Dialog) {
        let open = self.state.dialog == Some(dialog);
        self.state.dialog = (!open).then_some(dialog);
    }

    /// Looks at a frame.
    pub(super) fn select(&mut self, id: FrameId) {
        if self.state.selected == Some(id) || self.state.frame(id).is_none() {
            return;
        }
        self.state.selected = Some(id);
        self.state.look.flipped = false;
        self.state.attending.cell = None;
        self.look_at_selected();
    }

    fn step(&mut self, by: isize) {
        let at = |id| {
            let place = |at: &usize| self.state.frames.get(*at).map(|frame| frame.id) == Some(id);
            self.state.order.iter().position(place)
        };
        let last = self.state.order.len().saturating_sub(1);
        let to = match self.state.selected.and_then(at) {
            Some(at) => at.saturating_add_signed(by).min(last),
            None => 0,
        };
        let to = self
            .state
            .order
            .get(to)
            .and_then(|at| self.state.frames.get(*at));
        if let Some(id) = to.map(|frame| frame.id) {
            self.select(id);
        }
    }

    fn compare_with(&mut self, id: Option<FrameId>) {
        self.state.other = id;
        self.state.look.flipped = false;
        self.look_at_selected();
        if let Some(frame) = id.and_then(|id| self.state.frame(id)) {
            let said = format!(
                "{} is the second picture now: select another one",
                frame.name
            );
            self.state.log.say(Tone::Plain, said);
        }
    }

    fn mark(&mut self, id: FrameId, mark: Option<Mark>) {
        if let Some(frame) = self.state.frame_mut(id) {
            frame.mark = mark;
            self.order_changed(true);
        }
    }

    fn toggle_mark(&mut self, mark: Mark) {
        if let Some(frame) = self.state.selected() {
            let mark = (frame.mark != Some(mark)).then_some(mark);
            self.mark(frame.id, mark);
        }
    }

    fn rescore(&mut self, id: FrameId) {
        let Some(frame) = self.state.frame_mut(id) else {
            return;
        };
        match frame.path().map(std::path::Path::to_owned) {
            // It is read again too: what was wrong with it may have been put right.
            Some(path) => self.file_changed(&path),
            None => {
                frame.quality = Scored::Unasked;
                self.ask_scores();
            }
        }
    }

    fn use_device(&mut self, choice: bpclip_core::device::DeviceChoice) {
        self.state.settings.device = choice;
        let ctx = self.ctx.clone();
        let (size, limits) = (self.state.settings.size, Default::default());
        self.worker = Worker::start(choice, size, limits, move || ctx.request_repaint());
        for file in self.state.settings.checkpoints.files() {
            self.worker.ask(Request::Use(file));
        }
        // The new worker knows nothing of what the old one was asked.
        self.forget_tiles(|map| map.request.is_some());
        self.state.machine.preparing = None;
        self.running = None;
        self.start_over();
    }

    pub(super) fn set_lens(&mut self, task: Task) {
        self.state.lens = task;
        self.order_changed(true);
    }

    fn lay_over(&mut self, overlay: Overlay) {
        self.state.overlay = overlay;
        match overlay {
            Overlay::Attention => self.state.tab = Tab::Attention,
            Overlay::Map(..) | Overlay::Mask(_) => self.state.tab = Tab::Maps,
            Overlay::Tiles => self.state.tab = Tab::Tiles,
            Overlay::None if matches!(self.state.tab, Tab::Attention | Tab::Tiles) => {
                self.state.tab = Tab::Maps;
            }
            Overlay::None => {}
        }
    }

    fn zoom(&mut self, by: f32) {
        let now = match self.state.look.scale {
            Scale::Times(times) => times,
            Scale::Fit => self.state.fitted.unwrap_or(1.0),
        };
        self.state.look.scale = Scale::times(now * by);
    }
}
