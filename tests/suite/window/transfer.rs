//! What was decided is acted on: files are copied, moved, binned, and brought back.

use super::{Bench, culling};
use crate::image::camera_raw::dng;
use crate::process::{err, names, out, sample};
use bpclip::app::gallery::ranking::{Bursts, Mark};
use bpclip::app::gallery::{self, Frame};
use bpclip::app::shell::Dialog;
use bpclip::app::transfer::{self, Preview, Which};
use bpclip::app::{Action, App};
use bpclip_library::transfer::How;
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a child process bins, so that its bin is not the user's.
const CHILD: &str = "BPCLIP_TEST_BIN";

/// A folder of three small pictures, one of them with a raw file and a sidecar, and where else there
/// is room.
fn place() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    for name in ["coffee.jpg", "rocket.jpg", "chelsea.jpg"] {
        std::fs::copy(sample(name), photos.join(name)).unwrap();
    }
    std::fs::write(photos.join("coffee.xmp"), b"its sidecar").unwrap();
    let raw = dng(&std::fs::read(sample("coffee.jpg")).unwrap(), 1);
    std::fs::write(photos.join("coffee.DNG"), raw).unwrap();
    (place, photos)
}

fn open(place: &Path, folder: &Path, count: usize) -> Bench {
    let paths = vec![folder.to_owned()];
    let own = tempfile::tempdir().unwrap();
    let mut bench = Bench::start_with(own, paths, [1280.0, 800.0], place.join("settings"));
    bench.until_listed(count);
    bench
}

/// Waits until it is known what would happen.
fn until_planned(bench: &mut Bench) {
    bench.until("it is planned", |app| {
        matches!(app.state().transfer.preview, Preview::Ready(_))
    });
}

/// Does what was shown.
fn shown(bench: &Bench) -> transfer::Command {
    match &bench.app().state().transfer.preview {
        Preview::Ready(planned) => transfer::Command::Begin(planned.number),
        other => panic!("nothing is planned: {other:?}"),
    }
}

fn until_done(bench: &mut Bench, said: &str) {
    bench.until(said, |app| {
        let mut lines = app.log().lines.iter();
        app.state().transfer.work.is_none() && lines.any(|(_, line)| line.starts_with(said))
    });
}

const ALL: [&str; 5] = [
    "chelsea.jpg",
    "coffee.DNG",
    "coffee.jpg",
    "coffee.xmp",
    "rocket.jpg",
];

#[test]
fn rejected_pictures_are_moved_with_what_belongs_to_them_and_undo_brings_all_back() {
    let (place, photos) = place();
    let target = place.path().join("out");
    let mut bench = open(place.path(), &photos, 3);
    bench.select("coffee.jpg");
    bench.press(Key::X);
    bench.press(Key::Num4);
    bench.press_with(Modifiers::COMMAND, Key::M);
    assert_eq!(bench.app().state().shell.dialog, Some(Dialog::Transfer));
    bench.click("Rejected (1)");
    bench.click("Move");
    assert!(
        bench
            .harness
            .query_by_label("Type or choose the folder")
            .is_some()
    );
    bench.harness.get_by_label("Folder").focus();
    bench.settle();
    bench
        .harness
        .get_by_label("Folder")
        .type_text(target.to_str().unwrap());
    bench.settle();
    until_planned(&mut bench);
    assert!(
        bench
            .harness
            .query_by_label_contains("1 picture, 3 files")
            .is_some()
    );
    for name in ["coffee.jpg", "coffee.DNG", "coffee.xmp"] {
        assert!(bench.harness.query_by_label(name).is_some(), "{name}");
    }
    assert_eq!(names(&photos), ALL, "a look changes nothing");
    bench.click("Move 3 files");
    until_done(&mut bench, "3 of 3 files moved");
    assert_eq!(names(&target), ["coffee.DNG", "coffee.jpg", "coffee.xmp"]);
    assert_eq!(names(&photos), ["chelsea.jpg", "rocket.jpg"]);
    assert_eq!(bench.app().state().gallery.frames.len(), 2);
    // What was decided on them went with them.
    bench.press(Key::Escape);
    bench.drop_files(std::slice::from_ref(&target));
    bench.until("its mark is there", |app| {
        let mut frames = app.state().gallery.frames.iter();
        frames.any(|frame| frame.mark == Some(Mark::Reject) && frame.stars == 4)
    });
    // And back.
    bench.press_with(Modifiers::COMMAND, Key::Z);
    until_done(&mut bench, "3 of 3 files taken back");
    assert_eq!(names(&photos), ALL);
    assert!(names(&target).is_empty());
    let back = |frame: &Frame| frame.path() == Some(&photos.join("coffee.jpg"));
    let state = bench.app().state();
    let frame = state
        .gallery
        .frames
        .iter()
        .find(|frame| back(frame))
        .unwrap();
    assert_eq!(
        (frame.mark, frame.stars, frame.companions.len()),
        (Some(Mark::Reject), 4, 1)
    );
    assert_eq!(state.gallery.frames.len(), 3);
    assert!(names(&place.path().join("settings/transfers")).is_empty());
    let mut again = bench.restart(vec![photos]);
    again.until("its mark is there at the next start", |app| {
        let mut frames = app.state().gallery.frames.iter();
        frames.any(|frame| frame.mark == Some(Mark::Reject) && frame.stars == 4)
    });
}

