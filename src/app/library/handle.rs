//! What is done about what is kept, when it is asked for and when its thread tells something.

use super::command::Command;
use super::event::Event;
use super::state::State;
use crate::app::context::Context;
use crate::app::log::Tone;
use crate::app::wording::sentence;
use crate::app::{gallery, scoring};
use bpclip_library::Decision;

/// Carries out a command.
pub fn handle(state: &mut State, gallery: &gallery::State, command: Command, cx: &mut Context) {
    match command {
        Command::Look => {}
        Command::Clear => cx.library.clear(),
        Command::ClearDecisions => {
            cx.library.clear_decisions();
            // What is in the list is still decided.
            keep_all(gallery, cx);
        }
    }
    if state.path.is_some() {
        cx.library.size();
    }
}

/// Takes in what the thread tells.
pub fn handle_event(
    state: &mut State,
    (gallery, scoring): (&mut gallery::State, &mut scoring::State),
    event: Event,
    cx: &mut Context,
) {
    match event {
        Event::Recalled(decisions) => gallery::recalled(gallery, decisions),
        Event::Scores { scorer, found } => {
            scoring::recalled(scoring, gallery, &scorer, found, cx);
        }
        Event::View(folder, view) => gallery::view_recalled(gallery, &folder, view, cx),
        Event::Size(size) => state.size = Some(size),
        Event::Anew(said) => {
            cx.say(Tone::Bad, sentence(&said));
            keep_all(gallery, cx);
        }
        Event::Trouble(said) => {
            let said = sentence(&said);
            if state.trouble.as_ref() != Some(&said) {
                cx.say(Tone::Bad, said.clone());
            }
            state.trouble = Some(said);
        }
        Event::Well => {
            if state.trouble.take().is_some() {
                cx.say(Tone::Plain, "Marks are kept again");
            }
        }
    }
}

/// Keeps all that was decided on the pictures of the list.
fn keep_all(gallery: &gallery::State, cx: &Context) {
    let known = |frame: &&gallery::Frame| frame.decided || frame.decision() != Decision::default();
    let decided = gallery.frames.iter().filter(known);
    let decided = decided.filter_map(|frame| Some((frame.path()?.to_owned(), frame.decision())));
    cx.library.decide(decided.collect());
}
