//! Files come in, break, change and go.

use super::Bench;
use crate::process::sample;
use bpclip::app::gallery;
use bpclip_core::image::Picture;
use bpclip_core::model::Task;
use eframe::egui;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

#[test]
fn dropped_files_and_folders_are_listed_and_scored() {
    let mut bench = Bench::open(&[]);
    assert!(
        bench
            .harness
            .query_by_label("Drop photos or folders here")
            .is_some()
    );
    let folder = bench.path("shots");
    std::fs::create_dir_all(folder.join("deeper")).unwrap();
    std::fs::copy(sample("coffee.jpg"), folder.join("coffee.jpg")).unwrap();
    std::fs::copy(sample("rocket.jpg"), folder.join("deeper/rocket.jpg")).unwrap();
    std::fs::write(folder.join("notes.txt"), b"no picture").unwrap();
    bench.drop_files(&[folder, sample("chelsea.jpg")]);
    bench.until_scored(3);
    let score = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    let row = format!("coffee.jpg, {score:.1}, number");
    assert!(bench.harness.query_by_label_contains(&row).is_some());
    assert_eq!(bench.app().settings().recent.len(), 2);
    // What is there already is not listed twice.
    bench.drop_files(&[sample("chelsea.jpg")]);
    bench.until("looked through", |app| app.state().gallery.scanning == 0);
    assert_eq!(bench.app().state().gallery.frames.len(), 3);
}

/// Files of many kinds, as they lie on a memory card.
fn card(folder: &std::path::Path) {
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("film.MOV", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ");
    write("._coffee.jpg", b"\0\x05\x16\x07\0\x02\0\0Mac OS X        ");
    write("layers.psd", b"8BPS\0\x01\0\0\0\0\0\0\0\x03");
    write("notes.txt", b"BMW is no bitmap, and this is no picture.");
}

#[test]
fn what_is_left_out_of_a_folder_is_said_and_content_counts() {
    let mut bench = Bench::open(&[]);
    // What it scores on is said too, and the line at the bottom shows what was said last.
    bench.until("the device is known", |app| {
        app.state().scoring.machine.id.is_some()
    });
    let folder = bench.path("card");
    card(&folder);
    for name in ["a.jpg", "b.jfif", "c.HEIC", "d"] {
        std::fs::copy(sample("coffee.jpg"), folder.join(name)).unwrap();
    }
    bench.drop_files(&[folder]);
    bench.until_scored(4);
    let mut order = bench.order();
    order.sort_unstable();
    assert_eq!(order, ["a.jpg", "b.jfif", "c.HEIC", "d"]);
    let said = "4 pictures; left out: 1 .MOV, 1 .psd, 1 .txt, 1 ._ file";
    assert!(bench.said(said), "{:?}", bench.app().log().lines);
    assert!(bench.harness.query_by_label(said).is_some());
}

#[test]
fn a_folder_without_a_picture_says_what_is_there() {
    let mut bench = Bench::open(&[]);
    let folder = bench.path("card");
    card(&folder);
    bench.drop_files(&[folder]);
    let said = "No pictures; left out: 1 .MOV, 1 .psd, 1 .txt, 1 ._ file";
    bench.until("it is said", |app| {
        app.state().gallery.nothing_found.as_deref() == Some(said)
    });
    assert!(bench.harness.query_by_label(said).is_some());
    // Not a second time, beside pictures that are there.
    bench.drop_files(&[sample("chelsea.jpg")]);
    bench.until_scored(1);
    assert!(bench.harness.query_by_label(said).is_none());
}

#[test]
fn a_broken_file_stays_with_its_reason_and_can_be_mended() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    // Not in the open folder, whose watch would have it read again when it has been written.
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("broken.jpg");
    let whole = std::fs::read(sample("rocket.jpg")).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 3]).unwrap();
    bench.drop_files(std::slice::from_ref(&path));
    bench.until("it is broken", |app| {
        app.state()
            .gallery
            .frames
            .iter()
            .any(|f| f.broken.is_some())
    });
    bench.select("broken.jpg");
    assert!(
        bench
            .harness
            .query_by_label_contains("broken.jpg, cannot be read")
            .is_some()
    );
    assert!(bench.harness.query_by_label("No score").is_some());
    let reason = bench.frame("broken.jpg").broken.clone().unwrap();
    assert!(reason.contains("damaged or cut short"), "{reason}");
    assert!(bench.harness.query_by_label(&reason).is_some());
    std::fs::write(&path, &whole).unwrap();
    bench.click("Try again");
    bench.until_scored(2);
    assert!(bench.frame("broken.jpg").score(Task::NoReference).is_some());
}

#[test]
fn new_and_changed_files_of_an_open_folder_are_seen() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.until_watched(&bench.path(""));
    let before = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    std::fs::write(bench.path("new.txt"), "no picture").unwrap();
    // Its content tells, not its name.
    std::fs::copy(sample("rocket.jpg"), bench.path("new.HEIC")).unwrap();
    bench.until("it has come", |app| app.state().gallery.frames.len() == 2);
    std::fs::copy(sample("coffee-blurred.jpg"), bench.path("coffee.jpg")).unwrap();
    bench.until("it has changed", |app| {
        app.state().gallery.frames[0].revision > 0
    });
    bench.until_scored(2);
    let after = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    assert!(
        after < before,
        "{after} of a blurred picture, {before} of a sharp one"
    );
}

#[test]
fn a_pasted_picture_is_scored() {
    let mut bench = Bench::open(&[]);
    let picture = Picture {
        width: 320,
        height: 240,
        rgb: (0..320 * 240 * 3).map(|i| (i * 7 % 256) as u8).collect(),
        notes: Vec::new(),
    };
    bench.apply(gallery::Command::AddPicture(Arc::new(picture)));
    bench.until_scored(1);
    assert!(
        bench
            .harness
            .query_by_label_contains("Pasted 1, ")
            .is_some()
    );
}

#[test]
fn scoring_is_cancelled_and_taken_up_again() {
    let mut bench = Bench::with_work();
    bench.until("work has begun", |app| {
        app.state().scoring.progress.left > 5
    });
    bench.click("Cancel");
    assert_eq!(bench.app().state().scoring.progress.left, 0);
    let unscored = |bench: &Bench| {
        let frames = bench.app().state().gallery.frames.iter();
        frames
            .filter(|f| f.score(Task::NoReference).is_none())
            .count()
    };
    assert!(unscored(&bench) > 0);
    bench.press(egui::Key::F5);
    bench.until_scored(13);
    assert_eq!(unscored(&bench), 0);
}
