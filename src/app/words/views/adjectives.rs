//! The words: how like each the picture is.

use super::bar::{Kind, bar};
use super::given::WordsView;
use super::{custom_words, radar};
use crate::app::command::Commands;
use crate::app::scoring::Rated;
use crate::app::wording::sentence;
use crate::app::words::{AdjectiveLevel, Command};
use bpclip_core::inspect::report::{Ranks, in_words};
use bpclip_core::text::{dimension_value, dimensions};
use eframe::egui;
use egui::Ui;

/// Levels, radar and bars.
pub fn adjectives(ui: &mut Ui, shown: &WordsView<'_>, commands: &mut Commands) {
    ui.horizontal_wrapped(|ui| {
        for level in AdjectiveLevel::ALL {
            if ui
                .selectable_label(shown.level == level, level.label())
                .clicked()
            {
                commands.push(Command::Level(level));
            }
        }
    });
    let Some(rated) = shown.rated else {
        ui.weak("The words come with the score");
        return;
    };
    let level = shown.level;
    let values = similarities(rated, level);
    // Words of another list cannot be compared.
    let other = shown.second.and_then(|(_, other)| other).filter(|other| {
        other.model.checkpoint == rated.model.checkpoint && other.model.task() == rated.model.task()
    });
    let others = other.map(|other| similarities(other, level));
    let words = rated.adjectives();
    let names = dimensions(words);
    let of = |values: &[f32]| -> Vec<f32> {
        names
            .iter()
            .map(|name| dimension_value(words, values, name))
            .collect()
    };
    let seconds = shown.second.map(|(name, _)| name);
    let second = others.map(&of);
    radar::radar(ui, &names, &of(values), second.as_deref(), seconds);

    let largest = values.iter().chain(others.unwrap_or_default());
    let scale = largest.fold(0.1_f32, |most, value| most.max(value.abs()));
    ui.horizontal_wrapped(|ui| {
        ui.weak(format!(
            "Similarity, bars to {scale:.2}; + better, - worse words"
        ));
    });
    if let Some(name) = seconds.filter(|_| others.is_some()) {
        ui.weak(format!(
            "Line and number in brackets: {name}, and the change from it"
        ));
    }
    // What is known of photographs is the mean of the levels.
    let distribution = rated.model.metadata.distribution.as_ref();
    let distribution = distribution.filter(|_| level == AdjectiveLevel::Mean);
    let ranks = distribution.map(|known| known.word_percentiles(values));
    if let Some(known) = distribution {
        let looks = Ranks::of(&rated.model.metadata);
        let words = looks.looks(words, &rated.inspection.prediction, 3);
        ui.label(format!("Looks {}", in_words(&words)))
            .on_hover_text(format!(
                "The words that fit better than to at least 80 % of photographs ({})",
                known.set
            ));
    }
    custom_words::section(ui, shown, (rated, other), scale, commands);
    for dimension in names {
        ui.add_space(4.0);
        let value = dimension_value(words, values, dimension);
        let heading = format!("{}  {value:+.3}", sentence(dimension));
        ui.label(egui::RichText::new(heading).strong())
            .on_hover_text("Mean of its better words less that of its worse ones");
        for (at, word) in words.iter().enumerate() {
            if word.dimension == dimension
                && let Some(value) = values.get(at)
            {
                let other = others.and_then(|others| others.get(at)).copied();
                let kind = match word.higher {
                    true => Kind::Better,
                    false => Kind::Worse,
                };
                let rank = ranks.as_ref().and_then(|ranks| ranks.get(at)).copied();
                let row = bar(ui, &word.word, kind, (*value, other), rank, scale);
                if let Some(rank) = rank {
                    row.on_hover_text(format!(
                        "It fits this picture better than {rank:.0} % of photographs"
                    ));
                }
            }
        }
    }
}

/// The similarities of a level, or their mean.
fn similarities(rated: &Rated, level: AdjectiveLevel) -> &[f32] {
    match level {
        AdjectiveLevel::Mean => &rated.mean,
        AdjectiveLevel::Level(at) => rated
            .inspection
            .prediction
            .similarities
            .get(at)
            .map_or(&[], Vec::as_slice),
    }
}
