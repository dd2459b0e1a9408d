//! `bpclip pick`: the best of a shoot, or what was kept or rejected of it, into a folder or the bin.

use super::marks::Marks;
use super::paths::{Pictures, pictures};
use super::print::{say, show};
use super::scored::{self, Failed};
use super::{Outcome, ScoringOptions, Usage, signals};
use crate::app::gallery::ranking::Mark;
use crate::app::transfer::best;
use bpclip_catalogue::folders;
use bpclip_core::image::{self, Exif, Moment, Shot};
use bpclip_library::transfer::{self, How, Plan, with_sidecars};
use bpclip_shoot::{Frame, Kind, Rule};
use clap::Args;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pick the best pictures, and copy or move them into a folder
///
/// A picture takes its raw file or JPEG of the same name and its XMP sidecars along. Nothing is ever
/// overwritten: a name that is taken gets a number. A log makes one undo possible; it is in the folder,
/// of what goes into the bin in the user's data folder. Marks are those that were given in the window,
/// or stand in sidecars and pictures. Bursts are pictures of one folder and camera that were taken one
/// right after the other and show the same scene; without a time in the file, neighbours by name that
/// look alike. Exposure brackets are no bursts. Exit code 0: all done; 1: some failed, named at the end;
/// 2: wrong usage.
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
    /// Only those that are marked to be kept
    #[arg(long, conflicts_with = "rejected")]
    kept: bool,
    /// Only those that are marked as rejected
    #[arg(long)]
    rejected: bool,
    /// Copy them into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["move_to", "bin"])]
    copy_to: Option<PathBuf>,
    /// Move them into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "bin")]
    move_to: Option<PathBuf>,
    /// Put them into the system's bin: those that are rejected
    #[arg(long, requires = "rejected")]
    bin: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Take back what this log says was done
    #[arg(long, value_name = "LOG", conflicts_with_all = ["paths", "copy_to", "move_to", "bin"])]
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

/// Where they go.
#[derive(Clone, Copy)]
enum Target<'a> {
    Folder(How, &'a Path),
    Bin,
}

impl Options {
    fn target(&self) -> Option<Target<'_>> {
        match (&self.copy_to, &self.move_to) {
            (Some(folder), _) => Some(Target::Folder(How::Copy, folder)),
            (None, Some(folder)) => Some(Target::Folder(How::Move, folder)),
            (None, None) => self.bin.then_some(Target::Bin),
        }
    }

    /// Whether scores say anything about which are picked.
    fn by_score(&self) -> bool {
        let marked = self.kept || self.rejected;
        !marked || self.best.is_some() || self.per_burst.is_some() || self.at_least.is_some()
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    if let Some(log) = &options.undo {
        return undo(log, options.dry_run);
    }
    let target = options.target();
    if let Some(Target::Folder(_, folder)) = target
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
    let picked = match target {
        Some(Target::Folder(_, folder)) => real(folder),
        _ => None,
    };
    found.retain(|shot| match (&picked, real(&shot.picture)) {
        (Some(folder), Some(path)) => !path.starts_with(folder),
        _ => true,
    });
    let mut failed = Failed::of(&unreadable);
    let all = found.len();
    if options.kept || options.rejected {
        let wanted = match options.kept {
            true => Mark::Keep,
            false => Mark::Reject,
        };
        let mut marks = Marks::open();
        found.retain(|shot| marks.of(shot).mark == Some(wanted));
    }
    let mut items = items(found, &mut failed);
    if options.by_score() && !score(&mut items, options, &mut failed)? {
        return Ok(Outcome::Interrupted);
    }
    let chosen = match options.by_score() {
        true => chosen(&items, options),
        false => items.iter().collect(),
    };
    say!("{} of {all} picked", chosen.len());
    for item in &chosen {
        let name = item.picture.display();
        match item.score {
            Some(score) => show!("{:5.1}  {name}", score.clamp(0.0, 100.0)),
            None => show!("       {name}"),
        }
    }
    if let Some(target) = target {
        let files: Vec<_> = chosen.iter().map(|item| item.files.clone()).collect();
        transfer(target, &files, options.dry_run, &mut failed)?;
    }
    Ok(failed.tell())
}

