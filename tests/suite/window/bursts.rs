//! Bursts in the list: headings, brackets, and keeping the best of each.

use super::Bench;
use crate::bursts::{bracketed, without_times};
use bpclip::app::gallery;
use bpclip::app::gallery::ranking::{BestBy, Bursts, Grouping, Mark, SortKey};
use bpclip_core::model::Task;
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use std::path::Path;

/// A window over a folder that is filled so, all scored, in the order of names, bursts together.
fn bench(fill: impl Fn(&Path), count: usize) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let paths = vec![folder.path().to_owned()];
    let mut bench = Bench::start(folder, paths, [1280.0, 800.0]);
    bench.until_scored(count);
    bench.apply(gallery::Command::Sort(SortKey::Name, false));
    bench.apply(gallery::Command::Group(Grouping::Bursts));
    bench
}

fn marked(bench: &Bench, mark: Mark) -> Vec<&str> {
    let frames = bench.app().state().gallery.frames.iter();
    let marked = frames.filter(|frame| frame.mark == Some(mark));
    let mut names: Vec<&str> = marked.map(|frame| frame.name.as_str()).collect();
    names.sort_unstable();
    names
}

/// The name of the highest score.
fn best<'a>(bench: &Bench, names: &[&'a str]) -> &'a str {
    let score = |name: &str| bench.frame(name).score(Task::NoReference).unwrap();
    names
        .iter()
        .copied()
        .reduce(|a, b| if score(b) > score(a) { b } else { a })
        .unwrap()
}

#[test]
fn bursts_without_a_time_have_headings_and_their_best_are_kept_in_one_step() {
    let mut bench = bench(without_times, 7);
    let headings = &bench.app().state().gallery.headings;
    assert_eq!(headings, &["Burst of 3", "Burst of 2"]);
    for heading in ["Burst of 3", "Burst of 2"] {
        assert!(bench.harness.query_by_label(heading).is_some());
    }
    let (first, second) = (
        ["img1.jpg", "img2.jpg", "img3.jpg"],
        ["img5.jpg", "img6.jpg"],
    );
    bench.choose("Mark", "Best of each burst...");
    let preview = "in 2 bursts: 2 will be kept, 3 rejected";
    assert!(bench.harness.query_by_label_contains(preview).is_some());
    bench.click("Keep and reject");
    let kept = [best(&bench, &first), best(&bench, &second)];
    assert_eq!(marked(&bench, Mark::Keep), kept);
    assert_eq!(marked(&bench, Mark::Reject).len(), 3);
    assert_eq!(bench.frame("img4.jpg").mark, None);
    assert!(bench.said("2 kept, 3 rejected"));
    bench.press_with(Modifiers::COMMAND, Key::Z);
    assert!(marked(&bench, Mark::Keep).is_empty() && marked(&bench, Mark::Reject).is_empty());
    bench.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(marked(&bench, Mark::Keep), kept);
    bench.press_with(Modifiers::COMMAND, Key::Z);

    // What was marked by hand is one of those that are kept.
    let worse = first.into_iter().find(|name| *name != kept[0]).unwrap();
    bench.select(worse);
    bench.press(Key::K);
    bench.choose("Mark", "Best of each burst...");
    bench.click("Keep and reject");
    assert_eq!(marked(&bench, Mark::Keep), [worse, kept[1]]);
    bench.choose("Mark", "Best of each burst...");
    let nothing = "There is no burst with unmarked pictures";
    assert!(bench.harness.query_by_label_contains(nothing).is_some());
}

#[test]
fn the_best_may_be_the_sharpest() {
    let mut bench = bench(without_times, 7);
    bench.choose("Mark", "Best of each burst...");
    bench.click("Sharpest part");
    assert_eq!(bench.app().settings().bursts.best_by, BestBy::Sharpness);
    bench.click("Keep and reject");
    let sharpness = |name: &str| bench.frame(name).sharpness().unwrap().value;
    let names = ["img1.jpg", "img2.jpg", "img3.jpg"];
    let sharpest = names
        .into_iter()
        .reduce(|a, b| if sharpness(b) > sharpness(a) { b } else { a });
    assert!(marked(&bench, Mark::Keep).contains(&sharpest.unwrap()));
}

#[test]
fn brackets_are_left_alone_and_a_shorter_gap_parts_bursts() {
    let mut bench = bench(bracketed, 6);
    let headings = &bench.app().state().gallery.headings;
    let expected = [
        "Bracket of 3, 2026-11-26 14:03:07",
        "Burst of 3, 2026-11-26 14:03:09",
    ];
    assert_eq!(headings, &expected);
    // The burst has a best one, the bracket has none.
    let best = bench.harness.get_by_label_contains("best of its group");
    let best = super::words(&best);
    let of_burst = ["img4.jpg, ", "img5.jpg, ", "img6.jpg, "];
    assert!(of_burst.iter().any(|name| best.contains(name)), "{best}");
    bench.choose("Mark", "Best of each burst...");
    let preview = "1 bracket is left alone";
    assert!(bench.harness.query_by_label_contains(preview).is_some());
    bench.click("Keep and reject");
    let (kept, rejected) = (marked(&bench, Mark::Keep), marked(&bench, Mark::Reject));
    assert_eq!((kept.len(), rejected.len()), (1, 2));
    let all = [kept, rejected].concat();
    assert!(all.iter().all(|name| *name > "img3.jpg"), "{all:?}");
    let narrow = Bursts {
        gap: 0.2,
        ..Bursts::default()
    };
    bench.apply(gallery::Command::Bursts(narrow));
    assert!(bench.app().state().gallery.headings.is_empty());
}
