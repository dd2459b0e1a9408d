//! Words, maps and attention.

use super::Bench;
use bpclip::app::gallery;
use bpclip::app::viewer::{Branch, Overlay, Tab};
use bpclip::app::words::AdjectiveLevel;
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::Queryable;

#[test]
fn every_word_is_named_with_its_value_at_each_level() {
    let mut bench = Bench::open(&["coffee-blurred.jpg"]);
    bench.until_scored(1);
    bench.until_maps();
    assert!(
        bench
            .harness
            .query_by_label_contains("blurry (worse)")
            .is_some()
    );
    assert!(
        bench
            .harness
            .query_by_label_contains("Dimensions: sharpness")
            .is_some()
    );
    // The mean of the levels has a rank among photographs.
    let rank = "% of photographs";
    let ranked = bench.harness.query_all_by_label_contains(rank).count();
    assert!(ranked >= 40, "{ranked}");
    assert!(bench.harness.query_by_label_contains("Looks ").is_some());
    bench.click("Texture");
    assert_eq!(bench.app().state().words.level, AdjectiveLevel::Level(1));
    let state = bench.app().state();
    let rated = state.gallery.selected().unwrap().quality.rated().unwrap();
    let at = rated
        .adjectives()
        .iter()
        .position(|a| a.word == "sharp")
        .unwrap();
    let value = rated.inspection.prediction.similarities[1][at];
    let label = format!("sharp (better) {value:+.3}");
    assert!(bench.harness.query_by_label(&label).is_some(), "{label}");
}

#[test]
fn a_map_is_laid_over_the_picture_by_key_and_by_click() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_maps();
    bench.press_with(egui::Modifiers::ALT, Key::Num3);
    assert_eq!(
        bench.app().state().viewer.overlay,
        Overlay::Map(Branch::Information, 2)
    );
    assert_eq!(bench.app().state().viewer.tab, Tab::Maps);
    let legend = "Detail map 3: how much the network sees there, from";
    assert!(bench.harness.query_by_label_contains(legend).is_some());
    bench.click("Weight map 2");
    assert_eq!(
        bench.app().state().viewer.overlay,
        Overlay::Map(Branch::Weight, 1)
    );
    bench.click("Pooling mask 5");
    assert_eq!(bench.app().state().viewer.overlay, Overlay::Mask(4));
    bench.click("Shared range");
    bench.press_with(egui::Modifiers::ALT, Key::Num0);
    assert_eq!(bench.app().state().viewer.overlay, Overlay::None);
}

#[test]
fn the_picture_beside_gets_its_maps_too() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-noisy.jpg"]);
    bench.until_scored(2);
    let first = bench.app().state().gallery.selected().unwrap().id;
    let frames = bench.app().state().gallery.frames.iter();
    let other = frames
        .map(|frame| frame.id)
        .find(|id| *id != first)
        .unwrap();
    bench.apply(gallery::Command::Compare(Some(other)));
    bench.until("both have maps", |app| {
        let state = app.state();
        let there = |id| {
            state
                .scoring
                .detail(state.gallery.frame(id).unwrap())
                .is_some()
        };
        there(first) && there(other)
    });
}

#[test]
fn a_click_on_a_cell_shows_where_it_looks() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_maps();
    bench.click("Attention");
    assert_eq!(bench.app().state().viewer.overlay, Overlay::Attention);
    bench.until("it is drawn", |app| app.state().viewer.fitted.is_some());
    let picture = bench
        .harness
        .get_by_label_contains("Picture coffee.jpg")
        .rect();
    let at = picture.center();
    bench.harness.hover_at(at);
    bench.settle();
    bench.harness.drag_at(at);
    bench.harness.drop_at(at);
    bench.settle();
    let state = bench.app().state();
    let detail = state
        .scoring
        .detail(state.gallery.selected().unwrap())
        .unwrap();
    let [rows, columns] = detail.information_attention[0].grid;
    let (column, row) = state.viewer.attention.cell.unwrap();
    assert!(column.abs_diff(columns / 2) <= 1 && row.abs_diff(rows / 2) <= 1);
    assert!(
        bench
            .harness
            .query_by_label_contains("Its strongest look takes")
            .is_some()
    );
    bench.click("Within a level");
    bench.click("Whole scene");
    bench.click("Head 2");
    let attention = bench.app().state().viewer.attention;
    assert_eq!(
        (attention.branch, attention.level, attention.head),
        (Branch::Weight, 3, Some(1))
    );
    bench.click("No cell");
    assert_eq!(bench.app().state().viewer.attention.cell, None);
}
