//! What leaves the window.

use super::Bench;
use bpclip::app::Action;
use bpclip::app::export::{self, Export};
use bpclip::app::shell::Dialog;
use bpclip_core::model::Task;
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::Queryable;
use serde_json::Value;

#[test]
fn tables_inspections_and_maps_are_written() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket.jpg"]);
    bench.until_scored(2);
    bench.select("rocket.jpg");
    for key in [Key::X, Key::Num2, Key::Num9] {
        bench.press(key);
    }
    bench.select("coffee.jpg");
    bench.until_maps();
    bench.press_with(egui::Modifiers::ALT, Key::Num1);
    let csv = bench.path("out.csv");
    let table = bench.path("out.json");
    let inspection = bench.path("inspection.json");
    let map = bench.path("map.png");
    let maps = bench.path("all");
    for (export, path) in [
        (Export::Csv, &csv),
        (Export::TableJson, &table),
        (Export::Json, &inspection),
        (Export::Map, &map),
        (Export::AllMaps, &maps),
    ] {
        bench.apply(export::Command::Save(export, path.clone()));
    }
    bench.until_written(5);
    let lines = std::fs::read_to_string(&csv).unwrap();
    assert_eq!(lines.lines().count(), 3);
    let score = bench.frame("coffee.jpg").score(Task::NoReference).unwrap();
    assert!(lines.contains(&score.to_string()));
    let json = |path| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(json(&table)["pictures"].as_array().unwrap().len(), 2);
    let written = json(&table);
    let mut lines_of = written["pictures"].as_array().unwrap().iter();
    let rocket = lines_of.find(|line| line["mark"] == "reject").unwrap();
    assert!(rocket["path"].as_str().unwrap().ends_with("rocket.jpg"));
    assert_eq!(
        (&rocket["stars"], &rocket["label"]),
        (&2.into(), &"Blue".into())
    );
    assert!(
        lines
            .lines()
            .next()
            .unwrap()
            .ends_with(",mark,stars,label,burst")
    );
    assert!(lines.contains(",reject,2,Blue,"), "{lines}");
    let inspection = json(&inspection);
    assert_eq!(inspection["information"].as_array().unwrap().len(), 4);
    assert_eq!(
        inspection["weight_attention"][0]["heads"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    assert_eq!(bpclip_core::image::dimensions(&map).unwrap(), (600, 400));
    assert_eq!(std::fs::read_dir(&maps).unwrap().count(), 13);
}

#[test]
fn ratings_are_written_beside_the_pictures() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket.jpg"]);
    bench.until_scored(2);
    let before = std::fs::read(bench.path("coffee.jpg")).unwrap();
    bench.select("rocket.jpg");
    bench.press(Key::X);
    bench.apply(Action::Ratings);
    assert_eq!(bench.app().state().shell.dialog, Some(Dialog::Ratings));
    assert!(bench.harness.query_by_label("rejected").is_some());
    bench.click("Write ratings");
    bench.until_line("it is said", |line| line.starts_with("2 of 2 ratings"));
    let rocket = std::fs::read_to_string(bench.path("rocket.xmp")).unwrap();
    assert!(rocket.contains("Rating=\"-1\""), "{rocket}");
    assert!(bench.path("coffee.xmp").exists());
    assert_eq!(std::fs::read(bench.path("coffee.jpg")).unwrap(), before);
}

#[test]
fn ratings_go_into_jpegs_by_shares_of_the_shoot_and_no_picture_is_scored_again() {
    let mut bench = Bench::open(&[
        "coffee.jpg",
        "rocket.jpg",
        "coffee-blurred.jpg",
        "chelsea.jpg",
    ]);
    bench.until_watched(&bench.path(""));
    bench.until_scored(4);
    bench.select("rocket.jpg");
    bench.press(Key::K);
    bench.apply(Action::Ratings);
    bench.click("by share");
    assert!(bench.app().settings().stars_by_share);
    bench.apply(export::Command::Shares(
        export::Shares::new([100.0, 75.0, 50.0, 25.0, 10.0]).unwrap(),
    ));
    bench.click("Into JPEGs, and beside all other pictures");
    let before = std::fs::read(bench.path("coffee.jpg")).unwrap();
    let score = |bench: &Bench| bench.frame("coffee.jpg").score(Task::NoReference);
    let ended = |bench: &Bench| bench.app().state().scoring.ended.map(|ended| ended.at);
    let (scored, scoring_ended) = (score(&bench), ended(&bench));
    bench.click("Write ratings");
    bench.until_line("it is said", |line| {
        line.starts_with("4 of 4 ratings written into JPEGs")
    });
    let stars = |name: &str| bpclip_xmp::embedded(&bench.path(name)).unwrap().stars;
    let mut all = [
        "coffee.jpg",
        "rocket.jpg",
        "coffee-blurred.jpg",
        "chelsea.jpg",
    ]
    .map(stars);
    all.sort_unstable();
    assert_eq!(all, [1, 2, 3, 4], "10 % of 4 is none");
    assert_eq!(stars("coffee.jpg"), 4);
    assert!(!bench.path("coffee.xmp").exists());
    let after = std::fs::read(bench.path("coffee.jpg")).unwrap();
    let scan = |bytes: &[u8]| {
        bytes
            .windows(2)
            .position(|pair| pair == [0xff, 0xda])
            .unwrap()
    };
    assert_eq!(after[scan(&after)..], before[scan(&before)..]);
    // Other bytes, and the same picture: its score comes from what is kept.
    bench.until("the new files are seen", |app| {
        app.state()
            .gallery
            .frames
            .iter()
            .all(|frame| frame.revision == 1)
    });
    bench.until_scored(4);
    assert_eq!(score(&bench), scored);
    let now = ended(&bench);
    assert!(
        now.is_none() || now == scoring_ended,
        "they were scored again"
    );
}

#[test]
fn a_place_that_cannot_be_written_is_said() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    let nowhere = bench.path("no/such/folder/out.csv");
    bench.apply(export::Command::Save(Export::Csv, nowhere));
    bench.until_line("it is said", |line| line.starts_with("Cannot write"));
    assert!(bench.said("out.csv"));
}
