//! The histogram, what lies over a picture at its own pixels, shifted pictures, and what is read ahead.

use super::Bench;
use crate::process::sample;
use bpclip::app::gallery::{self, ranking::SortKey};
use bpclip::app::settings::Sensitivity;
use bpclip::app::viewer::{self, Overlay, ViewerMode};
use bpclip::app::{Action, App};
use bpclip_core::image::{self, Limits, Picture};
use bpclip_core::model::Task;
use bpclip_look::{Histogram, Raster};
use eframe::egui;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

/// A picture of half white, a quarter black, the rest grey.
fn clipped() -> Picture {
    let rgb = (0..400).flat_map(|at| match at {
        0..200 => [255; 3],
        200..300 => [0; 3],
        _ => [128; 3],
    });
    Picture {
        width: 20,
        height: 20,
        rgb: rgb.collect(),
        notes: Vec::new(),
    }
}

fn overlay(bench: &Bench) -> Overlay {
    bench.app().state().viewer.overlay
}

#[test]
fn the_histogram_is_of_the_picture_that_is_shown() {
    let mut bench = Bench::open(&["coffee.jpg", "rocket-dark.jpg"]);
    bench.until_scored(2);
    for name in ["coffee.jpg", "rocket-dark.jpg"] {
        bench.select(name);
        let picture = image::read(&sample(name), &Limits::default()).unwrap();
        let raster = Raster::new(picture.width, picture.height, &picture.rgb).unwrap();
        let mean = Histogram::of(&raster).mean_luma();
        bench.until_shown(&format!("Histogram: mean luma {mean:.0} of 255"));
    }
    // The second one, shown in the place of the first.
    let other = bench.frame("coffee.jpg").id;
    let dark = bench.harness.get_by_label_contains("mean luma").rect();
    assert!(dark.height() > 50.0);
    let said = |bench: &Bench| super::words(&bench.harness.get_by_label_contains("mean luma"));
    let before = said(&bench);
    bench.apply(gallery::Command::Compare(Some(other)));
    bench.press(Key::Space);
    bench.until("both are read", App::is_idle);
    assert_ne!(said(&bench), before);
    bench.press(Key::H);
    bench.until("it is closed", App::is_idle);
    bench.harness.run_steps(30);
    assert!(bench.harness.query_by_label_contains("mean luma").is_none());
    assert!(!bench.app().settings().histogram);
}

#[test]
fn clipped_light_and_shadow_are_shown_with_their_shares() {
    let mut bench = Bench::open(&[]);
    bench.apply(gallery::Command::AddPicture(Arc::new(clipped())));
    bench.until("it is drawn", App::is_idle);
    bench.press(Key::J);
    assert_eq!(overlay(&bench), Overlay::Clipping);
    let said = "Highlights 50 %: a channel at 254 or 255 (all three 50 %); Shadows 25 %: all three channels \
                at 0 to 1";
    bench.until_shown(said);
    let histogram = "shadows clipped 25 %, highlights clipped 50 %";
    assert!(bench.harness.query_by_label_contains(histogram).is_some());
    bench.press(Key::J);
    assert_eq!(overlay(&bench), Overlay::None);
    bench.click("Clipping");
    assert_eq!(overlay(&bench), Overlay::Clipping);
    bench.press_with(Modifiers::ALT, Key::Num0);
    assert_eq!(overlay(&bench), Overlay::None);
}

#[test]
fn focus_peaking_finds_more_where_it_is_sharper_and_easier() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-blurred.jpg"]);
    bench.until_scored(2);
    bench.press(Key::P);
    assert_eq!(overlay(&bench), Overlay::Peaking);
    let mut shares = Vec::new();
    for (name, sensitivity) in [
        ("coffee-blurred.jpg", Sensitivity::High),
        ("coffee.jpg", Sensitivity::Low),
        ("coffee.jpg", Sensitivity::Medium),
        ("coffee.jpg", Sensitivity::High),
    ] {
        bench.select(name);
        bench.click(sensitivity.label());
        bench.until("it is drawn", App::is_idle);
        let levels = format!("steps of {} levels", sensitivity.threshold());
        bench.until_shown(&levels);
        let said = super::words(&bench.harness.get_by_label_contains(&levels));
        let share = said.trim_start_matches("In focus ").split(' ').next();
        shares.push(share.unwrap().parse().unwrap_or(0.0_f32));
    }
    assert!(shares.is_sorted(), "{shares:?}");
    assert!(shares[3] > 10.0 * shares[0], "{shares:?}");
    assert_eq!(bench.app().settings().sensitivity, Sensitivity::High);
}

/// Two parts of one sample, the second from so much further right and down.
fn shifted(bench: &mut Bench, by: (u32, u32)) {
    let whole = image::read(&sample("coffee.jpg"), &Limits::default()).unwrap();
    let part = |left: u32, top: u32| Picture {
        width: 400,
        height: 300,
        rgb: (top..top + 300)
            .flat_map(|y| {
                let start = (y * whole.width + left) as usize * 3;
                whole.rgb[start..start + 1200].to_vec()
            })
            .collect(),
        notes: Vec::new(),
    };
    // What is seen from further right lies further left.
    for (left, top) in [(20 + by.0, 20 + by.1), (20, 20)] {
        bench.apply(gallery::Command::AddPicture(Arc::new(part(left, top))));
    }
    bench.until_scored(2);
    let first = bench.frame("Pasted 1").id;
    bench.apply(gallery::Command::Compare(Some(first)));
    bench.select("Pasted 2");
}

