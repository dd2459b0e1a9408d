//! Two pictures beside each other, and a reference.

use super::Bench;
use bpclip::app::scoring::Scored;
use bpclip::app::viewer::{self, Scale, ViewerMode};
use bpclip_core::model::Task;
use eframe::egui;
use egui::Key;
use egui_kittest::kittest::Queryable;

#[test]
fn a_reference_gives_a_full_reference_score_and_checks_itself() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-blurred.jpg", "astronaut.jpg"]);
    bench.until_scored(3);
    bench.select("coffee.jpg");
    bench.press(Key::R);
    assert_eq!(
        bench.app().state().gallery.reference,
        Some(bench.frame("coffee.jpg").id)
    );
    bench.select("coffee-blurred.jpg");
    bench.click("Against reference");
    bench.until("both are scored", |app| {
        let state = app.state();
        let likeness = state
            .gallery
            .selected()
            .and_then(|f| f.score(Task::FullReference));
        likeness.is_some() && matches!(state.scoring.self_check, Scored::Done(_))
    });
    let check = "The reference against itself scores";
    assert!(bench.harness.query_by_label_contains(check).is_some());
    let Scored::Done(own) = &bench.app().state().scoring.self_check else {
        unreachable!()
    };
    let likeness = bench.frame("coffee-blurred.jpg").score(Task::FullReference);
    assert!(own.inspection.prediction.score() > likeness.unwrap());
    // A picture of another size cannot be compared, and says so.
    bench.select("astronaut.jpg");
    bench.until("it has failed", |app| {
        let astronaut = app.state().gallery.selected().unwrap();
        matches!(astronaut.likeness, Scored::Failed(_))
    });
    assert!(
        bench
            .harness
            .query_by_label_contains("both must be of one size")
            .is_some()
    );
    bench.click("Clear reference");
    assert_eq!(bench.app().state().gallery.reference, None);
    assert_eq!(bench.app().state().scoring.active_task, Task::NoReference);
}

#[test]
fn two_pictures_are_compared_in_a_sentence_and_in_five_ways() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-noisy.jpg"]);
    bench.until_scored(2);
    bench.select("coffee-noisy.jpg");
    bench.press(Key::C);
    bench.select("coffee.jpg");
    let said = "People prefer coffee.jpg to coffee-noisy.jpg with a probability of";
    assert!(bench.harness.query_by_label_contains(said).is_some());
    for mode in ViewerMode::ALL {
        bench.click(mode.label());
        assert_eq!(bench.app().state().viewer.look.mode, mode);
        bench.settle();
    }
    bench.click("16");
    assert_eq!(bench.app().state().viewer.look.gain, 16);
    bench.apply(viewer::Command::Mode(ViewerMode::Single));
    bench.press(Key::Space);
    assert!(bench.app().state().viewer.look.flipped);
    bench.press(Key::Space);
    assert!(!bench.app().state().viewer.look.flipped);
}

#[test]
fn the_view_fits_zooms_and_moves() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.until("it is drawn", |app| app.state().viewer.fitted.is_some());
    bench.press(Key::Z);
    assert_eq!(bench.app().state().viewer.look.scale, Scale::Times(1.0));
    bench.press(Key::Plus);
    assert_eq!(bench.app().state().viewer.look.scale, Scale::Times(1.25));
    let picture = bench
        .harness
        .get_by_label_contains("Picture coffee.jpg")
        .rect();
    bench.harness.hover_at(picture.center());
    bench.settle();
    assert!(bench.app().state().viewer.pointed.is_some());
    let before = bench.app().state().viewer.look.centre;
    bench.apply(viewer::Command::Look {
        scale: Scale::Times(60.0),
        centre: before,
    });
    // Values of single pixels are drawn now.
    bench.harness.drag_at(picture.center());
    bench
        .harness
        .hover_at(picture.center() + egui::vec2(30.0, 0.0));
    bench
        .harness
        .drop_at(picture.center() + egui::vec2(30.0, 0.0));
    bench.settle();
    assert!(bench.app().state().viewer.look.centre.0 < before.0);
    bench.press(Key::F);
    assert_eq!(bench.app().state().viewer.look.scale, Scale::Fit);
}
