//! What the scoring does when it is asked to, and when its worker tells something.

use super::command::Command;
use super::event::Event;
use super::state::State;
use super::{answers, lookup, networks, requests};
use crate::app::context::Context;
use crate::app::gallery;
use crate::app::log::Tone;
use crate::app::shell::PathFor;
use crate::app::wording::sentence;
use bpclip_core::inspect::worker::{self, Request};
use bpclip_core::model::Task;
use rfd::AsyncFileDialog;

/// Carries out a command.
pub fn handle(state: &mut State, gallery: &mut gallery::State, command: Command, cx: &mut Context) {
    match command {
        Command::OpenCheckpoint => {
            let dialog = AsyncFileDialog::new()
                .set_title("Choose a checkpoint")
                .add_filter("Checkpoints", &["safetensors"])
                .pick_file();
            let then = |file: rfd::FileHandle| Command::Checkpoint(file.path().to_owned());
            cx.background.choose(dialog, then, PathFor::Checkpoint);
        }
        Command::Checkpoint(path) => {
            state.refused.clear();
            state.chosen.push(path.clone());
            cx.worker.ask(Request::Use(path));
        }
        Command::UseBundled => {
            state.refused.clear();
            cx.settings.checkpoints = Default::default();
            for task in [Task::NoReference, Task::FullReference] {
                cx.worker.ask(Request::UseBundled(task));
            }
        }
        Command::Device(choice) => networks::use_device(state, gallery, choice, cx),
        Command::Size(size) => {
            cx.settings.size = size;
            cx.worker.ask(Request::Size(size));
        }
        Command::ActiveTask(task) => {
            state.active_task = task;
            gallery.order_changed(true);
        }
        Command::ScoreRest => requests::score_rest(state, gallery, cx),
        Command::Cancel => requests::cancel(state, gallery, cx),
        Command::ScoreNew => requests::score_new(state, gallery, cx),
        Command::ScoreAgainstReference => requests::score_against_reference(state, gallery, cx),
        Command::LookAtSelected => requests::look_at_selected(state, gallery, cx),
        Command::Afresh(id) => lookup::afresh(state, gallery, id),
        Command::Sooner => requests::sooner(gallery, cx),
        Command::Withdraw(ids) => requests::withdraw(state, gallery, ids, cx),
        Command::ReferenceChanged => networks::reference_changed(state, gallery, cx),
    }
}

/// Takes in what the worker tells.
pub fn handle_event(
    state: &mut State,
    gallery: &mut gallery::State,
    event: Event,
    cx: &mut Context,
) {
    let Some(event) = cx.worker.current(event) else {
        return;
    };
    match event {
        worker::Event::Device { name, id, why } => {
            let moved = state
                .machine
                .id
                .as_ref()
                .is_some_and(|before| *before != id);
            let said = match &why {
                Some(why) => format!("Scoring on {name}: {why}"),
                None if moved => format!("Scoring has moved to {name}"),
                None => format!("Scoring on {name}"),
            };
            cx.say(Tone::Plain, said);
            let machine = &mut state.machine;
            (machine.name, machine.id, machine.why) = (name, Some(id), why);
        }
        worker::Event::Preparing(name) => {
            if let Some(name) = &name {
                let said = format!("{name} is being made ready; the CPU scores meanwhile");
                cx.say(Tone::Plain, said);
            }
            state.machine.preparing = name;
        }
        worker::Event::Network(model) => networks::network_changed(state, gallery, model, cx),
        worker::Event::NoCheckpoint(path, why) => networks::refused(state, path, &why, cx),
        worker::Event::Trouble(text) => cx.say(Tone::Bad, sentence(&text)),
        worker::Event::Begun(id) => answers::begun(state, gallery, id),
        worker::Event::Done(id, answer) => answers::done(state, gallery, id, answer, cx),
        // Those of quality maps go to their own concern.
        worker::Event::Tiles(..) => {}
    }
}
