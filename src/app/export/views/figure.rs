//! How a figure is written, before it is.

use crate::app::command::Commands;
use crate::app::export::{Command, Export, FigureKind, FigureSettings};
use crate::app::wording::sentence;
use crate::figure::{Format, Page};
use eframe::egui;
use egui::{DragValue, Grid, Label, RichText, Ui};

/// Kind of file, width, resolution; then the place is asked for.
pub fn figure(ui: &mut Ui, kind: FigureKind, before: FigureSettings, commands: &mut Commands) {
    ui.heading(sentence(kind.what()));
    let text = match kind {
        FigureKind::Maps => {
            "The picture, and the maps of both branches at every level, each with its colour bar."
        }
        FigureKind::Attention => {
            "Where the chosen cell looks: the mean of the heads, and each head, with the cell marked."
        }
        FigureKind::Difference => {
            "The maps of the selected picture minus those of the second one. Both must be scored at \
             the same size."
        }
    };
    ui.add(Label::new(text).wrap());
    ui.add(
        Label::new(
            RichText::new("Colours, opacity and their range are those of the panel on the right.")
                .weak(),
        )
        .wrap(),
    );
    ui.add_space(6.0);
    let mut now = before;
    Grid::new("figure")
        .num_columns(2)
        .spacing([18.0, 4.0])
        .show(ui, |ui| {
            ui.label("Kind of file");
            ui.horizontal(|ui| {
                for format in Format::ALL {
                    ui.radio_value(&mut now.format, format, format.label());
                }
            });
            ui.end_row();
            ui.label("Width");
            let (least, most) = Page::WIDTHS;
            let width = DragValue::new(&mut now.page.width)
                .range(least..=most)
                .speed(0.5)
                .max_decimals(1)
                .suffix(" mm");
            ui.add(width).accessible_name("Width of the figure");
            ui.end_row();
            ui.label("Resolution");
            let pixels = now.page.pixels(now.page.points());
            let (least, most) = Page::DPIS;
            let dpi = DragValue::new(&mut now.page.dpi)
                .range(least..=most)
                .speed(1.0)
                .max_decimals(0)
                .suffix(" dpi");
            ui.horizontal(|ui| {
                ui.add(dpi).accessible_name("Resolution of the figure");
                ui.weak(format!("{pixels} pixels wide"));
            });
            ui.end_row();
        });
    if now.format == Format::Svg {
        ui.weak("Text, lines and bars stay sharp at any size; the maps have the resolution.");
    }
    if kind == FigureKind::Attention {
        ui.checkbox(&mut now.all_levels, "At every level");
    }
    ui.checkbox(&mut now.values, "Values too, as NumPy files beside it");
    if now != before {
        commands.push(Command::Figures(now));
    }
    ui.add_space(6.0);
    if ui.button("Choose the place...").clicked() {
        commands.push(Command::Choose(Export::Figure(kind, now.format)));
    }
}
