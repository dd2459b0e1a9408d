//! Watches open folders for pictures that come, change and go.
//!
//! What the system says happened is only a reason to look: what is reported is the difference
//! between what was known of a file and what is there once it has been quiet for a while. So a
//! file that is still being copied is reported when it is whole, one that was saved through a
//! temporary file has changed and not gone and come, and systems that tell different tales of the
//! same event make no difference.

use bpclip_core::image::{is_picture, walk};
use crossbeam_channel::{Receiver, Sender, at, never, select, unbounded};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// How long a file must stay as it is before it is reported.
pub const QUIET: Duration = Duration::from_millis(300);
/// How often waiting files are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Something happened to a picture in a folder that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    Appeared(PathBuf),
    /// It has other content.
    Changed(PathBuf),
    /// It is gone.
    Vanished(PathBuf),
}

/// What a watch tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderEvent {
    /// Of a picture.
    Change(Change),
    /// Changes may go unseen; a sentence that says why and what to do. Each is told once.
    Trouble(String),
}

/// A watch over folders, on a thread of its own; none of its functions waits. Dropping it ends it.
#[derive(Debug)]
pub struct Watch {
    orders: Sender<Order>,
}

#[derive(Debug)]
enum Order {
    Open(PathBuf, bool),
    Close(PathBuf),
}

impl Watch {
    /// Starts a watch over nothing. `tell` is called from its thread.
    pub fn start(tell: impl Fn(FolderEvent) + Send + Sync + 'static) -> Self {
        let (orders, taken) = unbounded();
        let tell = Arc::new(tell);
        let told = Arc::clone(&tell);
        let thread = thread::Builder::new().name("folder watch".into());
        let work = move || Watchman::new(move |event| told(event)).run(&taken);
        if let Err(error) = thread.spawn(work) {
            let trouble = format!("folders are not watched for new pictures: {error}");
            tell(FolderEvent::Trouble(trouble));
        }
        Self { orders }
    }

    /// Watches a folder, and those within it too if `recursive`. The pictures that are in it when
    /// the watch begins, a moment after this, are not news.
    pub fn open(&self, folder: impl Into<PathBuf>, recursive: bool) {
        let _ = self.orders.send(Order::Open(folder.into(), recursive));
    }

    /// Watches a folder no longer.
    pub fn close(&self, folder: impl Into<PathBuf>) {
        let _ = self.orders.send(Order::Close(folder.into()));
    }
}

/// What tells one content of a file from another: its length and when it was written.
type Stamp = (u64, Option<SystemTime>);

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((metadata.len(), metadata.modified().ok()))
}

/// A folder that is open.
struct Folder {
    /// As the user named it.
    path: PathBuf,
    /// As some systems name it in events.
    real: PathBuf,
    recursive: bool,
}

/// A file about which something was heard.
struct Waiting {
    stamp: Option<Stamp>,
    since: Instant,
}

struct Watchman<T> {
    tell: T,
    told: HashSet<String>,
    watcher: Option<RecommendedWatcher>,
    heard: (
        Sender<notify::Result<Event>>,
        Receiver<notify::Result<Event>>,
    ),
    folders: Vec<Folder>,
    /// The pictures as they were last told of.
    known: HashMap<PathBuf, Stamp>,
    waiting: HashMap<PathBuf, Waiting>,
}

impl<T: Fn(FolderEvent)> Watchman<T> {
    fn new(tell: T) -> Self {
        Self {
            tell,
            told: HashSet::new(),
            watcher: None,
            heard: unbounded(),
            folders: Vec::new(),
            known: HashMap::new(),
            waiting: HashMap::new(),
        }
    }

    /// Until nobody can give orders any more.
    fn run(&mut self, orders: &Receiver<Order>) {
        let heard = self.heard.1.clone();
        let mut due = None;
        loop {
            let ticks = due.map_or_else(never, at);
            select! {
                recv(orders) -> order => match order {
                    Ok(Order::Open(folder, recursive)) => self.open(folder, recursive),
                    Ok(Order::Close(folder)) => self.close(&folder),
                    Err(_) => return,
                },
                recv(heard) -> event => match event {
                    Ok(Ok(event)) => self.hear(&event),
                    Ok(Err(error)) => self.trouble(None, &error),
                    Err(_) => return,
                },
                recv(ticks) -> _ => {
                    self.look();
                    due = None;
                }
            }
            if due.is_none() && !self.waiting.is_empty() {
                due = Some(Instant::now() + LOOK);
            }
        }
    }

