//! Faults of fields, dialogs and messages that were seen once.

use super::{Bench, PATIENCE};
use crate::process::{names, sample};
use bpclip::app::export::{self, Export};
use bpclip::app::shell::{self, Dialog, PathFor};
use bpclip::app::viewer::{self, Tab};
use bpclip::app::{Action, App, gallery, scoring};
use bpclip_core::model::Task;
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A slider of whole percents made 60 of 60.000004 in every frame, and so one frame after the other.
#[test]
fn at_rest_nothing_is_painted_whatever_tab_is_open() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.until_maps();
    assert_eq!(bench.app().settings().opacity, 0.6);
    for tab in [Tab::Maps, Tab::Attention, Tab::Tiles, Tab::Adjectives] {
        if tab == Tab::Tiles {
            bench.press(Key::Q);
            bench.until("it is mapped", |app| {
                app.state().quality_map.in_the_making().is_none()
            });
        }
        bench.apply(viewer::Command::Tab(tab));
        bench.until("all is drawn", App::is_idle);
        let frames = bench.harness.try_run();
        assert!(frames.is_ok(), "{tab:?}: {frames:?}");
        assert_eq!(bench.app().settings().opacity, 0.6);
    }
}

#[test]
fn maps_of_two_pictures_stand_beside_each_other() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket.jpg"]);
    bench.until_scored(2);
    let maps = bench.path("all");
    for name in ["coffee.jpg", "rocket.jpg"] {
        bench.select(name);
        bench.until_maps();
        bench.apply(export::Command::Save(Export::AllMaps, maps.clone()));
    }
    bench.until_written(2);
    let names = names(&maps);
    assert_eq!(names.len(), 26, "{names:?}");
    assert!(names.iter().any(|name| name == "coffee-information-1.png"));
    assert!(names.iter().any(|name| name == "rocket-mask-5.png"));
}

fn type_path(bench: &mut Bench, path: &str) {
    bench.harness.get_by_label("Path").focus();
    bench.settle();
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.harness.get_by_label("Path").type_text(path);
    bench.settle();
}

/// What the system's dialogs are for can be typed too.
#[test]
fn a_path_is_typed_to_open_and_to_write() {
    let mut bench = Bench::open(&[]);
    let photos = tempfile::tempdir().unwrap();
    std::fs::copy(sample("coffee.jpg"), photos.path().join("coffee.jpg")).unwrap();
    bench.press_with(Modifiers::COMMAND, Key::L);
    let open = Dialog::Path(PathFor::Open);
    assert_eq!(bench.app().state().shell.dialog, Some(open));
    type_path(&mut bench, "/nowhere/at/all");
    assert!(bench.harness.query_by_label("Nothing is there").is_some());
    bench.press(Key::Escape);
    if bench.app().state().shell.dialog.is_some() {
        bench.press(Key::Escape);
    }
    bench.apply(shell::Command::Dialog(Some(open)));
    type_path(&mut bench, photos.path().to_str().unwrap());
    bench.press(Key::Enter);
    bench.until_scored(1);
    assert_eq!(bench.app().state().shell.dialog, None);

    // The name of the picture is there already.
    bench.select("coffee.jpg");
    bench.until_maps();
    bench.apply(Action::ExportJson);
    let export = Dialog::Path(PathFor::Export(Export::Json));
    assert_eq!(bench.app().state().shell.dialog, Some(export));
    let suggested = photos.path().join("coffee-inspection.json");
    let value = bench.harness.get_by_label("Path").accesskit_node().value();
    assert_eq!(value.map(PathBuf::from), Some(suggested.clone()));
    bench.click("Write");
    bench.until("it is written", move |_| suggested.exists());
    bench.apply(Action::ExportJson);
    let said = "A file of this name is there and is replaced";
    assert!(bench.harness.query_by_label(said).is_some());
}

#[test]
fn escape_in_a_field_does_not_cancel_the_scoring() {
    let mut bench = Bench::with_work();
    bench.click("Filter");
    bench.until("work has begun", |app| {
        app.state().scoring.progress.left > 5
    });
    bench.harness.get_by_label("Name holds").focus();
    bench.settle();
    bench.press(Key::Escape);
    assert!(!bench.said("cancelled"));
    assert!(bench.app().state().scoring.progress.left > 0);
    bench.press(Key::Escape);
    assert!(bench.said("cancelled"));
}

#[test]
fn a_checkpoint_that_is_gone_stays_said_while_another_scores() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.safetensors");
    let settings = folder.path().join(".settings/settings.json");
    let mut wanted = bpclip::app::settings::Settings::default();
    wanted.checkpoints.no_reference = Some(own);
    wanted.save(&settings).unwrap();
    let mut bench = Bench::start(folder, vec![sample("coffee.jpg")], [1280.0, 800.0]);
    bench.until_scored(1);
    assert!(bench.said("own.safetensors"));
    let said = "own.safetensors cannot be used, another checkpoint scores in its place";
    assert!(bench.harness.query_by_label_contains(said).is_some());
    bench.apply(scoring::Command::UseBundled);
    assert!(bench.harness.query_by_label_contains(said).is_none());
}

#[test]
fn the_end_of_the_work_is_said_and_old_messages_go() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket.jpg"]);
    bench.until_scored(2);
    bench.until("the end is said", |app| app.state().scoring.ended.is_some());
    assert!(
        bench
            .harness
            .query_by_label_contains("2 scored in ")
            .is_some()
    );
    let nothing = "Nothing to undo";
    bench.press_with(Modifiers::COMMAND, Key::Z);
    assert!(bench.harness.query_by_label(nothing).is_some());
    // Once it was in sight for a while, it goes as the user goes on.
    let begun = Instant::now();
    while bench.harness.query_by_label(nothing).is_some() {
        assert!(begun.elapsed() < PATIENCE, "it stays for ever");
        std::thread::sleep(Duration::from_millis(50));
        bench.press(Key::Home);
    }
    assert!(
        begun.elapsed() > Duration::from_secs(2),
        "who can read that?"
    );
    assert!(
        bench
            .harness
            .query_by_label_contains("2 scored in ")
            .is_none()
    );
    assert!(bench.said(nothing));
}

#[test]
fn commas_part_own_words() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.harness.get_by_label("Word").focus();
    bench.settle();
    bench
        .harness
        .get_by_label("Word")
        .type_text("calm, film grain,gloomy");
    bench.settle();
    bench.click("Add word");
    assert_eq!(
        bench.app().settings().words,
        ["calm", "film grain", "gloomy"]
    );
}

#[test]
fn what_cannot_be_read_is_no_reference() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    let broken = bench.path("broken.jpg");
    std::fs::write(&broken, b"\xFF\xD8\xFF\xE0 cut").unwrap();
    bench.drop_files(&[broken]);
    bench.until("it is broken", |app| {
        app.state()
            .gallery
            .frames
            .iter()
            .any(|f| f.broken.is_some())
    });
    bench.select("broken.jpg");
    let button = bench.harness.get_by_label("Use as reference");
    assert!(button.accesskit_node().is_disabled());
    let id = bench.frame("broken.jpg").id;
    bench.apply(gallery::Command::Reference(Some(id)));
    assert_eq!(bench.app().state().gallery.reference, None);
    assert!(bench.said("broken.jpg cannot be the reference"));
    bench.until("the other is scored", |app| {
        let mut frames = app.state().gallery.frames.iter();
        frames.any(|frame| frame.score(Task::NoReference).is_some())
    });
}
