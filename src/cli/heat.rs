//! How maps are laid over pictures in files.

use crate::figure::Style;
use bpclip_core::image::{ColourMap, Map, Picture, overlay};
use clap::Args;

/// What every command that writes heatmaps takes.
#[derive(Clone, Debug, Args)]
pub struct HeatOptions {
    /// Colours of the heatmaps; all but grey are readable with any colour vision
    #[arg(long, value_enum, default_value_t)]
    colours: ColourMap,
    /// How much of the picture a heatmap hides, 0 to 1
    #[arg(long, default_value_t = 0.6, value_parser = opacity)]
    opacity: f32,
}

fn opacity(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("give a number from 0 to 1".into()),
    }
}

impl HeatOptions {
    /// How figures draw their maps.
    pub fn style(&self, with_position: bool) -> Style {
        Style {
            colours: self.colours,
            opacity: self.opacity,
            shared_range: false,
            with_position,
        }
    }

    /// A map over a picture; `range` gets the first and the last colour.
    pub fn over(&self, picture: &Picture, map: &Map, range: (f32, f32)) -> Picture {
        overlay(picture, map, range, self.colours, self.opacity)
    }
}
