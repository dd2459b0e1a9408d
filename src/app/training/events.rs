//! What the training panel makes of what threads tell.

use super::dataset_probe::{DatasetState, ProbeRequest};
use super::event::Event;
use super::run::{ComparedRun, Phase, Run};
use super::state::State;
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::shell;
use crate::app::wording::sentence;
use bpclip_train::train::{self, Outcome};

/// Takes in what a thread tells.
pub fn handle_event(state: &mut State, event: Event, cx: &mut Context) {
    match event {
        Event::Probed(request, found) => {
            if request == ProbeRequest::of(&cx.settings.training.form) {
                state.data = match found {
                    Ok(found) => DatasetState::Found(found),
                    Err(reason) => DatasetState::Wrong(reason),
                };
            }
        }
        Event::Opened(_, Ok(_)) if state.is_active() => {}
        Event::Opened(folder, Ok((curves, kept))) => {
            cx.settings.training.last_run = Some(folder.clone());
            state.run = Some(Run {
                phase: Phase::Opened,
                curves,
                kept,
                ..Run::new(folder)
            });
        }
        Event::Opened(_, Err(reason)) => cx.say(Tone::Bad, sentence(&reason)),
        Event::Compared(folder, Ok(curves)) => {
            state.compared = Some(ComparedRun { folder, curves });
        }
        Event::Compared(_, Err(reason)) => cx.say(Tone::Bad, sentence(&reason)),
        Event::Devices(devices) => state.devices = devices,
        Event::Happened(event) => happened(state, event, cx),
        Event::Kept(kept) => {
            if let Some(run) = &mut state.run {
                run.kept = kept;
            }
        }
        Event::Ended(outcome) => {
            state.thread = None;
            ended(state, outcome, cx);
        }
    }
}

fn happened(state: &mut State, event: train::Event, cx: &mut Context) {
    let Some(run) = &mut state.run else { return };
    let skipped = run.curves.skipped.len();
    run.take(&event);
    match event {
        train::Event::Started(plan) => {
            let (device, folder) = (plan.device, run.folder.display());
            cx.say(Tone::Plain, format!("Training on {device}, into {folder}"));
        }
        train::Event::Warned { text } => cx.say(Tone::Bad, text),
        train::Event::Skipped { path, reason } if run.curves.skipped.len() > skipped => {
            let path = path.display();
            let said = format!("Left out of the training: {path}: {reason}");
            cx.say(Tone::Bad, said);
        }
        _ => {}
    }
}

fn ended(state: &mut State, outcome: Result<Outcome, String>, cx: &mut Context) {
    let Some(run) = &mut state.run else { return };
    let (phase, tone, said) = match outcome {
        Ok(Outcome { stopped: true, .. }) => {
            let said = "The training has stopped; its state is saved, Continue goes on from it";
            (Phase::Stopped, Tone::Plain, said.to_owned())
        }
        Ok(_) => {
            let said = match run.curves.best() {
                Some(best) => format!("The training is done; epoch {} is the best", best.epoch),
                None => "The training is done".to_owned(),
            };
            (Phase::Finished, Tone::Plain, said)
        }
        Err(reason) => {
            let said = format!("The training has failed: {reason}");
            (Phase::Failed(reason), Tone::Bad, said)
        }
    };
    run.phase = phase;
    cx.say(tone, said);
    if state.leaving {
        cx.then(shell::Command::Close);
    }
}