#[test]
fn a_shift_is_measured_said_and_taken_back() {
    let mut bench = Bench::open(&[]);
    shifted(&mut bench, (13, 8));
    let warning = "! B is shifted 13.0 px to the left and 8.0 px up";
    for mode in [
        ViewerMode::Slider,
        ViewerMode::Flicker,
        ViewerMode::Difference,
    ] {
        bench.apply(viewer::Command::Mode(mode));
        bench.until_shown(warning);
    }
    bench.apply(viewer::Command::Mode(ViewerMode::SideBySide));
    bench.until("it is drawn", App::is_idle);
    assert!(bench.harness.query_by_label(warning).is_none());
    bench.apply(viewer::Command::Mode(ViewerMode::Difference));
    let score = bench.frame("Pasted 1").score(Task::NoReference);
    bench.click("Align");
    bench.until_shown("B is shown 13.0 px to the right and 8.0 px down");
    bench.click("By whole pixels");
    assert!(bench.app().state().viewer.look.whole_pixels);
    bench.until("it is drawn", App::is_idle);
    assert_eq!(bench.frame("Pasted 1").score(Task::NoReference), score);
    bench.click("Align");
    bench.until_shown(warning);
    assert!(!bench.app().state().viewer.look.aligned);
}

#[test]
fn what_is_not_shifted_or_not_alike_is_not_said_to_be() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-noisy.jpg", "coffee-jpeg10.jpg"]);
    bench.until_scored(3);
    let other = bench.frame("coffee.jpg").id;
    bench.apply(gallery::Command::Compare(Some(other)));
    bench.apply(viewer::Command::Mode(ViewerMode::Flicker));
    for name in ["coffee-noisy.jpg", "coffee-jpeg10.jpg"] {
        bench.select(name);
        bench.press(Key::Space);
        bench.until("both are drawn", App::is_idle);
        assert!(bench.harness.query_by_label_contains("shifted").is_none());
    }
}

/// Seven pictures, the first looked at and drawn.
fn seven() -> Bench {
    let names = [
        "astronaut.jpg",
        "chelsea.jpg",
        "coffee.jpg",
        "coffee-noisy.jpg",
        "rocket.jpg",
        "rocket-dark.jpg",
        "chelsea-shaken.jpg",
    ];
    let mut bench = Bench::open(&names);
    bench.until_scored(7);
    bench.apply(gallery::Command::Sort(SortKey::Name, false));
    bench.press(Key::Home);
    bench.until("all is read", App::is_idle);
    bench
}

#[test]
fn the_next_picture_is_there_in_the_frame_that_first_shows_it() {
    let mut bench = seven();
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowLeft] {
        let before = bench.app().state().gallery.selected;
        bench.harness.key_press(key);
        // The key is heard in one frame, and the next one shows what it is for.
        bench.harness.step();
        assert_ne!(bench.app().state().gallery.selected, before);
        bench.harness.step();
        assert!(bench.app().is_sharp(), "{key:?}");
        bench.until("its neighbours are read", App::is_idle);
    }
    // What has to be read first is not there at once.
    let id = bench.app().state().gallery.selected.unwrap();
    bench
        .harness
        .state_mut()
        .apply(gallery::Command::Reread(id));
    bench.harness.step();
    assert!(!bench.app().is_sharp());
    bench.until("it is read", App::is_sharp);
}

#[test]
fn at_rest_nothing_is_painted_however_one_looks() {
    let mut bench = seven();
    bench.until_maps();
    let rest = |bench: &mut Bench, what: &str| {
        bench.until("all is drawn", App::is_idle);
        let frames = bench.harness.try_run();
        assert!(frames.is_ok(), "{what}: {frames:?}");
    };
    rest(&mut bench, "histogram");
    bench.apply(Action::Overlay(Overlay::Clipping));
    rest(&mut bench, "clipping");
    bench.apply(Action::Overlay(Overlay::Peaking));
    rest(&mut bench, "peaking");
    for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowDown] {
        bench.press_with(Modifiers::SHIFT, key);
    }
    bench.press(Key::N);
    rest(&mut bench, "survey with peaking");
    bench.apply(Action::Overlay(Overlay::None));
    rest(&mut bench, "survey");
    bench.press(Key::F11);
    rest(&mut bench, "survey on the full screen");
    bench.press(Key::Escape);
    bench.press(Key::N);
    let other = bench.frame("coffee.jpg").id;
    bench.select("coffee-noisy.jpg");
    bench.apply(gallery::Command::Compare(Some(other)));
    for mode in ViewerMode::ALL {
        bench.apply(viewer::Command::Mode(mode));
        rest(&mut bench, mode.label());
    }
    bench.press(Key::H);
    rest(&mut bench, "no histogram");
    bench.press(Key::F9);
    bench.press(Key::F10);
    rest(&mut bench, "no panels");
}
