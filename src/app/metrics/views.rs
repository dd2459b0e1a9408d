//! The classic metrics of the selected frame against the reference.

use super::command::Command;
use super::state::Measured;
use crate::app::command::Commands;
use crate::app::theme;
use bpclip_core::metric::{Metric, Readings};
use eframe::egui;
use egui::{CollapsingHeader, Grid, Label, RichText, Ui};

/// A section that is only there for a pair, and measures only while it is open.
pub fn metrics(ui: &mut Ui, measured: &Measured, open: bool, commands: &mut Commands) {
    let section = CollapsingHeader::new("Classic metrics")
        .open(Some(open))
        .show(ui, |ui| match &measured.failed {
            Some(reason) => failed(ui, reason),
            None => table(ui, measured),
        });
    let hint = "PSNR, SSIM and others against the reference, at full size";
    if section.header_response.on_hover_text(hint).clicked() {
        commands.push(Command::Open(!open));
    }
}

fn failed(ui: &mut Ui, reason: &str) {
    let bad = theme::bad(ui.visuals());
    ui.add(Label::new(RichText::new(reason).color(bad)).wrap());
}

/// A row a metric, and below it why there are values missing, each reason once.
fn table(ui: &mut Ui, measured: &Measured) {
    let readings = &measured.readings;
    let missing = |metric: &Metric| matches!(readings.get(*metric), Some(Err(_)));
    let none = measured.wanted.iter().all(missing);
    if !none {
        Grid::new("classic metrics").num_columns(3).show(ui, |ui| {
            for metric in &measured.wanted {
                row(ui, *metric, readings);
                ui.end_row();
            }
        });
    }
    for reason in readings.reasons() {
        failed(ui, &reason);
    }
}

fn row(ui: &mut Ui, metric: Metric, readings: &Readings) {
    ui.label(metric.label()).on_hover_text(metric.about());
    match readings.get(metric) {
        Some(Ok(value)) => {
            let value = format!("{} {}", metric.show(*value), metric.unit());
            ui.label(RichText::new(value.trim_end()).strong());
            ui.weak(metric.direction());
        }
        Some(Err(_)) => {
            ui.label("--");
            ui.weak("not measured");
        }
        None => {
            ui.spinner();
            ui.weak("being measured");
        }
    }
}