    fn open(&mut self, path: PathBuf, recursive: bool) {
        if self
            .folders
            .iter()
            .any(|open| open.path == path && open.recursive == recursive)
        {
            return;
        }
        self.close(&path);
        let mode = match recursive {
            true => RecursiveMode::Recursive,
            false => RecursiveMode::NonRecursive,
        };
        // Watched first and listed then, so that nothing falls in between.
        if let Err(error) = self
            .watcher()
            .and_then(|watcher| watcher.watch(&path, mode))
        {
            return self.trouble(Some(&path), &error);
        }
        // What cannot be listed has none.
        let pictures = walk(&path, recursive).flatten();
        self.known.extend(
            pictures
                .into_iter()
                .filter_map(|path| Some((path.clone(), stamp(&path)?))),
        );
        let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        self.folders.push(Folder {
            path,
            real,
            recursive,
        });
    }

    fn close(&mut self, path: &Path) {
        let before = self.folders.len();
        self.folders.retain(|open| open.path != path);
        if self.folders.len() == before {
            return;
        }
        if let Some(watcher) = &mut self.watcher {
            // It may be gone already.
            let _ = watcher.unwatch(path);
        }
        let folders = &self.folders;
        self.known.retain(|path, _| is_within(folders, path));
        self.waiting.retain(|path, _| is_within(folders, path));
    }

    /// The system's watcher, made when first needed.
    fn watcher(&mut self) -> notify::Result<&mut RecommendedWatcher> {
        let heard = &self.heard.0;
        let watcher = match self.watcher.take() {
            Some(watcher) => watcher,
            None => {
                let heard = heard.clone();
                notify::recommended_watcher(move |event| {
                    let _ = heard.send(event);
                })?
            }
        };
        Ok(self.watcher.insert(watcher))
    }

    /// Notes which files to look at.
    fn hear(&mut self, event: &Event) {
        if event.need_rescan() {
            // Events were lost: everything may be different.
            let lists = self
                .folders
                .iter()
                .map(|open| walk(&open.path, open.recursive).flatten());
            let listed: Vec<PathBuf> = lists.flatten().collect();
            let known: Vec<PathBuf> = self.known.keys().cloned().collect();
            return listed
                .into_iter()
                .chain(known)
                .for_each(|path| self.wait(path));
        }
        if matches!(event.kind, EventKind::Access(_)) {
            return;
        }
        for path in &event.paths {
            let path = as_named(&self.folders, path);
            // Folders come and go too, with all that is in them.
            let beneath = |known: &&PathBuf| known.starts_with(&path) && **known != path;
            let gone: Vec<PathBuf> = self.known.keys().filter(beneath).cloned().collect();
            gone.into_iter().for_each(|path| self.wait(path));
            let recursive = |open: &Folder| open.recursive && path.starts_with(&open.path);
            if self.folders.iter().any(recursive) && path.is_dir() {
                walk(&path, true).flatten().for_each(|path| self.wait(path));
            }
            self.wait(path);
        }
    }

    fn wait(&mut self, path: PathBuf) {
        if is_within(&self.folders, &path) {
            let waiting = Waiting {
                stamp: stamp(&path),
                since: Instant::now(),
            };
            self.waiting.insert(path, waiting);
        }
    }

    /// Tells of the files that have been quiet for long enough.
    fn look(&mut self) {
        let mut quiet = Vec::new();
        for (path, waiting) in &mut self.waiting {
            let now = stamp(path);
            if now != waiting.stamp {
                waiting.stamp = now;
                waiting.since = Instant::now();
            } else if waiting.since.elapsed() >= QUIET {
                quiet.push(path.clone());
            }
        }
        // Many that come at once come in order.
        quiet.sort();
        for path in quiet {
            let Some(Waiting { stamp, .. }) = self.waiting.remove(&path) else {
                continue;
            };
            let before = match stamp {
                // Now that it is whole, what it holds can be told.
                Some(_) if !self.known.contains_key(&path) && !is_picture(&path) => continue,
                Some(stamp) => self.known.insert(path.clone(), stamp),
                None => self.known.remove(&path),
            };
            let change = match (before, stamp) {
                (None, Some(_)) => Change::Appeared(path),
                (Some(before), Some(now)) if before != now => Change::Changed(path),
                (Some(_), None) => Change::Vanished(path),
                _ => continue,
            };
            (self.tell)(FolderEvent::Change(change));
        }
    }

