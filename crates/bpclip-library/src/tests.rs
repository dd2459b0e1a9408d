//! What must not lose anything: two programs at once, kills, full disks, and files of other kinds.

use super::*;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Where a child process keeps decisions, before it is killed.
const CHILD: &str = "BPCLIP_TEST_LIBRARY";

fn library(folder: &Path) -> Library {
    let (library, unusable) = Library::open(&folder.join("library.sqlite")).unwrap();
    assert_eq!(unusable, None);
    library
}

/// A picture's file, of a number; it was written long ago.
fn picture(folder: &Path, number: usize) -> Identity {
    let path = folder.join(format!("{number:05}.jpg"));
    fs::write(&path, number.to_string().repeat(9)).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_000_000))
        .unwrap();
    Identity::of(&path).unwrap()
}

fn stars(number: usize) -> Decision {
    Decision {
        stars: (number % 5 + 1) as u8,
        ..Decision::default()
    }
}

fn recall(library: &mut Library, identity: &Identity) -> Option<Decision> {
    let decided = library.decision(identity, |_| None).unwrap();
    decided.map(|decided| decided.decision)
}

fn score(size: usize) -> Score {
    Score {
        device: "CPU".into(),
        raw: 0.5,
        similarities: vec![vec![0.1; 40]; 4],
        features: vec![vec![0.2; size]; 4],
        look: vec![0.5; 1200],
        facts: "{}".into(),
    }
}

#[test]
fn two_at_once_keep_all_that_both_decide() {
    let folder = tempfile::tempdir().unwrap();
    let each = 60;
    thread::scope(|scope| {
        for window in 0..2 {
            let folder = folder.path();
            scope.spawn(move || {
                let mut library = library(folder);
                for number in 0..each {
                    let number = number * 2 + window;
                    let kept = [(picture(folder, number), stars(number), None)];
                    library.keep_decisions(&kept).unwrap();
                    let scored = [(picture(folder, number), score(16))];
                    library.keep_scores("one", &scored).unwrap();
                }
            });
        }
    });
    let mut library = library(folder.path());
    for number in 0..2 * each {
        let identity = picture(folder.path(), number);
        assert_eq!(
            recall(&mut library, &identity),
            Some(stars(number)),
            "{number}"
        );
        assert!(library.score("one", &identity).unwrap().is_some());
    }
}

/// What one has begun is not taken by another for something else, and put aside.
#[test]
fn many_that_begin_at_once_share_one() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let all_at_once = std::sync::Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    all_at_once.wait();
                    library(folder.path());
                });
            }
        });
    }
}

/// Keeps decisions and says each once it is kept, until it is killed.
#[test]
#[ignore = "is run by another test, and killed by it"]
fn keeps_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else {
        return;
    };
    let mut library = library(&folder);
    for number in 0.. {
        let identity = picture(&folder, number);
        let kept = [(identity.clone(), stars(number), None)];
        library.keep_decisions(&kept).unwrap();
        library
            .keep_scores("one", &[(identity, score(512))])
            .unwrap();
        println!("kept {number}");
        std::io::stdout().flush().unwrap();
    }
}

fn child(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["tests::keeps_until_it_is_killed", "--exact"])
        .args(["--ignored", "--nocapture"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn what_was_said_to_be_kept_survives_a_kill_at_any_moment() {
    for kill in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let mut child = child(folder.path());
        let said = BufReader::new(child.stdout.take().unwrap());
        let (kept, numbers) = mpsc::channel();
        thread::spawn(move || {
            let lines = said.lines().map_while(Result::ok);
            let number = |line: String| line.split("kept ").nth(1)?.parse::<usize>().ok();
            lines
                .filter_map(number)
                .try_for_each(|number| kept.send(number))
        });
        let first = numbers.recv_timeout(Duration::from_secs(60)).unwrap();
        thread::sleep(Duration::from_millis(70 * kill));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut library = library(folder.path());
        for number in std::iter::once(first).chain(numbers) {
            let identity = picture(folder.path(), number);
            assert_eq!(recall(&mut library, &identity), Some(stars(number)));
        }
    }
}

#[test]
fn a_full_disk_is_said_and_what_was_kept_before_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path());
    let first = picture(folder.path(), 0);
    library
        .keep_decisions(&[(first.clone(), stars(0), None)])
        .unwrap();
    // As a disk that has no room for one page more.
    let pages: i64 = library
        .connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    let limit = |library: &Library, pages: i64| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        library.connection.query_row(&sql, [], |_| Ok(())).unwrap();
    };
    limit(&library, pages);
    let scores: Vec<_> = (0..20)
        .map(|number| (picture(folder.path(), number), score(2048)))
        .collect();
    let error = library.keep_scores("one", &scores).unwrap_err();
    assert!(matches!(error, LibraryError::Full { .. }), "{error}");
    assert!(error.to_string().contains("the disk is full"), "{error}");
    assert_eq!(recall(&mut library, &first), Some(stars(0)));
    assert_eq!(library.score("one", &first).unwrap(), None);
    limit(&library, 1 << 30);
    library.keep_scores("one", &scores).unwrap();
    assert!(library.score("one", &first).unwrap().is_some());
}

