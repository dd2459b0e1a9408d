//! A path that is typed: what the system's dialogs are for, where there are none.

use crate::app::command::Commands;
use crate::app::export::{self, Export};
use crate::app::settings::Settings;
use crate::app::shell::{Command, PathFor};
use crate::app::state::State;
use crate::app::training::Place;
use eframe::egui;
use egui::{Button, Id, Key, Label, RichText, TextEdit, Ui};
use std::path::{Path, PathBuf};

/// A path is asked for: what was typed for it before is gone.
pub fn begin(ctx: &egui::Context, wanted: PathFor) {
    ctx.data_mut(|data| data.remove::<String>(memory(wanted)));
}

fn memory(wanted: PathFor) -> Id {
    Id::unique(("a path in the making", wanted))
}

/// The field, and what becomes of what it names.
pub fn path(
    ui: &mut Ui,
    wanted: PathFor,
    (state, settings): (&State, &Settings),
    commands: &mut Commands,
) {
    ui.heading(heading(wanted));
    let memory = memory(wanted);
    let before: Option<String> = ui.data(|data| data.get_temp(memory));
    let begins = before.is_none();
    let mut text = before.unwrap_or_else(|| match wanted {
        PathFor::Export(export) => {
            let path = export::suggested(&state.sources(settings), export, settings.figures);
            path.display().to_string()
        }
        _ => String::new(),
    });
    let label = ui.label("Path");
    let field = TextEdit::singleline(&mut text)
        .hint_text("/home/me/photos")
        .desired_width(f32::INFINITY);
    let field = ui.add(field).labelled_by(label.id);
    if begins {
        field.request_focus();
    }
    let path = typed(&text);
    let (said, can) = verdict(wanted, path.as_deref());
    ui.add(Label::new(RichText::new(said).weak()).wrap());
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    ui.horizontal(|ui| {
        let button = ui.add_enabled(can, Button::new(verb(wanted)));
        if let Some(path) = path.filter(|_| can && (button.clicked() || entered)) {
            commands.push(Command::Dialog(None));
            commands.push(wanted.with(path));
        }
        let browse = ui.button("Browse...");
        if browse.on_hover_text("The system's own dialog").clicked() {
            commands.push(Command::Dialog(None));
            commands.push(wanted.browse());
        }
    });
    ui.data_mut(|data| data.insert_temp(memory, text));
}

fn heading(wanted: PathFor) -> String {
    match wanted {
        PathFor::Open => "Open a file or a folder".into(),
        PathFor::Checkpoint => "Open a checkpoint".into(),
        PathFor::Training(Place::Data) => "Folder of rated pictures".into(),
        PathFor::Training(Place::Pristine) => "Folder of pristine photographs".into(),
        PathFor::Training(Place::Start) => "Checkpoint to start from".into(),
        PathFor::Training(Place::Weights) => "Weights of the backbone".into(),
        PathFor::Training(Place::Folder) => "Empty folder for the run".into(),
        PathFor::Training(Place::Run) => "Folder of a run".into(),
        PathFor::Training(Place::Compared) => "Folder of a run to compare with".into(),
        PathFor::Export(export) => format!("Export {}", export.what()),
        PathFor::Transfer => "Folder to copy or move into".into(),
    }
}

fn verb(wanted: PathFor) -> &'static str {
    match wanted {
        PathFor::Export(_) => "Write",
        PathFor::Open => "Open",
        PathFor::Checkpoint | PathFor::Training(_) | PathFor::Transfer => "Use",
    }
}

/// What is typed, as a path; `~` is the user's own folder.
pub fn typed(text: &str) -> Option<PathBuf> {
    let text = text.trim().trim_matches('"');
    let text = text.strip_prefix("file://").unwrap_or(text);
    let path = match text.strip_prefix("~/").zip(std::env::home_dir()) {
        Some((rest, home)) => home.join(rest),
        None => text.into(),
    };
    (!text.is_empty()).then_some(path)
}

/// What is to be said of a path, and whether it can be used.
fn verdict(wanted: PathFor, path: Option<&Path>) -> (&'static str, bool) {
    let Some(path) = path else {
        return ("Type or paste a path", false);
    };
    match wanted {
        PathFor::Export(Export::AllMaps) if path.is_file() => {
            ("That is a file, not a folder", false)
        }
        PathFor::Export(Export::AllMaps) => ("The maps go into this folder", true),
        PathFor::Export(_) if path.is_dir() => ("That is a folder: a name must follow", false),
        PathFor::Export(_) if path.exists() => {
            ("A file of this name is there and is replaced", true)
        }
        PathFor::Export(_) => match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() || folder.is_dir() => ("", true),
            _ => ("Its folder is not there", false),
        },
        PathFor::Transfer if path.is_file() => ("That is a file, not a folder", false),
        PathFor::Training(Place::Folder) | PathFor::Transfer => ("", true),
        _ if path.exists() => ("", true),
        _ => ("Nothing is there", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_a_path_however_it_was_copied() {
        assert_eq!(typed("  "), None);
        assert_eq!(typed(" \"/a b/c.jpg\" "), Some("/a b/c.jpg".into()));
        assert_eq!(typed("file:///a/b"), Some("/a/b".into()));
        if let Some(home) = std::env::home_dir() {
            assert_eq!(typed("~/photos"), Some(home.join("photos")));
        }
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        let export = PathFor::Export(Export::Csv);
        assert_eq!(verdict(export, Some(&file)), ("", true));
        std::fs::write(&file, b"old").unwrap();
        assert!(verdict(export, Some(&file)).0.contains("is replaced"));
        assert!(!verdict(export, Some(folder.path())).1);
        assert!(!verdict(export, Some(&folder.path().join("no/such/a.csv"))).1);
        assert!(!verdict(PathFor::Open, Some(Path::new("/nowhere/at/all"))).1);
        assert!(verdict(PathFor::Open, Some(folder.path())).1);
        assert!(!verdict(PathFor::Open, None).1);
    }
}
