//! The panel on the right: the score always in sight, and below it one of four parts.

use super::given::Window;
use crate::app::command::Commands;
use crate::app::viewer::{Command, Tab};
use crate::app::{metrics, quality_map, scoring, sharpest, viewer, words};
use eframe::egui;
use egui::{ScrollArea, Ui};

/// Height of the panel, in points, from which on its lower part alone is scrolled.
const TALL: f32 = 520.0;

/// The panel.
pub fn panel(ui: &mut Ui, window: &Window<'_>, commands: &mut Commands) {
    ui.take_available_width();
    if ui.available_height() >= TALL {
        return all(ui, window, true, commands);
    }
    ScrollArea::vertical()
        .id_salt("panel")
        .auto_shrink([false, false])
        .show(ui, |ui| all(ui, window, false, commands));
}

/// All of it; what is below the tabs in a scrolled part of its own, or not.
fn all(ui: &mut Ui, window: &Window<'_>, scrolled: bool, commands: &mut Commands) {
    let (state, scene) = (window.state, window.scene());
    let gallery = &state.gallery;
    let Some(frame) = scene.first else {
        ui.weak("No picture is selected");
        return;
    };
    let shown = scoring::views::ScoreView {
        frame,
        second: scene.second,
        reference: gallery.reference(),
        task: scene.task,
        self_check: &state.scoring.self_check,
        refused: &state.scoring.refused,
    };
    scoring::views::score(ui, &shown, commands);
    sharpest::views::line(ui, frame, window.settings.mark_sharpest, commands);
    if let Some(measured) = state.metrics.measured(frame, gallery) {
        metrics::views::metrics(ui, &measured, state.metrics.open, commands);
    }
    viewer::views::histogram(ui, &scene, window.textures, commands);
    ui.separator();
    let now = scene.viewer.tab;
    ui.horizontal_wrapped(|ui| {
        for tab in Tab::ALL {
            if ui.selectable_label(now == tab, tab.label()).clicked() {
                commands.push(Command::Tab(tab));
            }
        }
    });
    ui.separator();
    if scrolled {
        ScrollArea::vertical()
            .id_salt(now.label())
            .auto_shrink([false, false])
            .show(ui, |ui| part(ui, window, commands));
    } else {
        part(ui, window, commands);
    }
}

/// What the chosen tab shows.
fn part(ui: &mut Ui, window: &Window<'_>, commands: &mut Commands) {
    let (gallery, scene) = (&window.state.gallery, window.scene());
    let (textures, possible) = (window.textures, window.possible);
    match scene.viewer.tab {
        Tab::Adjectives => words::views::adjectives(ui, &words_of(window), commands),
        Tab::Maps => {
            let given = (textures, possible);
            viewer::views::maps(ui, &scene, gallery.reference, given, commands);
        }
        Tab::Attention => {
            viewer::views::attention(ui, &scene, gallery.reference, textures, commands);
        }
        Tab::Tiles => quality_map::views::panel(ui, &scene, gallery, possible, commands),
    }
}

/// What the words are shown from.
fn words_of<'a>(window: &Window<'a>) -> words::views::WordsView<'a> {
    let (scene, words) = (window.scene(), &window.state.words);
    let rated = |frame| scene.rated(Some(frame)).map(AsRef::as_ref);
    words::views::WordsView {
        level: words.level,
        rated: scene.first.and_then(rated),
        second: scene
            .second
            .map(|frame| (frame.name.as_str(), rated(frame))),
        custom: words.custom(scene.task),
        words: &window.settings.words,
        sets: &window.settings.word_sets,
    }
}
