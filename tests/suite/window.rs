//! The window, driven by the names that a screen reader reads out.

mod bursts;
mod compare;
mod culling;
mod dialogs;
mod export;
mod figures;
mod files;
mod habits;
mod look;
mod maps;
mod metrics;
mod ranking;
mod sharpest;
mod shots;
mod sizes;
mod snapshots;
mod speed;
mod survey;
mod taste;
mod tiles;
mod training;
mod transfer;
mod weights;
mod words;

use crate::noted::Noted;
use crate::process::{draw, sample};
use bpclip::app::gallery::{self, Frame, SORT_PAUSE};
use bpclip::app::quality_map::QualityMap;
use bpclip::app::{App, Command, Launch};
use bpclip_core::device::DeviceChoice;
use bpclip_core::model::Task;
use eframe::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Long enough for a picture on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(180);

/// A window with a folder of its own.
pub struct Bench {
    pub harness: Harness<'static, App>,
    folder: tempfile::TempDir,
    /// Where settings and library are.
    kept: PathBuf,
    size: [f32; 2],
}

/// A sample picture that was taken then.
fn taken_at(name: &str, taken: &str) -> Vec<u8> {
    let noted = Noted {
        taken: Some(taken),
        ..Noted::default()
    };
    noted.into_jpeg(&std::fs::read(sample(name)).unwrap())
}

impl Bench {
    /// A window with pictures whose scoring takes a while.
    fn with_work() -> Self {
        let mut bench = Self::open(&["coffee.jpg"]);
        for number in 0..12 {
            let copy = bench.path(&format!("copy-{number:02}.jpg"));
            std::fs::copy(sample("rocket.jpg"), copy).unwrap();
        }
        let folder = bench.folder.path().to_owned();
        bench.drop_files(&[folder]);
        bench
    }

    /// A window that opens these samples, copied into its folder.
    fn open(samples: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in samples {
            std::fs::copy(sample(name), folder.path().join(name)).unwrap();
        }
        let paths = match samples {
            [] => Vec::new(),
            _ => vec![folder.path().to_owned()],
        };
        Self::start(folder, paths, [1280.0, 800.0])
    }

    pub fn start(folder: tempfile::TempDir, paths: Vec<PathBuf>, size: [f32; 2]) -> Self {
        let settings = folder.path().join(".settings");
        Self::start_with(folder, paths, size, settings)
    }

    /// A window that keeps what it keeps in this folder.
    fn start_with(
        folder: tempfile::TempDir,
        paths: Vec<PathBuf>,
        size: [f32; 2],
        kept: PathBuf,
    ) -> Self {
        let launch = Launch {
            paths,
            device: DeviceChoice::Cpu,
            library: Some(kept.join("library.sqlite")),
            ..Launch::default()
        };
        Self::launch(folder, launch, size, kept)
    }

    fn launch(folder: tempfile::TempDir, launch: Launch, size: [f32; 2], kept: PathBuf) -> Self {
        let settings = kept.join("settings.json");
        let harness = Harness::builder()
            .with_size(size)
            .with_max_steps(32)
            .with_render_cursor(false)
            .build_eframe(|creation| App::new(&creation.egui_ctx, launch, Some(settings)));
        Self {
            harness,
            folder,
            kept,
            size,
        }
    }

    /// The window ends; what comes back is the next start, with what was kept.
    fn end(mut self) -> impl FnOnce(Vec<PathBuf>) -> Self {
        eframe::App::on_exit(self.harness.state_mut());
        let Self {
            harness,
            folder,
            kept,
            size,
        } = self;
        drop(harness);
        move |paths| Self::start_with(folder, paths, size, kept)
    }

    /// The window ends, and the next one opens these.
    fn restart(self, paths: Vec<PathBuf>) -> Self {
        self.end()(paths)
    }

