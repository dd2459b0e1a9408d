//! All that is shown of how a training goes, made from its events alone: live ones and those of a
//! run's log give the same.

use super::track::Track;
use bpclip_train::train::{Epoch, Event, Plan, Position, Step};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Instant;

/// Steps whose median speed is shown.
const RECENT: usize = 20;
/// Pictures left out that are listed.
const MAX_SKIPPED: usize = 200;

/// How a training goes.
#[derive(Clone, Debug, Default)]
pub struct Curves {
    /// What it set out to do, once it has begun.
    pub plan: Option<Plan>,
    /// Epochs done, and steps done within this one.
    pub position: (u32, u32),
    /// The curves of the steps.
    pub track: Track,
    /// The last step.
    pub last: Option<Step>,
    /// The epochs that are done. Only the start, the best one and the last one have their points.
    pub epochs: Vec<Epoch>,
    /// Pictures held out that are scored, and of how many, while they are.
    pub validating: Option<(usize, usize)>,
    /// Pictures that were left out, and why; no more than are worth listing.
    pub skipped: Vec<(PathBuf, String)>,
    /// Where a killed run would go on.
    pub saved: Option<Position>,
    /// Seconds and pictures of the last steps.
    recent: VecDeque<(f32, usize)>,
    /// Seconds of the last validation, and when this one began.
    validation: (f64, Option<Instant>),
}

impl Curves {
    /// Those of a log.
    pub fn of_log(events: &[Event]) -> Self {
        let mut curves = Self::default();
        for event in events {
            curves.take(event);
        }
        // Only a live one takes time.
        curves.validation.1 = None;
        curves.validating = None;
        curves
    }

    /// Takes in what happened.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Started(plan) => {
                self.plan = Some(plan.clone());
                self.rewind(plan.position);
            }
            Event::Step(step) => {
                self.track.push(self.steps_at(step.position), step);
                self.position = (step.position.epoch, step.position.step + 1);
                if self.recent.len() >= RECENT {
                    self.recent.pop_front();
                }
                self.recent.push_back((step.seconds, step.pictures));
                self.last = Some(step.clone());
            }
            Event::Validating { done, total } => {
                if self.validating.is_none() {
                    self.validation.1 = Some(Instant::now());
                }
                self.validating = Some((*done, *total));
            }
            Event::Epoch(epoch) => {
                if let Some(begun) = self.validation.1.take() {
                    self.validation.0 = begun.elapsed().as_secs_f64();
                }
                self.validating = None;
                self.position = (epoch.epoch, 0);
                self.epochs.push(epoch.clone());
                self.thin_out();
            }
            Event::Skipped { path, reason } => {
                let known = self.skipped.iter().any(|(other, _)| other == path);
                if !known && self.skipped.len() < MAX_SKIPPED {
                    self.skipped.push((path.clone(), reason.clone()));
                }
            }
            Event::Saved { position } => self.saved = Some(*position),
            Event::Paused | Event::Resumed | Event::Warned { .. } => {}
        }
    }

    /// Whether every epoch is done.
    pub fn finished(&self) -> bool {
        let plan = self.plan.as_ref();
        plan.is_some_and(|plan| self.position.0 >= plan.epochs)
    }

    /// The share that is done, 0 to 1.
    pub fn share(&self) -> f32 {
        match &self.plan {
            Some(plan) => self.steps_done() as f32 / total(plan).max(1.0) as f32,
            None => 0.0,
        }
    }

    /// The best epoch so far.
    pub fn best(&self) -> Option<&Epoch> {
        self.epochs.iter().rev().find(|epoch| epoch.best)
    }

    /// Pictures a second, the median of the last steps.
    pub fn speed(&self) -> Option<f64> {
        let speeds = self.recent.iter();
        median(speeds.map(|(seconds, pictures)| *pictures as f64 / f64::from(*seconds)))
    }

    /// Seconds that the rest takes, guessed from the last steps and the last validation.
    pub fn seconds_left(&self) -> Option<f64> {
        const ENOUGH: usize = 3;
        let plan = self.plan.as_ref()?;
        if self.recent.len() < ENOUGH {
            return None;
        }
        let step = median(self.recent.iter().map(|(seconds, _)| f64::from(*seconds)))?;
        let steps = (total(plan) - self.steps_done()).max(0.0);
        let epochs = f64::from(plan.epochs.saturating_sub(self.position.0));
        Some(steps * step + epochs * self.validation.0)
    }

    /// A position as steps over all epochs.
    pub fn steps_at(&self, position: Position) -> f64 {
        let of_epoch = self.plan.as_ref().map_or(0, |plan| plan.epoch_steps);
        f64::from(position.epoch) * f64::from(of_epoch) + f64::from(position.step)
    }

    fn steps_done(&self) -> f64 {
        let (epoch, step) = self.position;
        self.steps_at(Position { epoch, step })
    }

    /// Drops what was at a position or after it: it is done again.
    fn rewind(&mut self, position: Position) {
        self.track.rewind(self.steps_at(position));
        self.epochs.retain(|epoch| epoch.epoch <= position.epoch);
        self.position = (position.epoch, position.step);
        self.validating = None;
    }

    /// Points of old epochs are not looked at any more.
    fn thin_out(&mut self) {
        let best = self.best().map(|epoch| epoch.epoch);
        let last = self.epochs.last().map(|epoch| epoch.epoch);
        for epoch in &mut self.epochs {
            if epoch.epoch > 0 && Some(epoch.epoch) != best && Some(epoch.epoch) != last {
                epoch.points = Vec::new();
            }
        }
    }
}

