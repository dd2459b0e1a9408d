//! Looking through folders for pictures.

use super::event::Event;
use crate::app::background::Background;
use crate::app::log::Tone;
use bpclip_core::image::is_picture_name;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

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
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !hidden(entry));
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_picture_name(entry.path()) => {
                files.push(entry.into_path());
            }
            Ok(_) => continue,
            // A link into itself is no loss: what it leads to is found anyway.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                background.say(Tone::Bad, error.to_string());
                continue;
            }
        }
        if files.len() >= CHUNK {
            found(std::mem::take(&mut files));
        }
    }
    found(files);
}
