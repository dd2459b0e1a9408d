//! What a training tells whoever watches, in plain values, which are also the lines of `log.jsonl`.

// What has no comment is what its name says.
#![allow(missing_docs)]

use super::Position;
use super::loss::LossTerms;
use crate::AnyPath;
use serde::{Deserialize, Serialize};
use serde_with::serde_as;
use std::path::PathBuf;

/// What a training sets out to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Where it begins, or goes on.
    pub position: Position,
    /// Of the whole run, those of the lead included.
    pub epochs: u32,
    pub epoch_steps: u32,
    /// Rated pictures to learn from.
    pub rated: usize,
    /// Photographs to make ladders from.
    pub pristine: usize,
    /// Rated pictures that are only validated on.
    pub held_out: usize,
    /// The device's name.
    pub device: String,
    /// The run that it is a part of; nothing in a log of before.
    #[serde(default)]
    pub run: String,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Where the training stood before it.
    pub position: Position,
    pub loss: LossTerms,
    /// Before it was clipped.
    #[serde(alias = "norm")]
    pub grad_norm: f32,
    /// Of all but the backbone.
    #[serde(alias = "rate")]
    pub lr: f64,
    /// Seconds that it took, the wait for its crops included.
    pub seconds: f32,
    /// Crops that the network looked at, references included.
    pub pictures: usize,
}

/// An epoch that was done.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Its number, from 1, those of the lead included; 0 is the start.
    pub epoch: u32,
    /// The mean of its steps.
    pub loss: LossTerms,
    /// On the pictures held out; none without any, or where all are scored alike.
    pub plcc: Option<f64>,
    /// Likewise.
    pub srcc: Option<f64>,
    /// Likewise, in units of the label's 0 to 1.
    pub rmse: Option<f64>,
    /// Label and raw score of each picture held out.
    pub points: Vec<[f32; 2]>,
    /// Whether it is taken as the best so far, by the [`Criterion`](super::Criterion) of the settings.
    pub best: bool,
    #[serde_as(as = "AnyPath")]
    pub checkpoint: PathBuf,
}

/// What happens in a training.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// It begins, or goes on from a saved state.
    Started(Plan),
    Step(Step),
    /// So many pictures held out are scored.
    Validating {
        done: usize,
        total: usize,
    },
    Epoch(Epoch),
    /// A picture was left out.
    Skipped {
        #[serde_as(as = "AnyPath")]
        path: PathBuf,
        reason: String,
    },
    /// Something that may go wrong, and what to do.
    Warned {
        text: String,
    },
    Paused,
    Resumed,
    /// The state was saved: a killed run goes on from here.
    Saved {
        position: Position,
    },
}

/// How a training ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it was told to stop before its end; it can be resumed.
    pub stopped: bool,
    /// Epochs done.
    pub epochs: u32,
    /// The best checkpoint, if an epoch was done.
    pub best: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_with_the_names_of_before_is_read() {
        let line = r#"{"kind":"step","position":{"epoch":1,"step":2},"loss":{"total":0.5,"mse":0.05,
            "correlation":0.0,"rank":0.0,"dimension":0.0,"adjectives":0.0},
            "norm":1.5,"rate":0.0003,"seconds":2.0,"pictures":24}"#;
        let Event::Step(step) = serde_json::from_str(line).unwrap() else {
            panic!("it is a step");
        };
        assert_eq!((step.grad_norm, step.lr), (1.5, 3e-4));
    }
}
