//! `bpclip train`: rated pictures to a checkpoint.

use super::print::{say, show};
use super::{Outcome, Usage, signals};
use bpclip_core::model::Task;
use bpclip_train::train::{self, Control, Event, Preset, Settings, TrainError};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use std::path::PathBuf;
use std::sync::Arc;

/// Train a checkpoint on rated pictures, on ladders of distortions, or both
///
/// Everything is written into a run folder: settings.json, log.jsonl, the last checkpoints, the
/// best one as best.safetensors, and the state from which `--resume` goes on exactly where the
/// run was stopped (Ctrl+C) or killed. A preset gives every setting; a flag changes one.
#[derive(Debug, Args)]
pub struct Options {
    /// Folder of the run, which is made
    #[arg(long, short, value_name = "FOLDER", default_value = "bpclip-run")]
    run: PathBuf,
    /// Go on with the run in the folder; the settings are those it was begun with
    #[arg(long)]
    resume: bool,
    /// The settings to begin with
    #[arg(long, value_enum, default_value_t = Preset::FineTune)]
    preset: Preset,
    /// Settings as a file, such as another run's settings.json, instead of a preset
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
}

/// The settings that were given as flags.
#[derive(Debug)]
pub struct Changes(ArgMatches);

impl Changes {
    /// The flags as they were parsed.
    pub fn matches(&self) -> &ArgMatches {
        &self.0
    }

    /// The task, which decides what a preset says.
    pub fn task(&self) -> Option<Task> {
        self.0.get_one("task").copied()
    }
}

impl Args for Changes {
    fn augment_args(command: Command) -> Command {
        // As for an update: none is required and none has a default, so that what was not
        // given keeps what the preset says.
        Settings::augment_args_for_update(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Settings::augment_args_for_update(command)
    }
}

impl FromArgMatches for Changes {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let control = stoppable();
    let mut begun = false;
    let mut watch = |event: &Event| {
        begun |= matches!(event, Event::Started(_));
        tell(event, "");
    };
    let outcome = if options.resume {
        train::resume(&options.run, &control, &mut watch)
    } else {
        let settings = options.settings()?;
        train::train(&options.run, &settings, &control, &mut watch)
    };
    let outcome = outcome.map_err(|error| sorted(error, begun))?;
    let folder = options.run.display();
    if outcome.stopped {
        say!("stopped; `bpclip train --run {folder} --resume` goes on");
        return Ok(Outcome::Interrupted);
    }
    if let Some(best) = outcome.best {
        show!("{}", best.display());
    }
    Ok(Outcome::Done)
}

/// An error as the command ends with it: before the training has begun, what is wrong is what the user
/// named, unless it cannot be written.
pub fn sorted(error: TrainError, begun: bool) -> anyhow::Error {
    match error {
        TrainError::Write { .. } => anyhow::Error::new(error),
        _ if begun => anyhow::Error::new(error),
        _ => anyhow::Error::new(Usage(error.to_string())),
    }
}

/// A control that a signal stops; a second one leaves at once.
pub fn stoppable() -> Arc<Control> {
    let control = Arc::new(Control::default());
    let stopper = Arc::clone(&control);
    signals::on_first(move || {
        say!("stopping after this step; once more to leave at once");
        stopper.stop();
    });
    control
}

impl Options {
    fn settings(&self) -> anyhow::Result<Settings> {
        let mut settings = match &self.settings {
            Some(path) => {
                let wrong =
                    |error: &dyn std::fmt::Display| Usage(format!("{}: {error}", path.display()));
                let text = bpclip_core::file::read_text(path).map_err(|error| wrong(&error))?;
                serde_json::from_str(&text).map_err(|error| wrong(&error))?
            }
            None => {
                let task = self.changes.task().unwrap_or(Task::NoReference);
                Settings::new(self.preset, task)
            }
        };
        settings.update_from_arg_matches(self.changes.matches())?;
        Ok(settings)
    }
}

/// A line for a person, behind the name of the run where there are several.
pub fn tell(event: &Event, run: &str) {
    match event {
        Event::Started(plan) => say!(
            "{run}{} rated pictures, {} held out, {} pristine; {} epochs of {} steps on {}, from \
             epoch {} step {}",
            plan.rated,
            plan.held_out,
            plan.pristine,
            plan.epochs,
            plan.epoch_steps,
            plan.device,
            plan.position.epoch + 1,
            plan.position.step + 1
        ),
        Event::Step(step) => say!(
            "{run}epoch {} step {}: loss {:.4} (mse {:.4}), {:.1} s",
            step.position.epoch + 1,
            step.position.step + 1,
            step.loss.total,
            step.loss.mse,
            step.seconds
        ),
        Event::Epoch(epoch) => {
            let figure = |value: Option<f64>| value.map_or("-".to_owned(), |v| format!("{v:.4}"));
            let trained = match epoch.epoch {
                0 => "before training:".to_owned(),
                number => format!("epoch {number}: loss {:.4},", epoch.loss.total),
            };
            say!(
                "{run}{trained} held out SRCC {}, PLCC {}, RMSE {}{}",
                figure(epoch.srcc),
                figure(epoch.plcc),
                figure(epoch.rmse),
                if epoch.best { ", the best so far" } else { "" }
            );
        }
        Event::Warned { text } => say!("{run}warning: {text}"),
        Event::Skipped { path, reason } => {
            say!("{run}left out: {}: {reason}", path.display());
        }
        Event::Validating { .. } | Event::Paused | Event::Resumed | Event::Saved { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_train::train::Criterion;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn a_flag_changes_one_setting_of_a_preset() {
        let line = ["train", "photos", "--preset", "ours", "--epochs", "7"];
        let settings = Line::parse_from(line).options.settings().unwrap();
        let mut expected = Settings::new(Preset::Ours, Task::NoReference);
        expected.data.push("photos".into());
        expected.epochs = 7;
        assert_eq!(settings, expected);
    }

    #[test]
    fn the_flags_of_before_are_still_read() {
        let now = "t photos --lr 0.1 --backbone-lr 0.2 --grad-clip-norm 3 --ema-decay 0.4 \
                   --cosine-epochs 5 --min-side 96";
        let before = "t photos --rate 0.1 --backbone-rate 0.2 --clip 3 --average 0.4 --period 5 \
                      --smallest 96";
        let [now, before] = [now, before].map(|line| {
            let line = Line::parse_from(line.split_whitespace());
            line.options.settings().unwrap()
        });
        assert_eq!(now, before);
        assert_eq!((now.lr, now.min_side), (0.1, 96));
    }

    #[test]
    fn the_best_epoch_is_told_by_what_is_asked_for() {
        let best = |line: &str| {
            let line = Line::try_parse_from(line.split_whitespace());
            line.map(|line| line.options.settings().unwrap().best)
        };
        assert_eq!(best("t photos").unwrap(), Criterion::Sure);
        assert_eq!(best("t photos --best srcc").unwrap(), Criterion::Srcc);
        let wrong = best("t photos --best loss").unwrap_err().to_string();
        assert!(wrong.contains("sure, srcc, plcc, rmse"), "{wrong}");
    }
}
