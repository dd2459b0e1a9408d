//! The catalogue of weights, against a web server of the test's own.

mod program;
mod resume;
pub mod server;

use bpclip_catalogue::{
    CatalogueError, Digest, Entry, Fetched, Origin, Progress, Size, State, Store,
};
use server::{File, Server, sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Bytes that a file of weights might hold.
pub fn some_bytes(length: usize) -> Vec<u8> {
    let mut state = length as u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// An entry of exactly these bytes.
fn entry_of(bytes: &[u8]) -> Entry {
    Entry {
        name: "test",
        title: "a test's weights",
        purpose: "testing",
        next: "bpclip import {file} out.safetensors",
        licence: "none",
        size: Size::Exact(bytes.len() as u64),
        digest: Digest::Sha256(Box::leak(sha256(bytes).into_boxed_str())),
        origin: Origin::Web {
            page: "https://origin.example/page",
            url: "https://origin.example/folder/model.bin",
            file: "test.bin",
        },
    }
}

/// An entry of whose digest only the origin knows.
fn entry_at_origin(about: u64) -> Entry {
    Entry {
        size: Size::About(about),
        digest: Digest::AtOrigin,
        ..entry_of(&[])
    }
}

/// A store of its own with a server as its mirror.
struct Place {
    folder: tempfile::TempDir,
    store: Store,
}

impl Place {
    fn new(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned(), Some(server.url.clone())).unwrap();
        Self { folder, store }
    }

    fn fetch(&self, entry: &Entry) -> Result<Fetched, CatalogueError> {
        self.store
            .fetch(entry, &mut |_| {}, &AtomicBool::new(false))
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("test.bin")
    }

    /// All files but the lock, which stays.
    fn files(&self) -> Vec<String> {
        files(self.folder.path())
    }
}

pub fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    files.sort();
    files
}

#[test]
fn a_file_is_fetched_once() {
    let bytes = some_bytes(300_000);
    let server = Server::of(File::new(bytes.clone()));
    let place = Place::new(&server);
    let entry = entry_of(&bytes);
    let mut told = Vec::new();
    let stop = AtomicBool::new(false);
    let fetched = place
        .store
        .fetch(&entry, &mut |progress| told.push(progress), &stop)
        .unwrap();
    assert_eq!(fetched.path, place.file());
    assert_eq!(fetched.transferred, 300_000);
    assert_eq!(fetched.sha256, sha256(&bytes));
    assert_eq!(std::fs::read(place.file()).unwrap(), bytes);
    assert_eq!(place.files(), ["test.bin"]);
    assert_eq!(told.first(), Some(&Progress::Connecting));
    let (done, total) = (300_000, 300_000);
    assert_eq!(told.last(), Some(&Progress::Arriving { done, total }));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/folder/model.bin");
    assert_eq!(requests[0].header("range"), None);
    assert!(
        requests[0]
            .header("user-agent")
            .unwrap()
            .starts_with("bpclip/")
    );

    assert_eq!(place.fetch(&entry).unwrap().transferred, 0);
    assert_eq!(server.requests().len(), 1, "it was there already");
    assert_eq!(place.store.state(&entry), State::Here);
}

#[test]
fn a_wrong_digest_is_removed_and_said() {
    let bytes = some_bytes(70_000);
    let server = Server::of(File::new(some_bytes(70_000).into_iter().rev().collect()));
    let place = Place::new(&server);
    std::fs::write(place.file(), b"what was there").unwrap();
    let error = place.fetch(&entry_of(&bytes)).unwrap_err();
    assert!(matches!(error, CatalogueError::Digest { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains(&sha256(&bytes)) && text.contains("removed"),
        "{text}"
    );
    assert_eq!(place.files(), ["test.bin"], "no part is left");
    assert_eq!(std::fs::read(place.file()).unwrap(), b"what was there");
}

#[test]
fn a_damaged_file_is_replaced() {
    let bytes = some_bytes(70_000);
    let server = Server::of(File::new(bytes.clone()));
    let place = Place::new(&server);
    let entry = entry_of(&bytes);
    std::fs::write(place.file(), some_bytes(69_999)).unwrap();
    assert_eq!(place.store.state(&entry), State::Wrong);
    place.fetch(&entry).unwrap();
    assert_eq!(std::fs::read(place.file()).unwrap(), bytes);
}

#[test]
fn a_wrong_size_is_not_fetched() {
    let bytes = some_bytes(70_000);
    let server = Server::of(File::published(bytes.clone()));
    let place = Place::new(&server);
    for entry in [entry_of(&bytes[1..]), entry_at_origin(60_000)] {
        let error = place.fetch(&entry).unwrap_err();
        assert!(
            matches!(error, CatalogueError::Size { found: 70_000, .. }),
            "{error}"
        );
        assert_eq!(place.store.state(&entry), State::Absent);
    }
}

#[test]
fn more_than_announced_is_not_kept() {
    let bytes = some_bytes(5_000);
    let entry = entry_of(&bytes);
    let announced = bytes.len();
    let server = Server::start(move |_, _, stream| {
        // Hugging Face's size, but no length of the body.
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nX-Linked-Size: {announced}\r\nConnection: close\r\n\r\n"
        )?;
        stream.write_all(&some_bytes(announced + 1))
    });
    let place = Place::new(&server);
    let error = place.fetch(&entry).unwrap_err();
    assert!(matches!(error, CatalogueError::Size { .. }), "{error}");
    assert!(place.files().is_empty());
}

#[test]
fn what_has_no_size_or_no_digest_is_not_fetched() {
    let endless = Server::start(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc")
    });
    let error = Place::new(&endless).fetch(&entry_of(b"abc")).unwrap_err();
    assert!(matches!(error, CatalogueError::NoSize { .. }), "{error}");

    let bare = Server::of(File::new(some_bytes(100)));
    let error = Place::new(&bare).fetch(&entry_at_origin(100)).unwrap_err();
    assert!(matches!(error, CatalogueError::NoDigest { .. }), "{error}");
}

