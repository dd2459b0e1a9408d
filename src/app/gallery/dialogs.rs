//! The system's dialogs for pictures and folders.

use super::command::Command;
use crate::app::background::Background;
use crate::app::shell::PathFor;
use bpclip_core::image::EXTENSIONS;
use rfd::AsyncFileDialog;

/// Lets the user choose pictures.
pub fn open_files(background: &Background) {
    let dialog = AsyncFileDialog::new()
        .set_title("Open pictures")
        .add_filter("Pictures", &EXTENSIONS)
        .add_filter("All files", &["*"])
        .pick_files();
    let then = |files: Vec<rfd::FileHandle>| Command::Add {
        paths: files.iter().map(|file| file.path().to_owned()).collect(),
        as_reference: false,
    };
    background.choose(dialog, then, PathFor::Open);
}

/// Lets the user choose a folder.
pub fn open_folder(background: &Background) {
    let dialog = AsyncFileDialog::new()
        .set_title("Open a folder")
        .pick_folder();
    let then = |folder: rfd::FileHandle| Command::Add {
        paths: vec![folder.path().to_owned()],
        as_reference: false,
    };
    background.choose(dialog, then, PathFor::Open);
}
