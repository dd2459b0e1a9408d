//! The window. Each concern is a folder with its `State`, its `Command`s and what its threads tell,
//! its `Event`s; one function carries out its commands and one takes in its events. Views are
//! functions that show what they are given, and push the commands that they ask for.

mod actions;
pub(crate) mod background;
mod clipboard;
mod command;
mod context;
mod event;
pub mod export;
pub mod gallery;
mod launch;
pub mod library;
mod log;
pub mod metrics;
mod pictures;
pub mod quality_map;
pub mod scoring;
pub mod settings;
pub mod sharpest;
pub mod shell;
mod start;
mod state;
pub mod taste;
mod theme;
pub mod training;
pub mod transfer;
pub mod viewer;
pub mod weights;
mod wording;
pub mod words;

pub use actions::Action;
pub use command::Command;
pub use launch::Launch;
pub use log::{Log, Tone};
pub use start::{AppError, run};
pub use state::State;

use bpclip_core::device::DeviceChoice;
use bpclip_core::image::Limits;
use bpclip_core::inspect::DecodeCache;
use bpclip_core::inspect::worker::Request;
use clipboard::Clipboard;
use command::Commands;
use context::Context;
use crossbeam_channel::Receiver;
use eframe::egui;
use event::Event;
use gallery::Watch;
use pictures::{Loader, Textures};
use scoring::ScoringWorker;
use settings::{Keeper, Settings};
use shell::views::{Window, window};
use std::path::PathBuf;
use std::time::Instant;

/// Bytes of the pictures that wait for their score after they were decoded for a thumbnail: some
/// two hundred of the usual size.
const CACHE: usize = 256 << 20;

/// The application, without the window around it.
pub struct App {
    state: State,
    cx: Context,
    /// What all threads tell.
    inbox: Receiver<Event>,
    keeper: Keeper,
}

impl App {
    /// An application that keeps its settings at `settings_path`, on the device and with the
    /// checkpoint of `launch`, and opens the paths of it.
    pub fn new(ctx: &egui::Context, launch: Launch, settings_path: Option<PathBuf>) -> Self {
        let (keeper, settings, problem) = Keeper::load(settings_path);
        let (background, inbox) = background::inbox(ctx.clone());
        let limits = Limits::of_this_machine();
        let cache = DecodeCache::new(CACHE);
        theme::install(ctx, settings.theme);
        ctx.set_zoom_factor(settings.interface);
        let choice = match launch.device {
            DeviceChoice::Auto => settings.device.clone(),
            named => named,
        };
        let checkpoints = settings.checkpoints.files().chain(launch.checkpoint);
        let worker = ScoringWorker::start(
            choice.clone(),
            settings.size,
            checkpoints,
            limits.clone(),
            cache.clone(),
            background.clone(),
        );
        let library = library::Line::start(launch.library.clone(), background.clone());
        let loader = Loader::start(&limits, cache, &library, background.clone());
        let mut cx = Context {
            egui: ctx.clone(),
            worker,
            watch: Watch::start({
                let background = background.clone();
                move |event| {
                    background.tell(gallery::Event::Watched(event));
                }
            }),
            clipboard: Clipboard::start(background.clone()),
            textures: Textures::new(ctx.clone(), loader, background.clone()),
            library,
            background,
            settings,
            log: Log::default(),
            follow: Commands::default(),
        };
        if let Some(problem) = &problem {
            cx.say(Tone::Bad, wording::sentence(&problem.to_string()));
        }
        let mut viewer = viewer::State::default();
        viewer.look.mode = cx.settings.viewer;
        let mut scoring = scoring::State::default();
        scoring.machine.chosen = choice;
        let state = State {
            gallery: gallery::State::default(),
            scoring,
            quality_map: quality_map::State::default(),
            viewer,
            metrics: metrics::State::default(),
            words: words::State::default(),
            transfer: transfer::State::new(launch.library.as_deref()),
            library: library::State {
                path: launch.library,
                ..library::State::default()
            },
            weights: weights::State::new(launch.weights),
            training: training::State::new(bpclip_catalogue::folders::runs()),
            taste: taste::State::default(),
            sharpest: sharpest::State::default(),
            shell: shell::State::default(),
        };
        let mut app = Self {
            state,
            cx,
            inbox,
            keeper,
        };
        if !launch.paths.is_empty() {
            app.apply(gallery::Command::Add {
                paths: launch.paths,
                as_reference: false,
            });
        }
        app
    }

    /// What closes the window from any thread, without a question.
    pub fn closer(&self) -> impl FnOnce() + Send + use<> {
        let background = self.cx.background.clone();
        move || {
            background.tell(Event::Chosen(shell::Command::Close.into()));
        }
    }

