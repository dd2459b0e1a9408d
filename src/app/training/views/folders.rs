//! The folders that pictures are taken from, and what is in them.

use super::rows;
use crate::app::command::Commands;
use crate::app::theme;
use crate::app::training::{Command, DatasetState, Place, help};
use crate::app::wording::sentence;
use eframe::egui;
use egui::{Label, RichText, Ui};
use std::path::PathBuf;

/// A list of folders: each can be changed and removed, and one more added.
pub fn folders(
    ui: &mut Ui,
    (title, name, place): (&str, &str, Place),
    folders: &mut Vec<PathBuf>,
    commands: &mut Commands,
) {
    let title = ui.label(RichText::new(title).strong());
    title.on_hover_text(help(name));
    let mut gone = None;
    for (at, folder) in folders.iter_mut().enumerate() {
        let label = match place {
            Place::Pristine => format!("pristine folder {}", at + 1),
            _ => format!("dataset folder {}", at + 1),
        };
        let (typed, removed) = rows::path(ui, &label, Some(folder), "", "x");
        match typed {
            Some(Some(path)) => *folder = path,
            Some(None) => gone = Some(at),
            None => {}
        }
        if removed {
            gone = Some(at);
        }
    }
    if let Some(at) = gone {
        folders.remove(at);
    }
    // A folder that is typed rather than chosen.
    let (label, hint) = match place {
        Place::Pristine => (
            "another pristine folder",
            "Optional: drop with Shift, type or choose",
        ),
        _ => ("another dataset folder", "Drop, type or choose a folder"),
    };
    let (typed, choose) = rows::path(ui, label, None, hint, "...");
    if let Some(Some(path)) = typed
        && !folders.contains(&path)
    {
        folders.push(path);
    }
    if choose {
        commands.push(Command::Choose(place));
    }
}

/// What is known of the folders.
pub fn known(ui: &mut Ui, data: &DatasetState) {
    let line = |ui: &mut Ui, text: RichText| {
        ui.add(Label::new(text).wrap());
    };
    match data {
        DatasetState::Nothing => {}
        DatasetState::Looking => line(ui, RichText::new("Looking at the pictures").weak()),
        DatasetState::Found(found) => {
            for text in &found.lines {
                line(ui, RichText::new(text));
            }
            for text in &found.notes {
                line(ui, RichText::new(text).weak());
            }
        }
        DatasetState::Wrong(reason) => {
            let colour = theme::bad(ui.visuals());
            line(ui, RichText::new(sentence(reason)).color(colour));
        }
    }
}
