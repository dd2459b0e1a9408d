//! What leaves the window: files, written on threads, and the clipboard.

use super::command::{Command, Export};
use super::sources::{Sources, Write};
use super::{inspection, maps, ratings, scores, view};
use crate::app::context::Context;
use crate::app::gallery::Frame;
use crate::app::log::Tone;
use crate::app::scoring::score_sentence;
use crate::app::shell;
use crate::app::wording::sentence;
use rfd::AsyncFileDialog;
use std::path::{Path, PathBuf};

/// Carries out a command.
pub fn handle(sources: &Sources<'_>, command: Command, cx: &mut Context) {
    match command {
        Command::Choose(export) => choose(sources.scene.first, export, cx),
        Command::Save(export, path) => save(sources, export, path, cx),
        Command::CopyScore => {
            let scene = &sources.scene;
            match scene.first.zip(scene.rated(scene.first)) {
                Some((frame, rated)) => {
                    cx.clipboard.copy_text(score_sentence(&frame.name, rated));
                }
                None => cx.say(Tone::Plain, "There is no score to copy"),
            }
        }
        Command::CopyView => view::view_as_picture(None, cx),
        Command::WithExif(with) => cx.settings.export_exif = with,
        Command::Thresholds(thresholds) => cx.settings.thresholds = thresholds,
        Command::WriteRatings => {
            cx.then(shell::Command::Dialog(None));
            ratings::write(sources, cx);
        }
    }
}

/// Lets the user choose where to write something.
fn choose(frame: Option<&Frame>, export: Export, cx: &Context) {
    let stem = frame.and_then(|frame| Path::new(&frame.name).file_stem());
    let name = match (export, stem) {
        (Export::Csv | Export::TableJson, _) | (_, None) => export.ending().to_owned(),
        (_, Some(stem)) => format!("{}-{}", stem.to_string_lossy(), export.ending()),
    };
    let mut dialog = AsyncFileDialog::new().set_title("Export");
    if let Some(folder) = frame.and_then(Frame::path).and_then(Path::parent) {
        dialog = dialog.set_directory(folder);
    }
    let then = move |file: rfd::FileHandle| Command::Save(export, file.path().to_owned());
    match export {
        Export::AllMaps => cx.background.choose(dialog.pick_folder(), then),
        _ => {
            let dialog = dialog.set_file_name(name).save_file();
            cx.background.choose(dialog, then);
        }
    }
}

fn save(sources: &Sources<'_>, export: Export, path: PathBuf, cx: &mut Context) {
    let write: Result<Write, String> = match export {
        Export::Csv | Export::TableJson => {
            Ok(scores::table(sources, export, cx.settings.export_exif))
        }
        Export::Json => inspection::inspection(sources),
        Export::Map => maps::overlay(sources),
        Export::AllMaps => maps::all(sources),
        Export::Png => return view::view_as_picture(Some(path), cx),
    };
    match write {
        Ok(write) => cx.background.run(move |background| match write(&path) {
            Ok(()) => background.say(Tone::Plain, format!("Written: {}", path.display())),
            Err(reason) => background.say(Tone::Bad, sentence(&reason)),
        }),
        Err(reason) => cx.say(Tone::Bad, reason),
    }
}
