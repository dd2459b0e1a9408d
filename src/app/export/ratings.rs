//! Ratings beside the pictures.

use super::sources::Sources;
use super::{write_xmp, xmp_rating};
use crate::app::context::Context;
use crate::app::gallery::ranking::Label;
use crate::app::log::Tone;
use crate::app::wording::sentence;
use std::path::{Path, PathBuf};

/// Writes those of the pictures of the filmstrip.
pub fn write(sources: &Sources<'_>, cx: &Context) {
    let thresholds = cx.settings.thresholds;
    let task = sources.scene.task;
    let ratings: Vec<_> = sources
        .gallery
        .shown()
        .filter_map(|frame| {
            frame.path()?;
            let files: Vec<PathBuf> = frame.files().map(Path::to_owned).collect();
            Some((
                files,
                frame.label.map(Label::name),
                xmp_rating(frame.score(task), frame.decision(), thresholds)?,
            ))
        })
        .collect();
    let library = cx.library.clone();
    cx.background.run(move |background| {
        let mut written = 0;
        for (files, label, rating) in &ratings {
            // Files of a shot mostly share a sidecar; some programs give each its own.
            let write = |file: &PathBuf| {
                // What stands there is our own word, not another program's.
                write_xmp(file, *rating, *label).map(|sidecar| library.wrote(sidecar))
            };
            match files.iter().try_for_each(write) {
                Ok(()) => written += 1,
                Err(error) => background.say(Tone::Bad, sentence(&error.to_string())),
            }
        }
        let of = ratings.len();
        let said = format!("{written} of {of} ratings written beside their pictures");
        background.say(Tone::Plain, said);
    });
}
