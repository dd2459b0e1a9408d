//! The thread that reads and writes the library.

use super::event::Event;
use crate::app::background::Background;
use crate::app::gallery::FrameId;
use crate::app::taste::{self, For, MOST_MARKS};
use bpclip_core::image;
use bpclip_library::{Decided, Decision, Identity, Library, LibraryError, Score, Thumbnail};
use bpclip_xmp as xmp;
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Bytes that are kept at most: scores and thumbnails of some fifty thousand pictures.
pub const MOST_BYTES: u64 = 1 << 30;
/// How long after a failure what was decided is tried to be kept again.
const AGAIN: Duration = Duration::from_secs(3);
/// How long nothing must be asked for before pictures are read for their content.
const IDLE: Duration = Duration::from_millis(500);
/// Scores and thumbnails that are kept together.
const TOGETHER: usize = 64;
/// How many such lots are kept before it is looked whether they are too much.
const LOTS: usize = 16;

/// What the thread is asked to do.
pub enum Order {
    Recall(Vec<(FrameId, PathBuf)>),
    Decide(Vec<(PathBuf, Decision)>),
    Scores(String, Vec<(FrameId, u32, PathBuf)>),
    Score(String, PathBuf, Score),
    Thumbnail(Identity, Thumbnail),
    ViewOf(PathBuf),
    View(PathBuf, String),
    TasteOf(Option<PathBuf>, For),
    Taste(Option<PathBuf>, String, Option<String>),
    Marked(For),
    Wrote(PathBuf),
    Moved(Vec<(PathBuf, PathBuf)>),
    Rewritten(Identity),
    Size,
    Clear,
    ClearDecisions,
    End,
}

/// What the thread works with.
pub struct Keeper {
    path: Option<PathBuf>,
    library: Option<Library>,
    background: Background,
    waiting: VecDeque<Order>,
    /// What was decided and is not kept yet.
    decisions: BTreeMap<PathBuf, Decision>,
    scores: HashMap<String, Vec<(Identity, Score)>>,
    thumbnails: Vec<(Identity, Thumbnail)>,
    views: BTreeMap<PathBuf, String>,
    /// Whether some decided picture's content may not be noted yet.
    contents: bool,
    lots: usize,
    /// Whether the last thing could not be kept.
    failed: bool,
}

/// What is left of a keeper: what can be found out again.
pub struct Rest(Keeper);

impl Rest {
    /// Keeps it, as far as the program lives for that.
    pub fn keep(mut self) {
        // Scores took the longest to find out.
        let (scores, thumbnails): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.0.waiting)
            .into_iter()
            .partition(|order| matches!(order, Order::Score(..)));
        for order in scores.into_iter().chain(thumbnails) {
            self.0.carry_out(order);
        }
        self.0.keep_found_out();
    }
}

impl Keeper {
    pub fn new(path: Option<PathBuf>, background: Background) -> Self {
        Self {
            contents: path.is_some(),
            path,
            library: None,
            background,
            waiting: VecDeque::new(),
            decisions: BTreeMap::new(),
            scores: HashMap::new(),
            thumbnails: Vec::new(),
            views: BTreeMap::new(),
            lots: 0,
            failed: false,
        }
    }

    /// Until it is asked to end, or nobody can ask any more; then all is kept but what can be found out
    /// again.
    pub fn run(mut self, orders: &Receiver<Order>) -> Rest {
        self.open();
        loop {
            let next = match self.waiting.pop_front() {
                Some(next) => Ok(next),
                None => {
                    self.keep_found_out();
                    match self.patience() {
                        Some(patience) => orders.recv_timeout(patience),
                        None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
                    }
                }
            };
            match next {
                Err(RecvTimeoutError::Disconnected) => break,
                Ok(order) => {
                    self.waiting.push_front(order);
                    // What was decided is kept before everything else.
                    self.waiting.extend(orders.try_iter());
                    let ends = |order: &Order| matches!(order, Order::End);
                    if self.waiting.iter().any(ends) {
                        break;
                    }
                    self.take_decisions();
                    self.keep_decided();
                    if let Some(order) = self.waiting.pop_front() {
                        self.carry_out(order);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.keep_decided();
                    self.note_content();
                }
            }
        }
        self.waiting.extend(orders.try_iter());
        self.take_decisions();
        self.keep_decided();
        // Nobody waits for an answer any more.
        let (found_out, rest): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|order| matches!(order, Order::Score(..) | Order::Thumbnail(..)));
        for order in rest {
            if let Order::View(..) | Order::Wrote(_) | Order::Taste(..) = order {
                self.carry_out(order);
            }
        }
        self.keep_views();
        self.waiting = found_out;
        Rest(self)
    }

