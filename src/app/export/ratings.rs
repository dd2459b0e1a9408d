//! Ratings that other programs read.

use super::sources::Sources;
use super::{Place, StarRule, Verdict};
use crate::app::context::Context;
use crate::app::gallery::Frame;
use crate::app::log::Tone;
use crate::app::wording::sentence;
use bpclip_core::model::Task;
use bpclip_library::{Decision, Identity};
use bpclip_xmp::rate;
use std::path::{Path, PathBuf};

/// What is written of pictures in files: of each the verdict, or none where there is nothing to write.
pub fn verdicts<'a>(
    frames: impl Iterator<Item = &'a Frame>,
    task: Task,
    rule: StarRule,
) -> Vec<(&'a Frame, Option<Verdict>)> {
    let frames: Vec<&Frame> = frames.filter(|frame| frame.path().is_some()).collect();
    let bounds = rule.bounds(frames.iter().filter_map(|frame| frame.score(task)));
    let verdict = |frame: &'a Frame| {
        let verdict = Verdict::of(frame.score(task), frame.decision(), bounds);
        (frame, verdict)
    };
    frames.into_iter().map(verdict).collect()
}

/// Writes those of the pictures of the filmstrip.
pub fn write(sources: &Sources<'_>, cx: &Context) {
    let (rule, place) = (cx.settings.star_rule(), cx.settings.ratings);
    let all = verdicts(sources.gallery.shown(), sources.scene.task, rule);
    let ratings: Vec<(Vec<PathBuf>, Verdict, Decision)> = all
        .into_iter()
        .filter_map(|(frame, verdict)| {
            let files = frame.files().map(Path::to_owned).collect();
            Some((files, verdict?, frame.decision()))
        })
        .collect();
    let library = cx.library.clone();
    cx.background.run(move |background| {
        let mut written = 0;
        for (files, verdict, decision) in &ratings {
            // Files of a shot mostly share a sidecar; some programs give each its own.
            let write = |file: &PathBuf| {
                // Only a picture that is itself rewritten becomes another one.
                let before = match place {
                    Place::Within => Identity::of(file).ok(),
                    Place::Beside => None,
                };
                rate(file, verdict, place).map(|rated| {
                    // What stands there is our own word, not another program's.
                    if let Some(sidecar) = rated.sidecar {
                        library.wrote(sidecar);
                    }
                    if let Some(before) = before.filter(|_| rated.embedded) {
                        library.rewritten(before);
                    }
                    // Whoever decided it: as our own word it would not be read there again.
                    if *decision != Decision::default() {
                        library.decide(vec![(file.clone(), *decision)]);
                    }
                })
            };
            match files.iter().try_for_each(write) {
                Ok(()) => written += 1,
                Err(error) => background.say(Tone::Bad, sentence(&error.to_string())),
            }
        }
        let of = ratings.len();
        let place = match place {
            Place::Beside => "beside their pictures",
            Place::Within => "into JPEGs, and beside all other pictures",
        };
        let said = format!("{written} of {of} ratings written {place}");
        background.say(Tone::Plain, said);
    });
}
