//! What leaves the window: files, written on threads, and the clipboard.

use super::command::{Command, Export};
use super::figure::FigureSettings;
use super::names::stem;
use super::sources::{Sources, Write};
use super::{figure, inspection, maps, ratings, scores, view};
use crate::app::context::Context;
use crate::app::gallery::Frame;
use crate::app::log::Tone;
use crate::app::scoring::score_sentence;
use crate::app::shell::{self, Dialog, PathFor};
use crate::app::wording::sentence;
use rfd::AsyncFileDialog;
use std::path::{Path, PathBuf};

/// Carries out a command.
pub fn handle(sources: &Sources<'_>, command: Command, cx: &mut Context) {
    match command {
        Command::Choose(export) => {
            let dialog = Dialog::Path(PathFor::Export(export));
            cx.then(shell::Command::Dialog(Some(dialog)));
        }
        Command::Browse(export) => browse(sources, export, cx),
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
        Command::Figures(figures) => cx.settings.figures = figures,
        Command::Thresholds(thresholds) => cx.settings.thresholds = thresholds,
        Command::Shares(shares) => cx.settings.shares = shares,
        Command::ByShare(by_share) => cx.settings.stars_by_share = by_share,
        Command::Place(place) => cx.settings.ratings = place,
        Command::WriteRatings => {
            cx.then(shell::Command::Dialog(None));
            ratings::write(sources, cx);
        }
    }
}

/// Where to write something unless the user has another place for it: beside the selected picture,
/// under its name.
pub fn suggested(sources: &Sources<'_>, export: Export, figures: FigureSettings) -> PathBuf {
    let frame = sources.scene.first;
    let name = match (export, frame) {
        (Export::Csv | Export::TableJson, _) | (_, None) => export.ending().to_owned(),
        (Export::Figure(kind, format), Some(_)) => {
            figure::name(sources, kind, FigureSettings { format, ..figures })
        }
        (_, Some(frame)) => {
            let stem = stem(sources.gallery, frame);
            format!("{stem}-{}", export.ending())
        }
    };
    let folder = frame.and_then(Frame::path).and_then(Path::parent);
    folder.unwrap_or(Path::new("")).join(name)
}

/// Lets the user choose in the system's dialog where to write something.
fn browse(sources: &Sources<'_>, export: Export, cx: &Context) {
    let suggested = suggested(sources, export, cx.settings.figures);
    let mut dialog = AsyncFileDialog::new().set_title("Export");
    if let Some(folder) = suggested.parent().filter(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    let then = move |file: rfd::FileHandle| Command::Save(export, file.path().to_owned());
    let instead = PathFor::Export(export);
    match export {
        Export::AllMaps => cx.background.choose(dialog.pick_folder(), then, instead),
        _ => {
            let name = suggested.file_name().unwrap_or_default().to_string_lossy();
            let dialog = dialog.set_file_name(name).save_file();
            cx.background.choose(dialog, then, instead);
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
        Export::Figure(kind, _) => figure::figure(sources, kind, cx.settings.figures),
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
