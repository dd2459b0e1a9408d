//! What threads tell the list.

use super::scan::Scan;
use super::watch::FolderEvent;
use crate::app::pictures::{Thumbnail, Version};
use bpclip_core::image::Shot;
use std::path::PathBuf;

/// Something about the list's files.
#[derive(Debug)]
pub enum Event {
    /// Pictures were found.
    Found {
        /// Each with the other files of the same shot.
        shots: Vec<Shot>,
        /// Whether the first becomes the reference.
        as_reference: bool,
    },
    /// A folder, and nothing beside it, is about to be looked through.
    Opening(PathBuf),
    /// A folder has been looked through, and is to be watched.
    Folder(PathBuf),
    /// All that was asked for at once has been looked through.
    Scanned(Scan),
    /// Something has happened in a folder that is watched.
    Watched(FolderEvent),
    /// A thumbnail was made, with what was seen on the way; or it could not be.
    Thumbnail(Version, Result<Box<Thumbnail>, String>),
}
