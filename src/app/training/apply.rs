//! What the panel's wishes and the training's news change.

use super::line::{Job, News};
use super::look::{self, look};
use super::{Asked, Form, Known, Line, Phase, Place, Run, Told, Wish, folder, run};
use crate::app::background::Report;
use crate::app::choices::{Dialog, Page};
use crate::app::state::Tone;
use crate::app::{App, sentence};
use bpclip_core::device::{self, DeviceChoice};
use bpclip_train::train::{Event, Outcome, Start};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a window that is closed waits for a training to save its state.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

impl App {
    /// Carries out a wish of the panel's.
    pub(in crate::app) fn apply_training(&mut self, wish: Wish) {
        match wish {
            Wish::Form(form) => self.set_form(*form),
            Wish::Take { paths, pristine } => self.take_paths(paths, pristine),
            Wish::Choose(place) => self.background.choose(place),
            Wish::Chosen(place, path) => self.chosen(place, path),
            Wish::Start => self.start_training(),
            Wish::Pause(paused) => self.pause_training(paused),
            Wish::Stop => self.stop_training(),
            Wish::Open(folder) => self.open_run(folder),
            Wish::Resume => self.resume_training(),
            Wish::Series(series) => self.state.training.series = series,
            Wish::Close { at_once } => {
                self.state.dialog = None;
                self.state.training.leaving = true;
                self.stop_training();
                self.closing = at_once || !self.state.training.is_active();
            }
        }
    }

    /// Shows the pictures or the panel.
    pub(in crate::app) fn show_page(&mut self, page: Page) {
        self.state.page = page;
        if page == Page::Training && self.state.training.devices.is_empty() {
            self.background.run(|report| {
                report(Report::Training(Told::Devices(devices())));
            });
        }
        if page == Page::Training && self.state.training.known == Known::Nothing {
            self.look_at_data();
        }
    }

    /// Closes the window, unless a training has to be asked about first.
    pub(in crate::app) fn quit(&mut self) {
        if self.may_close() {
            self.closing = true;
        } else {
            self.state.dialog = Some(Dialog::Closing);
        }
    }

    /// Whether nothing would be lost if the window closed now, or the user knows.
    pub(in crate::app) fn may_close(&self) -> bool {
        self.closing || !self.state.training.is_active()
    }

    /// The window is closed: a step that is nearly done is waited for.
    pub(in crate::app) fn end_training(&mut self) {
        if let Some(line) = &mut self.line {
            line.stop_within(LAST_PATIENCE);
        }
    }

    fn set_form(&mut self, form: Form) {
        let before = asked(self.state.form());
        self.state.settings.training.form = form;
        if asked(self.state.form()) != before {
            self.look_at_data();
        }
    }

    fn change_form(&mut self, change: impl FnOnce(&mut Form)) {
        let mut form = self.state.form().clone();
        change(&mut form);
        self.set_form(form);
    }

    /// Finds out what is in the form's folders.
    fn look_at_data(&mut self) {
        let asked = asked(self.state.form());
        // Whatever is still being looked at is not wanted any more.
        self.looking.store(true, Ordering::Relaxed);
        self.looking = Arc::new(AtomicBool::new(false));
        if asked.data.is_empty() && asked.pristine.is_empty() {
            self.state.training.known = Known::Nothing;
            return;
        }
        self.state.training.known = Known::Looking;
        let stop = Arc::clone(&self.looking);
        self.background.run(move |report| {
            let found = look(&asked, &stop);
            report(Report::Training(Told::Looked(asked, found)));
        });
    }

    fn take_paths(&mut self, paths: Vec<PathBuf>, pristine: bool) {
        self.change_form(|form| {
            for path in paths {
                let is_checkpoint = path.extension().is_some_and(|e| e == "safetensors");
                // A table stands for the folder that it is in.
                let folder = match path.parent() {
                    Some(parent) if !path.is_dir() => parent.to_owned(),
                    _ => path.clone(),
                };
                match (is_checkpoint, pristine) {
                    (true, _) => form.settings.start = Start::Checkpoint(path),
                    (false, true) => add(&mut form.settings.pristine, folder),
                    (false, false) => add(&mut form.settings.data, folder),
                }
            }
        });
    }

    fn chosen(&mut self, place: Place, path: PathBuf) {
        if place == Place::Run {
            self.open_run(path);
            return;
        }
        self.change_form(|form| match place {
            Place::Data => add(&mut form.settings.data, path),
            Place::Pristine => add(&mut form.settings.pristine, path),
            Place::Start => form.settings.start = Start::Checkpoint(path),
            Place::Weights => form.settings.weights = Some(path),
            Place::Folder => form.folder = Some(path),
            Place::Run => {}
        });
    }

    fn start_training(&mut self) {
        if self.state.training.is_active() {
            return;
        }
        let form = self.state.form();
        let runs = self.state.training.runs.as_deref();
        let target = form.target(runs);
        let (Some(target), None) = (target, self.state.training_problem()) else {
            return;
        };
        // A folder that the user has named is taken as it is, or refused.
        let target = match form.folder {
            Some(_) => target,
            None => folder::unused(&target),
        };
        let job = Job::Begin(Box::new(form.settings.clone()));
        self.state.training.run = Some(Run::new(target.clone()));
        self.connect(job, target);
    }

    fn resume_training(&mut self) {
        let run = self.state.training.run.as_mut();
        if let Some(run) = run.filter(|run| run.can_resume()) {
            run.phase = Phase::Preparing;
            let folder = run.folder.clone();
            self.connect(Job::Resume, folder);
        }
    }

