//! What the viewer does when it is asked to.

use super::choices::{Overlay, Scale, Tab};
use super::command::Command;
use super::state::State;
use crate::app::context::Context;
use crate::app::gallery::Command as Gallery;
use crate::app::log::Tone;

/// Carries out a command; `pair` says whether there is a second picture.
pub fn handle(state: &mut State, pair: bool, command: Command, cx: &mut Context) {
    let look = &mut state.look;
    match command {
        Command::Mode(mode) => {
            look.mode = mode;
            look.flipped = false;
            cx.settings.viewer = mode;
            cx.then(Gallery::EndSurvey);
        }
        Command::Look { scale, centre } => {
            look.scale = match scale {
                Scale::Fit => Scale::Fit,
                Scale::Times(times) => Scale::times(times),
            };
            let held = |at: f32| {
                if at.is_finite() {
                    at.clamp(0.0, 1.0)
                } else {
                    0.5
                }
            };
            look.centre = (held(centre.0), held(centre.1));
        }
        Command::Scale(scale) => look.scale = scale,
        Command::Zoom(by) => {
            let now = match look.scale {
                Scale::Times(times) => times,
                Scale::Fit => state.fitted.unwrap_or(1.0),
            };
            look.scale = Scale::times(now * by);
        }
        Command::Split(at) => look.split = at.clamp(0.0, 1.0),
        Command::Flip if pair => look.flipped = !look.flipped,
        Command::Flip => {
            let said = "There is no second picture: choose a reference (R) or a picture to \
                        compare with (C), then select another one";
            cx.say(Tone::Plain, said);
        }
        Command::ByItself(on) => look.by_itself = on,
        Command::Gain(gain) => look.gain = gain.max(1),
        Command::Overlay(overlay) => lay_over(state, overlay),
        Command::ToggleOverlay(overlay) => {
            let there = state.overlay == overlay;
            lay_over(state, if there { Overlay::None } else { overlay });
        }
        Command::Sensitivity(sensitivity) => cx.settings.sensitivity = sensitivity,
        Command::ToggleHistogram => cx.settings.histogram = !cx.settings.histogram,
        Command::Align(on) => look.aligned = on,
        Command::WholePixels(on) => look.whole_pixels = on,
        Command::Opacity(opacity) => cx.settings.opacity = opacity.clamp(0.0, 1.0),
        Command::Colours(colours) => cx.settings.colours = colours,
        Command::Range(range) => cx.settings.range = range,
        Command::WithPosition(kept) => cx.settings.with_position = kept,
        Command::Attention(attention) => {
            state.attention = attention;
            state.overlay = Overlay::Attention;
        }
        Command::Tab(tab) => {
            state.tab = tab;
            match (tab, state.overlay) {
                // The tab is about the overlay: one without the other shows nothing.
                (Tab::Attention, _) => state.overlay = Overlay::Attention,
                (Tab::Tiles, _) => state.overlay = Overlay::Tiles,
                (_, Overlay::Attention | Overlay::Tiles) => state.overlay = Overlay::None,
                _ => {}
            }
        }
        Command::Point(point) => state.pointed = point,
        Command::Fitted(scale) => state.fitted = Some(scale),
        Command::Selected => {
            look.flipped = false;
            state.attention.cell = None;
        }
        Command::Unflip => look.flipped = false,
    }
}

fn lay_over(state: &mut State, overlay: Overlay) {
    state.overlay = overlay;
    match overlay {
        Overlay::Attention => state.tab = Tab::Attention,
        Overlay::Map(..) | Overlay::Mask(_) => state.tab = Tab::Maps,
        Overlay::Tiles => state.tab = Tab::Tiles,
        Overlay::None | Overlay::Clipping | Overlay::Peaking => {
            if matches!(state.tab, Tab::Attention | Tab::Tiles) {
                state.tab = Tab::Maps;
            }
        }
    }
}
