//! How an overlay looks: opacity, colours, and what they stand for.

use crate::app::command::Commands;
use crate::app::settings::{MapRange, OverlayStyle};
use crate::app::viewer::Command;
use bpclip_core::image::ColourMap;
use eframe::egui;
use egui::{ComboBox, Slider, Ui};

/// The controls.
pub fn controls(ui: &mut Ui, style: OverlayStyle, with_range: bool, commands: &mut Commands) {
    // Whole, as the slider makes it: else the slider changes it in every frame.
    let before = (style.opacity * 100.0).round();
    let mut percent = before;
    ui.horizontal(|ui| {
        ui.spacing_mut().slider_width = 110.0;
        let slider = Slider::new(&mut percent, 0.0..=100.0)
            .fixed_decimals(0)
            .suffix(" %")
            .text("Opacity");
        if ui.add(slider).changed() && percent != before {
            commands.push(Command::Opacity(percent / 100.0));
        }
    });
    ui.horizontal(|ui| {
        let colours = ComboBox::from_id_salt("colours")
            .selected_text(style.colours.label())
            .width(90.0)
            .show_ui(ui, |ui| {
                for colours in ColourMap::ALL {
                    let chosen = style.colours == colours;
                    if ui.selectable_label(chosen, colours.label()).clicked() {
                        commands.push(Command::Colours(colours));
                    }
                }
            });
        colours.response.accessible_name("Colours").on_hover_text(
            "All of these grow lighter evenly: they read the same with any colour vision, and in \
             a grey print",
        );
        if with_range {
            for range in MapRange::ALL {
                let hint = match range {
                    MapRange::Own => "Each map from its lowest to its highest value",
                    MapRange::Shared => {
                        "All maps of a branch, of both pictures, from one lowest to one highest \
                         value: colours can be compared"
                    }
                };
                let button = ui.selectable_label(style.range == range, range.label());
                if button.on_hover_text(hint).clicked() {
                    commands.push(Command::Range(range));
                }
            }
        }
    });
}

/// Whether the heatmaps keep the position's own part.
pub fn with_position(ui: &mut Ui, style: OverlayStyle, commands: &mut Commands) {
    let mut kept = style.with_position;
    let hint = "The paper's norm: every cell also holds the encoding of its place, the same for \
                every picture. Without it the maps show the picture alone.";
    let row = ui.checkbox(&mut kept, "With position").on_hover_text(hint);
    if row.changed() {
        commands.push(Command::WithPosition(kept));
    }
}
