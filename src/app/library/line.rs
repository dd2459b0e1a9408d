//! The line to the library's thread, and to small pictures from any thread.

use super::thread::{Keeper, Order};
use crate::app::background::Background;
use crate::app::gallery::FrameId;
use crate::app::taste::For;
use bpclip_library::{Decision, Identity, Library, Score, Thumbnail};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a window that is closed waits until what was decided is kept, and behind that until what
/// can be found out again is.
const LAST_PATIENCE: Duration = Duration::from_secs(3);
const LAST_WORK: Duration = Duration::from_millis(300);
/// Files that are looked up at once: between two such lots what was just decided is kept.
const AT_ONCE: usize = 64;

/// The line to the thread; none of its functions waits.
#[derive(Clone)]
pub struct Line {
    orders: Sender<Order>,
    ended: Receiver<()>,
    path: Option<PathBuf>,
}

impl Line {
    /// Starts the thread. Without a path nothing is kept, and only what stands beside and in
    /// pictures' files is read.
    pub fn start(path: Option<PathBuf>, background: Background) -> Self {
        let (orders, taken) = unbounded();
        let (end, ended) = bounded(2);
        let kept = path.clone();
        std::thread::spawn(move || {
            let rest = Keeper::new(kept, background).run(&taken);
            let _ = end.send(());
            rest.keep();
            let _ = end.send(());
        });
        Self {
            orders,
            ended,
            path,
        }
    }

    /// Whether anything is kept.
    pub fn is_on(&self) -> bool {
        self.path.is_some()
    }

    /// Looks up what was decided on frames.
    pub fn recall(&self, frames: Vec<(FrameId, PathBuf)>) {
        for part in frames.chunks(AT_ONCE) {
            self.order(Order::Recall(part.to_vec()));
        }
    }

    /// Keeps what was decided.
    pub fn decide(&self, decisions: Vec<(PathBuf, Decision)>) {
        if self.is_on() && !decisions.is_empty() {
            self.order(Order::Decide(decisions));
        }
    }

    /// Looks up scores of versions of frames.
    pub fn scores(&self, scorer: &str, frames: &[(FrameId, u32, PathBuf)]) {
        for part in frames.chunks(AT_ONCE) {
            self.order(Order::Scores(scorer.to_owned(), part.to_vec()));
        }
    }

    /// Keeps a score.
    pub fn keep_score(&self, scorer: String, path: PathBuf, score: Score) {
        if self.is_on() {
            self.order(Order::Score(scorer, path, score));
        }
    }

    /// Looks up how a folder was looked at.
    pub fn view_of(&self, folder: PathBuf) {
        self.order(Order::ViewOf(folder));
    }

    /// Keeps how a folder is looked at.
    pub fn view(&self, folder: PathBuf, view: String) {
        if self.is_on() {
            self.order(Order::View(folder, view));
        }
    }

    /// Looks up what was learned of the user's taste for a folder, or for all.
    pub fn taste_of(&self, folder: Option<PathBuf>, about: For) {
        self.order(Order::TasteOf(folder, about));
    }

    /// Keeps what was learned; without words it is forgotten.
    pub fn keep_taste(&self, folder: Option<PathBuf>, scorer: String, model: Option<String>) {
        if self.is_on() {
            self.order(Order::Taste(folder, scorer, model));
        }
    }

    /// Looks up all pictures that were ever marked.
    pub fn marked(&self, about: For) {
        self.order(Order::Marked(about));
    }

    /// A sidecar was written by this program.
    pub fn wrote(&self, sidecar: PathBuf) {
        if self.is_on() {
            self.order(Order::Wrote(sidecar));
        }
    }

    /// Files were moved by this program, from the first place to the second.
    pub fn moved(&self, moves: Vec<(PathBuf, PathBuf)>) {
        if self.is_on() && !moves.is_empty() {
            self.order(Order::Moved(moves));
        }
    }

    /// A file was rated within by this program, and was this before.
    pub fn rewritten(&self, before: Identity) {
        if self.is_on() {
            self.order(Order::Rewritten(before));
        }
    }

    /// Looks how much is kept.
    pub fn size(&self) {
        self.order(Order::Size);
    }

    /// Forgets scores and thumbnails.
    pub fn clear(&self) {
        self.order(Order::Clear);
    }

    /// Forgets what was decided.
    pub fn clear_decisions(&self) {
        self.order(Order::ClearDecisions);
    }

    /// Waits until all that was asked for is kept, though not for ever, and not for long for what can be
    /// found out again.
    pub fn end(&self) {
        self.order(Order::End);
        if self.ended.recv_timeout(LAST_PATIENCE).is_ok() {
            let _ = self.ended.recv_timeout(LAST_WORK);
        }
    }

    /// Small pictures, for another thread.
    pub fn shelf(&self) -> Shelf {
        Shelf {
            line: self.clone(),
            library: None,
        }
    }

    fn order(&self, order: Order) {
        // The thread ends only with us.
        let _ = self.orders.send(order);
    }
}

/// Small pictures that are kept; every thread that looks for some has its own.
pub struct Shelf {
    line: Line,
    library: Option<Library>,
}

impl Shelf {
    /// The small picture of a file as it is now.
    pub fn take(&mut self, file: &Path) -> Option<Thumbnail> {
        let path = self.line.path.as_deref()?;
        if self.library.is_none() {
            self.library = Library::join(path).ok();
        }
        let identity = Identity::of(file).ok()?;
        let found = self.library.as_ref()?.thumbnail(&identity);
        if found.is_err() {
            // Another one may be there soon.
            self.library = None;
        }
        found.ok().flatten()
    }

    /// Keeps one.
    pub fn keep(&self, file: &Path, thumbnail: Thumbnail) {
        if self.line.is_on()
            && let Ok(identity) = Identity::of(file)
        {
            self.line.order(Order::Thumbnail(identity, thumbnail));
        }
    }

    /// Whether it is worth making something to keep.
    pub fn is_on(&self) -> bool {
        self.line.is_on()
    }
}
