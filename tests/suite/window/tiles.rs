//! The quality map in the window.

use super::Bench;
use crate::process::sample;
use bpclip::app::export::{self, Export};
use bpclip::app::quality_map;
use bpclip::app::viewer::{Overlay, Scale, Tab};
use bpclip_core::inspect::tiles::Aspect;
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::Queryable;

fn until_mapped(bench: &mut Bench) {
    bench.until("the map is there", |app| {
        let map = super::quality_map(app);
        map.is_some_and(|map| map.request.is_none() && map.seen.is_some())
    });
}

#[test]
fn a_quality_map_is_made_and_shows_any_dimension() {
    let mut bench = Bench::open(&["coffee-noisy.jpg"]);
    bench.until_scored(1);
    bench.click("Quality map");
    assert_eq!(bench.app().state().viewer.tab, Tab::Tiles);
    assert!(bench.harness.query_by_label_contains("6 tiles").is_some());
    bench.apply(quality_map::Command::TileSide(128));
    bench.click("Map this picture");
    until_mapped(&mut bench);
    assert_eq!(bench.app().state().viewer.overlay, Overlay::Tiles);
    let map = super::quality_map(bench.app()).unwrap();
    let seen = map.seen.as_ref().unwrap();
    assert_eq!((seen.grid.columns, seen.grid.rows, seen.done), (5, 4, 20));
    let scores = seen.map.values.clone();
    let legend = "Quality map: score, from";
    assert!(bench.harness.query_by_label_contains(legend).is_some());
    bench.apply(quality_map::Command::Aspect(Aspect::Dimension(0)));
    let legend = "Quality map: sharpness, from";
    assert!(bench.harness.query_by_label_contains(legend).is_some());
    let map = super::quality_map(bench.app()).unwrap();
    assert_ne!(map.seen.as_ref().unwrap().map.values, scores);
    bench.click("Look at the lowest");
    assert_eq!(bench.app().state().viewer.look.scale, Scale::Times(1.0));
    // It is exported as any overlay is.
    let target = bench.path("map.png");
    bench.apply(export::Command::Save(Export::Map, target.clone()));
    bench.until("it is written", move |_| target.exists());
    bench.press_with(egui::Modifiers::ALT, Key::Num0);
    assert_eq!(bench.app().state().viewer.overlay, Overlay::None);
}

#[test]
fn a_quality_map_can_be_stopped_and_what_was_seen_stays() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.apply(quality_map::Command::TileSide(128));
    bench.press(Key::Q);
    bench.until("a tile is there", |app| {
        let map = app.state().quality_map.maps.first();
        map.is_some_and(|map| map.seen.as_ref().is_some_and(|seen| seen.done > 0))
    });
    bench.press(Key::Escape);
    let state = bench.app().state();
    assert!(state.quality_map.in_the_making().is_none());
    let done = state.quality_map.maps[0].seen.as_ref().unwrap().done;
    assert!((4..=20).contains(&done));
    bench.press(Key::Q);
    until_mapped(&mut bench);
    assert!(!bench.app().state().quality_map.maps[0].is_partial());
}

#[test]
fn a_changed_file_is_mapped_anew() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.press(Key::Q);
    until_mapped(&mut bench);
    let score = |bench: &Bench| {
        bench.app().state().quality_map.maps[0]
            .seen
            .as_ref()
            .unwrap()
            .map
            .values[0]
    };
    let before = score(&bench);
    std::fs::copy(sample("coffee-blurred.jpg"), bench.path("coffee.jpg")).unwrap();
    bench.until("the old map is gone", |app| {
        super::quality_map(app).is_none()
    });
    bench.until_scored(1);
    bench.press(Key::Q);
    until_mapped(&mut bench);
    assert!(score(&bench) < before);
}
