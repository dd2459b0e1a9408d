//! How trainings went, as CSV: a row a step, an epoch, a picture held out.

use super::Curves;
use bpclip_core::foreign::cell;
use bpclip_train::train::{Event, LossTerms, Position, Step};
use std::io::{self, Write};

/// The terms of the loss, in the order of [`LossTerms::values`].
const TERMS: [&str; 10] = [
    "loss",
    "mse",
    "correlation",
    "rank",
    "dimension",
    "adjectives",
    "words",
    "statistics",
    "maps",
    "sharpness",
];

/// Writes every step of the logs of runs, with their names; steps that were done again after a run
/// had been stopped stand once. Epochs and steps are counted from 1.
///
/// # Errors
/// `out` cannot be written.
pub fn write_steps<'a>(
    runs: impl Iterator<Item = (&'a str, &'a [Event])>,
    out: impl Write,
) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    let head = ["run", "epoch", "step"].into_iter().chain(TERMS);
    out.write_record(head.chain(["grad_norm", "lr", "seconds", "pictures"]))?;
    for (name, events) in runs {
        for step in steps(events) {
            let Position { epoch, step: at } = step.position;
            let place = [
                cell(name).into_owned(),
                (epoch + 1).to_string(),
                (at + 1).to_string(),
            ];
            let more = [
                step.grad_norm.to_string(),
                step.lr.to_string(),
                step.seconds.to_string(),
                step.pictures.to_string(),
            ];
            out.write_record(place.into_iter().chain(terms(&step.loss)).chain(more))?;
        }
    }
    out.flush()
}

/// Writes the epochs of runs: the mean loss, and the agreement on what is held out. Epoch 0 is the
/// start, before any step.
///
/// # Errors
/// `out` cannot be written.
pub fn write_epochs<'a>(
    runs: impl Iterator<Item = (&'a str, &'a Curves)>,
    out: impl Write,
) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    let head = ["run", "epoch"].into_iter().chain(TERMS);
    out.write_record(head.chain(["srcc", "plcc", "rmse", "best"]))?;
    for (name, curves) in runs {
        let best = curves.best().map(|epoch| epoch.epoch);
        for epoch in &curves.epochs {
            let number = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
            // The start has no step, and so no loss.
            let terms = terms(&epoch.loss).map(|term| match epoch.epoch {
                0 => String::new(),
                _ => term,
            });
            let place = [cell(name).into_owned(), epoch.epoch.to_string()];
            let more = [
                number(epoch.srcc),
                number(epoch.plcc),
                number(epoch.rmse),
                (best == Some(epoch.epoch)).to_string(),
            ];
            out.write_record(place.into_iter().chain(terms).chain(more))?;
        }
    }
    out.flush()
}

/// Writes label and raw score of each picture held out, at the start (where it was measured), the
/// best epoch and the last.
///
/// # Errors
/// `out` cannot be written.
pub fn write_held_out<'a>(
    runs: impl Iterator<Item = (&'a str, &'a Curves)>,
    out: impl Write,
) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(["run", "epoch", "picture", "label", "raw"])?;
    for (name, curves) in runs {
        for epoch in &curves.epochs {
            for ([label, raw], picture) in epoch.points.iter().zip(1..) {
                out.write_record([
                    cell(name).into_owned(),
                    epoch.epoch.to_string(),
                    i32::to_string(&picture),
                    label.to_string(),
                    raw.to_string(),
                ])?;
            }
        }
    }
    out.flush()
}

fn terms(loss: &LossTerms) -> [String; TERMS.len()] {
    loss.values().map(|value| value.to_string())
}

/// The steps that count: what was at a position from which a run went on, or after it, was done
/// again.
fn steps(events: &[Event]) -> Vec<&Step> {
    let order = |at: &Position| (at.epoch, at.step);
    let mut steps: Vec<&Step> = Vec::new();
    for event in events {
        match event {
            Event::Started(plan) => {
                steps.retain(|step| order(&step.position) < order(&plan.position));
            }
            Event::Step(step) => steps.push(step),
            _ => {}
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_train::train::{Epoch, Plan};

    fn started(epoch: u32, step: u32) -> Event {
        Event::Started(Plan {
            position: Position { epoch, step },
            epochs: 2,
            epoch_steps: 2,
            rated: 8,
            pristine: 0,
            held_out: 2,
            device: "CPU".into(),
            run: String::new(),
        })
    }

    fn step(epoch: u32, step: u32, total: f32) -> Event {
        Event::Step(Step {
            position: Position { epoch, step },
            loss: LossTerms {
                total,
                ..LossTerms::default()
            },
            grad_norm: 1.5,
            lr: 0.25,
            seconds: 2.0,
            pictures: 4,
        })
    }

    fn epoch(number: u32, srcc: Option<f64>, best: bool) -> Event {
        Event::Epoch(Epoch {
            epoch: number,
            loss: LossTerms::default(),
            plcc: None,
            srcc,
            rmse: Some(0.5),
            points: vec![[0.25, 0.5]],
            best,
            checkpoint: "e.safetensors".into(),
        })
    }

    fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_step_that_was_done_again_stands_once() {
        let events = [
            started(0, 0),
            step(0, 0, 1.0),
            step(0, 1, 2.0),
            started(0, 1),
            step(0, 1, 3.0),
        ];
        let csv = text(|out| write_steps([("=a", &events[..])].into_iter(), out));
        let expected = "run,epoch,step,loss,mse,correlation,rank,dimension,adjectives,words,statistics,maps,sharpness,grad_norm,lr,seconds,pictures\n\
            '=a,1,1,1,0,0,0,0,0,0,0,0,0,1.5,0.25,2,4\n\
            '=a,1,2,3,0,0,0,0,0,0,0,0,0,1.5,0.25,2,4\n";
        assert_eq!(csv, expected);
    }

    #[test]
    fn the_start_has_no_loss_and_one_epoch_is_the_best() {
        let events = [
            started(0, 0),
            epoch(0, Some(0.5), true),
            epoch(1, Some(0.75), true),
            epoch(2, None, false),
        ];
        let curves = Curves::of_log(&events);
        let csv = text(|out| write_epochs([("a", &curves)].into_iter(), out));
        let rows: Vec<&str> = csv.lines().skip(1).collect();
        let expected = [
            "a,0,,,,,,,,,,,0.5,,0.5,false",
            "a,1,0,0,0,0,0,0,0,0,0,0,0.75,,0.5,true",
            "a,2,0,0,0,0,0,0,0,0,0,0,,,0.5,false",
        ];
        assert_eq!(rows, expected);
        let csv = text(|out| write_held_out([("a", &curves)].into_iter(), out));
        assert_eq!(csv.lines().nth(1), Some("a,0,1,0.25,0.5"));
        assert_eq!(csv.lines().count(), 4);
    }
}
