//! Looking through folders for pictures.

use super::event::Event;
use crate::app::background::Background;
use crate::app::log::Tone;
use bpclip_core::image::{PassedOver, walk};
use std::path::{Path, PathBuf};

/// Pictures that are handed on at once while a folder is looked through.
const CHUNK: usize = 64;

/// Finds the pictures among files and in folders, all the way down, by name.
pub fn scan(paths: Vec<PathBuf>, as_reference: bool, background: &Background) {
    let found = |files| {
        background.tell(Event::Found {
            files,
            as_reference,
        });
    };
    for path in paths {
        if path.is_dir() {
            scan_folder(&path, &found, background);
            background.tell(Event::Folder(path));
        } else {
            found(vec![path]);
        }
    }
    background.tell(Event::Scanned);
}

fn scan_folder(folder: &Path, found: &dyn Fn(Vec<PathBuf>), background: &Background) {
    let mut files = Vec::new();
    for entry in walk(folder, true) {
        match entry {
            Ok(path) => files.push(path),
            // No picture is lost by it.
            Err(PassedOver::Loop { .. }) => continue,
            Err(passed) => {
                background.say(Tone::Bad, format!("{}: {passed}", passed.path().display()));
                continue;
            }
        }
        if files.len() >= CHUNK {
            found(std::mem::take(&mut files));
        }
    }
    found(files);
}
