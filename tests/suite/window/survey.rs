//! Several pictures beside each other: which, in what order, and who gets the marks.

use super::Bench;
use crate::process::sample;
use bpclip::app::App;
use bpclip::app::gallery;
use bpclip::app::gallery::ranking::{Filter, Grouping, Mark, MarkFilter, SortKey};
use bpclip::app::viewer::{Scale, ViewerMode};
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use std::collections::HashSet;

const SAMPLES: [&str; 4] = [
    "coffee-blurred.jpg",
    "coffee-jpeg10.jpg",
    "coffee-noisy.jpg",
    "coffee.jpg",
];

/// Four pictures by their names, the first looked at.
fn bench() -> Bench {
    let mut bench = Bench::open(&SAMPLES);
    bench.until_scored(4);
    bench.apply(gallery::Command::Sort(SortKey::Name, false));
    bench.until("they are sorted", App::is_idle);
    bench.select(SAMPLES[0]);
    bench
}

fn surveyed(bench: &Bench) -> Vec<&str> {
    let frames = bench.app().state().gallery.surveyed();
    frames.iter().map(|frame| frame.name.as_str()).collect()
}

fn focus(bench: &Bench) -> &str {
    &bench.app().state().gallery.selected().unwrap().name
}

fn all_selected(bench: &Bench) -> Vec<&str> {
    let state = &bench.app().state().gallery;
    let ids = state.all_selected().into_iter();
    ids.map(|id| state.frame(id).unwrap().name.as_str())
        .collect()
}

fn marks(bench: &Bench) -> Vec<Option<Mark>> {
    SAMPLES.map(|name| bench.frame(name).mark).to_vec()
}

#[test]
fn marks_and_stars_go_to_the_one_in_focus_and_the_selection_stays() {
    let mut bench = bench();
    bench.press_with(Modifiers::SHIFT, Key::ArrowDown);
    bench.press_with(Modifiers::SHIFT, Key::ArrowDown);
    bench.press(Key::N);
    assert_eq!(surveyed(&bench), SAMPLES[..3]);
    assert!(
        bench
            .harness
            .query_by_label("Survey of 3 pictures")
            .is_some()
    );
    let said = "3 pictures; marks and stars go to coffee-blurred.jpg";
    let place = bench.harness.get_by_label(said).rect();
    bench.harness.hover_at(place.center());
    bench.harness.run_steps(8);
    let hint = "The outlined one has the focus. Arrows and clicks move it, and marks, stars and labels \
                are given to it alone";
    assert!(bench.harness.query_by_label(hint).is_some());
    bench.press(Key::K);
    bench.press(Key::ArrowRight);
    assert_eq!(focus(&bench), SAMPLES[1]);
    bench.press(Key::X);
    bench.press(Key::Num3);
    let (keep, reject) = (Some(Mark::Keep), Some(Mark::Reject));
    assert_eq!(marks(&bench), [keep, reject, None, None]);
    assert_eq!(SAMPLES.map(|name| bench.frame(name).stars), [0, 3, 0, 0]);
    for said in ["Survey: coffee-blurred.jpg", "Survey: coffee-jpeg10.jpg"] {
        assert!(bench.harness.query_by_label_contains(said).is_some());
    }
    let decided = "Reject, 3 stars";
    assert!(bench.harness.query_by_label_contains(decided).is_some());
    // Past the last one there is nothing.
    bench.press(Key::ArrowRight);
    bench.press(Key::ArrowRight);
    assert_eq!(focus(&bench), SAMPLES[2]);
    bench.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(focus(&bench), SAMPLES[1]);
    assert_eq!(bench.frame(SAMPLES[1]).stars, 0);
    bench.press(Key::N);
    assert!(surveyed(&bench).is_empty());
    assert_eq!(all_selected(&bench), SAMPLES[..3]);
    assert_eq!(focus(&bench), SAMPLES[1]);
}

#[test]
fn a_click_moves_the_focus_and_zoom_is_shared() {
    let mut bench = bench();
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.click("Survey");
    assert_eq!(surveyed(&bench), SAMPLES);
    bench
        .harness
        .get_by_label_contains("Survey: coffee-noisy.jpg")
        .click();
    bench.settle();
    assert_eq!(focus(&bench), "coffee-noisy.jpg");
    assert_eq!(all_selected(&bench), SAMPLES);
    bench.press(Key::Z);
    assert_eq!(bench.app().state().viewer.look.scale, Scale::Times(1.0));
    let before = bench.app().state().viewer.look.centre;
    let cell = bench
        .harness
        .get_by_label_contains("Survey: coffee-noisy.jpg")
        .rect();
    bench.harness.hover_at(cell.center());
    bench.settle();
    assert!(bench.app().state().viewer.pointed.is_some());
    bench.harness.drag_at(cell.center());
    let there = cell.center() + egui::vec2(-40.0, 0.0);
    bench.harness.hover_at(there);
    bench.harness.drop_at(there);
    bench.settle();
    assert!(bench.app().state().viewer.look.centre.0 > before.0);
    bench.click("Take coffee-noisy.jpg out of the survey");
    assert_eq!(surveyed(&bench).len(), 3);
    assert_eq!(focus(&bench), "coffee.jpg");
    assert_eq!(all_selected(&bench).len(), 3);
    bench.press(Key::Escape);
    assert!(surveyed(&bench).is_empty());
    assert_eq!(focus(&bench), "coffee.jpg");
}

