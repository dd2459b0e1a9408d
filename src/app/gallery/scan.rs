//! Looking through folders for pictures.

use super::event::Event;
use crate::app::background::Background;
use crate::app::log::Tone;
use bpclip_core::image::{LeftOut, PassedOver, Shot, shots, walk};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Pictures that are handed on at once.
const CHUNK: usize = 64;

/// What was found in all that was asked for at once.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// How many pictures.
    pub pictures: usize,
    /// What folders hold beside.
    pub left_out: LeftOut,
}

/// Finds the pictures among files and in folders, all the way down; files of one shot are one, if
/// they are to be `as_one`.
pub fn scan(paths: Vec<PathBuf>, as_reference: bool, as_one: bool, background: &Background) {
    let mut look = Look {
        scan: Scan::default(),
        as_reference,
        as_one,
        background,
    };
    if let [folder] = &paths[..]
        && folder.is_dir()
    {
        background.tell(Event::Opening(folder.clone()));
    }
    let (folders, files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    look.found(files);
    for folder in folders {
        look.folder(&folder);
        background.tell(Event::Folder(folder));
    }
    background.tell(Event::Scanned(look.scan));
}

struct Look<'a> {
    scan: Scan,
    /// Whether the next picture becomes the reference.
    as_reference: bool,
    as_one: bool,
    background: &'a Background,
}

impl Look<'_> {
    fn folder(&mut self, folder: &Path) {
        // Those of a folder are told of when it is left: then all files of its shots are known.
        let mut open: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        for entry in walk(folder, true) {
            let path = match entry {
                Ok(path) => path,
                Err(passed) => {
                    self.scan.left_out.add(&passed);
                    if let PassedOver::Unreadable { path, source } = passed {
                        let said = format!("{}: {source}", path.display());
                        self.background.say(Tone::Bad, said);
                    }
                    continue;
                }
            };
            while let Some(last) = open.last_entry()
                && !path.starts_with(last.key())
            {
                self.found(last.remove());
            }
            let within = path.parent().unwrap_or(folder).to_owned();
            open.entry(within).or_default().push(path);
        }
        open.into_values().for_each(|files| self.found(files));
    }

    /// Hands on the files of one folder.
    fn found(&mut self, files: Vec<PathBuf>) {
        let shots = match self.as_one {
            true => shots(files),
            false => files.into_iter().map(Shot::from).collect(),
        };
        self.scan.pictures += shots.len();
        for shots in shots.chunks(CHUNK) {
            self.background.tell(Event::Found {
                shots: shots.to_vec(),
                as_reference: std::mem::take(&mut self.as_reference),
            });
        }
    }
}
