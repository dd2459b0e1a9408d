//! The command line, one file a subcommand.

#![deny(clippy::print_stdout, clippy::print_stderr)] // they panic: see `print`

mod again;
mod completions;
mod devices;
mod distort;
mod evaluate;
mod experiment;
mod figures;
mod heat;
mod import;
mod info;
mod inspect;
mod man;
mod map;
mod marks;
mod metrics;
mod one;
mod outputs;
mod paths;
mod pick;
mod plot;
mod print;
mod progress;
mod rate;
mod score;
mod scored;
#[cfg(feature = "remote")]
mod serve;
mod signals;
mod split;
mod table;
mod text;
mod threads;
mod train;
mod weights;
mod window;
mod words;

use anyhow::Context;
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device::{self, DeviceChoice, Selected};
use bpclip_core::image::SizePolicy;
use bpclip_core::inspect::Scorer;
use bpclip_core::model::Task;
use burn::tensor::Device;
use clap::{Args, Parser, Subcommand};
use print::say;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

/// Tells how good a picture looks, and shows why.
///
/// BPCLIP reads a photo at five scales, follows its flaws up into what it shows, and compares it
/// with 40 quality adjectives. Without a command, or with pictures and folders, the window opens;
/// `bpclip score PHOTOS` ranks; `bpclip inspect PHOTO` explains.
#[derive(Debug, Parser)]
#[command(
    name = "bpclip",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    window: window::Options,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)] // one a process
enum Command {
    Score(score::Options),
    Inspect(inspect::Options),
    Pick(pick::Options),
    Rate(rate::Options),
    Map(map::Options),
    Info(info::Options),
    Devices(devices::Options),
    Import(import::Options),
    Text(text::Options),
    Weights(weights::Options),
    Distort(distort::Options),
    Train(train::Options),
    #[cfg(feature = "remote")]
    Serve(serve::Options),
    Evaluate(evaluate::Options),
    Experiment(experiment::Options),
    Split(split::Options),
    Plot(plot::Options),
    Completions(completions::Options),
    Man(man::Options),
}

/// How a command ended, where it did not fail altogether.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All went well.
    Done,
    /// Some pictures failed; they were named.
    SomeFailed,
    /// It was told to stop, and left what it had done in order.
    Interrupted,
}

/// A mistake of the user's: exit code 2 instead of 1.
#[derive(Debug)]
struct Usage(String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Runs the program on the arguments of the process: 0 all done, 1 something failed, 2 wrong
/// usage, 128 and the signal's number where one ended it.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    again::begin_again(matches!(
        cli.command,
        Some(Command::Train(_) | Command::Experiment(_))
    ));
    let outcome = begin(cli.command.is_none()).and_then(|()| command(cli));
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::FAILURE,
        Ok(Outcome::Interrupted) => ExitCode::from(signals::exit_code()),
        // Whoever reads us has seen enough, as `head` does.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say!("error: {}", in_words(&error));
            ExitCode::from(if error.is::<Usage>() { 2 } else { 1 })
        }
    }
}

/// What must be before any work, of a window or of a command.
fn begin(window: bool) -> anyhow::Result<()> {
    signals::listen().context("signals cannot be listened to")?;
    threads::start(window)?;
    #[cfg(feature = "keep-tuning")]
    if let Some(cache) = bpclip_catalogue::folders::cache() {
        device::keep_tuning_in(cache.join("kernels"));
    }
    Ok(())
}

fn command(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        None => window::run(cli.window),
        Some(Command::Score(options)) => score::run(&options),
        Some(Command::Inspect(options)) => inspect::run(&options),
        Some(Command::Pick(options)) => pick::run(&options),
        Some(Command::Rate(options)) => rate::run(&options),
        Some(Command::Map(options)) => map::run(&options),
        Some(Command::Info(options)) => info::run(&options),
        Some(Command::Devices(options)) => devices::run(&options),
        Some(Command::Import(options)) => import::run(&options),
        Some(Command::Text(options)) => text::run(&options),
        Some(Command::Weights(options)) => weights::run(&options),
        Some(Command::Distort(options)) => distort::run(&options),
        Some(Command::Train(options)) => train::run(&options),
        #[cfg(feature = "remote")]
        Some(Command::Serve(options)) => serve::run(&options),
        Some(Command::Evaluate(options)) => evaluate::run(&options),
        Some(Command::Experiment(options)) => experiment::run(&options),
        Some(Command::Split(options)) => split::run(&options),
        Some(Command::Plot(options)) => plot::run(&options),
        Some(Command::Completions(options)) => completions::run(&options),
        Some(Command::Man(options)) => man::run(&options),
    }
}

