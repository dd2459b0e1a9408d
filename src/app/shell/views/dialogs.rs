//! Windows over the window.

use super::{about, keys_help, path};
use crate::app::command::Commands;
use crate::app::gallery::ranking::SortKey;
use crate::app::log::{Log, Tone};
use crate::app::settings::Settings;
use crate::app::shell::{Command, Dialog};
use crate::app::state::State;
use crate::app::theme;
use crate::app::{export, gallery, library, taste, training, transfer, weights};
use eframe::egui;
use egui::{Id, Modal, RichText, ScrollArea, Ui};

/// Points of width below which a dialog can be moved sideways.
const SMALL: f32 = 900.0;

/// Shows a dialog.
pub fn show(
    ui: &Ui,
    dialog: Dialog,
    (state, settings, log): (&State, &Settings, &Log),
    commands: &mut Commands,
) {
    let modal = Modal::new(Id::unique(dialog)).show(ui.ctx(), |ui| {
        let screen = ui.ctx().content_rect();
        ui.set_width(560.0_f32.min(screen.width() - 40.0));
        ui.set_max_height(screen.height() - 80.0);
        let most = (screen.height() - 110.0).max(80.0);
        // Texts are wrapped; tables may be wider than a small window.
        let scrolled = ScrollArea::new([screen.width() < SMALL, true]).max_height(most);
        scrolled.id_salt("dialog").show(ui, |ui| match dialog {
            Dialog::Keys => keys_help::keys(ui),
            Dialog::Log => lines(ui, log),
            Dialog::Ratings => {
                let (frames, task) = (state.gallery.shown(), state.scoring.active_task);
                export::views::ratings(ui, frames, task, settings, commands);
            }
            Dialog::Transfer => {
                let rule = settings.bursts;
                transfer::views::dialog(ui, &state.transfer, &state.gallery, rule, commands);
            }
            Dialog::Figure(kind) => {
                export::views::figure(ui, kind, settings.figures, commands);
            }
            Dialog::About => about::about(ui, &state.scoring.machine),
            Dialog::Bursts => {
                let sorting = state.sorting(settings);
                gallery::views::bursts(ui, &state.gallery, &sorting, commands);
            }
            Dialog::Taste => {
                let shown = taste::views::TasteView {
                    state: &state.taste,
                    scope: settings.taste,
                    counts: taste::views::Counts::of(&state.gallery),
                    sorted: settings.sort == SortKey::Taste,
                };
                taste::views::taste(ui, &shown, commands);
            }
            Dialog::Library => library::views::library(ui, &state.library, commands),
            Dialog::Path(wanted) => path::path(ui, wanted, (state, settings), commands),
            Dialog::Weights => weights::views::weights(ui, &state.weights, commands),
            Dialog::Closing => {
                training::views::closing(ui, state.training.run.as_ref(), commands);
            }
        });
        if dialog == Dialog::Closing {
            return;
        }
        ui.add_space(6.0);
        if ui.button("Close").clicked() {
            commands.push(Command::Dialog(None));
        }
    });
    if modal.should_close() {
        commands.push(Command::Dialog(None));
    }
}

fn lines(ui: &mut Ui, log: &Log) {
    ui.heading("Log");
    ui.style_mut().interaction.selectable_labels = true;
    ScrollArea::vertical()
        .auto_shrink([false, true])
        .stick_to_bottom(true)
        .max_height((ui.ctx().content_rect().height() - 190.0).max(60.0))
        .show(ui, |ui| {
            for (tone, text) in &log.lines {
                match tone {
                    Tone::Plain => ui.label(text),
                    Tone::Bad => {
                        let colour = theme::bad(ui.visuals());
                        ui.label(RichText::new(format!("! {text}")).color(colour))
                    }
                };
            }
        });
}