    fn app(&self) -> &App {
        self.harness.state()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Frames go by until it is so.
    pub fn until(&mut self, what: &str, is: impl Fn(&App) -> bool) {
        let begun = Instant::now();
        while !is(self.app()) {
            let said: Vec<_> = self.app().log().lines.iter().collect();
            assert!(begun.elapsed() < PATIENCE, "never: {what}; {said:?}");
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
        self.settle();
    }

    /// A few frames, so that what has changed is drawn and named.
    fn settle(&mut self) {
        self.harness.run_steps(4);
    }

    /// Until so many pictures are listed, and no more are looked for.
    fn until_listed(&mut self, count: usize) {
        self.until("all are listed", |app| {
            let gallery = &app.state().gallery;
            gallery.frames.len() == count && gallery.scanning == 0
        });
    }

    /// Until the log holds a line like this.
    fn until_line(&mut self, what: &str, is: impl Fn(&str) -> bool) {
        self.until(what, |app| {
            let mut lines = app.log().lines.iter();
            lines.any(|(_, line)| is(line))
        });
    }

    /// Until the log holds this.
    fn until_said(&mut self, text: &str) {
        self.until_line(text, |line| line.contains(text));
    }

    /// Until so many files, or folders of files, are written since the start.
    fn until_written(&mut self, count: usize) {
        self.until("all are written", |app| {
            let lines = app.log().lines.iter();
            let written = lines.filter(|(_, line)| line.starts_with("Written: "));
            written.count() == count
        });
    }

    /// Until a control of this name is there.
    fn until_shown(&mut self, words: &str) {
        let begun = Instant::now();
        while self.harness.query_by_label_contains(words).is_none() {
            assert!(begun.elapsed() < PATIENCE, "never shown: {words}");
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
    }

    /// Until new files of an open folder are seen. The watch over it begins a moment after it was asked
    /// for, and what came before that is no news: pictures come until one is seen, and go again.
    fn until_watched(&mut self, folder: &Path) {
        let count = self.app().state().gallery.frames.len();
        let begun = Instant::now();
        let mut probes = Vec::new();
        while self.app().state().gallery.frames.len() == count {
            assert!(begun.elapsed() < PATIENCE, "it is never watched");
            let probe = folder.join(format!("probe-{}.png", probes.len()));
            draw(&probe, probes.len() as u32);
            probes.push(probe);
            for _ in 0..100 {
                std::thread::sleep(Duration::from_millis(5));
                self.harness.step();
            }
        }
        for probe in probes {
            std::fs::remove_file(probe).unwrap();
        }
        let is_probe = |frame: &&Frame| frame.name.starts_with("probe-");
        self.until("they are seen to be gone", |app| {
            let mut frames = app.state().gallery.frames.iter().filter(is_probe);
            frames.all(|frame| frame.broken.is_some())
        });
        let frames = self.app().state().gallery.frames.iter();
        let ids: Vec<_> = frames.filter(is_probe).map(|frame| frame.id).collect();
        for id in ids {
            self.apply(gallery::Command::Remove(id));
        }
    }

    /// Until every picture has its score, or its reason.
    fn until_scored(&mut self, count: usize) {
        self.until("all are scored", |app| {
            let state = app.state();
            let done =
                |frame: &Frame| frame.broken.is_some() || frame.score(Task::NoReference).is_some();
            state.gallery.frames.len() >= count && state.gallery.frames.iter().all(done)
        });
        // The list is put in order with a pause between two times.
        std::thread::sleep(SORT_PAUSE);
        self.settle();
    }

    /// Until the maps of the selected picture are there.
    fn until_maps(&mut self) {
        self.until("maps are there", |app| {
            let state = app.state();
            state
                .gallery
                .selected()
                .is_some_and(|frame| state.scoring.detail(frame).is_some())
        });
    }

    fn press(&mut self, key: egui::Key) {
        self.harness.key_press(key);
        self.settle();
    }

    fn press_with(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.settle();
    }

    /// Clicks what a menu has.
    fn choose(&mut self, menu: &str, entry: &str) {
        self.click(menu);
        self.harness.get_by_label_contains(entry).click();
        self.settle();
    }

    pub fn apply(&mut self, command: impl Into<Command>) {
        self.harness.state_mut().apply(command);
        self.settle();
    }

    /// Looks at the picture of this name.
    fn select(&mut self, name: &str) {
        let id = self.frame(name).id;
        self.apply(gallery::Command::Select(id));
    }

    fn frame(&self, name: &str) -> &Frame {
        let frames = &self.app().state().gallery.frames;
        frames.iter().find(|frame| frame.name == name).unwrap()
    }

    /// The names in the filmstrip, in its order.
    fn order(&self) -> Vec<&str> {
        let state = self.app().state();
        let frames = state
            .gallery
            .order
            .iter()
            .map(|at| state.gallery.frames[*at].name.as_str());
        frames.collect()
    }

    fn said(&self, text: &str) -> bool {
        let mut lines = self.app().log().lines.iter();
        lines.any(|(_, line)| line.contains(text))
    }

    fn drop_files(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let dropped: egui::DroppedFileHandle = Arc::new(Dropped(path.clone()));
            self.harness.input_mut().dropped_files.push(dropped);
        }
        self.settle();
    }
}

/// What a node says: its label, or the value of one that is a label itself.
fn words(node: &egui_kittest::Node<'_>) -> String {
    let node = node.accesskit_node();
    node.label().or(node.value()).unwrap_or_default()
}

/// The quality map of the selected picture.
fn quality_map(app: &App) -> Option<&QualityMap> {
    let scene = app.state().scene(app.settings());
    scene.quality_map(scene.first.unwrap())
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}
