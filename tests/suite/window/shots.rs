//! Raw and JPEG of one shot are one frame, and what the camera noted is shown.

use super::Bench;
use crate::image::camera_raw::dng;
use crate::noted::Noted;
use crate::process::sample;
use bpclip::app::export::{self, Export};
use bpclip::app::gallery;
use bpclip::app::gallery::ranking::Mark;
use bpclip_core::model::Task;
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::Queryable;
use serde_json::Value;

/// A raw file that holds a blurred picture.
fn raw() -> Vec<u8> {
    dng(&std::fs::read(sample("coffee-blurred.jpg")).unwrap(), 1)
}

/// A window that opens a folder of `coffee.jpg`, `coffee.DNG` and `rocket.jpg`.
fn bench() -> Bench {
    let mut bench = Bench::open(&[]);
    let folder = bench.path("shots");
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["coffee.jpg", "rocket.jpg"] {
        std::fs::copy(sample(name), folder.join(name)).unwrap();
    }
    std::fs::write(folder.join("coffee.DNG"), raw()).unwrap();
    bench.drop_files(&[folder]);
    bench.until_scored(2);
    bench
}

fn count(bench: &Bench) -> usize {
    bench.app().state().gallery.frames.len()
}

fn companions(bench: &Bench, name: &str) -> usize {
    bench.frame(name).companions.len()
}

#[test]
fn a_shot_has_one_row_and_one_mark_and_is_taken_apart_and_back() {
    let mut bench = bench();
    assert_eq!((count(&bench), companions(&bench, "coffee.jpg")), (2, 1));
    let score = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    let row = format!("coffee.jpg + coffee.DNG, {score:.1}, number");
    assert!(bench.harness.query_by_label_contains(&row).is_some());
    bench.select("coffee.jpg");
    bench.press(Key::X);

    bench.click("List");
    bench.click("Raw and JPEG of a shot as one");
    bench.until("they are apart", |app| {
        app.state().gallery.frames.len() == 3
    });
    bench.until_scored(3);
    assert!(!bench.app().settings().shots_as_one);
    let raw = bench.frame("coffee.DNG");
    assert_eq!(raw.mark, Some(Mark::Reject));
    assert!(raw.score(Task::NoReference).unwrap() < score);
    bench.select("coffee.DNG");

    bench.apply(gallery::Command::ShotsAsOne(true));
    bench.until("they are one", |app| app.state().gallery.frames.len() == 2);
    let frame = bench.frame("coffee.jpg");
    assert_eq!(frame.mark, Some(Mark::Reject));
    assert_eq!(
        frame.score(Task::NoReference),
        Some(score),
        "it is not scored again"
    );
    let selected = bench.app().state().gallery.selected().unwrap();
    assert_eq!(selected.name, "coffee.jpg");

    // Off the list and back with all its files.
    bench.press(Key::Delete);
    assert_eq!(count(&bench), 1);
    bench.apply(gallery::Command::Undo);
    assert_eq!((count(&bench), companions(&bench, "coffee.jpg")), (2, 1));
}

