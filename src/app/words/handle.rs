//! What the words do: the user's own are placed in the text spaces of the networks on a thread, and
//! compared with pictures without looking at them again.

use super::command::Command;
use super::event::Event;
use super::state::{CustomWords, State};
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::scoring::Machine;
use crate::app::wording::sentence;
use bpclip_catalogue::open_space;
use bpclip_core::model::Task;

/// Carries out a command.
pub fn handle(state: &mut State, machine: &Machine, command: Command, cx: &mut Context) {
    match command {
        Command::Level(level) => state.level = level,
        Command::Use(words) => {
            cx.settings.words = words;
            place(state, machine, cx);
        }
        Command::KeepSet(name, words) => {
            let sets = &mut cx.settings.word_sets;
            match words.is_empty() {
                true => sets.remove(&name),
                false => sets.insert(name, words),
            };
        }
        Command::Place => place(state, machine, cx),
    }
}

/// Places the words in the space of every network that scores.
fn place(state: &mut State, machine: &Machine, cx: &Context) {
    for task in [Task::NoReference, Task::FullReference] {
        let model = machine.network(task).cloned();
        let words = cx.settings.words.clone();
        let custom = state.custom_mut(task);
        let (Some(model), false) = (model, words.is_empty()) else {
            *custom = CustomWords::None;
            continue;
        };
        *custom = CustomWords::Placing;
        cx.background.run(move |background| {
            let space = open_space(&model.text, None);
            let placed = space.and_then(|space| space.place(&words));
            let placed = placed.map_err(|error| error.to_string());
            background.tell(Event {
                model,
                words,
                placed,
            });
        });
    }
}

/// Takes in what a thread tells.
pub fn handle_event(state: &mut State, machine: &Machine, event: Event, cx: &mut Context) {
    let task = event.model.task();
    let now = machine.network(task);
    if cx.settings.words != event.words || now.is_none_or(|now| now.text != event.model.text) {
        // Others are wanted meanwhile, and being placed.
        return;
    }
    *state.custom_mut(task) = match event.placed {
        Ok(placed) => CustomWords::Placed(placed.into()),
        Err(reason) => {
            let said = format!("your own words cannot be compared with: {reason}");
            cx.say(Tone::Bad, sentence(&said));
            CustomWords::Failed(reason)
        }
    };
}
