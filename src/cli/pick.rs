//! `bpclip pick`: the best of a shoot, into a folder of their own.

use super::paths::{Pictures, pictures};
use super::print::{say, show};
use super::{Outcome, ScoringOptions, Usage, named, progress, signals};
use bpclip_core::image::{self, Exif, Limits, Moment, Shot};
use bpclip_core::inspect::pipeline::{self, Job, Reference};
use bpclip_core::model::Task;
use bpclip_library::transfer::{self, How, Plan};
use bpclip_shoot::{Frame, Kind, Rule};
use clap::Args;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Pick the best pictures, and copy or move them into a folder
///
/// A picture takes its raw file or JPEG of the same name and its XMP sidecars along. Nothing is ever
/// overwritten: a name that is taken gets a number. A log in the folder makes one undo possible.
/// Bursts are pictures of one folder and camera that were taken one right after the other and show the
/// same scene; without a time in the file, neighbours by name that look alike. Exposure brackets are no
/// bursts. Exit code 0: all done; 1: some failed, named at the end; 2: wrong usage.
#[derive(Debug, Args)]
pub struct Options {
    /// Pictures and folders of pictures
    #[arg(required_unless_present = "undo", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Open folders within folders too
    #[arg(long, short)]
    recursive: bool,
    /// So many, those of the highest scores
    #[arg(long, value_name = "COUNT")]
    best: Option<usize>,
    /// So many of each burst at most
    #[arg(long, value_name = "COUNT")]
    per_burst: Option<usize>,
    /// The longest time between two pictures of a burst, 0.1 to 60
    #[arg(long, value_name = "SECONDS", default_value_t = Rule::default().gap.as_secs_f32(), value_parser = gap)]
    burst_gap: f32,
    /// Only those of at least this score, 0 to 100
    #[arg(long, value_name = "SCORE")]
    at_least: Option<f32>,
    /// Copy them into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "move_to")]
    copy_to: Option<PathBuf>,
    /// Move them into this folder
    #[arg(long, value_name = "FOLDER")]
    move_to: Option<PathBuf>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Take back what this log says was done
    #[arg(long, value_name = "LOG", conflicts_with_all = ["paths", "copy_to", "move_to"])]
    undo: Option<PathBuf>,
    #[command(flatten)]
    network: ScoringOptions,
}

/// Files of one name in one folder: a picture, and what belongs to it.
struct Item {
    /// The picture that is scored.
    picture: PathBuf,
    files: Vec<PathBuf>,
    score: Option<f32>,
    /// What the network sees where; empty without a score.
    layout: Vec<f32>,
}

fn gap(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(gap) if (0.1..=60.0).contains(&gap) => Ok(gap),
        _ => Err("give a number of seconds from 0.1 to 60".into()),
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if let Some(log) = &options.undo {
        return undo(log, options.dry_run);
    }
    let target = match (&options.copy_to, &options.move_to) {
        (Some(folder), _) => Some((How::Copy, folder.as_path())),
        (None, Some(folder)) => Some((How::Move, folder.as_path())),
        (None, None) => None,
    };
    if let Some((_, folder)) = target
        && folder.exists()
        && !folder.is_dir()
    {
        return Err(Usage(format!("{} is no folder", folder.display())).into());
    }
    let Pictures {
        mut found,
        unreadable,
        ..
    } = pictures(&options.paths, options.recursive, false).told()?;
    // What was picked before is no candidate.
    let real = |path: &Path| path.canonicalize().ok();
    let picked = target.and_then(|(_, folder)| real(folder));
    found.retain(|shot| match (&picked, real(&shot.picture)) {
        (Some(folder), Some(path)) => !path.starts_with(folder),
        _ => true,
    });
    let mut failed: Vec<(PathBuf, String)> = unreadable
        .iter()
        .map(|entry| (entry.path().to_owned(), entry.to_string()))
        .collect();
    let mut items = items(found, &mut failed);
    if !score(&mut items, options, &mut failed)? {
        return Ok(Outcome::Interrupted);
    }
    let chosen = chosen(&items, options);
    say!("{} of {} picked", chosen.len(), items.len());
    for item in &chosen {
        let score = item.score.unwrap_or_default().clamp(0.0, 100.0);
        show!("{score:5.1}  {}", item.picture.display());
    }
    if let Some((how, folder)) = target {
        let files: Vec<_> = chosen.iter().map(|item| item.files.clone()).collect();
        transfer(how, folder, &files, options.dry_run, &mut failed)?;
    }
    Ok(told(&failed))
}

/// Each shot with its sidecars. A sidecar that two could have goes with the first.
fn items(found: Vec<Shot>, failed: &mut Vec<(PathBuf, String)>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut given = HashSet::new();
    for shot in found {
        let is_own = |name: &Path| {
            shot.files()
                .any(|file| file.file_name() == name.file_name())
        };
        match transfer::belongings(&shot.picture, is_own) {
            Ok(mut files) => {
                // Of names that are one but for how their accents are written, too.
                files.extend(shot.companions);
                files.retain(|file| given.insert(file.clone()));
                items.push(Item {
                    picture: shot.picture,
                    files,
                    score: None,
                    layout: Vec::new(),
                });
            }
            Err(error) => failed.push((shot.picture, error.to_string())),
        }
    }
    items
}