    /// Everything, to be read.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What lasts.
    pub fn settings(&self) -> &Settings {
        &self.cx.settings
    }

    /// What happened.
    pub fn log(&self) -> &Log {
        &self.cx.log
    }

    /// Whether nothing is being read, computed or brought to the screen.
    pub fn is_idle(&self) -> bool {
        self.state.is_idle() && self.cx.textures.is_idle()
    }

    /// Whether all pictures in sight were painted as sharp as they can be in the last frame.
    pub fn is_sharp(&self) -> bool {
        self.cx.textures.is_sharp()
    }

    /// Carries out a command, and what follows from it.
    pub fn apply(&mut self, command: impl Into<Command>) {
        self.cx.then(command);
        self.follow();
        self.cx.egui.request_repaint();
    }

    /// Takes in what the threads have told, and keeps what follows from it up to date.
    pub fn take_in(&mut self) {
        while let Ok(event) = self.inbox.try_recv() {
            self.hear(event);
            self.follow();
        }
        metrics::measure(&mut self.state.metrics, &self.state.gallery, &self.cx);
        let State {
            taste,
            gallery,
            scoring,
            ..
        } = &mut self.state;
        taste::recall(taste, gallery, &scoring.machine, &self.cx);
        self.sort();
        self.follow();
        gallery::keep_view(&mut self.state.gallery, &self.cx);
        self.keeper.keep(&self.cx.settings, &self.cx.background);
    }

    /// Carries out the commands that wait, each with what follows from it.
    fn follow(&mut self) {
        while let Some(command) = self.cx.follow.pop() {
            self.carry_out(command);
            // What a user changes shows in the very next frame.
            self.sort();
        }
    }

    /// Every concern carries out its own commands.
    fn carry_out(&mut self, command: Command) {
        let (state, cx) = (&mut self.state, &mut self.cx);
        match command {
            Command::Gallery(command) => gallery::handle(&mut state.gallery, command, cx),
            Command::Scoring(command) => {
                scoring::handle(&mut state.scoring, &mut state.gallery, command, cx);
            }
            Command::QualityMap(command) => {
                let shown = (state.scoring.active_task, state.viewer.overlay);
                quality_map::handle(&mut state.quality_map, &state.gallery, shown, command, cx);
            }
            Command::Viewer(command) => {
                let pair = state.gallery.second().is_some() && state.gallery.survey.is_none();
                viewer::handle(&mut state.viewer, pair, command, cx);
            }
            Command::Metrics(command) => metrics::handle(&mut state.metrics, command),
            Command::Words(command) => {
                words::handle(&mut state.words, &state.scoring.machine, command, cx);
            }
            Command::Library(command) => {
                library::handle(&mut state.library, &state.gallery, command, cx);
            }
            Command::Weights(command) => weights::handle(&mut state.weights, command, cx),
            Command::Taste(command) => {
                let (gallery, machine) = (&mut state.gallery, &state.scoring.machine);
                taste::handle(&mut state.taste, (gallery, machine), command, cx);
            }
            Command::Sharpest(command) => {
                let shown = (&state.gallery, &state.viewer);
                sharpest::handle(&mut state.sharpest, shown, command, cx);
            }
            Command::Training(command) => training::handle(&mut state.training, command, cx),
            Command::Export(command) => export::handle(&state.sources(&cx.settings), command, cx),
            Command::Transfer(command) => {
                transfer::handle(&mut state.transfer, &mut state.gallery, command, cx);
            }
            Command::Shell(command) => {
                let around = shell::Around {
                    training: state.training.is_active(),
                    survey: state.gallery.survey.is_some(),
                };
                shell::handle(&mut state.shell, around, command, cx);
            }
        }
    }

    /// Every concern takes in its own events.
    fn hear(&mut self, event: Event) {
        let (state, cx) = (&mut self.state, &mut self.cx);
        match event {
            Event::Gallery(event) => gallery::handle_event(&mut state.gallery, event, cx),
            Event::Pictures(event) => {
                if let Some((version, made)) = cx.textures.take_in(event) {
                    let event = gallery::Event::Thumbnail(version, made.map(Box::new));
                    gallery::handle_event(&mut state.gallery, event, cx);
                }
            }
            Event::Scoring(event) => {
                scoring::handle_event(&mut state.scoring, &mut state.gallery, event, cx);
            }
            Event::QualityMap(event) => quality_map::handle_event(&mut state.quality_map, event),
            Event::Metrics(event) => metrics::handle_event(&mut state.metrics, event),
            Event::Words(event) => {
                words::handle_event(&mut state.words, &state.scoring.machine, event, cx);
            }
            Event::Library(event) => {
                let told = (&mut state.gallery, &mut state.scoring);
                library::handle_event(&mut state.library, told, event, cx);
            }
            Event::Taste(event) => {
                let (gallery, machine) = (&mut state.gallery, &state.scoring.machine);
                taste::handle_event(&mut state.taste, (gallery, machine), event, cx);
            }
            Event::Weights(event) => weights::handle_event(&mut state.weights, event, cx),
            Event::Training(event) => training::handle_event(&mut state.training, event, cx),
            Event::Transfer(event) => {
                transfer::handle_event(&mut state.transfer, &mut state.gallery, event, cx);
            }
            Event::Chosen(command) => cx.then(command),
            Event::PastedText(text) => cx.clipboard.pasted.push(text),
            Event::Said(tone, text) => cx.say(tone, text),
        }
    }

