//! Labelled folders: pictures with ratings, as the public datasets unpack or as a plain table lists
//! them, and their division into training, validation and test.
//!
//! [`open`] finds out how a folder is laid out (`detect.rs`), reads its labels (one file a layout
//! under `layout`, tables with `table.rs`, `quotes.rs` and `columns.rs`, MATLAB files with `mat`), finds the
//! pictures (`pictures.rs`) and brings every label to one scale (`scale.rs`). [`split()`] divides the
//! result so that no content is in two parts; `split_file.rs` reads and writes such divisions.

mod assemble;
mod columns;
mod detect;
mod error;
mod layout;
pub mod mat;
mod options;
mod pictures;
mod quotes;
mod scale;
mod split;
mod split_file;
mod table;

pub use assemble::open;
pub use error::DatasetError;
pub use layout::Layout;
pub use options::{Columns, Delimiter, OpenOptions, Range};
pub use scale::LabelScale;
pub use split::{Protocol, SEEDS, Split, SplitError, split};
pub use split_file::{column_name, write_lists, write_splits};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A labelled folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The dataset's usual name, or for a plain table the folder's.
    pub name: String,
    /// The folder that holds the table and the pictures.
    pub root: PathBuf,
    /// The file that the labels came from.
    pub table: PathBuf,
    /// Every file that labels or parts came from, that one among them.
    pub files: Vec<PathBuf>,
    /// How the folder is laid out.
    pub layout: Layout,
    /// What the labels mean.
    pub label: LabelScale,
    /// Pixels of the shorter side that its pictures are scaled to, where the field does so:
    /// 448 for SPAQ.
    pub shorter_side: Option<u32>,
    /// The labelled pictures that are there, in the table's order.
    pub items: Vec<Item>,
    /// Rows whose picture is not there, or whose picture or reference could be any of several files.
    pub skipped: Vec<Skipped>,
    /// What was decided on the way and a person should know, a sentence each.
    pub notes: Vec<String>,
}

/// One labelled picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name as in the table.
    pub name: String,
    /// The picture that was rated.
    pub distorted: PathBuf,
    /// The undistorted picture, where the dataset has one and it is there.
    pub reference: Option<PathBuf>,
    /// The label as in the table.
    pub label: f64,
    /// The label in 0 to 1, higher is better: [`LabelScale::to_mos`], but for ladders, whose table
    /// has it.
    pub mos: f32,
    /// The standard deviation of the ratings, on the scale of `mos`.
    pub std: Option<f32>,
    /// What the subsets of a split must not share: the reference, or the picture itself.
    pub content: String,
    /// The kind of distortion, where the dataset says.
    pub distortion: Option<String>,
    /// The strength of the distortion, from 1, where the dataset says; 0 is undistorted.
    pub level: Option<u32>,
    /// The dimension of quality that the distortion harms, where a ladder says.
    pub dimension: Option<String>,
    /// The flaws that people noted in it, in lower case, where the table says: the column
    /// `distortions`, in which `;` stands between `kind:strength:place`.
    pub flaws: Option<Vec<String>>,
    /// The subset of the official split that it is in, where the table says.
    pub subset: Option<Subset>,
}

/// A row that is no item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The picture's name as in the table.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// A subset of a divided dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Subset {
    /// Learned from.
    Train,
    /// Chosen by: the epoch, the settings.
    Validation,
    /// Measured on.
    Test,
}
