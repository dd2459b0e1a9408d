//! How large a figure is, and what kind of file it becomes.

use super::FigureError;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Points of an inch, and millimetres of one.
const POINTS: f64 = 72.0;
const MILLIMETRES: f64 = 25.4;
/// The most pixels of a side.
const MOST_PIXELS: f64 = 20_000.0;

/// The kinds of files.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Pixels, at the resolution
    #[default]
    Png,
    /// Text, lines and bars that stay sharp at any size; the maps in it are pixels
    Svg,
}

impl Format {
    pub const ALL: [Self; 2] = [Self::Png, Self::Svg];

    /// The ending of its files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }

    /// The name in the window.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Svg => "SVG",
        }
    }

    /// What the ending of a file asks for.
    ///
    /// # Errors
    /// It asks for neither.
    pub fn of(path: &Path) -> Result<Self, FigureError> {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| ending == format.ending())
            .ok_or_else(|| FigureError::Ending(path.to_owned()))
    }
}

/// How large a figure is on paper, and how fine its pixels are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(default)]
pub struct Page {
    /// Width of a figure in millimetres; a page of two columns is some 180 wide, one of them 88
    #[arg(long = "figure-width", value_name = "MM", default_value_t = Self::default().width,
          value_parser = within(Self::WIDTHS))]
    pub width: f64,
    /// Pixels to an inch, of a PNG and of the maps in an SVG
    #[arg(long = "figure-dpi", value_name = "DPI", default_value_t = Self::default().dpi,
          value_parser = within(Self::DPIS))]
    pub dpi: f64,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            width: 180.0,
            dpi: 300.0,
        }
    }
}

/// A number of a range, as a value of the command line.
fn within((low, high): (f64, f64)) -> impl Fn(&str) -> Result<f64, String> + Clone {
    move |text| match text.parse() {
        Ok(number) if (low..=high).contains(&number) => Ok(number),
        _ => Err(format!("give a number from {low} to {high}")),
    }
}

impl Page {
    /// The widths that can be asked for, in millimetres.
    pub const WIDTHS: (f64, f64) = (60.0, 1000.0);
    /// The resolutions.
    pub const DPIS: (f64, f64) = (50.0, 1200.0);

    /// The width in points.
    pub fn points(&self) -> f64 {
        self.width / MILLIMETRES * POINTS
    }

    /// Pixels of a point.
    pub fn scale(&self) -> f64 {
        self.dpi / POINTS
    }

    /// Pixels of a length in points, at least one.
    pub fn pixels(&self, points: f64) -> u32 {
        (points * self.scale()).round().max(1.0) as u32
    }

    /// Pixels of a metre, as a PNG has them.
    pub fn pixels_per_metre(&self) -> u32 {
        (self.dpi / MILLIMETRES * 1000.0).round() as u32
    }

    /// Both within what can be asked for.
    pub fn tidy(self) -> Self {
        let usual = Self::default();
        let held = |value: f64, (low, high): (f64, f64), usual: f64| match value.is_finite() {
            true => value.clamp(low, high),
            false => usual,
        };
        Self {
            width: held(self.width, Self::WIDTHS, usual.width),
            dpi: held(self.dpi, Self::DPIS, usual.dpi),
        }
    }

    /// Refuses a drawing of more pixels than a figure can have.
    pub(super) fn check(&self, width: f64, height: f64) -> Result<(), FigureError> {
        match (width.max(height) * self.scale()) <= MOST_PIXELS {
            true => Ok(()),
            false => Err(FigureError::Large),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millimetres_become_points_and_pixels() {
        let page = Page {
            width: 127.0,
            dpi: 300.0,
        };
        assert_eq!(page.points(), 360.0);
        assert_eq!(page.pixels(page.points()), 1500);
        assert_eq!(page.pixels_per_metre(), 11811);
        let odd = Page {
            width: f64::NAN,
            dpi: 1.0,
        };
        assert_eq!((odd.tidy().width, odd.tidy().dpi), (180.0, 50.0));
        assert!(page.check(4801.0, 10.0).is_err() && page.check(4800.0, 10.0).is_ok());
    }

    #[test]
    fn the_ending_says_what_is_written() {
        assert_eq!(Format::of(Path::new("a/b.SVG")).unwrap(), Format::Svg);
        assert_eq!(Format::of(Path::new("b.png")).unwrap(), Format::Png);
        for other in ["b.pdf", "png", "a.b/c"] {
            let error = Format::of(Path::new(other)).unwrap_err();
            assert!(error.to_string().contains(other), "{error}");
        }
    }
}