#[test]
fn what_cannot_be_used_is_put_aside_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let newer = {
        let library = library(folder.path());
        library
            .connection
            .pragma_update(None, "user_version", 99)
            .unwrap();
        drop(library);
        fs::read(&path).unwrap()
    };
    let foreign = {
        let other = folder.path().join("other.sqlite");
        let connection = Connection::open(&other).unwrap();
        connection.execute_batch("CREATE TABLE a (b)").unwrap();
        drop(connection);
        fs::read(&other).unwrap()
    };
    let mut damaged = newer.clone();
    damaged[100..].fill(0xA5);
    for (content, why) in [
        (
            b"no library at all, but a text".to_vec(),
            "it is no library",
        ),
        (foreign, "it is no library"),
        (newer, "a newer bpclip wrote it: it is of version 99"),
        (damaged, "it is damaged"),
    ] {
        fs::write(&path, &content).unwrap();
        assert!(Library::join(&path).is_err());
        let (mut library, unusable) = Library::open(&path).unwrap();
        let unusable = unusable.unwrap();
        assert!(unusable.why.contains(why), "{unusable}");
        let aside = fs::read(&unusable.aside).unwrap();
        assert!(aside == content, "{why}");
        assert!(
            unusable
                .to_string()
                .contains(unusable.aside.to_str().unwrap())
        );
        let identity = picture(folder.path(), 1);
        library
            .keep_decisions(&[(identity.clone(), stars(1), None)])
            .unwrap();
        assert_eq!(recall(&mut library, &identity), Some(stars(1)));
        drop(library);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_place_where_none_can_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = Library::open(&file.join("library.sqlite")).unwrap_err();
    assert!(error.to_string().contains("library.sqlite"), "{error}");
    assert!(Library::join(&folder.path().join("none")).is_err());
    assert!(!folder.path().join("none").exists());
}

#[test]
fn what_was_not_used_for_longest_goes_first_and_decisions_never() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path());
    let pictures: Vec<Identity> = (0..600).map(|n| picture(folder.path(), n)).collect();
    for identity in &pictures {
        let kept = [(identity.clone(), score(512))];
        library.keep_scores("one", &kept).unwrap();
    }
    library
        .keep_decisions(&[(pictures[0].clone(), stars(0), None)])
        .unwrap();
    // The first hundred were used last.
    let sql = "UPDATE file SET used = used - 3 * 86400000000000";
    library.connection.execute(sql, []).unwrap();
    library.touch(&pictures[..100]).unwrap();
    let before = library.size().unwrap();
    assert_eq!((before.pictures, before.decisions), (600, 1));
    library.trim(u64::MAX).unwrap();
    assert_eq!(library.size().unwrap().pictures, 600);
    library.trim(before.bytes / 2).unwrap();
    let after = library.size().unwrap();
    assert!(after.bytes <= before.bytes / 2, "{before:?} {after:?}");
    assert!(library.score("one", &pictures[50]).unwrap().is_some());
    assert!(library.score("one", &pictures[300]).unwrap().is_none());
    library.trim(0).unwrap();
    assert_eq!(recall(&mut library, &pictures[0]), Some(stars(0)));
    library
        .keep_scores("one", &[(pictures[0].clone(), score(8))])
        .unwrap();
    library.clear().unwrap();
    let size = library.size().unwrap();
    assert_eq!((size.pictures, size.decisions), (0, 1));
    library.clear_decisions().unwrap();
    assert_eq!(recall(&mut library, &pictures[0]), None);
    assert_eq!(library.size().unwrap().decisions, 0);
}

#[test]
fn thumbnails_views_and_what_others_noted_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = library(folder.path());
    let identity = picture(folder.path(), 1);
    let thumbnail = Thumbnail {
        size: (6000, 4000),
        exif: Some("{}".into()),
        jpeg: vec![1, 2, 3],
    };
    library
        .keep_thumbnails(&[(identity.clone(), thumbnail.clone())])
        .unwrap();
    assert_eq!(library.thumbnail(&identity).unwrap(), Some(thumbnail));
    assert_eq!(library.noted(&identity).unwrap(), None);
    library.keep_noted(&[(identity.clone(), None)]).unwrap();
    assert_eq!(library.noted(&identity).unwrap(), Some(None));
    library
        .keep_noted(&[(identity.clone(), Some(stars(2)))])
        .unwrap();
    assert_eq!(library.noted(&identity).unwrap(), Some(Some(stars(2))));
    library.keep_view(folder.path(), "one").unwrap();
    library.keep_view(folder.path(), "two").unwrap();
    assert_eq!(library.view(folder.path()).unwrap(), Some("two".into()));
    assert_eq!(library.view(Path::new("/")).unwrap(), None);
    let sidecar = folder.path().join("a.xmp");
    let then = std::time::UNIX_EPOCH + Duration::from_secs(5);
    library.keep_sidecar(&sidecar, then).unwrap();
    assert!(library.is_own_sidecar(&sidecar, then).unwrap());
    let later = then + Duration::from_nanos(1);
    assert!(!library.is_own_sidecar(&sidecar, later).unwrap());
}
