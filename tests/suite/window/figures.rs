//! Figures for a paper, from the window.

use super::Bench;
use bpclip::app::Action;
use bpclip::app::export::{self, Export, FigureKind};
use bpclip::app::shell::{Dialog, PathFor};
use bpclip::app::viewer::{self, AttentionView, Overlay};
use bpclip::figure::Format;
use egui_kittest::kittest::Queryable;

#[test]
fn a_figure_is_asked_for_and_written_with_its_values() {
    let mut bench = Bench::open(&["coffee.jpg"]);
    bench.until_scored(1);
    bench.select("coffee.jpg");
    bench.until_maps();
    bench.apply(Action::FigureMaps);
    let dialog = Dialog::Figure(FigureKind::Maps);
    assert_eq!(bench.app().state().shell.dialog, Some(dialog));
    assert!(bench.harness.query_by_label("2126 pixels wide").is_some());
    bench.click("SVG");
    bench.click("Values too, as NumPy files beside it");
    let kept = bench.app().settings().figures;
    assert!(kept.values && kept.format == Format::Svg);
    bench.click("Choose the place...");
    let export = Export::Figure(FigureKind::Maps, Format::Svg);
    let asked = Some(Dialog::Path(PathFor::Export(export)));
    assert_eq!(bench.app().state().shell.dialog, asked);
    // The place that is offered is beside the picture, and named after it.
    bench.click("Write");
    bench.until_written(1);
    let svg = std::fs::read_to_string(bench.path("coffee-maps.svg")).unwrap();
    assert!(svg.contains(">Fine detail<") && svg.contains(">coffee.jpg<"));
    let (rows, columns, _) = crate::figure::read_npy(&bench.path("coffee-weight-4.npy"));
    assert_eq!((rows, columns), (13, 19));
    // The ending says what is written, whatever was chosen before.
    bench.apply(export::Command::Save(export, bench.path("b.png")));
    bench.until_written(2);
    let size = ::image::image_dimensions(bench.path("b.png")).unwrap();
    assert_eq!(size.0, 2126);
    bench.apply(export::Command::Save(export, bench.path("c.pdf")));
    bench.until("it is refused", |app| {
        let mut lines = app.log().lines.iter();
        lines.any(|(_, text)| text.contains("c.pdf") && text.contains(".svg"))
    });
    assert!(!bench.path("c.pdf").exists());
}

#[test]
fn the_cell_that_is_looked_at_is_drawn() {
    let mut bench = Bench::open(&["coffee.jpg", "coffee-noisy.jpg"]);
    bench.until_scored(2);
    bench.select("coffee.jpg");
    bench.until_maps();
    let view = AttentionView {
        level: 1,
        cell: Some((3, 2)),
        ..AttentionView::default()
    };
    bench.apply(viewer::Command::Overlay(Overlay::Attention));
    bench.apply(viewer::Command::Attention(view));
    bench.apply(Action::FigureAttention);
    bench.click("Choose the place...");
    bench.click("Write");
    bench.until_written(1);
    let name = "coffee-attention-information-2-cell-3-2.png";
    assert!(bench.path(name).is_file());
    // At every level, and of the cell in the middle where none is chosen: as on the command line.
    bench.apply(viewer::Command::Attention(AttentionView::default()));
    bench.apply(export::Command::Figures(export::FigureSettings {
        all_levels: true,
        ..bench.app().settings().figures
    }));
    bench.apply(Action::FigureAttention);
    bench.click("Choose the place...");
    bench.click("Write");
    bench.until_written(2);
    let [rows, columns] = {
        let scene = bench.app().state().scene(bench.app().settings());
        let detail = scene.first.and_then(|frame| scene.detail(frame)).unwrap();
        detail.attentions(AttentionView::default().branch)[0].grid
    };
    let (column, row) = (columns / 2, rows / 2);
    let name = format!("coffee-attention-information-cell-{column}-{row}.png");
    assert!(bench.path(&name).is_file(), "{name}");
    // The maps of another picture are taken away from those of the selected one.
    bench.apply(Action::Compare);
    bench.select("coffee-noisy.jpg");
    bench.until_maps();
    let export = Export::Figure(FigureKind::Difference, Format::Png);
    let path = bench.path("difference.png");
    bench.until("both have maps", |app| {
        let scene = app.state().scene(app.settings());
        let second = scene.second.and_then(|frame| scene.detail(frame));
        second.is_some()
    });
    bench.apply(export::Command::Save(export, path.clone()));
    bench.until_written(3);
    assert!(path.is_file());
}
