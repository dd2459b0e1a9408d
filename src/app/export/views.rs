//! Ratings by score, before they are written; figures (`views/figure.rs`), before
//! their place is chosen.

mod figure;

pub use figure::figure;

use super::command::Command;
use super::ratings::verdicts;
use super::{Place, Rating, Shares, Thresholds};
use crate::app::command::Commands;
use crate::app::gallery::Frame;
use crate::app::settings::Settings;
use crate::app::theme;
use bpclip_core::model::Task;
use eframe::egui;
use egui::{DragValue, Grid, Id, Label, RichText, Ui};

/// How scores become stars, how many of the pictures get what, and where it goes.
pub fn ratings<'a>(
    ui: &mut Ui,
    frames: impl Iterator<Item = &'a Frame>,
    task: Task,
    settings: &Settings,
    commands: &mut Commands,
) {
    ui.heading("Ratings");
    ui.add(
        Label::new(
            "Writes stars, labels and picks as Lightroom, darktable and digiKam read them. Your own \
             stars come before the score; rejected pictures are rated so, whatever their score.",
        )
        .wrap(),
    );
    ui.add_space(6.0);
    let by_share = settings.stars_by_share;
    ui.horizontal(|ui| {
        ui.label("Stars");
        for (choice, label, hint) in [
            (false, "by score", "The same scores for every shoot"),
            (
                true,
                "by share",
                "The same shares of every shoot: the best of a dull evening get five stars too",
            ),
        ] {
            let radio = ui.radio(by_share == choice, label).on_hover_text(hint);
            if radio.clicked() && by_share != choice {
                commands.push(Command::ByShare(choice));
            }
        }
    });
    let all = verdicts(frames, task, settings.star_rule());
    let given: Vec<Option<Rating>> = all
        .iter()
        .map(|(_, verdict)| verdict.and_then(|v| v.rating))
        .collect();
    let count = |rating: Rating| given.iter().filter(|given| **given == Some(rating)).count();
    let valid = match by_share {
        false => bounds(
            ui,
            settings.thresholds.bounds(),
            BY_SCORE,
            count,
            |bounds| {
                let new = Thresholds::new(bounds)?;
                Ok((new != settings.thresholds).then_some(Command::Thresholds(new)))
            },
            commands,
        ),
        true => bounds(
            ui,
            settings.shares.shares(),
            BY_SHARE,
            count,
            |shares| {
                let new = Shares::new(shares)?;
                Ok((new != settings.shares).then_some(Command::Shares(new)))
            },
            commands,
        ),
    };
    let unrated = given.iter().filter(|rating| rating.is_none()).count();
    if unrated > 0 {
        ui.weak(format!("{unrated} without a score get no stars"));
    }
    ui.add_space(6.0);
    place(ui, settings.ratings, commands);
    ui.add_space(6.0);
    let some = all.iter().any(|(_, verdict)| verdict.is_some());
    let write = egui::Button::new("Write ratings");
    if ui.add_enabled(valid && some, write).clicked() {
        commands.push(Command::WriteRatings);
    }
}

/// What the numbers of a table are.
struct Numbers {
    heading: &'static str,
    before: &'static str,
    after: &'static str,
    name: &'static str,
    rest: &'static str,
}

const BY_SCORE: Numbers = Numbers {
    heading: "Score",
    before: "at least",
    after: "",
    name: "Score for",
    rest: "below",
};
const BY_SHARE: Numbers = Numbers {
    heading: "Share",
    before: "the best",
    after: "%",
    name: "Share for",
    rest: "the rest",
};

/// The table of five numbers, and how many of the pictures get what. Whether they are in order.
fn bounds(
    ui: &mut Ui,
    now: [f32; 5],
    numbers: Numbers,
    count: impl Fn(Rating) -> usize,
    change: impl FnOnce([f32; 5]) -> Result<Option<Command>, String>,
    commands: &mut Commands,
) -> bool {
    // What is being typed may not be in order yet; it is kept until it is.
    let draft = Id::unique(("numbers in the making", numbers.name));
    let typed: Option<[f32; 5]> = ui.data(|data| data.get_temp(draft));
    let mut bounds = typed.unwrap_or(now);
    Grid::new(numbers.name)
        .num_columns(3)
        .spacing([18.0, 4.0])
        .striped(true)
        .show(ui, |ui| {
            for heading in ["Rating", numbers.heading, "Pictures"] {
                ui.strong(heading);
            }
            ui.end_row();
            for (at, bound) in bounds.iter_mut().enumerate() {
                let stars = Rating::Stars(at as u8 + 1);
                ui.label(stars.to_string());
                ui.horizontal(|ui| {
                    ui.label(numbers.before);
                    let field = DragValue::new(bound)
                        .range(0.0..=100.0)
                        .speed(0.5)
                        .max_decimals(1);
                    ui.add(field)
                        .accessible_name(format!("{} {stars}", numbers.name));
                    ui.label(numbers.after);
                });
                ui.label(count(stars).to_string());
                ui.end_row();
            }
            ui.label("no stars");
            ui.label(numbers.rest);
            ui.label(count(Rating::Stars(0)).to_string());
            ui.end_row();
            ui.label("rejected");
            ui.label("by your mark");
            ui.label(count(Rating::Rejected).to_string());
            ui.end_row();
        });
    match change(bounds) {
        Ok(changed) => {
            ui.data_mut(|data| data.remove::<[f32; 5]>(draft));
            if let Some(command) = changed {
                commands.push(command);
            }
            true
        }
        Err(reason) => {
            ui.data_mut(|data| data.insert_temp(draft, bounds));
            let text = RichText::new(format!("Not yet: {reason}"));
            ui.label(text.color(theme::bad(ui.visuals())));
            false
        }
    }
}

fn place(ui: &mut Ui, now: Place, commands: &mut Commands) {
    for (place, label, hint) in [
        (
            Place::Beside,
            "Beside the pictures, as XMP sidecars",
            "The pictures themselves are never touched; of a sidecar that is there already, only \
             rating, label and pick change. Lightroom reads sidecars of raw files alone",
        ),
        (
            Place::Within,
            "Into JPEGs, and beside all other pictures",
            "As Lightroom reads JPEGs. The picture in the file stays as it is to the byte, and so does \
             all that is noted beside it but the rating; the file is written whole or not at all",
        ),
    ] {
        let radio = ui.radio(now == place, label).on_hover_text(hint);
        if radio.clicked() && now != place {
            commands.push(Command::Place(place));
        }
    }
}
