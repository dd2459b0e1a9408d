//! Ratings beside the pictures.

use super::sources::Sources;
use super::{write_xmp, xmp_rating};
use crate::app::context::Context;
use crate::app::gallery::ranking::Label;
use crate::app::log::Tone;
use crate::app::wording::sentence;

/// Writes those of the pictures of the filmstrip.
pub fn write(sources: &Sources<'_>, cx: &Context) {
    let thresholds = cx.settings.thresholds;
    let task = sources.scene.task;
    let ratings: Vec<_> = sources
        .gallery
        .shown()
        .filter_map(|frame| {
            let path = frame.path()?.to_owned();
            let label = frame.label.map(Label::name);
            Some((
                path,
                label,
                xmp_rating(frame.score(task), frame.decision(), thresholds)?,
            ))
        })
        .collect();
    let library = cx.library.clone();
    cx.background.run(move |background| {
        let mut written = 0;
        for (path, label, rating) in &ratings {
            match write_xmp(path, *rating, *label) {
                Ok(sidecar) => {
                    // What stands there is our own word, not another program's.
                    library.wrote(sidecar);
                    written += 1;
                }
                Err(error) => background.say(Tone::Bad, sentence(&error.to_string())),
            }
        }
        let of = ratings.len();
        let said = format!("{written} of {of} ratings written beside their pictures");
        background.say(Tone::Plain, said);
    });
}