    /// How long to wait for the next order; for ever where there is nothing else to do.
    fn patience(&self) -> Option<Duration> {
        if !self.decisions.is_empty() {
            Some(AGAIN)
        } else {
            self.contents.then_some(IDLE)
        }
    }

    /// Opens the library, if one is wanted and none is open.
    fn open(&mut self) {
        let Some(path) = self.path.as_deref().filter(|_| self.library.is_none()) else {
            return;
        };
        match Library::open(path) {
            Ok((library, unusable)) => {
                self.library = Some(library);
                if let Some(unusable) = unusable {
                    self.background.tell(Event::Anew(unusable.to_string()));
                }
            }
            Err(error) => self.complain(&error),
        }
    }

    /// Does something with the library; `None` where there is none or it failed, which is told.
    fn with<T>(&mut self, work: impl FnOnce(&mut Library) -> Result<T, LibraryError>) -> Option<T> {
        self.open();
        match work(self.library.as_mut()?) {
            Ok(done) => {
                if std::mem::take(&mut self.failed) {
                    self.background.tell(Event::Well);
                }
                Some(done)
            }
            Err(error) => {
                self.complain(&error);
                if error.is_damage() {
                    // It is put aside when it is opened anew.
                    self.library = None;
                    self.open();
                }
                None
            }
        }
    }

    fn complain(&mut self, error: &LibraryError) {
        self.failed = true;
        self.background.tell(Event::Trouble(error.to_string()));
    }

    /// Forgets what was decided before that was asked for: what was decided since is kept after it.
    fn forget_decisions(&mut self) {
        let forgets = |order: &Order| matches!(order, Order::ClearDecisions);
        let Some(last) = self.waiting.iter().rposition(forgets) else {
            return;
        };
        let decides = |order: &Order| {
            use Order::{ClearDecisions, Decide, Taste, View};
            matches!(order, ClearDecisions | Decide(_) | Taste(..) | View(..))
        };
        let since = self.waiting.split_off(last + 1);
        self.waiting.retain(|order| !decides(order));
        self.waiting.extend(since);
        self.decisions.clear();
        self.views.clear();
        self.with(Library::clear_decisions);
    }

    /// Takes up what was decided, on files where they are by now.
    fn take_decisions(&mut self) {
        self.forget_decisions();
        let (mut moves, mut rewritten) = (Vec::new(), Vec::new());
        self.waiting.retain_mut(|order| match order {
            Order::Decide(decisions) => {
                self.decisions.extend(std::mem::take(decisions));
                false
            }
            Order::Moved(moved) => {
                moves.append(moved);
                false
            }
            Order::Rewritten(before) => {
                rewritten.push(before.clone());
                false
            }
            _ => true,
        });
        if !moves.is_empty() {
            self.moved(&moves);
        }
        if !rewritten.is_empty() {
            self.keep_found_out();
        }
        for before in rewritten {
            self.with(|library| library.rewritten(&before));
        }
    }

    /// Keeps what was decided. What cannot be kept is tried again.
    fn keep_decided(&mut self) {
        if self.decisions.is_empty() || self.path.is_none() {
            return;
        }
        let decided: Vec<_> = self
            .decisions
            .iter()
            .filter_map(|(path, decision)| {
                let identity = Identity::of(path).ok()?;
                let taken = image::taken(path);
                Some((identity, *decision, taken))
            })
            .collect();
        // Files that are gone have nothing to keep a decision by.
        if self
            .with(|library| library.keep_decisions(&decided))
            .is_some()
        {
            self.decisions.clear();
            self.contents = true;
        }
    }

