//! Two frames of one scene that are shifted against each other: how far, and shown where they belong.

use crate::app::command::Commands;
use crate::app::pictures::{Offset, Textures};
use crate::app::theme;
use crate::app::viewer::{Command, Look, Scene, ViewerMode};
use bpclip_look::Shift;
use eframe::egui;
use egui::{RichText, Ui};

/// From so many pixels on a shift is worth a word.
const WORTH: f32 = 0.5;

/// How far the second picture is shifted against the first, where they are compared pixel by pixel, both are
/// there, and it is worth a word.
pub fn measured(scene: &Scene<'_>, textures: &Textures) -> Option<Shift> {
    let (first, second) = (scene.first?, scene.second?);
    let look = &scene.viewer.look;
    let by_pixel = match look.mode {
        ViewerMode::Slider | ViewerMode::Flicker | ViewerMode::Difference => true,
        ViewerMode::Single => look.flipped,
        ViewerMode::SideBySide => false,
    };
    if !by_pixel {
        return None;
    }
    let shift = textures.shift(first.version(), second.version())?;
    (shift.right.hypot(shift.down) >= WORTH).then_some(shift)
}

/// By how much the second picture is moved back.
pub fn offset(scene: &Scene<'_>, shift: Option<Shift>) -> Offset {
    let look = &scene.viewer.look;
    match shift {
        Some(Shift { right, down, .. }) if look.aligned && look.whole_pixels => {
            Offset::new(right.round(), down.round())
        }
        Some(Shift { right, down, .. }) if look.aligned => Offset::new(right, down),
        _ => Offset::default(),
    }
}

/// The warning, and what can be done about it.
pub fn controls(ui: &mut Ui, look: &Look, shift: Shift, commands: &mut Commands) {
    let by = in_words(shift.right, shift.down);
    if look.aligned {
        let back = in_words(-shift.right, -shift.down);
        ui.label(format!(
            "B is shown {back} of its place; scores stay as they are"
        ))
        .on_hover_text("Only what is shown is moved: files and scores stay as they are");
    } else {
        let warning = RichText::new(format!("! B is shifted {by}"));
        ui.label(warning.color(theme::bad(ui.visuals())).strong())
            .on_hover_text(
                "Both show one scene, but not in one place: pixel by pixel they differ by that \
                 alone. Scores do not depend on it",
            );
    }
    let align = ui.selectable_label(look.aligned, "Align");
    let hint = "Shows B moved back onto A; again to take it back. Files and scores stay as they are: the \
                score is of each picture as it is in its file";
    if align.on_hover_text(hint).clicked() {
        commands.push(Command::Align(!look.aligned));
    }
    if look.aligned {
        let mut whole = look.whole_pixels;
        let choice = ui.checkbox(&mut whole, "By whole pixels");
        let hint = "Between pixels B would be smoothed a little";
        if choice.on_hover_text(hint).changed() {
            commands.push(Command::WholePixels(whole));
        }
    }
}

/// "12.3 px to the right and 4.0 px down".
fn in_words(right: f32, down: f32) -> String {
    let part = |by: f32, positive: &str, negative: &str| {
        let direction = if by < 0.0 { negative } else { positive };
        (by.abs() >= 0.05).then(|| format!("{:.1} px {direction}", by.abs()))
    };
    let across = part(right, "to the right", "to the left");
    let along = part(down, "down", "up");
    let parts: Vec<String> = across.into_iter().chain(along).collect();
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_shift_is_said_by_its_directions() {
        assert_eq!(in_words(12.34, -4.0), "12.3 px to the right and 4.0 px up");
        assert_eq!(in_words(-0.6, 0.01), "0.6 px to the left");
        assert_eq!(in_words(0.0, 7.0), "7.0 px down");
    }
}