fn total(plan: &Plan) -> f64 {
    f64::from(plan.epochs) * f64::from(plan.epoch_steps)
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curves::Series;
    use bpclip_train::train::LossTerms;

    fn started(epoch: u32, step: u32) -> Event {
        Event::Started(Plan {
            position: Position { epoch, step },
            epochs: 4,
            epoch_steps: 10,
            rated: 20,
            pristine: 0,
            held_out: 5,
            device: "CPU".into(),
            run: String::new(),
        })
    }

    fn step(epoch: u32, step: u32, seconds: f32) -> Event {
        Event::Step(Step {
            position: Position { epoch, step },
            loss: LossTerms::default(),
            grad_norm: 1.0,
            lr: 1e-4,
            seconds,
            pictures: 8,
        })
    }

    fn epoch(number: u32, srcc: f64, best: bool) -> Event {
        Event::Epoch(Epoch {
            epoch: number,
            loss: LossTerms::default(),
            plcc: Some(srcc),
            srcc: Some(srcc),
            rmse: None,
            points: vec![[0.5, 0.4]],
            best,
            checkpoint: format!("epoch-{number:03}.safetensors").into(),
        })
    }

    #[test]
    fn speed_and_time_left_come_from_the_last_steps() {
        let mut curves = Curves::default();
        curves.take(&started(0, 0));
        assert_eq!(curves.seconds_left(), None);
        for at in 0..5 {
            // One slow step, as the first one is, changes nothing.
            curves.take(&step(0, at, if at == 0 { 60.0 } else { 2.0 }));
        }
        assert_eq!(curves.speed(), Some(4.0));
        assert_eq!(curves.seconds_left(), Some(70.0));
        assert_eq!(curves.share(), 0.125);
    }

    #[test]
    fn a_run_that_goes_on_has_each_step_once() {
        let mut curves = Curves::default();
        curves.take(&started(0, 0));
        for at in 0..10 {
            curves.take(&step(0, at, 1.0));
        }
        curves.take(&epoch(1, 0.5, true));
        for at in 0..6 {
            curves.take(&step(1, at, 1.0));
        }
        curves.take(&started(1, 2));
        assert_eq!(curves.position, (1, 2));
        for at in 2..10 {
            curves.take(&step(1, at, 1.0));
        }
        let at: Vec<f64> = curves.track.points().iter().map(|point| point.at).collect();
        assert_eq!(at, (0..20).map(f64::from).collect::<Vec<f64>>());
        assert_eq!(curves.epochs.len(), 1);
        assert!(curves.track.has(Series::Norm));
        assert!(!curves.finished());
    }

    #[test]
    fn only_the_best_and_the_last_epoch_keep_their_points() {
        let mut curves = Curves::default();
        curves.take(&started(0, 0));
        for (number, srcc, best) in [
            (1, 0.5, true),
            (2, 0.8, true),
            (3, 0.6, false),
            (4, 0.7, false),
        ] {
            curves.take(&epoch(number, srcc, best));
        }
        assert_eq!(curves.best().unwrap().epoch, 2);
        let kept: Vec<u32> = curves
            .epochs
            .iter()
            .filter(|epoch| !epoch.points.is_empty())
            .map(|epoch| epoch.epoch)
            .collect();
        assert_eq!(kept, [2, 4]);
        assert!(curves.finished());
    }

    #[test]
    fn a_picture_that_is_left_out_each_epoch_is_listed_once() {
        let mut curves = Curves::default();
        for _ in 0..3 {
            curves.take(&Event::Skipped {
                path: "a.jpg".into(),
                reason: "it is cut short".into(),
            });
        }
        assert_eq!(curves.skipped.len(), 1);
    }
}
