//! Maps of values, and pictures of them.

use rayon::prelude::*;

use super::{ColourMap, Picture};

/// One value for every cell of a grid over a picture. What the values are and in which range is
/// said where the map is made. [`colourise`] and [`overlay`] draw it.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` values, row after row from the top left.
    pub values: Vec<f32>,
}

impl Map {
    /// The lowest and the highest finite value; (0, 0) if there is none. For [`colourise`] and
    /// [`overlay`], where every map may have its own colours; to compare maps give them one range.
    pub fn range(&self) -> (f32, f32) {
        let finite = self.values.iter().filter(|value| value.is_finite());
        finite
            .map(|value| (*value, *value))
            .reduce(|(low, high), (value, _)| (low.min(value), high.max(value)))
            .unwrap_or((0.0, 0.0))
    }

    /// The map at another size, in cells: bilinear, with cells taken at their centres and the
    /// border ones continued outwards (`align_corners=False` elsewhere). An empty map gives zeros.
    pub fn resampled(&self, width: usize, height: usize) -> Self {
        let rows: Vec<&[f32]> = self.values.chunks_exact(self.width.max(1)).collect();
        let columns = taps(self.width, width);
        let mut values = vec![0.0; width * height];
        let lines = values
            .par_chunks_mut(width.max(1))
            .zip(taps(self.height, height));
        lines.for_each(|(line, tap)| {
            let (Some(upper), Some(lower)) = (rows.get(tap.first), rows.get(tap.second)) else {
                return;
            };
            let cells = upper
                .iter()
                .zip(*lower)
                .map(|(upper, lower)| blend(*upper, *lower, tap.share));
            let cells: Vec<f32> = cells.collect();
            let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
            for (value, tap) in line.iter_mut().zip(&columns) {
                *value = blend(cell(tap.first), cell(tap.second), tap.share);
            }
        });
        Self {
            width,
            height,
            values,
        }
    }
}

/// Two neighbours and how much the second counts.
struct Tap {
    first: usize,
    second: usize,
    share: f32,
}

/// For each of `to` places, its neighbours among `from`.
fn taps(from: usize, to: usize) -> Vec<Tap> {
    let last = from.saturating_sub(1);
    (0..to)
        .map(|index| {
            let centre = (index as f64 + 0.5) * from as f64 / to as f64 - 0.5;
            let centre = centre.clamp(0.0, last as f64);
            let first = centre as usize;
            Tap {
                first,
                second: (first + 1).min(last),
                share: (centre - first as f64) as f32,
            }
        })
        .collect()
}

/// Exactly `first` for a share of 0, and for equal values whatever the share.
fn blend(first: f32, second: f32, share: f32) -> f32 {
    if share == 0.0 || first == second {
        first
    } else {
        first * (1.0 - share) + second * share
    }
}

/// A picture of a map, a pixel a cell. `range`, such as [`Map::range`], gets the first and the last
/// colour; what lies outside is held to it, and a value that is no number, as all values when the
/// range is empty, gets the first colour.
pub fn colourise(map: &Map, range: (f32, f32), colours: ColourMap) -> Picture {
    colourise_with(map, range, &colours.table())
}

/// As [`colourise`], with colours of one's own from the first to the last, such as
/// [`two_sided_colours`](super::two_sided_colours).
pub fn colourise_with(map: &Map, range: (f32, f32), table: &[[u8; 3]; 256]) -> Picture {
    let colour = |value: &f32| table[level(*value, range)];
    let rgb: Vec<[u8; 3]> = map.values.par_iter().map(colour).collect();
    Picture {
        width: map.width as u32,
        height: map.height as u32,
        rgb: rgb.into_flattened(),
        notes: Vec::new(),
    }
}

/// A map over a picture: resampled to its size, coloured as by [`colourise`], and blended in the
/// encoded values. `opacity` 0 leaves the picture, 1 only the map; what lies outside is held to
/// that, and what is no number counts as 0.
pub fn overlay(
    picture: &Picture,
    map: &Map,
    range: (f32, f32),
    colours: ColourMap,
    opacity: f32,
) -> Picture {
    overlay_with(picture, map, range, &colours.table(), opacity)
}

/// As [`overlay`], with colours of one's own.
pub fn overlay_with(
    picture: &Picture,
    map: &Map,
    range: (f32, f32),
    table: &[[u8; 3]; 256],
    opacity: f32,
) -> Picture {
    let heat = colourise_with(
        &map.resampled(picture.width as usize, picture.height as usize),
        range,
        table,
    );
    let opacity = if opacity.is_finite() {
        opacity.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let pixels = picture.rgb.par_iter().zip(&heat.rgb);
    let blended =
        pixels.map(|(below, above)| rounded(blend((*below).into(), (*above).into(), opacity)));
    Picture {
        rgb: blended.collect(),
        notes: picture.notes.clone(),
        ..heat
    }
}

/// The level of 255 that stands for a value.
fn level(value: f32, (low, high): (f32, f32)) -> usize {
    if high > low {
        usize::from(rounded((value - low) / (high - low) * 255.0))
    } else {
        0
    }
}

/// To the nearest level. `as` cuts off the fraction, holds to 0..=255, and makes 0 of what is no
/// number.
fn rounded(level: f32) -> u8 {
    (level + 0.5) as u8
}
