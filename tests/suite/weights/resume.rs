//! Fetches that were broken off.

use super::server::{File, Server, sha256};
use super::{Place, entry_at_origin, entry_of, some_bytes};
use bpclip_catalogue::{CatalogueError, Progress, State, Store};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[test]
fn a_broken_transfer_goes_on_where_it_was() {
    let bytes = some_bytes(500_000);
    let server = Server::of(File {
        cut: Some(200_000),
        ..File::new(bytes.clone())
    });
    let place = Place::new(&server);
    let entry = entry_of(&bytes);
    let error = place.fetch(&entry).unwrap_err();
    let CatalogueError::Broken {
        done: 200_000,
        total: 500_000,
        ..
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!(place.files(), ["test.bin.part", "test.bin.part.json"]);
    assert_eq!(place.store.state(&entry), State::Partly(200_000));

    assert_eq!(place.fetch(&entry).unwrap().transferred, 300_000);
    let again = &server.requests()[1];
    assert_eq!(again.header("range"), Some("bytes=200000-"));
    assert_eq!(again.header("if-range"), Some("\"version-1\""));
    assert_eq!(std::fs::read(place.file()).unwrap(), bytes);
    assert_eq!(place.files(), ["test.bin"]);
}

#[test]
fn another_version_at_the_origin_starts_anew() {
    let (old, new) = (some_bytes(90_000), some_bytes(80_000));
    let first = File {
        cut: Some(50_000),
        ..File::published(old)
    };
    let second = File {
        etag: "\"version-2\"",
        ..File::published(new.clone())
    };
    let server = Server::start(move |number, request, stream| {
        let file = if number == 1 { &first } else { &second };
        file.answer(number, request, stream)
    });
    let place = Place::new(&server);
    let entry = entry_at_origin(90_000);
    assert!(matches!(
        place.fetch(&entry),
        Err(CatalogueError::Broken { .. })
    ));
    assert_eq!(place.fetch(&entry).unwrap().transferred, 80_000);
    assert_eq!(std::fs::read(place.file()).unwrap(), new);
}

#[test]
fn another_version_that_the_server_takes_for_the_same_starts_anew() {
    let (old, new) = (some_bytes(90_000), some_bytes(90_001)[1..].to_vec());
    let first = File {
        cut: Some(50_000),
        ..File::published(old)
    };
    let second = File::published(new.clone());
    let server = Server::start(move |number, request, stream| {
        let file = if number == 1 { &first } else { &second };
        file.answer(number, request, stream)
    });
    let place = Place::new(&server);
    let entry = entry_at_origin(90_000);
    assert!(place.fetch(&entry).is_err());
    assert_eq!(place.fetch(&entry).unwrap().transferred, 90_000);
    assert_eq!(std::fs::read(place.file()).unwrap(), new);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_part_from_elsewhere_is_not_gone_on_with() {
    let bytes = some_bytes(60_000);
    let here = Server::of(File {
        cut: Some(20_000),
        ..File::new(bytes.clone())
    });
    let elsewhere = Server::of(File::new(bytes.clone()));
    let place = Place::new(&here);
    let entry = entry_of(&bytes);
    assert!(place.fetch(&entry).is_err());
    let folder = place.folder.path().to_owned();
    let store = Store::new(folder, Some(elsewhere.url.clone())).unwrap();
    let fetched = store.fetch(&entry, &mut |_| {}, &AtomicBool::new(false));
    assert_eq!(fetched.unwrap().transferred, 60_000);
    assert_eq!(elsewhere.requests()[0].header("range"), None);
}

#[test]
fn a_part_of_something_else_is_not_gone_on_with() {
    let bytes = some_bytes(60_000);
    let server = Server::of(File::new(bytes.clone()));
    let place = Place::new(&server);
    // No note of what it is a part of.
    std::fs::write(
        place.folder.path().join("test.bin.part"),
        some_bytes(10_000),
    )
    .unwrap();
    assert_eq!(place.fetch(&entry_of(&bytes)).unwrap().transferred, 60_000);
    assert_eq!(server.requests()[0].header("range"), None);
}

#[test]
fn a_server_that_cannot_go_on_sends_it_all() {
    let bytes = some_bytes(100_000);
    let server = Server::of(File {
        cut: Some(40_000),
        ranges: false,
        ..File::new(bytes.clone())
    });
    let place = Place::new(&server);
    let entry = entry_of(&bytes);
    assert!(place.fetch(&entry).is_err());
    assert_eq!(place.fetch(&entry).unwrap().transferred, 100_000);
    assert_eq!(server.requests()[1].header("range"), Some("bytes=40000-"));
    assert_eq!(std::fs::read(place.file()).unwrap(), bytes);
}

/// The first answer breaks off, the second is a nonsense answer to a range, then all is well.
fn nonsense_for_a_range(nonsense: &'static str) {
    let bytes = some_bytes(100_000);
    let file = File {
        cut: Some(40_000),
        ..File::new(bytes.clone())
    };
    let server = Server::start(move |number, request, stream| match number {
        2 => stream.write_all(nonsense.as_bytes()),
        _ => file.answer(number, request, stream),
    });
    let place = Place::new(&server);
    let entry = entry_of(&bytes);
    assert!(place.fetch(&entry).is_err());
    assert_eq!(
        place.fetch(&entry).unwrap().transferred,
        100_000,
        "{nonsense}"
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "{nonsense}");
    assert_eq!(requests[2].header("range"), None, "{nonsense}");
    assert_eq!(std::fs::read(place.file()).unwrap(), bytes);
}

#[test]
fn a_nonsense_answer_to_a_range_starts_anew() {
    nonsense_for_a_range("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n");
    nonsense_for_a_range(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 7-99999/100000\r\n\
         Content-Length: 99993\r\n\r\n",
    );
}

#[test]
fn redirects_are_followed_and_what_the_first_publishes_counts() {
    let bytes = some_bytes(120_000);
    let digest = sha256(&bytes);
    let storage = File {
        cut: Some(30_000),
        etag: "\"storage\"",
        ..File::new(bytes.clone())
    };
    let server = Server::start(move |number, request, stream| match request.path.as_str() {
        "/folder/model.bin" => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: /storage?key=1\r\nX-Linked-ETag: \"{digest}\"\r\n\
             X-Linked-Size: 120000\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmove"
        ),
        // Its first answer is the second of all.
        _ => storage.answer(number - 1, request, stream),
    });
    let place = Place::new(&server);
    let entry = entry_at_origin(120_000);
    let error = place.fetch(&entry).unwrap_err();
    assert!(
        matches!(error, CatalogueError::Broken { done: 30_000, .. }),
        "{error}"
    );
    let fetched = place.fetch(&entry).unwrap();
    assert_eq!(fetched.transferred, 90_000);
    assert_eq!(fetched.sha256, sha256(&bytes));
    let requests = server.requests();
    assert_eq!(requests[3].path, "/storage?key=1");
    assert_eq!(requests[3].header("if-range"), Some("\"storage\""));
    assert_eq!(place.files(), ["test.bin", "test.bin.sha256"]);
}

#[test]
fn a_slow_fetch_can_be_stopped_and_goes_on() {
    let bytes = some_bytes(50_000);
    let first = File {
        slow: Some((10_000, Duration::from_secs(20))),
        ..File::new(bytes.clone())
    };
    let second = File::new(bytes.clone());
    let server = Server::start(move |number, request, stream| {
        let file = if number == 1 { &first } else { &second };
        file.answer(number, request, stream)
    });
    let place = Place::new(&server);
    let entry = entry_of(&bytes);
    let stop = AtomicBool::new(false);
    let mut stopped = None;
    let mut watch = |progress| {
        if matches!(progress, Progress::Arriving { done: 10_000, .. }) && stopped.is_none() {
            stop.store(true, Ordering::Relaxed);
            stopped = Some(Instant::now());
        }
    };
    let error = place.store.fetch(&entry, &mut watch, &stop).unwrap_err();
    assert!(matches!(error, CatalogueError::Cancelled), "{error}");
    assert!(stopped.unwrap().elapsed() < Duration::from_secs(5));
    assert_eq!(place.store.state(&entry), State::Partly(10_000));
    assert_eq!(place.fetch(&entry).unwrap().transferred, 40_000);
}