    /// Notes the content of one decided picture, while there is nothing else to do.
    fn note_content(&mut self) {
        if self.contents && self.decisions.is_empty() {
            self.contents = self.with(Library::note_content).unwrap_or(false);
        }
    }

    /// Keeps scores, thumbnails and views. What cannot be kept is found out again another time.
    fn keep_found_out(&mut self) {
        for (scorer, scores) in std::mem::take(&mut self.scores) {
            self.with(|library| library.keep_scores(&scorer, &scores));
            self.lots += 1;
        }
        let thumbnails = std::mem::take(&mut self.thumbnails);
        if !thumbnails.is_empty() {
            self.with(|library| library.keep_thumbnails(&thumbnails));
            self.lots += 1;
        }
        self.keep_views();
        if self.lots >= LOTS {
            self.lots = 0;
            self.with(|library| library.trim(MOST_BYTES));
        }
    }

    fn keep_views(&mut self) {
        for (folder, view) in std::mem::take(&mut self.views) {
            self.with(|library| library.keep_view(&real(folder), &view));
        }
    }

    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Recall(frames) => self.recall(frames),
            Order::Scores(scorer, frames) => self.look_up(scorer, frames),
            Order::Score(scorer, path, score) => {
                if let Ok(identity) = Identity::of(&path) {
                    let scores = self.scores.entry(scorer).or_default();
                    scores.push((identity, score));
                    if scores.len() >= TOGETHER {
                        self.keep_found_out();
                    }
                }
            }
            Order::Thumbnail(identity, thumbnail) => {
                self.thumbnails.push((identity, thumbnail));
                if self.thumbnails.len() >= TOGETHER {
                    self.keep_found_out();
                }
            }
            Order::ViewOf(folder) => {
                let place = real(folder.clone());
                let view = self.with(|library| library.view(&place)).flatten();
                self.background.tell(Event::View(folder, view));
            }
            Order::View(folder, view) => {
                self.views.insert(folder, view);
            }
            Order::TasteOf(folder, about) => {
                let folder = folder.map(real);
                let kept = self
                    .with(|library| library.taste(folder.as_deref(), &about.scorer))
                    .flatten();
                self.background.tell(taste::Event::Recalled(about, kept));
            }
            Order::Taste(folder, scorer, model) => {
                let folder = folder.map(real);
                self.with(|library| {
                    library.keep_taste(folder.as_deref(), &scorer, model.as_deref())
                });
            }
            Order::Marked(about) => {
                // What waits to be kept counts too.
                self.keep_found_out();
                let marked = self.with(|library| library.marked(&about.scorer, MOST_MARKS));
                let marked = marked.unwrap_or_default();
                self.background.tell(taste::Event::Marked(about, marked));
            }
            Order::Wrote(sidecar) => {
                if let Some(modified) = modified(&sidecar) {
                    self.with(|library| library.keep_sidecar(&sidecar, modified));
                }
            }
            Order::Size => self.tell_size(),
            Order::Clear => {
                self.scores.clear();
                self.thumbnails.clear();
                self.with(Library::clear);
            }
            // They are seen to before.
            Order::ClearDecisions
            | Order::Decide(_)
            | Order::Moved(_)
            | Order::Rewritten(_)
            | Order::End => {}
        }
    }

    /// What is known of files goes with them.
    fn moved(&mut self, moves: &[(PathBuf, PathBuf)]) {
        self.keep_found_out();
        for (from, to) in moves {
            if let Some(decision) = self.decisions.remove(from) {
                self.decisions.insert(to.clone(), decision);
            }
        }
        self.with(|library| library.relocated(moves));
    }

    fn tell_size(&mut self) {
        self.keep_found_out();
        if let Some(size) = self.with(|library| library.size()) {
            self.background.tell(Event::Size(size));
        }
    }

    /// Tells what was decided on frames: by the person here, or in another program, whichever was
    /// later.
    fn recall(&mut self, frames: Vec<(FrameId, PathBuf)>) {
        let mut recalled = Vec::new();
        let (mut looked_at, mut seen) = (Vec::new(), Vec::new());
        for (id, path) in frames {
            let Ok(identity) = Identity::of(&path) else {
                continue;
            };
            let own = self
                .with(|library| library.decision(&identity, image::taken))
                .flatten();
            let others = self.in_sidecar(&path);
            let decision = later_word(own, others, || {
                let known = self.with(|library| library.noted(&identity)).flatten();
                known.unwrap_or_else(|| {
                    let embedded = xmp::embedded(&path);
                    looked_at.push((identity.clone(), embedded));
                    embedded
                })
            });
            recalled.extend(decision.map(|decision| (id, decision)));
            seen.push(identity);
        }
        if self.path.is_some() {
            if !looked_at.is_empty() {
                self.with(|library| library.keep_noted(&looked_at));
            }
            self.with(|library| library.touch(&seen));
        }
        if !recalled.is_empty() {
            self.background.tell(Event::Recalled(recalled));
        }
    }

    /// What another program wrote into a picture's sidecar, and when.
    fn in_sidecar(&mut self, picture: &Path) -> Option<(Decision, SystemTime)> {
        let sidecar = xmp::sidecar_of(picture);
        let at = modified(&sidecar)?;
        let own = self.with(|library| library.is_own_sidecar(&sidecar, at));
        match own {
            Some(true) => None,
            _ => Some((xmp::read_sidecar(&sidecar)?, at)),
        }
    }

    /// Tells the scores of frames.
    fn look_up(&mut self, scorer: String, frames: Vec<(FrameId, u32, PathBuf)>) {
        // What waits to be kept is known too.
        self.keep_found_out();
        let found = frames
            .into_iter()
            .map(|(id, revision, path)| {
                let score = Identity::of(&path).ok().and_then(|identity| {
                    self.with(|library| library.score(&scorer, &identity))
                        .flatten()
                });
                (id, revision, score)
            })
            .collect();
        self.background.tell(Event::Scores { scorer, found });
    }
}