    fn connect(&mut self, job: Job, folder: PathBuf) {
        self.state.settings.training.last_run = Some(folder.clone());
        let ctx = self.ctx.clone();
        self.line = Some(Line::start(job, folder, move || ctx.request_repaint()));
    }

    fn pause_training(&mut self, paused: bool) {
        let (Some(run), Some(line)) = (&mut self.state.training.run, &self.line) else {
            return;
        };
        match (&run.phase, paused) {
            (Phase::Preparing | Phase::Running, true) => run.phase = Phase::Pausing,
            (Phase::Pausing, false) => run.phase = Phase::Running,
            (Phase::Paused, false) => {}
            _ => return,
        }
        line.pause(paused);
    }

    fn stop_training(&mut self) {
        if let (Some(run), Some(line)) = (&mut self.state.training.run, &self.line)
            && run.phase.is_active()
        {
            run.phase = Phase::Stopping;
            line.stop();
        }
    }

    fn open_run(&mut self, folder: PathBuf) {
        if self.state.training.is_active() {
            let said = "Stop the training before you look at another run";
            self.state.log.say(Tone::Bad, said);
            return;
        }
        self.background.run(move |report| {
            let read = run::read(&folder);
            report(Report::Training(Told::Opened(folder, read)));
        });
    }

    /// What the background found out.
    pub(in crate::app) fn hear_told(&mut self, told: Told) {
        let training = &mut self.state.training;
        match told {
            Told::Looked(about, found) => {
                if about == asked(&self.state.settings.training.form) {
                    training.known = match found {
                        Ok(found) => Known::Found(found),
                        Err(reason) => Known::Wrong(reason),
                    };
                }
            }
            Told::Opened(_, Ok(_)) if training.is_active() => {}
            Told::Opened(folder, Ok((curves, kept))) => {
                self.state.settings.training.last_run = Some(folder.clone());
                training.run = Some(Run {
                    phase: Phase::Opened,
                    curves,
                    kept,
                    ..Run::new(folder)
                });
            }
            Told::Opened(_, Err(reason)) => self.state.log.say(Tone::Bad, sentence(&reason)),
            Told::Devices(devices) => training.devices = devices,
        }
    }

    /// What the training has told since the last time.
    pub(in crate::app) fn hear_training(&mut self) {
        while let Some(news) = self.line.as_ref().and_then(Line::next) {
            let Some(run) = &mut self.state.training.run else {
                continue;
            };
            match news {
                News::Happened(event) => {
                    let skipped = run.curves.skipped.len();
                    run.take(&event);
                    let folder = run.folder.display();
                    let log = &mut self.state.log;
                    match event {
                        Event::Started(plan) => {
                            let device = plan.device;
                            log.say(Tone::Plain, format!("Training on {device}, into {folder}"));
                        }
                        Event::Warned { text } => log.say(Tone::Bad, text),
                        Event::Skipped { path, reason } if run.curves.skipped.len() > skipped => {
                            let path = path.display();
                            let said = format!("Left out of the training: {path}: {reason}");
                            log.say(Tone::Bad, said);
                        }
                        _ => {}
                    }
                }
                News::Kept(kept) => run.kept = kept,
                News::Ended(outcome) => {
                    self.line = None;
                    self.training_ended(outcome);
                }
            }
        }
    }

    fn training_ended(&mut self, outcome: Result<Outcome, String>) {
        let Some(run) = &mut self.state.training.run else {
            return;
        };
        let (phase, tone, said) = match outcome {
            Ok(Outcome { stopped: true, .. }) => {
                let said = "The training has stopped; its state is saved, Resume goes on from it";
                (Phase::Stopped, Tone::Plain, said.to_owned())
            }
            Ok(_) => {
                let said = match run.curves.best() {
                    Some(best) => format!("The training is done; epoch {} is the best", best.epoch),
                    None => "The training is done".to_owned(),
                };
                (Phase::Finished, Tone::Plain, said)
            }
            Err(reason) => {
                let said = format!("The training has failed: {reason}");
                (Phase::Failed(reason), Tone::Bad, said)
            }
        };
        run.phase = phase;
        self.state.log.say(tone, said);
        if self.state.training.leaving {
            self.closing = true;
        }
    }
}

fn asked(form: &Form) -> Asked {
    look::Asked {
        data: form.settings.data.clone(),
        pristine: form.settings.pristine.clone(),
        task: form.settings.task,
    }
}

/// Adds a folder that is not there yet.
fn add(folders: &mut Vec<PathBuf>, folder: PathBuf) {
    if !folders.contains(&folder) && folder != Path::new("") {
        folders.push(folder);
    }
}

/// What can be computed on. Asks the graphics drivers, which takes its time.
fn devices() -> Vec<(DeviceChoice, String)> {
    let mut devices = vec![
        (
            DeviceChoice::Auto,
            "A GPU if one works, else the CPU".to_owned(),
        ),
        (DeviceChoice::Cpu, device::cpu().name),
    ];
    if cfg!(feature = "cuda") {
        let name = "The first NVIDIA card, through CUDA".to_owned();
        devices.push((DeviceChoice::Cuda(0), name));
    }
    devices.extend(
        device::adapters()
            .into_iter()
            .map(|adapter| (DeviceChoice::Gpu(Some(adapter.index)), adapter.name)),
    );
    devices
}
