//! Ratings by score, before they are written beside the pictures; figures (`views/figure.rs`), before
//! their place is chosen.

mod figure;

pub use figure::figure;

use super::command::Command;
use super::{Rating, Thresholds, xmp_rating};
use crate::app::command::Commands;
use crate::app::gallery::Frame;
use crate::app::theme;
use bpclip_core::model::Task;
use eframe::egui;
use egui::{DragValue, Grid, Id, Label, RichText, Ui};

/// The table of thresholds, and how many of the pictures get what.
pub fn ratings<'a>(
    ui: &mut Ui,
    frames: impl Iterator<Item = &'a Frame>,
    task: Task,
    thresholds: Thresholds,
    commands: &mut Commands,
) {
    ui.heading("Ratings");
    ui.add(
        Label::new(
            "Writes stars by score into an XMP sidecar beside each picture in the list. The \
             pictures themselves are never touched; of a sidecar that is there already, only the \
             rating and the label change. Your own stars and labels come before the score; rejected \
             pictures are rated so, whatever their score.",
        )
        .wrap(),
    );
    let given: Vec<Option<Rating>> = frames
        .map(|frame| {
            frame.path()?;
            xmp_rating(frame.score(task), frame.decision(), thresholds)
        })
        .collect();
    let count = |rating: Rating| given.iter().filter(|given| **given == Some(rating)).count();

    // What is being typed may not be in order yet; it is kept until it is.
    let draft = Id::unique("thresholds in the making");
    let typed: Option<[f32; 5]> = ui.data(|data| data.get_temp(draft));
    let mut bounds = typed.unwrap_or(thresholds.bounds());
    ui.add_space(6.0);
    Grid::new("thresholds")
        .num_columns(3)
        .spacing([18.0, 4.0])
        .striped(true)
        .show(ui, |ui| {
            for heading in ["Rating", "Score", "Pictures"] {
                ui.strong(heading);
            }
            ui.end_row();
            for (at, bound) in bounds.iter_mut().enumerate() {
                let stars = Rating::Stars(at as u8 + 1);
                ui.label(stars.to_string());
                ui.horizontal(|ui| {
                    ui.label("at least");
                    let field = DragValue::new(bound)
                        .range(0.0..=100.0)
                        .speed(0.5)
                        .max_decimals(1);
                    ui.add(field).accessible_name(format!("Score for {stars}"));
                });
                ui.label(count(stars).to_string());
                ui.end_row();
            }
            ui.label("no stars");
            ui.label("below");
            ui.label(count(Rating::Stars(0)).to_string());
            ui.end_row();
            ui.label("rejected");
            ui.label("by your mark");
            ui.label(count(Rating::Rejected).to_string());
            ui.end_row();
        });
    let mut valid = true;
    match Thresholds::new(bounds) {
        Ok(new) => {
            ui.data_mut(|data| data.remove::<[f32; 5]>(draft));
            if new != thresholds {
                commands.push(Command::Thresholds(new));
            }
        }
        Err(reason) => {
            valid = false;
            ui.data_mut(|data| data.insert_temp(draft, bounds));
            let text = RichText::new(format!("Not yet: {reason}"));
            ui.label(text.color(theme::bad(ui.visuals())));
        }
    }
    let unrated = given.iter().filter(|rating| rating.is_none()).count();
    if unrated > 0 {
        ui.weak(format!("{unrated} without a score or a file get none"));
    }
    ui.add_space(6.0);
    let some = given.iter().any(Option::is_some);
    let write = egui::Button::new("Write ratings");
    if ui.add_enabled(valid && some, write).clicked() {
        commands.push(Command::WriteRatings);
    }
}
