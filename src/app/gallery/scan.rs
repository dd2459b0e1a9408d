//! Looking through folders for pictures.

use super::event::Event;
use crate::app::background::Background;
use crate::app::log::Tone;
use bpclip_core::image::{LeftOut, PassedOver, walk};
use std::path::{Path, PathBuf};

/// Pictures that are handed on at once while a folder is looked through.
const CHUNK: usize = 64;

/// What was found in all that was asked for at once.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// How many pictures.
    pub pictures: usize,
    /// What folders hold beside.
    pub left_out: LeftOut,
}

/// Finds the pictures among files and in folders, all the way down.
pub fn scan(paths: Vec<PathBuf>, as_reference: bool, background: &Background) {
    let mut scan = Scan::default();
    if let [folder] = &paths[..]
        && folder.is_dir()
    {
        background.tell(Event::Opening(folder.clone()));
    }
    for path in paths {
        if path.is_dir() {
            scan.folder(&path, as_reference, background);
            background.tell(Event::Folder(path));
        } else {
            scan.found(vec![path], as_reference, background);
        }
    }
    background.tell(Event::Scanned(scan));
}

impl Scan {
    fn folder(&mut self, folder: &Path, as_reference: bool, background: &Background) {
        let mut files = Vec::new();
        for entry in walk(folder, true) {
            match entry {
                Ok(path) => files.push(path),
                Err(passed) => {
                    self.left_out.add(&passed);
                    if let PassedOver::Unreadable { path, source } = passed {
                        background.say(Tone::Bad, format!("{}: {source}", path.display()));
                    }
                }
            }
            if files.len() >= CHUNK {
                self.found(std::mem::take(&mut files), as_reference, background);
            }
        }
        self.found(files, as_reference, background);
    }

    fn found(&mut self, files: Vec<PathBuf>, as_reference: bool, background: &Background) {
        self.pictures += files.len();
        background.tell(Event::Found {
            files,
            as_reference,
        });
    }
}
