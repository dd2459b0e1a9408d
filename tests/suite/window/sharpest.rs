//! The sharpest part of a picture: beside the score, sorted by, gone to, marked.

use super::{Bench, taken_at};
use bpclip::app::export::{self, Export};
use bpclip::app::gallery;
use bpclip::app::gallery::ranking::Grouping;
use bpclip::app::viewer::{self, Scale};
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

fn look(bench: &Bench) -> (Scale, (f32, f32)) {
    let look = bench.app().state().viewer.look;
    (look.scale, look.centre)
}

fn place(bench: &Bench, name: &str) -> (f32, f32) {
    bench.frame(name).sharpness().unwrap().place.centre()
}

#[test]
fn it_stands_beside_the_score_and_the_list_is_sorted_by_it() {
    let mut bench = Bench::open(&["coffee-blurred.jpg", "coffee.jpg", "coffee-noisy.jpg"]);
    bench.until_scored(3);
    let value = |name: &str| bench.frame(name).sharpness().unwrap().value;
    let (soft, sharp) = (value("coffee-blurred.jpg"), value("coffee.jpg"));
    assert!(soft < sharp / 2.0, "{soft} {sharp}");
    let in_row = format!("sharp {sharp:.1}");
    assert!(bench.harness.query_by_label_contains(&in_row).is_some());
    bench.select("coffee.jpg");
    let in_panel = format!("Sharpest part {sharp:.1}");
    assert!(bench.harness.query_by_label(&in_panel).is_some());
    bench.click("Sort by");
    bench.click("Sharpest part");
    let sharpest_first = bench.order();
    assert_eq!(sharpest_first.last(), Some(&"coffee-blurred.jpg"));
    bench.click("Sharpest first");
    assert_eq!(bench.order()[0], "coffee-blurred.jpg");

    let table = bench.path("table.csv");
    bench.apply(export::Command::Save(Export::Csv, table.clone()));
    bench.until_written(1);
    let mut rows = csv::Reader::from_path(table).unwrap();
    let column = |name: &str, rows: &mut csv::Reader<std::fs::File>| {
        rows.headers()
            .unwrap()
            .iter()
            .position(|column| column == name)
            .unwrap()
    };
    let (sharpness, x) = (
        column("sharpness", &mut rows),
        column("sharpest_x", &mut rows),
    );
    let first = rows.records().next().unwrap().unwrap();
    let written: f32 = first[sharpness].parse().unwrap();
    assert_eq!(
        written,
        bench.frame("coffee-blurred.jpg").sharpness().unwrap().value
    );
    let width = bench.frame("coffee-blurred.jpg").size.unwrap().0;
    assert!(first[x].parse::<u32>().unwrap() < width);
}

#[test]
fn one_key_goes_there_and_to_the_same_place_in_all_of_a_burst() {
    let folder = tempfile::tempdir().unwrap();
    for (name, taken) in [
        ("coffee.jpg", "2026:11:26 14:03:07"),
        ("coffee-blurred.jpg", "2026:11:26 14:03:08"),
        ("rocket.jpg", "2026:11:26 15:00:00"),
    ] {
        std::fs::write(folder.path().join(name), taken_at(name, taken)).unwrap();
    }
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_scored(3);
    bench.apply(gallery::Command::Group(Grouping::Bursts));
    bench.select("coffee-blurred.jpg");
    bench.press(Key::G);
    // Where the sharper of both is sharpest.
    let (of_burst, of_rocket) = (place(&bench, "coffee.jpg"), place(&bench, "rocket.jpg"));
    assert_eq!(look(&bench), (Scale::Times(1.0), of_burst));
    bench.select("coffee.jpg");
    assert_eq!(look(&bench), (Scale::Times(1.0), of_burst));
    bench.select("rocket.jpg");
    assert_eq!(look(&bench), (Scale::Times(1.0), of_rocket));
    bench.press(Key::G);
    assert_eq!(look(&bench).0, Scale::Fit);
    // Not where the user has looked elsewhere since.
    bench.press(Key::G);
    let elsewhere = viewer::Command::Look {
        scale: Scale::Times(2.0),
        centre: (0.25, 0.25),
    };
    bench.apply(elsewhere);
    bench.select("coffee.jpg");
    assert_eq!(look(&bench), (Scale::Times(2.0), (0.25, 0.25)));

    assert!(!bench.app().settings().mark_sharpest);
    bench.press_with(Modifiers::SHIFT, Key::G);
    assert!(bench.app().settings().mark_sharpest);
    bench.click("Mark it");
    assert!(!bench.app().settings().mark_sharpest);
}

#[test]
fn what_was_measured_comes_back_with_the_score() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    let seen = |bench: &Bench| {
        let rated = bench.frame("coffee.jpg").quality.rated().unwrap().clone();
        (
            rated.inspection.sharpness,
            rated.inspection.prediction.look.clone(),
        )
    };
    let before = seen(&bench);
    assert!(before.0.is_some() && !before.1.is_empty());
    let folder = bench.path("");
    let mut bench = bench.restart(vec![folder]);
    bench.until_scored(1);
    assert!(
        bench.app().state().scoring.ended.is_none(),
        "it was scored again"
    );
    let after = seen(&bench);
    assert_eq!(after.0, before.0);
    // At half precision.
    for (kept, seen) in after.1.layout.iter().zip(&before.1.layout) {
        assert!((kept - seen).abs() < 1e-3);
    }
    assert_eq!(after.1.mean.len(), before.1.mean.len());
}
