//! Figures for a paper, for the command line and the window alike: maps with colour bars
//! (`maps.rs`, laid out by `plate.rs`), curves of trainings and scores against labels (`training.rs`
//! and `scatter.rs`, on the axes of `axes.rs`, written by `plots.rs`).
//!
//! Each becomes a [`Drawing`], a list of shapes in points, and that becomes PNG (`raster.rs`) or SVG
//! (`svg.rs`). Text is set in the window's own font (`font.rs`). The values behind maps are written
//! as `.npy` (`values.rs`).

mod axes;
mod drawing;
mod font;
mod maps;
mod page;
mod plate;
mod plots;
mod raster;
mod scatter;
mod svg;
mod training;
mod values;

pub use drawing::Drawing;
pub use maps::{
    AttentionOf, Figure, Style, Subject, attention, difference, difference_stem, maps,
    maps_file_name,
};
pub use page::{Format, Page};
pub use plots::{LoggedRun, Plots};
pub use raster::picture;
pub use scatter::{Compared, Points, scatter};
pub use training::{Plotted, training};
pub use values::write_npy;

use bpclip_core::file::write_whole;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why there is no figure.
#[derive(Debug, Error)]
pub enum FigureError {
    /// The name of a file asks for no kind that can be written.
    #[error("{}: a figure is written as .png or .svg", .0.display())]
    Ending(PathBuf),
    /// So many millimetres would do.
    #[error("the figure is too narrow for what stands beside each other: it needs {0} mm")]
    Narrow(u32),
    /// Too many pixels.
    #[error("the figure has more than 20,000 pixels to a side: choose a lower resolution or width")]
    Large,
    /// Nothing to draw.
    #[error("there is nothing to draw")]
    Nothing,
    /// No such level, of so many.
    #[error("{}", no_level(*.0))]
    Level(usize),
    /// No such cell, of so many columns and rows.
    #[error("there is no cell at column {}, row {}, counted from 0: there are {} and {}", .0.0, .0.1,
            counted(.1.0, "column"), counted(.1.1, "row"))]
    Cell((usize, usize), (usize, usize)),
    /// Two pictures were not scored at one size.
    #[error(
        "{first} and {second}: maps are compared cell by cell, so both pictures must be scored \
             at the same size"
    )]
    Sizes {
        /// A picture and its size.
        first: String,
        /// The other one.
        second: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

fn no_level(levels: usize) -> String {
    match levels {
        0 => "this network has no such attention".into(),
        levels => format!("this network has levels 1 to {levels}"),
    }
}

/// `1 file`, `2 files`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

impl FigureError {
    fn narrow(points: f64) -> Self {
        Self::Narrow((points / 72.0 * 25.4).ceil() as u32)
    }

    fn sizes(first: &Subject, second: &Subject) -> Self {
        let sized = |of: &Subject| {
            let (name, (width, height)) = (of.name, of.scored);
            format!("{name} is scored at {width}x{height}")
        };
        Self::Sizes {
            first: sized(first),
            second: sized(second),
        }
    }
}

impl Drawing {
    /// Writes a drawing as a file of a kind.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn write(&self, page: &Page, format: Format, out: impl Write) -> io::Result<()> {
        match format {
            Format::Png => raster::write_png(&picture(self, page), page, out),
            Format::Svg => svg::write(self, page, out),
        }
    }
}

impl Figure {
    /// The files of the values in a folder.
    pub fn value_paths(&self, folder: &Path) -> impl Iterator<Item = PathBuf> {
        let names = self.values.iter().map(|(name, _)| format!("{name}.npy"));
        names.map(|name| folder.join(name))
    }

    /// Writes the values into a folder, a file a map.
    ///
    /// # Errors
    /// One that names the file that cannot be written.
    pub fn write_values(&self, folder: &Path) -> Result<(), FigureError> {
        let maps = self.values.iter().map(|(_, map)| map);
        self.value_paths(folder)
            .zip(maps)
            .try_for_each(|(path, map)| {
                write_whole(&path, |out| write_npy(map, out))
                    .map_err(|cause| FigureError::Write { path, cause })
            })
    }
}