/// What counts of a person's own decision, another program's sidecar, and what stands within the
/// picture's file: the later word, and the last only where there is no other.
pub fn later_word(
    own: Option<Decided>,
    sidecar: Option<(Decision, SystemTime)>,
    within: impl FnOnce() -> Option<Decision>,
) -> Option<Decision> {
    match (own, sidecar) {
        (Some(own), Some((decision, at))) if at > own.at => Some(decision),
        (Some(own), _) => Some(own.decision),
        (None, Some((decision, _))) => Some(decision),
        (None, None) => within(),
    }
}

pub fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// A folder's real path, through all links.
fn real(folder: PathBuf) -> PathBuf {
    fs::canonicalize(&folder).unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::background::inbox;
    use bpclip_library::Mark;
    use crossbeam_channel::unbounded;

    #[test]
    fn what_is_decided_after_all_was_forgotten_is_kept() {
        let place = tempfile::tempdir().unwrap();
        let [before, after] = ["before.jpg", "after.jpg"].map(|name| place.path().join(name));
        for file in [&before, &after] {
            fs::write(file, file.as_os_str().as_encoded_bytes()).unwrap();
        }
        let rejected = Decision {
            mark: Some(Mark::Reject),
            ..Decision::default()
        };
        let (sender, orders) = unbounded();
        // All at once, as where the thread was busy.
        for order in [
            Order::Decide(vec![(before.clone(), rejected)]),
            Order::ClearDecisions,
            Order::Decide(vec![(after.clone(), rejected)]),
        ] {
            sender.send(order).unwrap();
        }
        drop(sender);
        let path = place.path().join("library.sqlite");
        let (background, _inbox) = inbox(eframe::egui::Context::default());
        Keeper::new(Some(path.clone()), background).run(&orders);
        let mut library = Library::join(&path).unwrap();
        let mut kept = |file: &Path| {
            let identity = Identity::of(file).unwrap();
            let decided = library.decision(&identity, |_| None).unwrap();
            decided.map(|decided| decided.decision.mark)
        };
        assert_eq!(kept(&before), None);
        assert_eq!(kept(&after), Some(Some(Mark::Reject)));
    }
}