#[test]
fn another_mode_or_another_picture_leaves_the_survey() {
    let mut bench = bench();
    bench.press_with(Modifiers::SHIFT, Key::ArrowDown);
    bench.press(Key::N);
    assert_eq!(surveyed(&bench), SAMPLES[..2]);
    bench.click(ViewerMode::Single.label());
    assert!(surveyed(&bench).is_empty());
    assert_eq!(all_selected(&bench), SAMPLES[..2]);
    bench.press(Key::N);
    bench.select("coffee.jpg");
    assert!(surveyed(&bench).is_empty());
    assert_eq!(all_selected(&bench), ["coffee.jpg"]);
}

#[test]
fn what_the_filter_takes_away_leaves_the_survey() {
    let mut bench = bench();
    bench.apply(gallery::Command::Filter(Filter {
        mark: MarkFilter::Unmarked,
        ..Filter::default()
    }));
    bench.press_with(Modifiers::SHIFT, Key::ArrowDown);
    bench.press_with(Modifiers::SHIFT, Key::ArrowDown);
    bench.press(Key::N);
    bench.press(Key::ArrowRight);
    bench.press(Key::ArrowRight);
    // The last of the survey goes, and the one before it gets the focus, not the fourth.
    bench.press(Key::X);
    assert_eq!(surveyed(&bench), SAMPLES[..2]);
    assert_eq!(focus(&bench), SAMPLES[1]);
    bench.press(Key::Delete);
    assert!(surveyed(&bench).is_empty(), "one alone is no survey");
    assert_eq!(bench.order(), [SAMPLES[0], SAMPLES[3]]);
    assert_eq!(focus(&bench), SAMPLES[0]);
}

#[test]
fn a_burst_is_surveyed_and_without_one_it_is_said_what_to_do() {
    let mut bench = bench();
    bench.press(Key::N);
    assert!(surveyed(&bench).is_empty());
    assert!(bench.said("select them first"));
    bench.apply(gallery::Command::Group(Grouping::Folders));
    bench.until("they are grouped", App::is_idle);
    bench.press(Key::N);
    assert_eq!(surveyed(&bench), SAMPLES);
    bench.press(Key::End);
    assert_eq!(focus(&bench), SAMPLES[3]);
    bench.press(Key::N);
    assert_eq!(all_selected(&bench), [SAMPLES[3]]);
}

#[test]
fn page_down_goes_on_to_the_next_burst_past_single_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (group, names) in [
        ("a", &["coffee.jpg", "coffee-blurred.jpg"][..]),
        ("b", &["astronaut.jpg"]),
        ("c", &["rocket.jpg", "rocket-dark.jpg"]),
    ] {
        let group = folder.path().join(group);
        std::fs::create_dir(&group).unwrap();
        for name in names {
            std::fs::copy(sample(name), group.join(name)).unwrap();
        }
        paths.push(group);
    }
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_scored(5);
    bench.apply(gallery::Command::Sort(SortKey::Added, false));
    bench.apply(gallery::Command::Group(Grouping::Folders));
    bench.until("they are grouped", App::is_idle);
    let names = |bench: &Bench| -> HashSet<String> {
        surveyed(bench).into_iter().map(str::to_owned).collect()
    };
    let set = |names: [&str; 2]| HashSet::from(names.map(str::to_owned));
    let (first, last) = (
        set(["coffee.jpg", "coffee-blurred.jpg"]),
        set(["rocket.jpg", "rocket-dark.jpg"]),
    );
    bench.select("coffee-blurred.jpg");
    bench.press(Key::N);
    assert_eq!(names(&bench), first);
    bench.press(Key::PageDown);
    assert_eq!(names(&bench), last);
    bench.press(Key::PageDown);
    assert_eq!(names(&bench), last, "there is no further one");
    bench.press(Key::PageUp);
    assert_eq!(names(&bench), first);
    assert!(names(&bench).contains(focus(&bench)));
}

#[test]
fn of_more_than_nine_the_focus_shows_the_next_nine() {
    let folder = tempfile::tempdir().unwrap();
    super::culling::shoot(folder.path(), 12);
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_scored(12);
    bench.apply(gallery::Command::Sort(SortKey::Name, false));
    bench.press(Key::Home);
    bench.press_with(Modifiers::COMMAND, Key::A);
    bench.press(Key::N);
    assert_eq!(surveyed(&bench).len(), gallery::SURVEY);
    assert_eq!(surveyed(&bench)[0], "000.png");
    let said = "9 of 12 pictures; marks and stars go to 000.png";
    assert!(bench.harness.query_by_label(said).is_some());
    bench.press(Key::PageDown);
    assert_eq!(focus(&bench), "009.png");
    assert_eq!(surveyed(&bench)[0], "003.png");
    bench.press(Key::End);
    bench.press(Key::K);
    assert_eq!(bench.frame("011.png").mark, Some(Mark::Keep));
    assert_eq!(bench.frame("010.png").mark, None);
}
