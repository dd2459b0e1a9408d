//! What a person may say about a dataset that is opened.

use super::Layout;
use crate::AnyPath;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_with::{DeserializeFromStr, SerializeDisplay, serde_as};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// How a labelled folder is read. Nothing needs to be said of the public datasets, nor of a folder
/// with one table whose header names its columns.
#[serde_as]
#[derive(Args, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Dataset")]
pub struct OpenOptions {
    /// How the folder is laid out [default: found out]
    #[arg(long, value_enum)]
    pub layout: Option<Layout>,
    /// The table with the labels, in the folder or anywhere [default: found]
    #[arg(long, value_name = "FILE")]
    #[serde_as(as = "Option<AnyPath>")]
    pub table: Option<PathBuf>,
    /// The folder of the pictures, in the dataset's or anywhere [default: found]
    #[arg(long, value_name = "FOLDER")]
    #[serde_as(as = "Option<AnyPath>")]
    pub images: Option<PathBuf>,
    /// The folder of the references, in the dataset's or anywhere [default: found]
    #[arg(long, value_name = "FOLDER")]
    #[serde_as(as = "Option<AnyPath>")]
    pub references: Option<PathBuf>,
    /// What stands between the table's columns [default: found out]
    #[arg(long, value_enum)]
    pub delimiter: Option<Delimiter>,
    /// Which column is what.
    #[command(flatten)]
    pub columns: Columns,
    /// The ends of the label's scale, such as 1..5 [default: known, or guessed and said]
    #[arg(long, value_name = "MIN..MAX", allow_hyphen_values = true)]
    pub range: Option<Range>,
    /// Whether lower labels are better, as with DMOS [default: known, or by the column's name]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub lower_better: Option<bool>,
    /// Take the official split from this file: a table with a column of parts, as pyiqa has them
    /// (`--split-column` says which), a folder with train.txt, test.txt and val.txt, or a list of the test part
    #[arg(long, value_name = "FILE")]
    #[serde_as(as = "Option<AnyPath>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub splits: Option<PathBuf>,
    /// Allow names in the table that lead out of the dataset's folder
    #[arg(long)]
    pub outside: bool,
}

/// Which column of a table is what, by its header; capitals do not count.
#[derive(Args, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// The column with the picture's name
    #[arg(long = "name-column", value_name = "NAME")]
    pub name: Option<String>,
    /// The column with the label
    #[arg(long = "mos-column", value_name = "NAME")]
    pub mos: Option<String>,
    /// The column with the standard deviation of the ratings, or `none`
    #[arg(long = "std-column", value_name = "NAME")]
    pub std: Option<String>,
    /// The column with the reference's name, or `none`
    #[arg(long = "reference-column", value_name = "NAME")]
    pub reference: Option<String>,
    /// The column with the part of the official split, or `none`
    #[arg(long = "split-column", value_name = "NAME")]
    pub split: Option<String>,
    /// The column with what parts must not share, where it is not the reference, or `none`
    #[arg(long = "content-column", value_name = "NAME")]
    pub content: Option<String>,
}

/// What stands between two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// A comma; numbers with a decimal comma need quotes then.
    Comma,
    /// A semicolon, as spreadsheets write where the decimal sign is a comma.
    Semicolon,
    /// A tab.
    Tab,
    /// Spaces or tabs, any number of them.
    Space,
}

/// The ends of a scale of labels. In text `1..5`.
#[derive(Clone, Copy, Debug, PartialEq, SerializeDisplay, DeserializeFromStr)]
pub struct Range {
    /// The lowest label.
    pub min: f64,
    /// The highest label, above `min`.
    pub max: f64,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.min, self.max)
    }
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no range: write it as 1..5, the lower end first");
        let (min, max) = text.split_once("..").ok_or_else(wrong)?;
        let end = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
        let (min, max) = (end(min)?, end(max)?);
        if min.is_finite() && max.is_finite() && min < max {
            Ok(Self { min, max })
        } else {
            Err(wrong())
        }
    }
}
