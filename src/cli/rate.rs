//! `bpclip rate`: stars by score, and what was decided, for other programs to read.

use super::marks::Marks;
use super::paths::{Pictures, pictures};
use super::print::{say, show};
use super::scored::{self, Failed};
use super::{Outcome, ScoringOptions, Usage, signals};
use bpclip_core::image::{Shot, joint_name};
use bpclip_library::{Decision, Identity, Mark};
use bpclip_xmp::{Place, Shares, StarRule, Thresholds, Verdict, rate};
use clap::Args;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// Write ratings that Lightroom, darktable and digiKam read
///
/// Rejected pictures get the rating -1, others the stars that a person gave, else those of their score;
/// labels and picks go with them. Marks are those that were given in the window, or stand in sidecars
/// and pictures. Ratings go into XMP sidecars beside the pictures, of which nothing else changes, or with
/// --embed into JPEGs themselves. Exit code 0: all written; 1: some failed, named at the end; 2: wrong
/// usage.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures and folders of pictures
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Open folders within folders too
    #[arg(long, short)]
    recursive: bool,
    /// Into JPEGs themselves, as Lightroom reads them; beside all other pictures
    #[arg(long)]
    embed: bool,
    /// The scores from which a picture gets one to five stars
    #[arg(long, value_name = "5 SCORES", value_delimiter = ',')]
    stars: Option<Vec<f32>>,
    /// Instead, the shares of these pictures, in percent, that get one to five stars at least
    #[arg(
        long,
        value_name = "5 SHARES",
        value_delimiter = ',',
        conflicts_with = "stars"
    )]
    shares: Option<Vec<f32>>,
    /// Only what a person decided: nothing is scored
    #[arg(long, conflicts_with_all = ["stars", "shares"])]
    marks_only: bool,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    network: ScoringOptions,
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let rule = rule(options)?;
    let found = pictures(&options.paths, options.recursive, false).told()?;
    let Pictures {
        found, unreadable, ..
    } = found;
    let mut failed = Failed::of(&unreadable);
    let mut marks = match options.dry_run {
        true => Marks::open(),
        false => Marks::begin(),
    };
    let decided: Vec<Decision> = found.iter().map(|shot| marks.of(shot)).collect();
    let scores = match options.marks_only {
        true => vec![None; found.len()],
        false => match score(&found, options, &mut failed)? {
            Some(scores) => scores,
            None => return Ok(Outcome::Interrupted),
        },
    };
    let bounds = rule.bounds(scores.iter().flatten().copied());
    let place = match options.embed {
        true => Place::Within,
        false => Place::Beside,
    };
    let stop = signals::flag();
    let (mut written, mut stopped) = (0, false);
    for ((shot, decision), score) in found.iter().zip(decided).zip(scores) {
        if stop.load(Ordering::Relaxed) {
            stopped = true;
            break;
        }
        let Some(verdict) = Verdict::of(score, decision, bounds) else {
            continue;
        };
        let name = shot.picture.display().to_string();
        show!(
            "{}  {}",
            in_words(&verdict),
            joint_name(&name, &shot.companions)
        );
        if options.dry_run {
            continue;
        }
        let before = failed.count();
        for file in shot.files() {
            // What is noted of a picture goes by its content, which only a rating within changes.
            let identity = match place {
                Place::Within => Identity::of(file).ok(),
                Place::Beside => None,
            };
            match rate(file, &verdict, place) {
                Ok(rated) => {
                    let before = identity.as_ref().filter(|_| rated.embedded);
                    marks.rated((file, before), rated.sidecar.as_deref(), decision);
                }
                Err(error) => failed.push(file, error),
            }
        }
        written += usize::from(failed.count() == before);
    }
    if !options.dry_run {
        say!("{written} of {} pictures rated", found.len());
    }
    let outcome = failed.tell();
    Ok(match stopped {
        true => Outcome::Interrupted,
        false => outcome,
    })
}

/// How scores become stars.
fn rule(options: &Options) -> Result<StarRule, Usage> {
    let five = |numbers: &[f32]| {
        let five = <[f32; 5]>::try_from(numbers);
        five.map_err(|_| format!("give five numbers, not {}", numbers.len()))
    };
    match (&options.stars, &options.shares) {
        (Some(stars), _) => five(stars).and_then(Thresholds::new).map(StarRule::Scores),
        (None, Some(shares)) => five(shares).and_then(Shares::new).map(StarRule::Shares),
        (None, None) => Ok(StarRule::Scores(Thresholds::default())),
    }
    .map_err(Usage)
}

/// The scores, of 100; none if it was told to stop.
fn score(
    found: &[Shot],
    options: &Options,
    failed: &mut Failed,
) -> anyhow::Result<Option<Vec<Option<f32>>>> {
    let mut scores = vec![None; found.len()];
    let pictures = found.iter().map(|shot| shot.picture.as_path());
    let whole = scored::score(&options.network, pictures, failed, |index, inspection| {
        if let Some(score) = scores.get_mut(index) {
            *score = Some(inspection.prediction.score());
        }
    })?;
    Ok(whole.then_some(scores))
}

/// What is written of a picture: `4 stars, Red, keep`.
fn in_words(verdict: &Verdict) -> String {
    let rating = verdict.rating.map(|rating| rating.to_string());
    let label = verdict.label.map(|label| label.name().to_owned());
    let pick = verdict.mark.filter(|mark| *mark == Mark::Keep);
    let pick = pick.map(|mark| mark.label().to_lowercase());
    let words: Vec<String> = [rating, label, pick].into_iter().flatten().collect();
    words.join(", ")
}