#[test]
fn a_published_digest_that_contradicts_the_catalogue_ends_it() {
    let bytes = some_bytes(1_000);
    let server = Server::of(File {
        published: Some(format!("\"{}\"", "0".repeat(64))),
        ..File::new(bytes.clone())
    });
    let place = Place::new(&server);
    let error = place.fetch(&entry_of(&bytes)).unwrap_err();
    assert!(matches!(error, CatalogueError::Changed { .. }), "{error}");
    assert_eq!(place.store.state(&entry_of(&bytes)), State::Absent);
}

#[test]
fn a_refusal_says_how_else_to_have_it() {
    let server = Server::start(|_, _, stream| {
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnope!")
    });
    let place = Place::new(&server);
    let error = place.fetch(&entry_of(b"abc")).unwrap_err();
    assert!(
        matches!(error, CatalogueError::Refused { status: 404, .. }),
        "{error}"
    );
    let text = error.to_string();
    for part in [
        "download https://origin.example/folder/model.bin",
        place.file().to_str().unwrap(),
        "bpclip weights verify test",
        "bpclip import",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_server_that_is_not_there_says_how_else_to_have_it() {
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mirror = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().to_owned(), Some(mirror)).unwrap();
    let stop = AtomicBool::new(false);
    let error = store
        .fetch(&entry_of(b"abc"), &mut |_| {}, &stop)
        .unwrap_err();
    assert!(
        matches!(error, CatalogueError::Unreachable { .. }),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains("By hand: download https://origin.example"),
        "{text}"
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_circle_of_redirects_ends() {
    let server = Server::start(|_, request, stream| {
        write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            request.path
        )
    });
    let error = Place::new(&server).fetch(&entry_of(b"abc")).unwrap_err();
    assert!(error.to_string().contains("redirects more than"), "{error}");
}

#[test]
fn a_fetch_from_a_silent_server_can_be_stopped() {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // It is stopped once it has asked, and never answered.
    let server = Server::start(move |_, _, _| {
        asked.store(true, Ordering::Relaxed);
        loop {
            std::thread::park();
        }
    });
    let place = Place::new(&server);
    let begun = Instant::now();
    let fetched = place.store.fetch(&entry_of(b"abc"), &mut |_| {}, &stop);
    let error = fetched.unwrap_err();
    assert!(matches!(error, CatalogueError::Cancelled), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn two_at_once_fetch_it_once() {
    let bytes = some_bytes(200_000);
    let server = Server::of(File {
        slow: Some((20_000, Duration::from_millis(50))),
        ..File::new(bytes.clone())
    });
    let place = Place::new(&server);
    let entry = entry_of(&bytes);
    let one = || {
        let mut waited = false;
        let mut watch = |progress| waited |= progress == Progress::Waiting;
        let stop = AtomicBool::new(false);
        let fetched = place.store.fetch(&entry, &mut watch, &stop).unwrap();
        (fetched.transferred, waited)
    };
    let mut both = std::thread::scope(|scope| {
        let (a, b) = (scope.spawn(one), scope.spawn(one));
        [a.join().unwrap(), b.join().unwrap()]
    });
    both.sort();
    assert_eq!(both, [(0, true), (200_000, false)]);
    assert_eq!(server.requests().len(), 1);
    assert_eq!(std::fs::read(place.file()).unwrap(), bytes);
}

#[cfg(target_os = "linux")]
#[test]
fn a_link_in_the_place_of_a_part_is_not_written_through() {
    let bytes = some_bytes(100_000);
    let server = Server::of(File::new(bytes.clone()));
    let place = Place::new(&server);
    let elsewhere = place.folder.path().join("elsewhere");
    std::fs::write(&elsewhere, "mine").unwrap();
    let part = place.folder.path().join("test.bin.part");
    std::os::unix::fs::symlink(&elsewhere, &part).unwrap();
    let error = place.fetch(&entry_of(&bytes)).unwrap_err().to_string();
    assert!(
        error.contains(part.to_str().unwrap()) && error.contains("it is a link"),
        "{error}"
    );
    assert_eq!(std::fs::read(&elsewhere).unwrap(), b"mine");
    assert!(!place.file().exists());
}

#[test]
fn a_folder_that_cannot_be_written_to_is_said_with_the_path() {
    let server = Server::of(File::new(some_bytes(10)));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    std::fs::write(&file, b"").unwrap();
    let mut folders = vec![file.join("weights")];
    // Where not even root may write.
    if cfg!(target_os = "linux") && Path::new("/sys/kernel").is_dir() {
        folders.push("/sys/kernel".into());
    }
    for folder in folders {
        let store = Store::new(folder.clone(), Some(server.url.clone())).unwrap();
        let stop = AtomicBool::new(false);
        let entry = entry_of(&some_bytes(10));
        let error = store.fetch(&entry, &mut |_| {}, &stop).unwrap_err();
        assert!(matches!(error, CatalogueError::Folder { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(folder.to_str().unwrap()), "{text}");
        assert!(text.contains("BPCLIP_CACHE"), "{text}");
    }
    assert!(
        server.requests().is_empty(),
        "nothing is asked for that has no place"
    );
}
