//! What can leave the window.

use super::figure::{FigureKind, FigureSettings};
use crate::figure::Format;
use bpclip_xmp::{Place, Shares, Thresholds};
use std::path::PathBuf;

/// Something to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Export {
    /// The filmstrip's pictures and their scores, as shown.
    Csv,
    /// The same as JSON, with every similarity.
    TableJson,
    /// Everything about the selected picture.
    Json,
    /// What the window shows.
    Png,
    /// The map or attention over the selected picture.
    Map,
    /// Every map of the selected picture, into a folder.
    AllMaps,
    /// A figure for a paper, of the selected picture.
    Figure(FigureKind, Format),
}

impl Export {
    /// The name that a new file gets, behind that of the picture.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "scores.csv",
            Self::TableJson => "scores.json",
            Self::Json => "inspection.json",
            Self::Png => "inspection.png",
            Self::Map => "map.png",
            Self::AllMaps => "maps",
            Self::Figure(_, Format::Png) => "figure.png",
            Self::Figure(_, Format::Svg) => "figure.svg",
        }
    }

    /// What it is, in the window.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Csv => "the table as CSV",
            Self::TableJson => "the table as JSON",
            Self::Json => "the inspection as JSON",
            Self::Png => "the view as PNG",
            Self::Map => "the overlay as PNG",
            Self::AllMaps => "all maps into a folder",
            Self::Figure(kind, _) => kind.what(),
        }
    }
}

/// Something for the export to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Lets the user type where to write it.
    Choose(Export),
    /// Lets the user choose that in the system's dialog.
    Browse(Export),
    /// Writes it there.
    Save(Export, PathBuf),
    /// Puts the selected picture's score on the clipboard, as a sentence.
    CopyScore,
    /// Puts the window as a picture on the clipboard.
    CopyView,
    /// Whether tables have what the camera noted.
    WithExif(bool),
    /// How figures are written.
    Figures(FigureSettings),
    /// From which score on a picture gets how many stars.
    Thresholds(Thresholds),
    /// Which shares of the pictures get how many stars.
    Shares(Shares),
    /// Whether stars go by shares, not by scores.
    ByShare(bool),
    /// Where ratings go.
    Place(Place),
    /// Writes ratings.
    WriteRatings,
}