#[test]
fn a_folder_is_typed_letter_by_letter_blanks_and_all() {
    let (place, photos) = place();
    let mut bench = open(place.path(), &photos, 3);
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.apply(Action::Transfer);
    bench.harness.get_by_label("Folder").focus();
    bench.settle();
    let target = place.path().join("my best");
    for letter in target.to_str().unwrap().chars() {
        let field = bench.harness.get_by_label("Folder");
        field.type_text(&letter.to_string());
        bench.harness.step();
    }
    until_planned(&mut bench);
    let begin = shown(&bench);
    bench.apply(begin);
    until_done(&mut bench, "5 of 5 files copied");
    assert_eq!(names(&target), ALL);
    // It is not dialogs that a change of the text opens.
    bench.press(Key::Escape);
    bench.apply(transfer::Command::Typed(" ~/there ".into()));
    assert_eq!(bench.app().state().shell.dialog, None);
    if let Some(home) = std::env::home_dir() {
        let wish = &bench.app().state().transfer.wish;
        assert_eq!(
            (&wish.folder, &*wish.typed),
            (&home.join("there"), " ~/there ")
        );
    }
}

#[test]
fn names_that_are_taken_are_said_before_and_copies_are_taken_back_after_a_restart() {
    let (place, photos) = place();
    let target = place.path().join("out");
    std::fs::create_dir(&target).unwrap();
    std::fs::write(target.join("coffee.jpg"), b"another").unwrap();
    let mut bench = open(place.path(), &photos, 3);
    bench.select("coffee.jpg");
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.apply(transfer::Command::Toggle);
    bench.apply(transfer::Command::Folder(target.clone()));
    until_planned(&mut bench);
    for said in [
        "3 get a number, because their names are taken",
        "coffee.jpg becomes coffee-2.jpg",
    ] {
        assert!(bench.harness.query_by_label(said).is_some(), "{said}");
    }
    bench.click("Copy 5 files");
    until_done(&mut bench, "5 of 5 files copied");
    assert_eq!(
        std::fs::read(target.join("coffee.jpg")).unwrap(),
        b"another"
    );
    assert_eq!(names(&target).len(), 6);
    assert_eq!(
        bench.app().state().gallery.frames.len(),
        3,
        "they are still there"
    );
    // What is there already is not copied once more; only what had no room for its name is.
    until_planned(&mut bench);
    assert!(
        bench
            .harness
            .query_by_label_contains("already there")
            .is_some()
    );
    let mut bench = bench.restart(vec![photos.clone()]);
    bench.until_listed(3);
    bench.apply(Action::Transfer);
    bench.until("the last is known", |app| {
        app.state().transfer.last.is_some()
    });
    assert!(
        bench
            .harness
            .query_by_label_contains("Last: 5 files copied")
            .is_some()
    );
    bench.click("Take back");
    until_done(&mut bench, "5 of 5 files taken back");
    assert_eq!(names(&target), ["coffee.jpg"]);
    assert_eq!(names(&photos), ALL);
    bench.until("there is no last any more", |app| {
        app.state().transfer.last.is_none()
    });
}

