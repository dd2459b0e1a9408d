//! The section of the classic metrics.

use super::Bench;
use crate::process::sample;
use bpclip::app::export::{self, Export};
use bpclip_core::image::{Limits, read};
use bpclip_core::metric::{Metric, measure};
use eframe::egui;
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;

const SECTION: &str = "Classic metrics";

fn value(metric: Metric, name: &str) -> f64 {
    let [picture, reference] =
        [name, "coffee.jpg"].map(|name| read(&sample(name), &Limits::default()).unwrap());
    measure(metric, &picture, &reference).unwrap()
}

#[test]
fn a_pair_is_measured_once_its_section_is_open() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-blurred.jpg", "astronaut.jpg"]);
    bench.until_scored(3);
    bench.select("coffee-blurred.jpg");
    assert!(bench.harness.query_by_label(SECTION).is_none(), "no pair");
    bench.select("coffee.jpg");
    bench.press(Key::R);
    assert!(bench.harness.query_by_label(SECTION).is_none(), "itself");
    bench.select("coffee-blurred.jpg");
    let psnr = format!("{:.2} dB", value(Metric::Psnr, "coffee-blurred.jpg"));
    assert!(bench.harness.query_by_label(&psnr).is_none());
    let closed = bench.app().state();
    let frame = bench.frame("coffee-blurred.jpg");
    assert!(
        closed
            .metrics
            .measured(frame, &closed.gallery)
            .unwrap()
            .readings
            .is_empty(),
        "closed"
    );

    let section = bench
        .harness
        .get_by_role_and_label(Role::DisclosureTriangle, SECTION);
    section.click();
    bench.settle();
    let whole = |app: &bpclip::app::App| {
        let state = app.state();
        let measured = |frame| state.metrics.measured(frame, &state.gallery);
        let measured = state.gallery.selected().and_then(measured);
        measured.is_some_and(|measured| measured.is_whole())
    };
    bench.until("all is measured", whole);
    let shown = bench.harness.get_by_role_and_label(Role::Label, &psnr);
    assert!(shown.rect().is_positive());
    for metric in Metric::ALL.into_iter().chain([Metric::Niqe]) {
        assert!(
            bench.harness.query_by_label(metric.label()).is_some(),
            "{metric}"
        );
    }
    let lower = bench.harness.query_all_by_label("lower is better").count();
    assert_eq!(lower, 2, "Butteraugli and NIQE");

    // The table that is written has what is known, and nothing where nothing is.
    let csv = bench.path("out.csv");
    bench.apply(export::Command::Save(Export::Csv, csv.clone()));
    bench.until_written(1);
    let written = std::fs::read_to_string(csv).unwrap();
    assert!(
        written
            .lines()
            .next()
            .unwrap()
            .contains(",psnr,ssim,ms-ssim,ssimulacra2,butteraugli,niqe,score_percentile")
    );
    let butteraugli = value(Metric::Butteraugli, "coffee-blurred.jpg").to_string();
    let holds = |name: &str, end: &str| {
        let mut lines = written.lines();
        lines.any(|line| line.contains(name) && line.contains(end))
    };
    assert!(holds("coffee-blurred.jpg", &butteraugli), "{written}");
    assert!(holds("astronaut.jpg", ",,,,,"), "{written}");

    // Another size cannot be measured, and says so once.
    bench.select("astronaut.jpg");
    bench.until("it is known", whole);
    let reason = measure(
        Metric::Psnr,
        &read(&sample("astronaut.jpg"), &Limits::default()).unwrap(),
        &read(&sample("coffee.jpg"), &Limits::default()).unwrap(),
    );
    let reason = reason.unwrap_err().to_string();
    assert_eq!(bench.harness.query_all_by_label(&reason).count(), 1);

    bench.click("Clear reference");
    assert!(bench.harness.query_by_label(SECTION).is_none());
}