    /// Works out the filmstrip's order, if it does not hold any more and it is time.
    fn sort(&mut self) {
        let State {
            gallery,
            scoring,
            taste,
            ..
        } = &mut self.state;
        let by = (scoring.active_task, scoring.adjectives());
        let sorting = gallery::Sorting::new(&self.cx.settings, by, taste.known());
        if let Some(pause) = gallery.sort_if_stale(sorting) {
            self.cx.egui.request_repaint_after(pause);
        }
        gallery::stay_in_sight(gallery, &mut self.cx);
    }

    /// Notes whether the user does something.
    fn touched(&mut self, events: &[egui::Event]) {
        let does = |event: &egui::Event| {
            matches!(
                event,
                egui::Event::Key { pressed: true, .. }
                    | egui::Event::PointerButton { .. }
                    | egui::Event::MouseWheel { .. }
            )
        };
        if events.iter().any(does) {
            self.state.gallery.touched = Instant::now();
            self.state.scoring.touched();
            self.cx.log.touched();
        }
    }

    /// Draws a frame, and carries out what was asked for in it.
    pub fn show(&mut self, ui: &mut egui::Ui) {
        let ctx = ui.ctx().clone();
        let asked_to_close = ctx.input(|input| input.viewport().close_requested());
        if asked_to_close && self.state.training.is_active() && !self.state.shell.closing {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.apply(shell::Command::Quit);
        } else if asked_to_close {
            return self.leave(&ctx);
        }
        if self.state.shell.closing {
            // Nobody sees another frame.
            return self.close(&ctx);
        }
        let covers_screen = ctx.input(|input| input.viewport().fullscreen == Some(true));
        shell::covers_screen(&mut self.state.shell, covers_screen);
        self.state.shell.hovering = ctx.input(|input| input.raw.hovered_files.len());
        let events = ctx.input(|input| input.events.clone());
        self.touched(&events);
        let mut commands = Commands::default();
        let shell = &self.state.shell;
        actions::pressed(&ctx, shell.page, shell.typing, &mut commands);
        shell::dropped(&ctx, self.state.shell.page, &mut commands);
        self.cx.textures.begin();
        let given = Window {
            state: &self.state,
            settings: &self.cx.settings,
            log: &self.cx.log,
            textures: &self.cx.textures,
            possible: &actions::Possible::now(&self.state, &self.cx.settings),
        };
        window(ui, &given, &mut commands);
        self.cx.textures.end();
        while let Some(command) = commands.pop() {
            self.apply(command);
        }
        self.cx.clipboard.take_copied(&ctx);
        self.state.shell.typing = ctx.text_edit_focused();
        if self.state.shell.closing {
            self.close(&ctx);
            // The window goes once the frame is painted: on a slow card an empty one sooner.
            ctx.request_discard("the window closes");
        }
    }

    fn close(&self, ctx: &egui::Context) {
        self.leave(ctx);
        ctx.send_viewport_cmd(egui::ViewportCommand::Close);
    }

    /// The window is closed: it is out of sight at once, and what still has to be kept does not stand
    /// behind scores that nobody waits for.
    fn leave(&self, ctx: &egui::Context) {
        ctx.send_viewport_cmd(egui::ViewportCommand::Visible(false));
        self.cx.worker.ask(Request::Cancel);
    }
}

impl eframe::App for App {
    /// A hidden window draws nothing, and hears its threads all the same.
    fn logic(&mut self, _ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.take_in();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn on_exit(&mut self) {
        if self.state.transfer.end() {
            // What was moved until now goes with what is kept.
            self.take_in();
        }
        gallery::keep_view(&mut self.state.gallery, &self.cx);
        self.cx.library.end();
        self.keeper.keep_now(&self.cx.settings);
        self.state.training.end();
    }

    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        // Before anything else: rows must not move away from under a key that is pressed already.
        self.touched(&input.events);
        // What was pasted is among it.
        self.take_in();
        self.cx.clipboard.keys(ctx, input);
    }
}
