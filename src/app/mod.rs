//! The window. [`State`] is all that it can be; views (one file each in `views`) read it and
//! return [`Command`]s; [`App::apply`] alone changes it. What takes time happens on threads that
//! send events, which [`App::take_in`] reads before a frame is drawn.

mod apply;
mod background;
mod choices;
mod clipboard;
mod command;
pub mod compare;
pub mod export;
mod gallery;
mod heat;
mod keys;
mod list;
mod loader;
mod measure;
mod outcome;
pub mod ranking;
mod scoring;
pub mod settings;
mod start;
mod state;
mod theme;
mod tiles;
pub mod training;
mod views;
pub mod watch;
mod weights;
mod words;

pub use command::{Command, Export};
pub use keys::Action;
pub use loader::PictureKey;
pub use measure::{Measured, Measures};
pub use start::{AppError, Launch, run};
pub use state::*;
pub use tiles::TileMap;
pub use words::Own;

use background::{Background, Report};
use bpclip_catalogue::Store;
use bpclip_core::device::DeviceChoice;
use bpclip_core::image::Limits;
use bpclip_core::inspect::worker::{Event, Request, RequestId, Worker};
use clipboard::Clipboard;
use eframe::egui;
use gallery::Gallery;
use loader::Loader;
use settings::{Problem, SaveError, Settings};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use watch::{Change, News, Watch};

/// While scores stream in, the filmstrip is sorted no more often than this.
pub const SORT_PAUSE: Duration = Duration::from_millis(500);

/// The application, without the window around it.
pub struct App {
    ctx: egui::Context,
    state: State,
    gallery: Gallery,
    worker: Worker,
    background: Background,
    clipboard: Clipboard,
    watch: Watch,
    /// Where the settings are kept; `None` keeps none.
    settings_path: Option<PathBuf>,
    /// The settings as they were last found or written; another window may have changed the file
    /// since.
    found: Arc<Mutex<Settings>>,
    saved: Settings,
    saved_at: Instant,
    next_id: u64,
    next_request: u64,
    /// The requests of what was last asked to go first.
    first: Vec<RequestId>,
    running: Option<RequestId>,
    /// Checkpoints that were chosen and are not read yet.
    chosen: Vec<PathBuf>,
    /// The store of weights, where it is not the user's.
    weights: Option<Store>,
    /// Whether the filmstrip's order has to be worked out again: since when, and at once or not.
    stale: Option<(Instant, bool)>,
    sorted_at: Instant,
    /// The training that runs.
    line: Option<training::Line>,
    /// Ends the look at a dataset that is not wanted any more.
    looking: Arc<AtomicBool>,
    /// Ends the measuring of a pair that is not looked at any more.
    stop_measuring: Arc<AtomicBool>,
    closing: bool,
}

impl App {
    /// An application that keeps its settings at `settings_path`, on the device and with the
    /// checkpoint of `launch`, and opens the paths of it.
    pub fn new(ctx: &egui::Context, launch: Launch, settings_path: Option<PathBuf>) -> Self {
        let (settings, problem) = match &settings_path {
            Some(path) => Settings::load(path),
            None => (Settings::default(), None),
        };
        // What cannot be put aside must not be overwritten.
        let settings_path =
            settings_path.filter(|_| problem.as_ref().is_none_or(Problem::may_save));
        let limits = Limits::of_this_machine();
        let wake = {
            let ctx = ctx.clone();
            move || ctx.request_repaint()
        };
        let choice = match launch.device {
            DeviceChoice::Auto => settings.device,
            named => named,
        };
        let worker = Worker::start(choice, settings.size, limits.clone(), wake.clone());
        let launched = launch.checkpoint.map(Request::Use);
        for request in settings
            .checkpoints
            .files()
            .map(Request::Use)
            .chain(launched)
        {
            worker.ask(request);
        }
        theme::install(ctx, settings.theme);
        let loader = Loader::start(&limits, wake.clone());
        let mut state = State::new(settings);
        state.look.mode = state.settings.viewer;
        if let Some(problem) = &problem {
            state.log.say(Tone::Bad, sentence(&problem.to_string()));
        }
        let mut app = Self {
            ctx: ctx.clone(),
            gallery: Gallery::new(ctx.clone(), loader),
            worker,
            background: Background::new(ctx.clone()),
            clipboard: Clipboard::start(ctx.clone()),
            watch: Watch::start(wake),
            settings_path,
            found: Arc::new(Mutex::new(state.settings.clone())),
            saved: state.settings.clone(),
            saved_at: Instant::now(),
            state,
            next_id: 0,
            next_request: 0,
            first: Vec::new(),
            running: None,
            chosen: Vec::new(),
            weights: launch.weights,
            stale: None,
            sorted_at: Instant::now(),
            line: None,
            looking: Arc::default(),
            stop_measuring: Arc::default(),
            closing: false,
        };
        if !launch.paths.is_empty() {
            app.apply(Command::Add {
                paths: launch.paths,
                as_reference: false,
            });
        }
        app
    }

    /// Everything, to be read.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether nothing is being read, computed or brought to the screen.
    pub fn is_idle(&self) -> bool {
        self.state.scanning == 0
            && self.state.requests.is_empty()
            && self.stale.is_none()
            && self.state.mapping().is_none()
            && self.state.measures.running.is_none()
            && self.state.training.known != training::Known::Looking
            && self.gallery.is_idle()
    }