/// Each shot with its sidecars.
fn items(found: Vec<Shot>, failed: &mut Failed) -> Vec<Item> {
    let mut items = Vec::new();
    let shots = found
        .iter()
        .map(|shot| shot.files().map(Path::to_owned).collect());
    let (files, unread) = with_sidecars(shots.collect());
    for error in &unread {
        failed.push(&error.path, error);
    }
    let mut files = files.into_iter().peekable();
    for shot in found {
        // In the same order, those apart whose folder cannot be read.
        if let Some(files) = files.next_if(|files| files.contains(&shot.picture)) {
            items.push(Item {
                picture: shot.picture,
                files,
                score: None,
                layout: Vec::new(),
            });
        }
    }
    items
}

/// Scores them all; false if it was told to stop.
fn score(items: &mut [Item], options: &Options, failed: &mut Failed) -> anyhow::Result<bool> {
    let pictures: Vec<PathBuf> = items.iter().map(|item| item.picture.clone()).collect();
    let pictures = pictures.iter().map(PathBuf::as_path);
    scored::score(&options.network, pictures, failed, |index, inspection| {
        if let Some(item) = items.get_mut(index) {
            item.score = Some(100.0 * inspection.prediction.raw);
            item.layout = inspection.prediction.look.layout;
        }
    })
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
    let enough = |score: &f32| options.at_least.is_none_or(|least| *score >= least);
    let scores: Vec<Option<f32>> = items.iter().map(|item| item.score.filter(enough)).collect();
    let burst = |at: usize| burst_of.get(&at).copied();
    let count = options.best.unwrap_or(usize::MAX);
    let chosen = best(&scores, burst, count, options.per_burst).into_iter();
    chosen.filter_map(|at| items.get(at)).collect()
}

/// Where the log of what goes into the bin is.
fn own_folder() -> anyhow::Result<PathBuf> {
    let library = folders::library();
    let folder = library.as_deref().and_then(Path::parent);
    match folder {
        Some(folder) => Ok(folder.join(crate::app::transfer::LOGS)),
        None => Err(Usage("this system names no folder for the log of an undo".into()).into()),
    }
}

/// Copies, moves or bins files, or says what would be.
fn transfer(
    target: Target<'_>,
    items: &[Vec<PathBuf>],
    dry_run: bool,
    failed: &mut Failed,
) -> anyhow::Result<()> {
    let (plan, logs, verb) = match target {
        Target::Folder(how, folder) => {
            let verb = match how {
                How::Copy => "copy",
                _ => "move",
            };
            (Plan::new(how, folder, items), folder.to_owned(), verb)
        }
        Target::Bin => (Plan::to_bin(items), own_folder()?, "bin"),
    };
    if dry_run {
        for step in &plan.steps {
            let from = step.from.display();
            match &step.to {
                Some(to) => show!("{verb} {from} to {}", to.display()),
                None => show!("{verb} {from}"),
            }
        }
        return Ok(());
    }
    if plan.steps.is_empty() {
        say!("nothing to {verb}: all of it is there already");
        return Ok(());
    }
    // Before the first file is touched.
    let log = plan.log(&logs)?;
    let stop = signals::flag();
    let (mut done, mut moved) = (0, Vec::new());
    let looked_at = transfer::run(&plan, &stop, |step, result| match result {
        Ok(()) => {
            done += 1;
            moved.extend(step.to.clone().map(|to| (step.from.clone(), to)));
        }
        Err(error) => failed.push(&step.from, error),
    });
    if plan.how == How::Move {
        Marks::open().moved(&moved);
    }
    let left = plan.steps.get(looked_at..).unwrap_or_default();
    for step in left {
        failed.push(&step.from, "not done: it was told to stop");
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
    if dry_run {
        for step in plan.steps.iter().rev() {
            let from = step.from.display();
            match (&step.to, plan.how) {
                (Some(to), How::Copy) => show!("remove {}", to.display()),
                (Some(to), _) => show!("move {} to {from}", to.display()),
                (None, _) => show!("take {from} out of the bin"),
            }
        }
        return Ok(Outcome::Done);
    }
    let (mut failed, mut moved) = (Failed::of(&[]), Vec::new());
    let stop = signals::flag();
    let looked_at = transfer::take_back(&plan, &stop, |step, result| match result {
        Ok(()) => moved.extend(step.to.clone().map(|to| (to, step.from.clone()))),
        Err(error) => failed.push(&error.path, &error),
    })?;
    if plan.how == How::Move {
        Marks::open().moved(&moved);
    }
    if looked_at < plan.steps.len() {
        failed.tell();
        return Ok(Outcome::Interrupted);
    }
    if failed.count() == 0 {
        // There is nothing left to take back.
        std::fs::remove_file(log)?;
        say!("{} files taken back", plan.steps.len());
    }
    Ok(failed.tell())
}
