//! The main states as pictures, dark and light, drawn by a graphics adapter; the software one of
//! Mesa is what the kept pictures were drawn with.
//!
//! A pixel may be off by the threshold of the comparison (0.6, in perceived colour), and
//! `MAX_FAILED` of the 655,360 pixels by more: another CPU computes other last digits of a score.

use super::Bench;
use crate::process::sample;
use crate::skip::skip;
use bpclip::app::export::{self, Export};
use bpclip::app::settings::Theme;
use bpclip::app::viewer::{self, Branch, Overlay, Scale, Tab, ViewerMode};
use bpclip::app::{Action, App, gallery, quality_map, shell, training};
use bpclip_core::device;
use bpclip_core::image::Picture;
use eframe::egui;
use egui::Key;
use egui_kittest::SnapshotOptions;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

const MAX_FAILED: usize = 3000;

fn can_draw() -> bool {
    if !device::adapters().is_empty() {
        return true;
    }
    skip("no adapter");
    false
}

fn bench(samples: &[&str]) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let paths = samples.iter().map(|name| sample(name)).collect();
    Bench::start(folder, paths, [1024.0, 640.0])
}

/// Compares in dark and in light. What depends on the machine is masked.
fn compare(bench: &mut Bench, name: &str) {
    for (theme, ending) in [(Theme::Dark, "dark"), (Theme::Light, "light")] {
        bench.apply(shell::Command::Theme(theme));
        bench.until("all is drawn", App::is_idle);
        let masked: Vec<egui::Rect> = bench
            .harness
            .query_all_by_label_contains("CPU (")
            .map(|node| node.rect().expand(1.0))
            .collect();
        for rect in masked {
            bench.harness.mask(rect);
        }
        // The line at the bottom: device and last message.
        let bottom = egui::pos2(0.0, 614.0);
        bench
            .harness
            .mask(egui::Rect::from_min_max(bottom, egui::pos2(1024.0, 640.0)));
        let options = SnapshotOptions::new().max_failed_pixels(MAX_FAILED);
        bench
            .harness
            .snapshot_options(format!("{name}-{ending}"), &options);
    }
}

#[test]
fn the_empty_window() {
    if can_draw() {
        compare(&mut bench(&[]), "empty");
    }
}

#[test]
fn pictures_with_scores_and_words() {
    if !can_draw() {
        return;
    }
    let mut bench = bench(&["coffee.jpg", "coffee-blurred.jpg", "coffee-noisy.jpg"]);
    bench.until_scored(3);
    bench.select("coffee-blurred.jpg");
    bench.until_maps();
    let other = bench.frame("coffee.jpg").id;
    bench.apply(gallery::Command::Compare(Some(other)));
    bench.apply(viewer::Command::Mode(ViewerMode::SideBySide));
    compare(&mut bench, "side-by-side");
}

