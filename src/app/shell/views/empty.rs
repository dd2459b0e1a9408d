//! What is seen before there is a picture, and while files are dragged over the window.

use crate::app::actions::Action;
use crate::app::command::Commands;
use crate::app::gallery::{Command, READ, State};
use crate::app::shell::Page;
use crate::app::wording::short;
use eframe::egui;
use egui::{Align2, Color32, FontId, Id, LayerId, Order, RichText, ScrollArea, Ui};
use std::path::PathBuf;

/// An empty list: why it is, and how to fill it.
pub fn welcome(ui: &mut Ui, gallery: &State, recent: &[PathBuf], commands: &mut Commands) {
    let height = ui.available_height();
    ScrollArea::vertical().show(ui, |ui| {
        let given = (gallery, recent);
        ui.vertical_centered(|ui| centred(ui, height, given, commands));
    });
}

fn centred(
    ui: &mut Ui,
    height: f32,
    (gallery, recent): (&State, &[PathBuf]),
    commands: &mut Commands,
) {
    // In a small window the buttons are worth more than the space above them.
    ui.add_space((0.28 * height).min((height - 240.0).max(0.0)));
    if gallery.scanning > 0 {
        ui.heading("Looking for pictures");
        return;
    }
    if let Some(there) = &gallery.nothing_found {
        ui.label(RichText::new(there).strong());
        ui.label(RichText::new(READ).weak());
        ui.add_space(12.0);
    }
    ui.heading("Drop photos or folders here");
    ui.add_space(4.0);
    ui.label(RichText::new("They are scored on this machine; nothing leaves it.").weak());
    ui.add_space(12.0);
    for action in [
        Action::OpenFiles,
        Action::OpenFolder,
        Action::OpenPath,
        Action::Paste,
    ] {
        let key = action
            .shortcuts()
            .first()
            .map(|key| ui.ctx().format_shortcut(key));
        let text = format!("{}   {}", action.label(), key.unwrap_or_default());
        let button = egui::Button::new(text).min_size(egui::vec2(220.0, 28.0));
        if ui.add(button).on_hover_text(action.help()).clicked() {
            commands.push(action);
        }
    }
    if !recent.is_empty() {
        ui.add_space(14.0);
        ui.label(RichText::new("Recent").weak());
        for path in recent.iter().take(6) {
            let link = ui.link(short(path));
            if link.on_hover_text(path.display().to_string()).clicked() {
                commands.push(Command::Add {
                    paths: vec![path.clone()],
                    as_reference: false,
                });
            }
        }
    }
}

/// Over everything, while files are held over the window.
pub fn drop_hint(ui: &Ui, page: Page) {
    let ctx = ui.ctx();
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::unique("drop hint")));
    let rect = ctx.content_rect();
    painter.rect_filled(rect, 0.0, Color32::from_black_alpha(170));
    let shift = ctx.input(|input| input.modifiers.shift);
    let text = match (page, shift) {
        (Page::Pictures, true) => "Drop to compare with it, as the reference",
        (Page::Pictures, false) => "Drop to add; with Shift, as the reference",
        (Page::Training, true) => "Drop to make ladders of its pristine photographs",
        (Page::Training, false) => "Drop to train on it; with Shift, as pristine photographs",
    };
    let font = FontId::proportional(22.0);
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        text,
        font,
        Color32::WHITE,
    );
}