#[test]
fn the_best_are_chosen_by_score_and_rejected_ones_are_not_among_them() {
    let (place, photos) = place();
    let mut bench = open(place.path(), &photos, 3);
    bench.until_scored(3);
    let best = |count| Which::Best {
        count,
        per_burst: None,
    };
    let chosen = |bench: &Bench, which| -> Vec<String> {
        let frames = transfer::chosen(&bench.app().state().gallery, which, Bursts::default());
        frames.iter().map(|frame| frame.name.clone()).collect()
    };
    assert_eq!(chosen(&bench, best(2)), ["coffee.jpg", "rocket.jpg"]);
    bench.select("rocket.jpg");
    bench.press(Key::X);
    assert_eq!(chosen(&bench, best(2)), ["coffee.jpg", "chelsea.jpg"]);
    assert_eq!(chosen(&bench, Which::Rejected), ["rocket.jpg"]);
    assert!(chosen(&bench, Which::Kept).is_empty());
    bench.apply(Action::Transfer);
    bench.click("Best");
    assert!(
        bench
            .harness
            .query_by_label("of each burst at most")
            .is_some()
    );
    bench.click("Kept (0)");
    let none = "No picture in the list is one of these";
    assert!(bench.harness.query_by_label(none).is_some());
}

#[test]
fn what_cannot_be_moved_is_said_and_stays_in_the_list() {
    let (place, photos) = place();
    let mut bench = open(place.path(), &photos, 3);
    let target = place.path().join("out");
    bench.select("rocket.jpg");
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.apply(transfer::Command::Toggle);
    bench.apply(transfer::Command::How(How::Move));
    bench.apply(transfer::Command::Folder(target.clone()));
    until_planned(&mut bench);
    // One goes, and one's place is taken, between the look and the deed.
    std::fs::remove_file(photos.join("rocket.jpg")).unwrap();
    std::fs::create_dir(&target).unwrap();
    std::fs::write(target.join("chelsea.jpg"), b"another").unwrap();
    let begin = shown(&bench);
    bench.apply(begin);
    until_done(&mut bench, "3 of 5 files moved; 2 not: ");
    assert!(bench.said("rocket.jpg") && bench.said("chelsea.jpg"));
    assert_eq!(
        std::fs::read(target.join("chelsea.jpg")).unwrap(),
        b"another"
    );
    let whole = std::fs::read(sample("chelsea.jpg")).unwrap();
    assert_eq!(std::fs::read(photos.join("chelsea.jpg")).unwrap(), whole);
    let frames = &bench.app().state().gallery.frames;
    assert!(frames.iter().any(|frame| frame.name == "chelsea.jpg"));
    assert!(!frames.iter().any(|frame| frame.name == "coffee.jpg"));
    // A folder that cannot be made stops it before the first file.
    bench.apply(transfer::Command::Folder(photos.join("chelsea.jpg/in")));
    until_planned(&mut bench);
    let begin = shown(&bench);
    bench.apply(begin);
    bench.until_line("it is said", |line| {
        line.starts_with("The folder cannot be made")
    });
    assert!(photos.join("chelsea.jpg").is_file());
}

