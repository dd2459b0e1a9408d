//! What is dropped on the window.

use super::state::Page;
use crate::app::command::Commands;
use crate::app::{gallery, training};
use eframe::egui;
use std::path::PathBuf;

/// Asks for what was dropped in this frame to be opened; with Shift held, as the reference, or on
/// the training panel as pristine photographs.
pub fn dropped(ctx: &egui::Context, page: Page, commands: &mut Commands) {
    let (paths, shift) = ctx.input(|input| {
        let files = input.raw.dropped_files.iter();
        let paths: Vec<PathBuf> = files.map(|file| file.path().to_owned()).collect();
        (paths, input.modifiers.shift)
    });
    if paths.is_empty() {
        return;
    }
    match page {
        Page::Pictures => commands.push(gallery::Command::Add {
            paths,
            as_reference: shift,
        }),
        Page::Training => commands.push(training::Command::Take {
            paths,
            pristine: shift,
        }),
    }
}