#[test]
fn files_of_a_shot_that_are_opened_one_after_the_other_are_one() {
    let mut bench = Bench::open(&["rocket.jpg"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let at = |name: &str| elsewhere.path().join(name);
    std::fs::write(at("coffee.DNG"), raw()).unwrap();
    std::fs::copy(sample("coffee.jpg"), at("coffee.jpg")).unwrap();
    bench.drop_files(&[at("coffee.DNG")]);
    bench.until_scored(2);
    bench.drop_files(&[at("coffee.jpg")]);
    bench.until("they are one", |app| {
        let mut frames = app.state().gallery.frames.iter();
        frames.any(|frame| frame.title() == "coffee.jpg + coffee.DNG")
    });
    bench.until_scored(2);
    assert_eq!(count(&bench), 2);
}

#[test]
fn tables_name_and_ratings_reach_all_files_of_a_shot() {
    let mut bench = bench();
    // Another program's own sidecar of the raw file.
    let own = bench.path("shots/coffee.DNG.xmp");
    let empty = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
                 xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description \
                 rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"/></rdf:RDF></x:xmpmeta>";
    std::fs::write(&own, empty).unwrap();
    bench.apply(export::Command::WriteRatings);
    bench.until_line("it is said", |line| line.starts_with("2 of 2 ratings"));
    for name in ["coffee.xmp", "coffee.DNG.xmp", "rocket.xmp"] {
        let path = bench.path("shots").join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("Rating"), "{name}: {text}");
    }
    let path = bench.path("out.json");
    bench.apply(export::Command::Save(Export::TableJson, path.clone()));
    bench.until_written(1);
    let table: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let pictures = table["pictures"].as_array().unwrap();
    let coffee = pictures
        .iter()
        .find(|line| line.get("companions").is_some());
    let companion = coffee.unwrap()["companions"][0].as_str().unwrap();
    assert!(companion.ends_with("coffee.DNG"));
}

#[test]
fn files_of_a_shot_come_and_go_one_after_the_other() {
    let mut bench = Bench::open(&["rocket.jpg"]);
    bench.until_scored(1);
    bench.until_watched(&bench.path(""));
    std::fs::write(bench.path("coffee.DNG"), raw()).unwrap();
    bench.until("the raw file has come", |app| {
        app.state().gallery.frames.len() == 2
    });
    bench.until_scored(2);
    let blurred = bench.frame("coffee.DNG").score(Task::NoReference).unwrap();
    std::fs::copy(sample("coffee.jpg"), bench.path("coffee.jpg")).unwrap();
    bench.until("the JPEG is shown", |app| {
        let mut frames = app.state().gallery.frames.iter();
        frames.any(|frame| frame.title() == "coffee.jpg + coffee.DNG")
    });
    bench.until_scored(2);
    assert_eq!(count(&bench), 2);
    assert!(bench.frame("coffee.jpg").score(Task::NoReference).unwrap() > blurred);
    std::fs::remove_file(bench.path("coffee.jpg")).unwrap();
    bench.until("the raw file is shown", |app| {
        let mut frames = app.state().gallery.frames.iter();
        frames.any(|frame| frame.title() == "coffee.DNG")
    });
    bench.until_scored(2);
    assert_eq!(count(&bench), 2);
    assert_eq!(
        bench.frame("coffee.DNG").score(Task::NoReference),
        Some(blurred)
    );
}

#[test]
fn what_the_camera_noted_stands_by_the_score_and_in_tables() {
    let mut bench = Bench::open(&["rocket.jpg"]);
    let noted = Noted::some().into_jpeg(&std::fs::read(sample("coffee.jpg")).unwrap());
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("noted.jpg");
    std::fs::write(&path, noted).unwrap();
    bench.drop_files(&[path]);
    bench.until_scored(2);
    let line = "Canon EOS R5 II, f/2.8, 2026-11-26 14:03:07 +01:00";
    bench.select("rocket.jpg");
    assert!(bench.harness.query_by_label(line).is_none());
    bench.select("noted.jpg");
    assert!(bench.harness.query_by_label(line).is_some());

    let written = |bench: &mut Bench, name: &str| {
        let path = bench.path(name);
        bench.apply(export::Command::Save(Export::Csv, path.clone()));
        bench.until_line("it is written", |line| {
            line.starts_with("Written: ") && line.ends_with(name)
        });
        std::fs::read_to_string(path).unwrap()
    };
    assert!(!written(&mut bench, "without.csv").contains("EOS"));
    bench.click("Export");
    bench.click("Tables with camera data");
    assert!(bench.app().settings().export_exif);
    let with = written(&mut bench, "with.csv");
    assert!(with.contains("Canon EOS R5 II,,,2.8"), "{with}");
}

#[test]
fn a_mark_on_a_shot_is_kept_for_each_of_its_files() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    std::fs::copy(sample("coffee.jpg"), photos.join("coffee.jpg")).unwrap();
    std::fs::write(photos.join("coffee.DNG"), raw()).unwrap();
    let mut bench = Bench::start(place, vec![photos.clone()], [1280.0, 800.0]);
    bench.until_listed(1);
    assert_eq!(companions(&bench, "coffee.jpg"), 1);
    bench.select("coffee.jpg");
    bench.press(Key::X);
    let next_start = bench.end();
    // The raw file is all that is left of it.
    std::fs::remove_file(photos.join("coffee.jpg")).unwrap();
    let mut bench = next_start(vec![photos]);
    bench.until_listed(1);
    bench.until("its mark is there", |app| {
        app.state().gallery.frames[0].mark == Some(Mark::Reject)
    });
}