#[test]
fn a_move_is_stopped_and_a_closed_window_ends_it_in_order() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    culling::shoot(&photos, 60);
    let target = place.path().join("out");
    let mut bench = open(place.path(), &photos, 60);
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.apply(transfer::Command::Toggle);
    bench.apply(transfer::Command::How(How::Copy));
    bench.apply(transfer::Command::Folder(target.clone()));
    until_planned(&mut bench);
    let begin = shown(&bench);
    bench.harness.state_mut().apply(begin);
    bench.harness.state_mut().apply(transfer::Command::Stop);
    bench.until("it has ended", |app| app.state().transfer.work.is_none());
    let copied = names(&target).len();
    assert!(copied < 60, "{copied}");
    assert!(bench.said("then stopped"));
    until_planned(&mut bench);
    let begin = shown(&bench);
    bench.harness.state_mut().apply(begin);
    eframe::App::on_exit(bench.harness.state_mut());
    let whole = std::fs::read(photos.join("000.png")).unwrap();
    for name in names(&target) {
        assert!(name.ends_with(".png"), "{name}");
        if name == "000.png" {
            assert_eq!(std::fs::read(target.join(name)).unwrap(), whole);
        }
    }
}

#[test]
#[ignore = "is run by another test, with a bin of its own"]
fn bins_and_takes_back() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let (place, photos) = place();
    let mut bench = open(place.path(), &photos, 3);
    bench.select("coffee.jpg");
    bench.press(Key::X);
    bench.apply(Action::Transfer);
    bench.click("Rejected (1)");
    bench.click("Put into the bin");
    until_planned(&mut bench);
    bench.click("Put into the bin: 3 files");
    until_done(&mut bench, "3 of 3 files put into the bin");
    assert_eq!(names(&photos), ["chelsea.jpg", "rocket.jpg"]);
    bench.until("its row is gone", |app| {
        app.state().gallery.frames.len() == 2
    });
    bench.press(Key::Escape);
    bench.press_with(Modifiers::COMMAND, Key::Z);
    until_done(&mut bench, "3 of 3 files taken back");
    assert_eq!(names(&photos), ALL);
    bench.until("its row is back", |app: &App| {
        let frames = &app.state().gallery.frames;
        let rejected = |frame: &Frame| frame.mark == Some(Mark::Reject);
        frames.len() == 3 && frames.iter().any(rejected)
    });
}

#[cfg(target_os = "linux")]
#[test]
fn rejected_pictures_go_into_the_bin_and_come_back() {
    let data = tempfile::tempdir().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "window::transfer::bins_and_takes_back",
            "--exact",
            "--ignored",
        ])
        .env(CHILD, "1")
        .env("XDG_DATA_HOME", data.path())
        .output()
        .unwrap();
    let said = out(&child);
    assert!(child.status.success(), "{said}{}", err(&child));
    assert!(said.contains("1 passed"), "{said}");
    assert!(names(&data.path().join("Trash/files")).is_empty());
    assert!(
        data.path().join("Trash/info").is_dir(),
        "it was its own bin"
    );
}

#[test]
fn moved_files_of_an_open_folder_within_it_are_shown_where_they_are() {
    let (place, photos) = place();
    let mut bench = open(place.path(), &photos, 3);
    bench.until_watched(&photos);
    bench.select("rocket.jpg");
    bench.press(Key::K);
    let within = photos.join("kept");
    bench.apply(transfer::Command::Toggle);
    bench.apply(transfer::Command::How(How::Move));
    bench.apply(transfer::Command::Which(Which::Kept));
    bench.apply(transfer::Command::Folder(within.clone()));
    until_planned(&mut bench);
    let begin = shown(&bench);
    bench.apply(begin);
    until_done(&mut bench, "1 of 1 files moved");
    let there = within.join("rocket.jpg");
    bench.until("it is shown there, kept", move |app| {
        let gallery = &app.state().gallery;
        let id = gallery.find(&there);
        let frame = id.and_then(|id| gallery.frame(id));
        gallery.frames.len() == 3 && frame.is_some_and(|frame| frame.mark == Some(Mark::Keep))
    });
    bench.apply(gallery::Command::Undo);
    until_done(&mut bench, "1 of 1 files taken back");
    assert_eq!(bench.app().state().gallery.frames.len(), 3);
    assert!(
        bench
            .app()
            .state()
            .gallery
            .find(&photos.join("rocket.jpg"))
            .is_some()
    );
}
