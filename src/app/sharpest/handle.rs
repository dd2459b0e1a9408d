//! Going to the sharpest part.

use super::command::Command;
use super::state::State;
use crate::app::context::Context;
use crate::app::gallery::{self, Frame};
use crate::app::log::Tone;
use crate::app::viewer::{self, Command as Viewer, Scale};

/// A pixel of the picture is a pixel of the screen.
const ACTUAL: Scale = Scale::Times(1.0);

/// Carries out a command.
pub fn handle(
    state: &mut State,
    (gallery, viewer): (&gallery::State, &viewer::State),
    command: Command,
    cx: &mut Context,
) {
    let look = &viewer.look;
    let there = state.at.is_some() && (look.scale, Some(look.centre)) == (ACTUAL, state.at);
    match command {
        Command::ToggleMark => cx.settings.mark_sharpest = !cx.settings.mark_sharpest,
        Command::Toggle if there => {
            state.at = None;
            cx.then(Viewer::Scale(Scale::Fit));
        }
        Command::Toggle => match place(gallery) {
            Some(centre) => go(state, centre, cx),
            None => cx.say(
                Tone::Plain,
                "Where this picture is sharpest is known once it is scored",
            ),
        },
        Command::Selected if there => {
            if let Some(centre) = place(gallery) {
                go(state, centre, cx);
            }
        }
        Command::Selected => {}
    }
}

fn go(state: &mut State, centre: (f32, f32), cx: &mut Context) {
    state.at = Some(centre);
    cx.then(Viewer::Look {
        scale: ACTUAL,
        centre,
    });
}

/// The middle of the sharpest part of the selected frame; in a group that of its sharpest frame of the
/// same size, so that all are looked at in one place.
fn place(gallery: &gallery::State) -> Option<(f32, f32)> {
    let selected = gallery.selected()?;
    let group = gallery.group_of(selected.id);
    let members = group.map(|group| gallery.members(group));
    let sharpness = |frame: &Frame| frame.sharpness();
    let sharpest = members
        .into_iter()
        .flatten()
        .filter(|frame| frame.size == selected.size)
        .filter_map(sharpness)
        .max_by(|a, b| a.value.total_cmp(&b.value));
    let sharpest = sharpest.or_else(|| selected.sharpness())?;
    Some(sharpest.place.centre())
}