    /// Takes in what the threads have done, and keeps what follows from it up to date.
    pub fn take_in(&mut self) {
        while let Some(event) = self.worker.next() {
            self.hear(event);
        }
        while let Some(report) = self.background.next().or_else(|| self.clipboard.next()) {
            match report {
                Report::Found {
                    files,
                    as_reference,
                } => self.add_files(files, as_reference),
                Report::Scanned(Some(folder)) => self.watch_folder(folder),
                Report::Scanned(None) => self.scanned(),
                Report::Chosen(command) => self.apply(command),
                Report::Said(tone, text) => self.state.log.say(tone, text),
                Report::Training(told) => self.hear_told(told),
                Report::Weights(heard) => self.hear_weights(heard),
                Report::Measured(heard) => self.hear_measured(heard),
                Report::Placed(model, words, placed) => self.words_placed(&model, &words, placed),
            }
        }
        self.hear_training();
        while let Ok(news) = self.watch.news().try_recv() {
            match news {
                News::Change(Change::Appeared(path)) => self.add_files(vec![path], false),
                News::Change(Change::Changed(path)) => self.file_changed(&path),
                News::Change(Change::Vanished(path)) => self.file_vanished(&path),
                News::Trouble(text) => self.state.log.say(Tone::Bad, sentence(&text)),
            }
        }
        for (version, thumbnail) in self.gallery.take_in() {
            self.thumbnail_made(version, thumbnail);
        }
        self.measure_pair();
        self.sort_if_stale();
        self.save_if_changed(false);
    }

    /// Draws a frame, and carries out what was asked for in it.
    pub fn show(&mut self, ui: &mut egui::Ui) {
        self.take_in();
        let ctx = ui.ctx().clone();
        if ctx.input(|input| input.viewport().close_requested()) && !self.may_close() {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.quit();
        }
        let mut commands = keys::pressed(&ctx, self.state.page);
        commands.extend(list::dropped(&ctx, self.state.page));
        let hovering = ctx.input(|input| input.raw.hovered_files.len());
        self.state.hovering = hovering;
        self.gallery.begin();
        let view = View::new(&self.state, &self.gallery);
        views::window(ui, &view, &mut commands);
        self.gallery.end();
        for command in commands {
            self.apply(command);
        }
        // Text that was selected somewhere goes to the system's clipboard, which is ours to keep.
        let copied = ctx.output_mut(|output| {
            let text = |command: &egui::OutputCommand| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            };
            let copied = output.commands.iter().find_map(text);
            output.commands.retain(|command| text(command).is_none());
            copied
        });
        if let Some(text) = copied {
            self.clipboard.copy_text(text);
        }
        if self.closing {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// Puts the settings on the disk if they have changed; now, or when they have for a while.
    fn save_if_changed(&mut self, now: bool) {
        const PAUSE: Duration = Duration::from_secs(2);
        if self.saved == self.state.settings || !(now || self.saved_at.elapsed() > PAUSE) {
            return;
        }
        self.saved = self.state.settings.clone();
        self.saved_at = Instant::now();
        let Some(path) = self.settings_path.clone() else {
            return;
        };
        let (settings, found) = (self.saved.clone(), Arc::clone(&self.found));
        let save = move || {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            settings.save_changes(&found, &path)?;
            *found = settings;
            Ok::<_, SaveError>(())
        };
        if now {
            // Nobody is there to be told.
            let _ = save();
            return;
        }
        self.background.run(move |report| {
            if let Err(error) = save() {
                report(Report::Said(Tone::Bad, sentence(&error.to_string())));
            }
        });
    }

    /// The worker's events.
    fn hear(&mut self, event: Event) {
        match event {
            Event::Device { name, id, why } => {
                let moved = self.state.machine.id.is_some_and(|before| before != id);
                let said = match &why {
                    Some(why) => format!("Scoring on {name}: {why}"),
                    None if moved => format!("Scoring has moved to {name}"),
                    None => format!("Scoring on {name}"),
                };
                self.state.log.say(Tone::Plain, said);
                let machine = &mut self.state.machine;
                (machine.name, machine.id, machine.why) = (name, Some(id), why);
            }
            Event::Preparing(name) => {
                if let Some(name) = &name {
                    let said = format!("{name} is being made ready; the CPU scores meanwhile");
                    self.state.log.say(Tone::Plain, said);
                }
                self.state.machine.preparing = name;
            }
            Event::Network(model) => self.network_changed(model),
            Event::Trouble(text) => self.state.log.say(Tone::Bad, sentence(&text)),
            Event::Begun(id) => self.begun(id),
            Event::Done(id, result) => self.done(id, result),
            Event::Tiles(id, tiles) => self.tiles_seen(id, tiles),
        }
    }

    /// The filmstrip's order no longer holds.
    fn order_changed(&mut self, at_once: bool) {
        let (since, before) = self.stale.unwrap_or((Instant::now(), false));
        self.stale = Some((since, at_once || before));
    }
}

impl eframe::App for App {
    /// A hidden window draws nothing, and hears its training all the same.
    fn logic(&mut self, _ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.hear_training();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn on_exit(&mut self) {
        self.save_if_changed(true);
        self.end_training();
    }

    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        self.clipboard_keys(ctx, input);
    }
}

/// Begins with a capital, as sentences do.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