    fn trouble(&mut self, folder: Option<&Path>, error: &notify::Error) {
        let what = match folder.or(error.paths.first().map(PathBuf::as_path)) {
            Some(folder) => folder.display().to_string(),
            None => "a folder".to_owned(),
        };
        let why = match &error.kind {
            ErrorKind::MaxFilesWatch => "the system's limit of watched folders is reached; raise \
                 it (on Linux fs.inotify.max_user_watches), or open fewer folders"
                .to_owned(),
            ErrorKind::PathNotFound => "it is not there".to_owned(),
            ErrorKind::Io(cause) => cause.to_string(),
            _ => error.to_string(),
        };
        let sentence = format!(
            "{what} is not watched for new and changed pictures: {why}. Open it again to see \
             what is new"
        );
        if self.told.insert(sentence.clone()) {
            (self.tell)(FolderEvent::Trouble(sentence));
        }
    }
}

/// Whether a file is in one of the folders.
fn is_within(folders: &[Folder], path: &Path) -> bool {
    folders.iter().any(|open| match open.recursive {
        true => path.starts_with(&open.path),
        false => path.parent() == Some(&open.path),
    })
}

/// A path as the user named its folder, which some systems replace by what links lead to.
fn as_named(folders: &[Folder], path: &Path) -> PathBuf {
    let named = |open: &Folder| {
        path.strip_prefix(&open.real)
            .ok()
            .map(|rest| open.path.join(rest))
    };
    if folders.iter().any(|open| path.starts_with(&open.path)) {
        return path.to_owned();
    }
    folders
        .iter()
        .find_map(named)
        .unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::RecvTimeoutError;

    const SOON: Duration = Duration::from_secs(10);

    /// A watch, and what it tells.
    struct Watched {
        watch: Watch,
        told: Receiver<FolderEvent>,
    }

    impl Watched {
        fn start() -> Self {
            let (sender, told) = unbounded();
            let watch = Watch::start(move |event| {
                let _ = sender.send(event);
            });
            Self { watch, told }
        }
    }

    /// A watch over a folder that holds these files already.
    fn watched(files: &[&str], recursive: bool) -> (tempfile::TempDir, Watched) {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            fs::write(folder.path().join(name), b"old").unwrap();
        }
        let watch = Watched::start();
        watch.watch.open(folder.path(), recursive);
        // The watch has begun when it sees this one, usually at once.
        thread::sleep(LOOK);
        let first = folder.path().join("first.png");
        let begun = Instant::now();
        loop {
            fs::write(&first, begun.elapsed().as_nanos().to_string()).unwrap();
            match watch.told.recv_timeout(QUIET * 3) {
                Ok(FolderEvent::Change(Change::Appeared(path) | Change::Changed(path)))
                    if path == first =>
                {
                    break;
                }
                Ok(other) => panic!("{other:?}"),
                Err(_) => assert!(begun.elapsed() < SOON),
            }
        }
        (folder, watch)
    }

    /// The next news in time, but of the first picture.
    fn news(watch: &Watched, time: Duration) -> Option<FolderEvent> {
        let first = |news: &FolderEvent| match news {
            FolderEvent::Change(Change::Changed(path)) => path.ends_with("first.png"),
            _ => false,
        };
        loop {
            let news = watch.told.recv_timeout(time).ok()?;
            if !first(&news) {
                return Some(news);
            }
        }
    }

    fn next(watch: &Watched) -> FolderEvent {
        news(watch, SOON).unwrap()
    }

    fn nothing_more(watch: &Watched) {
        assert_eq!(news(watch, QUIET * 3), None);
    }

    #[test]
    fn pictures_come_change_and_go() {
        let (folder, watch) = watched(&["old.jpg", "notes.txt"], false);
        let path = |name: &str| folder.path().join(name);
        fs::write(path("new.jpg"), b"1").unwrap();
        fs::write(path("new.txt"), b"1").unwrap();
        assert_eq!(
            next(&watch),
            FolderEvent::Change(Change::Appeared(path("new.jpg")))
        );
        fs::write(path("old.jpg"), b"longer than before").unwrap();
        assert_eq!(
            next(&watch),
            FolderEvent::Change(Change::Changed(path("old.jpg")))
        );
        fs::remove_file(path("old.jpg")).unwrap();
        assert_eq!(
            next(&watch),
            FolderEvent::Change(Change::Vanished(path("old.jpg")))
        );
        nothing_more(&watch);
    }

    #[test]
    fn a_file_still_being_written_is_told_of_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.png");
        let (told, news) = unbounded();
        let mut watchman = Watchman::new(move |news| told.send(news).unwrap());
        watchman.folders.push(Folder {
            path: folder.path().into(),
            real: folder.path().into(),
            recursive: false,
        });
        for length in [1, 2, 3] {
            fs::write(&path, vec![0; length]).unwrap();
            if length == 1 {
                watchman.hear(&Event::new(EventKind::Any).add_path(path.clone()));
            }
            // Even if no event says that it has grown, and it is long ago that one came.
            watchman.look();
            assert!(news.is_empty(), "{length}");
            if let Some(long_ago) = Instant::now().checked_sub(QUIET) {
                watchman.waiting.get_mut(&path).unwrap().since = long_ago;
            }
        }
        watchman.look();
        assert_eq!(
            news.try_recv(),
            Ok(FolderEvent::Change(Change::Appeared(path)))
        );
        assert!(watchman.waiting.is_empty() && news.is_empty());
    }

    #[test]
    fn saving_through_a_temporary_file_is_a_change() {
        let (folder, watch) = watched(&["a.jpg"], false);
        let path = folder.path().join("a.jpg");
        bpclip_core::file::write_whole(&path, |file| {
            use std::io::Write;
            file.write_all(b"quite new")
        })
        .unwrap();
        assert_eq!(next(&watch), FolderEvent::Change(Change::Changed(path)));
        nothing_more(&watch);
    }

    #[test]
    fn come_and_gone_at_once_is_nothing() {
        let (folder, watch) = watched(&[], false);
        let path = folder.path().join("a.jpg");
        fs::write(&path, b"1").unwrap();
        fs::remove_file(&path).unwrap();
        nothing_more(&watch);
    }

    #[test]
    fn folders_within_count_if_asked_for() {
        let (folder, watch) = watched(&[], true);
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        let path = inner.join("a.jpg");
        fs::write(&path, b"1").unwrap();
        assert_eq!(
            next(&watch),
            FolderEvent::Change(Change::Appeared(path.clone()))
        );
        fs::remove_dir_all(folder.path().join("a")).unwrap();
        assert_eq!(next(&watch), FolderEvent::Change(Change::Vanished(path)));

        let (folder, watch) = watched(&[], false);
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/a.jpg"), b"1").unwrap();
        nothing_more(&watch);
    }

    #[test]
    fn a_closed_folder_is_quiet() {
        let (folder, watch) = watched(&[], false);
        watch.watch.close(folder.path());
        // Orders are carried out one after another, so this says when the first is done.
        watch.watch.open("/nowhere/at/all", false);
        assert!(matches!(next(&watch), FolderEvent::Trouble(_)));
        fs::write(folder.path().join("a.jpg"), b"1").unwrap();
        nothing_more(&watch);
    }

    #[test]
    fn trouble_is_told_once_in_a_sentence() {
        let watch = Watched::start();
        watch.watch.open("/nowhere/at/all", false);
        watch.watch.open("/nowhere/at/all", false);
        let FolderEvent::Trouble(sentence) = next(&watch) else {
            panic!()
        };
        assert_eq!(
            sentence,
            "/nowhere/at/all is not watched for new and changed pictures: it is not there. Open \
             it again to see what is new"
        );
        nothing_more(&watch);
    }

    #[test]
    fn dropping_it_ends_it() {
        let (folder, watch) = watched(&[], false);
        let Watched { watch, told: news } = watch;
        drop(watch);
        assert_eq!(news.recv_timeout(SOON), Err(RecvTimeoutError::Disconnected));
        assert!(news.is_empty() && folder.path().exists());
    }

    #[test]
    fn events_are_named_as_the_user_named_the_folder() {
        let folders = [Folder {
            path: "/var/photos".into(),
            real: "/private/var/photos".into(),
            recursive: false,
        }];
        let named = |path: &str| as_named(&folders, Path::new(path));
        assert_eq!(
            named("/private/var/photos/a.jpg"),
            Path::new("/var/photos/a.jpg")
        );
        assert_eq!(named("/var/photos/a.jpg"), Path::new("/var/photos/a.jpg"));
        assert_eq!(named("/else/a.jpg"), Path::new("/else/a.jpg"));
    }
}