#[test]
fn a_map_and_an_attention_over_a_picture() {
    if !can_draw() {
        return;
    }
    let mut bench = bench(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.until_maps();
    bench.press_with(egui::Modifiers::ALT, Key::Num2);
    assert_eq!(
        bench.app().state().viewer.overlay,
        Overlay::Map(Branch::Information, 1)
    );
    compare(&mut bench, "map");
    bench.apply(viewer::Command::Tab(Tab::Attention));
    bench.click("Choose a cell");
    compare(&mut bench, "attention");
}

#[test]
fn a_survey_with_clipped_light() {
    if !can_draw() {
        return;
    }
    let mut bench = bench(&[
        "coffee.jpg",
        "astronaut.jpg",
        "rocket.jpg",
        "coffee-noisy.jpg",
    ]);
    bench.until_scored(4);
    bench.press_with(egui::Modifiers::COMMAND, Key::A);
    bench.press(Key::N);
    bench.press(Key::Home);
    bench.press(Key::K);
    bench.press(Key::ArrowRight);
    bench.press(Key::X);
    bench.press(Key::Num2);
    bench.press(Key::J);
    bench.until_maps();
    compare(&mut bench, "survey");
}

#[test]
fn a_quality_map_over_a_picture() {
    if !can_draw() {
        return;
    }
    let mut bench = bench(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.apply(quality_map::Command::TileSide(128));
    bench.press(Key::Q);
    bench.until("it is mapped", |app| {
        app.state().quality_map.in_the_making().is_none()
    });
    compare(&mut bench, "quality");
}

#[test]
fn the_list_of_keys() {
    if can_draw() {
        let mut bench = bench(&[]);
        bench.press(Key::F1);
        compare(&mut bench, "keys");
    }
}

#[test]
fn the_training_panel() {
    if !can_draw() {
        return;
    }
    let mut bench = bench(&[]);
    let run = super::training::made_run(&bench);
    bench.press(Key::F3);
    let mut form = bench.app().settings().training.form.clone();
    // What the machine has is not in the picture.
    form.folder = Some("/runs/2026-11-21-portraits".into());
    bench.apply(training::Command::Form(Box::new(form)));
    bench.until("devices are known", |app| {
        !app.state().training.devices.is_empty()
    });
    compare(&mut bench, "training-empty");
    bench.apply(training::Command::Open(run));
    bench.until("it is shown", |app| app.state().training.run.is_some());
    compare(&mut bench, "training");
}

#[test]
fn the_catalogue_of_weights() {
    if !can_draw() {
        return;
    }
    let mut bench = super::weights::bench("http://127.0.0.1:9");
    bench.apply(Action::Weights);
    bench.until("it is known what is there", |app| {
        app.state().weights.here.is_some()
    });
    compare(&mut bench, "weights");
}

#[test]
fn the_view_is_written_as_a_picture() {
    if !can_draw() {
        return;
    }
    let mut bench = bench(&["coffee.jpg"]);
    bench.until_scored(1);
    let path = bench.path("view.png");
    bench.apply(export::Command::Save(Export::Png, path.clone()));
    bench.until_written(1);
    assert_eq!(bpclip_core::image::dimensions(&path).unwrap(), (1024, 640));
}

/// A picture wider than any texture may be is drawn from tiles, at every scale.
#[test]
fn a_picture_beyond_the_limit_of_textures_is_drawn() {
    if !can_draw() {
        return;
    }
    let (width, height) = (20_000, 70);
    let red = |x: u32| x < width / 2;
    let picture = Picture {
        width,
        height,
        rgb: (0..width * height)
            .flat_map(|at| {
                if red(at % width) {
                    [220, 20, 20]
                } else {
                    [20, 20, 220]
                }
            })
            .collect(),
        notes: Vec::new(),
    };
    let mut bench = bench(&[]);
    bench.apply(gallery::Command::AddPicture(Arc::new(picture)));
    // Where its ends are: all of it in sight, then both ends at one pixel a pixel.
    let ends = [
        (Scale::Fit, (0.5, 0.5)),
        (Scale::Times(1.0), (0.0, 0.5)),
        (Scale::Times(1.0), (1.0, 0.5)),
    ];
    for (scale, centre) in ends {
        bench.apply(viewer::Command::Look { scale, centre });
        bench.until("it is drawn", App::is_idle);
        let seen = bench.harness.render().unwrap();
        let count = |colour: [u8; 3]| {
            let near = |pixel: &[u8]| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 12);
            seen.pixels().filter(|pixel| near(&pixel.0[..3])).count()
        };
        let (left, right) = (count([220, 20, 20]), count([20, 20, 220]));
        match (scale, centre.0) {
            (Scale::Fit, _) => {
                assert!(
                    left > 100 && left.abs_diff(right) < left / 5,
                    "{left} {right}"
                );
            }
            (_, 0.0) => assert!(left > 10_000 && right < 1_000, "{left} {right}"),
            _ => assert!(right > 10_000 && left < 1_000, "{left} {right}"),
        }
    }
}
