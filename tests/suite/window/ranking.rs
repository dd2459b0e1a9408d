//! Order, filter, marks and groups.

use super::{Bench, taken_at};
use bpclip::app::gallery;
use bpclip::app::gallery::ranking::{Filter, Grouping, Mark};
use bpclip_core::model::Task;
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::Queryable;

const FOUR: [&str; 4] = [
    "coffee-jpeg10.jpg",
    "coffee.jpg",
    "coffee-blurred.jpg",
    "chelsea.jpg",
];

#[test]
fn the_list_is_sorted_by_score_and_by_name() {
    let mut bench = Bench::open(&FOUR);
    bench.until_scored(4);
    let scores: Vec<f32> = bench
        .order()
        .iter()
        .map(|name| bench.frame(name).score(Task::NoReference).unwrap())
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    bench.click("Sort by");
    bench.click("Name");
    let sorted = [
        "chelsea.jpg",
        "coffee-blurred.jpg",
        "coffee-jpeg10.jpg",
        "coffee.jpg",
    ];
    assert_eq!(bench.order(), sorted);
    bench.click("A to Z");
    assert_eq!(bench.order()[0], "coffee.jpg");
    bench.select("coffee.jpg");
    bench.press(Key::ArrowRight);
    assert_eq!(
        bench.app().state().gallery.selected().unwrap().name,
        "coffee-jpeg10.jpg"
    );
    bench.press(Key::End);
    assert_eq!(
        bench.app().state().gallery.selected().unwrap().name,
        "chelsea.jpg"
    );
    bench.click("Sort by");
    bench.click("Sharpness");
    assert_eq!(bench.order().len(), 4);
}

#[test]
fn only_what_passes_the_filter_is_shown() {
    let mut bench = Bench::open(&FOUR);
    bench.until_scored(4);
    bench.click("Filter");
    bench.harness.get_by_label("Name holds").focus();
    bench.harness.get_by_label("Name holds").type_text("coffee");
    bench.settle();
    assert_eq!(bench.order().len(), 3);
    bench.click("Show all");
    assert_eq!(bench.order().len(), 4);
    let scores: Vec<f32> = FOUR
        .iter()
        .map(|name| bench.frame(name).score(Task::NoReference).unwrap())
        .collect();
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    bench.apply(gallery::Command::Filter(Filter {
        min_score: Some(best - 0.01),
        ..Filter::default()
    }));
    assert_eq!(bench.order().len(), 1);
    let words = bench.app().state().gallery.selected().unwrap();
    let words = words.quality.rated().unwrap().adjectives().to_vec();
    let blurry = words.iter().position(|word| word.word == "blurry");
    bench.apply(gallery::Command::Filter(Filter {
        problem: blurry,
        ..Filter::default()
    }));
    assert!(bench.order().contains(&"coffee-blurred.jpg"));
    assert!(bench.harness.query_by_label_contains("Filter (").is_some());
}

#[test]
fn marks_are_set_by_key_and_taken_away_again() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.press(Key::K);
    assert_eq!(bench.frame("coffee.jpg").mark, Some(Mark::Keep));
    assert!(bench.harness.query_by_label_contains(", keep").is_some());
    bench.press(Key::X);
    assert_eq!(bench.frame("coffee.jpg").mark, Some(Mark::Reject));
    bench.press(Key::X);
    assert_eq!(bench.frame("coffee.jpg").mark, None);
}

#[test]
fn the_best_of_a_burst_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    for (name, taken) in [
        ("coffee.jpg", "2026:11:26 14:03:07"),
        ("coffee-blurred.jpg", "2026:11:26 14:03:08"),
        ("rocket.jpg", "2026:11:26 14:13:00"),
    ] {
        let bytes = taken_at(name, taken);
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_scored(3);
    bench.click("Groups");
    bench.click("Bursts");
    assert_eq!(bench.app().state().gallery.grouping, Grouping::Bursts);
    let best = bench.harness.get_by_label_contains("best of its group");
    let label = format!("{best:?}");
    assert!(label.contains("coffee.jpg"), "{label}");
    assert!(
        bench
            .harness
            .query_by_label_contains("rocket.jpg")
            .is_some()
    );
}

#[test]
fn what_was_removed_comes_back() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket.jpg"]);
    bench.until_scored(2);
    bench.select("coffee.jpg");
    bench.press(Key::Delete);
    assert_eq!(bench.order(), ["rocket.jpg"]);
    assert!(bench.path("coffee.jpg").exists());
    assert_eq!(
        bench.app().state().gallery.selected().unwrap().name,
        "rocket.jpg"
    );
    bench
        .harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::Z);
    bench.settle();
    assert_eq!(bench.app().state().gallery.frames.len(), 2);
    assert_eq!(
        bench.app().state().gallery.selected().unwrap().name,
        "coffee.jpg"
    );
    assert!(bench.frame("coffee.jpg").score(Task::NoReference).is_some());
}