/// An error with its causes, each said once: most errors have their cause's words in their own.
fn in_words(error: &anyhow::Error) -> String {
    let mut words = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !words.contains(&cause) {
            words.push_str(": ");
            words.push_str(&cause);
        }
    }
    words
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

/// A reason with the file that it is about, unless it names the file itself.
fn named(path: &Path, reason: &str) -> String {
    let path = path.to_string_lossy();
    if reason.contains(path.as_ref()) {
        reason.to_owned()
    } else {
        format!("{path}: {reason}")
    }
}

/// The network of a file, else the bundled one of a task, on a device; on the CPU once that fails.
fn scorer(file: Option<PathBuf>, task: Task, selected: Selected) -> Result<Scorer, Usage> {
    let read = move |device: &Device| Checkpoint::open(file.as_deref(), task, device);
    let scorer = Scorer::read(read, selected, |said| say!("{said}"));
    scorer.map_err(|error| Usage(error.to_string()))
}

/// Which network runs, and where.
#[derive(Clone, Debug, Args)]
struct NetworkOptions {
    /// Checkpoint file instead of the bundled one
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Where to compute: auto, cpu, gpu, gpu:N, cuda:N, remote:HOST:PORT
    #[arg(long, value_name = "DEVICE", default_value_t)]
    device: DeviceChoice,
}

/// What every command that scores whole pictures takes.
#[derive(Clone, Debug, Args)]
struct ScoringOptions {
    #[command(flatten)]
    network: NetworkOptions,
    /// Shorter side in pixels at which pictures are scored (never enlarged), or `full` for the
    /// whole picture; without it, what the checkpoint was made for
    #[arg(long, value_name = "PIXELS")]
    size: Option<Size>,
}

/// The value of `--size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Full,
    ShorterSide(u32),
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            _ if text == "full" => Ok(Self::Full),
            Ok(side @ 64..=65_535) => Ok(Self::ShorterSide(side)),
            Ok(side) => Err(format!("{side} is not between 64 and 65535")),
            Err(_) => Err("give a number of pixels, or `full`".into()),
        }
    }
}

impl Size {
    /// As a policy.
    fn policy(self) -> SizePolicy {
        SizePolicy::at_most(match self {
            Self::Full => None,
            Self::ShorterSide(side) => Some(side),
        })
    }
}

impl ScoringOptions {
    /// The device and the checkpoint for a task, scoring at the size that is wanted.
    fn scorer(&self, task: Task) -> anyhow::Result<Scorer> {
        let mut scorer = self.network.scorer(task)?;
        if let Some(size) = self.size {
            scorer.size = size.policy();
        }
        Ok(scorer)
    }
}

impl NetworkOptions {
    /// The device and the checkpoint for a task.
    fn scorer(&self, task: Task) -> anyhow::Result<Scorer> {
        let selected = self.select()?;
        let scorer = scorer(self.checkpoint.clone(), task, selected)?;
        let found = scorer.task();
        if found != task {
            let advice = match found {
                Task::NoReference => "leave --reference out, or choose a full-reference checkpoint",
                Task::FullReference => "give --reference, or choose a no-reference checkpoint",
            };
            let name = &scorer.name;
            return Err(Usage(format!(
                "{name} is a {} checkpoint: {advice}",
                found.label()
            ))
            .into());
        }
        Ok(scorer)
    }

    /// The device, saying so where it is not the one a user would expect.
    fn select(&self) -> anyhow::Result<Selected> {
        let selected = device::select(self.device.clone());
        let selected = selected.map_err(|error| Usage(error.to_string()))?;
        if let Some(why) = &selected.why {
            say!("using the {}: {why}", selected.name);
        }
        Ok(selected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let cause = std::io::Error::other("the disk is full");
        let error = bpclip_core::image::ImageError::Write {
            path: "a.png".into(),
            cause,
        };
        let error = Err::<(), _>(error).context("the map").unwrap_err();
        assert_eq!(
            in_words(&error),
            "the map: cannot write a.png: the disk is full"
        );
    }
}
