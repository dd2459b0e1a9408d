//! What is wished for, what that comes to, and how far it is.

use super::choice::Which;
use bpclip_library::transfer::{How, Plan};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The folder of the logs, beside what is kept of pictures.
pub const LOGS: &str = "transfers";
/// How long a window that is closed waits for the file at hand.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

/// What is wished for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    pub which: Which,
    pub how: How,
    /// Where to copy or move; empty while that is not known.
    pub folder: PathBuf,
    /// The same as it was typed.
    pub typed: String,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            which: Which::default(),
            how: How::Copy,
            folder: PathBuf::new(),
            typed: String::new(),
        }
    }
}

/// What a wish comes to.
#[derive(Debug)]
pub struct Planned {
    /// The number of the wish.
    pub number: u64,
    pub plan: Plan,
    /// How many pictures.
    pub pictures: usize,
    /// Files that are there already.
    pub there: usize,
    /// Bytes of the files.
    pub bytes: u64,
    /// What cannot be looked at, and why.
    pub problems: Vec<String>,
}

/// What is known of a wish.
#[derive(Clone, Debug, Default)]
pub enum Preview {
    /// It names no picture of the list.
    #[default]
    NoPicture,
    /// It names no folder.
    NoFolder,
    /// It is being looked at, or will be.
    Looking,
    /// This is what would happen.
    Ready(Arc<Planned>),
}

/// What became of files, in words.
pub const fn outcome(how: How) -> &'static str {
    match how {
        How::Copy => "copied",
        How::Move => "moved",
        How::Bin => "put into the bin",
    }
}

/// What is being done.
#[derive(Debug)]
pub struct Work {
    pub how: How,
    /// Whether it is taken back.
    pub back: bool,
    pub of: usize,
    pub done: usize,
    pub failed: Vec<String>,
    pub(super) stop: Arc<AtomicBool>,
    /// Set once the thread has ended.
    pub(super) ended: Arc<AtomicBool>,
    /// Its log, once that is written.
    pub(super) log: Option<PathBuf>,
}

impl Work {
    /// Whether it was told to stop.
    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// What it does.
    pub const fn label(&self) -> &'static str {
        match (self.back, self.how) {
            (true, _) => "Taking back",
            (false, How::Copy) => "Copying",
            (false, How::Move) => "Moving",
            (false, How::Bin) => "Into the bin",
        }
    }
}

/// Files: what is wished for, and what is done.
#[derive(Debug, Default)]
pub struct State {
    pub wish: Wish,
    pub preview: Preview,
    pub work: Option<Work>,
    /// The last thing that was done, and can be taken back.
    pub last: Option<(PathBuf, Plan)>,
    /// Where logs go.
    pub logs: Option<PathBuf>,
    /// How many wishes were looked at.
    pub(super) number: u64,
    /// Whether one is being looked at: there is one look at a time, however fast wishes change.
    pub(super) looking: bool,
}

impl State {
    /// One that keeps its logs beside what is kept of pictures.
    pub fn new(library: Option<&Path>) -> Self {
        let folder = library.and_then(Path::parent);
        Self {
            logs: folder.map(|folder| folder.join(LOGS)),
            ..Self::default()
        }
    }

    /// Whether nothing is being done or looked at.
    pub fn is_idle(&self) -> bool {
        self.work.is_none() && !matches!(self.preview, Preview::Looking)
    }

    /// The window is closed: what is being done is stopped behind the files at hand. Whether anything
    /// was being done.
    pub fn end(&self) -> bool {
        let Some(work) = &self.work else { return false };
        work.stop.store(true, Ordering::Relaxed);
        let begun = Instant::now();
        while !work.ended.load(Ordering::Relaxed) && begun.elapsed() < LAST_PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }
}