/// Scores them all; false if it was told to stop.
fn score(
    items: &mut [Item],
    options: &Options,
    failed: &mut Vec<(PathBuf, String)>,
) -> anyhow::Result<bool> {
    let scorer = options.network.scorer(Task::NoReference)?;
    let jobs: Vec<Job> = items
        .iter()
        .map(|item| Job {
            path: item.picture.clone(),
            reference: Reference::None,
        })
        .collect();
    let bar = progress::pictures(jobs.len());
    let cancel = signals::flag();
    let limits = Limits::of_this_machine();
    pipeline::run(&scorer, &jobs, &[], &limits, &cancel, |index, result, _| {
        bar.inc(1);
        let Some(item) = items.get_mut(index) else {
            return;
        };
        match result {
            Ok(inspection) => {
                item.score = Some(100.0 * inspection.prediction.raw);
                item.layout = inspection.prediction.look.layout;
            }
            Err(error) => failed.push((item.picture.clone(), error.to_string())),
        }
    });
    bar.finish_and_clear();
    Ok(!cancel.load(Ordering::Relaxed))
}

/// The burst of each item that is in one.
fn burst_of(items: &[Item], gap: f32) -> HashMap<usize, usize> {
    let noted: Vec<Exif> = items
        .iter()
        .map(|item| image::exif(&item.picture).unwrap_or_default())
        .collect();
    let frames: Vec<Frame<'_>> = items
        .iter()
        .zip(&noted)
        .map(|(item, exif)| Frame {
            path: &item.picture,
            camera: exif.camera.as_deref(),
            taken: exif.taken.as_ref().map(Moment::time),
            shutter: exif.shutter,
            light: exif.light(),
            bias: exif.exposure_bias,
            look: &item.layout,
        })
        .collect();
    let rule = Rule {
        gap: Duration::from_secs_f32(gap),
    };
    let groups = bpclip_shoot::groups(&frames, rule).into_iter();
    let bursts = groups.filter(|group| group.kind == Kind::Burst);
    let numbered = bursts.enumerate().flat_map(|(burst, group)| {
        let members = group.members.into_iter();
        members.map(move |member| (member, burst))
    });
    numbered.collect()
}

/// The best of them, of each burst no more than is wanted; the best first.
fn chosen<'a>(items: &'a [Item], options: &Options) -> Vec<&'a Item> {
    let burst_of = match options.per_burst {
        Some(_) => burst_of(items, options.burst_gap),
        None => HashMap::new(),
    };
    let enough = |score: f32| options.at_least.is_none_or(|least| score >= least);
    let mut ranked: Vec<(usize, f32)> = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| Some((at, item.score.filter(|score| enough(*score))?)))
        .collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut taken: HashMap<usize, usize> = HashMap::new();
    ranked.retain(|(at, _)| {
        let Some((burst, most)) = burst_of.get(at).zip(options.per_burst) else {
            return true;
        };
        let count = taken.entry(*burst).or_default();
        *count += 1;
        *count <= most
    });
    ranked.truncate(options.best.unwrap_or(usize::MAX));
    let chosen = ranked.iter().filter_map(|(at, _)| items.get(*at));
    chosen.collect()
}

/// Copies or moves files, or says what would be.
fn transfer(
    how: How,
    folder: &Path,
    items: &[Vec<PathBuf>],
    dry_run: bool,
    failed: &mut Vec<(PathBuf, String)>,
) -> anyhow::Result<()> {
    let plan = Plan::new(how, folder, items);
    let verb = match how {
        How::Copy => "copy",
        How::Move => "move",
    };
    if dry_run {
        for step in &plan.steps {
            show!("{verb} {} to {}", step.from.display(), step.to.display());
        }
        return Ok(());
    }
    if plan.steps.is_empty() {
        say!("nothing to {verb}: all of it is there already");
        return Ok(());
    }
    // Before the first file is touched.
    let log = plan.log(folder)?;
    let stop = signals::flag();
    let mut done = 0;
    for step in &plan.steps {
        if stop.load(Ordering::Relaxed) {
            failed.push((step.from.clone(), "not done: it was told to stop".into()));
            continue;
        }
        match transfer::carry_out(how, step) {
            Ok(()) => done += 1,
            Err(error) => failed.push((step.from.clone(), error.to_string())),
        }
    }
    let of = plan.steps.len();
    say!(
        "{done} of {of} files done; bpclip pick --undo {} takes it back",
        log.display()
    );
    Ok(())
}

/// Takes back what a log says was done.
fn undo(log: &Path, dry_run: bool) -> anyhow::Result<Outcome> {
    let plan = Plan::of_log(log).map_err(|error| Usage(error.to_string()))?;
    let mut failed = Vec::new();
    for step in plan.steps.iter().rev() {
        if dry_run {
            let (to, from) = (step.to.display(), step.from.display());
            match plan.how {
                How::Copy => show!("remove {to}"),
                How::Move => show!("move {to} to {from}"),
            }
        } else if let Err(error) = transfer::undo(plan.how, step) {
            failed.push((step.to.clone(), error.to_string()));
        }
    }
    if !dry_run && failed.is_empty() {
        // There is nothing left to take back.
        std::fs::remove_file(log)?;
        say!("{} files taken back", plan.steps.len());
    }
    Ok(told(&failed))
}

/// Names what failed, each once.
fn told(failed: &[(PathBuf, String)]) -> Outcome {
    let mut seen = HashSet::new();
    for (path, reason) in failed {
        if seen.insert(path) {
            say!("  {}", named(path, reason));
        }
    }
    match failed.is_empty() {
        true => Outcome::Done,
        false => Outcome::SomeFailed,
    }
}
