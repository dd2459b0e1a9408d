//! What would make the window wait, on threads of its own: looking through folders, the
//! system's file dialogs, writing files. Each answers with a [`Report`].

use super::command::{Command, Export};
use super::measure;
use super::state::Tone;
use super::training::{Place, Told, Wish};
use super::weights::Heard;
use bpclip_core::image::is_picture_name;
use bpclip_core::inspect::worker::ModelInfo;
use bpclip_core::text::Placed;
use crossbeam_channel::{Receiver, Sender, unbounded};
use eframe::egui;
use rfd::AsyncFileDialog;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use walkdir::WalkDir;

/// Pictures that are handed on at once while a folder is looked through.
const CHUNK: usize = 64;
/// A dialog that is closed sooner was never open.
const TOO_SOON: Duration = Duration::from_millis(300);

/// What was done in the background.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // a few a second, and never many at once
pub enum Report {
    /// Pictures were found.
    Found {
        /// Their files.
        files: Vec<PathBuf>,
        /// Whether the first becomes the reference.
        as_reference: bool,
    },
    /// A folder has been looked through: which, to be watched.
    Scanned(Option<PathBuf>),
    /// The user has chosen something in a dialog.
    Chosen(Command),
    /// Something worth saying.
    Said(Tone, String),
    /// Something that the training panel wanted to know.
    Training(Told),
    /// Something about the catalogue of weights.
    Weights(Heard),
    /// Something about the classic metrics.
    Measured(measure::Heard),
    /// For a checkpoint, the user's words were placed in its text space, or could not be.
    Placed(Arc<ModelInfo>, Vec<String>, Result<Vec<Placed>, String>),
}

/// Starts work and hands back reports.
#[derive(Clone)]
pub struct Background {
    ctx: egui::Context,
    sender: Sender<Report>,
    reports: Receiver<Report>,
}

impl Background {
    /// Nothing runs yet. Reports wake `ctx`.
    pub fn new(ctx: egui::Context) -> Self {
        let (sender, reports) = unbounded();
        Self {
            ctx,
            sender,
            reports,
        }
    }

    /// The next report that is there, if any; never waits.
    pub fn next(&self) -> Option<Report> {
        self.reports.try_recv().ok()
    }

    /// Runs `work` on a thread, which reports through what it is given.
    pub fn run(&self, work: impl FnOnce(&dyn Fn(Report)) + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        std::thread::spawn(move || {
            work(&|report| {
                // The window is gone when nobody listens.
                if sender.send(report).is_ok() {
                    ctx.request_repaint();
                }
            });
        });
    }

    /// Finds the pictures among files and in folders, all the way down, by name.
    pub fn scan(&self, paths: Vec<PathBuf>, as_reference: bool) {
        self.run(move |report| {
            for path in paths {
                if path.is_dir() {
                    scan_folder(&path, as_reference, report);
                    report(Report::Scanned(Some(path)));
                } else {
                    report(Report::Found {
                        files: vec![path],
                        as_reference,
                    });
                }
            }
            report(Report::Scanned(None));
        });
    }

    /// Asks the system for a file, with what to do with the answer.
    fn ask<T: 'static>(
        &self,
        dialog: impl Future<Output = Option<T>> + Send + 'static,
        then: impl FnOnce(T) -> Command + Send + 'static,
    ) {
        self.run(move |report| {
            let asked = Instant::now();
            match pollster::block_on(dialog) {
                Some(chosen) => report(Report::Chosen(then(chosen))),
                None if asked.elapsed() < TOO_SOON => report(Report::Said(
                    Tone::Bad,
                    "The system's file dialog could not be opened (is a desktop portal or zenity \
                     installed?). Drop files on the window, paste a path, or name them on the \
                     command line."
                        .into(),
                )),
                None => {}
            }
        });
    }

    /// Lets the user choose pictures.
    pub fn open_files(&self) {
        let dialog = AsyncFileDialog::new()
            .set_title("Open pictures")
            .add_filter(
                "Pictures",
                &[
                    "jpg", "jpeg", "jpe", "png", "tif", "tiff", "webp", "bmp", "gif",
                ],
            )
            .add_filter("All files", &["*"])
            .pick_files();
        self.ask(dialog, |files| Command::Add {
            paths: files.iter().map(|file| file.path().to_owned()).collect(),
            as_reference: false,
        });
    }

    /// Lets the user choose a folder.
    pub fn open_folder(&self) {
        let dialog = AsyncFileDialog::new()
            .set_title("Open a folder")
            .pick_folder();
        self.ask(dialog, |folder| Command::Add {
            paths: vec![folder.path().to_owned()],
            as_reference: false,
        });
    }

    /// Lets the user choose a checkpoint.
    pub fn open_checkpoint(&self) {
        let dialog = AsyncFileDialog::new()
            .set_title("Choose a checkpoint")
            .add_filter("Checkpoints", &["safetensors"])
            .pick_file();
        self.ask(dialog, |file| Command::Checkpoint(file.path().to_owned()));
    }

    /// Lets the user choose something for the training panel.
    pub fn choose(&self, place: Place) {
        let title = match place {
            Place::Data => "Choose a folder of rated pictures",
            Place::Pristine => "Choose a folder of pristine photographs",
            Place::Start => "Choose a checkpoint to start from",
            Place::Weights => "Choose weights of the backbone",
            Place::Folder => "Choose an empty folder for the run",
            Place::Run => "Choose the folder of a run",
        };
        let dialog = AsyncFileDialog::new().set_title(title);
        let then = move |chosen: rfd::FileHandle| {
            Command::Training(Wish::Chosen(place, chosen.path().to_owned()))
        };
        match place {
            Place::Start | Place::Weights => {
                let dialog = dialog.add_filter("Tensors", &["safetensors"]);
                self.ask(dialog.pick_file(), then);
            }
            _ => self.ask(dialog.pick_folder(), then),
        }
    }

    /// Lets the user choose where to write something.
    pub fn save(&self, export: Export, beside: Option<&Path>, name: &str) {
        let mut dialog = AsyncFileDialog::new().set_title("Export");
        if let Some(folder) = beside.and_then(Path::parent) {
            dialog = dialog.set_directory(folder);
        }
        if export == Export::AllMaps {
            self.ask(dialog.pick_folder(), move |folder| {
                Command::Save(export, folder.path().to_owned())
            });
        } else {
            let dialog = dialog.set_file_name(name).save_file();
            self.ask(dialog, move |file| {
                Command::Save(export, file.path().to_owned())
            });
        }
    }
}

fn scan_folder(folder: &Path, as_reference: bool, report: &dyn Fn(Report)) {
    let mut files = Vec::new();
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !hidden(entry));
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_picture_name(entry.path()) => {
                files.push(entry.into_path());
            }
            Ok(_) => continue,
            // A link into itself is no loss: what it leads to is found anyway.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                report(Report::Said(Tone::Bad, error.to_string()));
                continue;
            }
        }
        if files.len() >= CHUNK {
            let files = std::mem::take(&mut files);
            report(Report::Found {
                files,
                as_reference,
            });
        }
    }
    report(Report::Found {
        files,
        as_reference,
    });
}
