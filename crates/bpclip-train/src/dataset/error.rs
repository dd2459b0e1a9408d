//! Why a dataset could not be opened.

// The messages say what the variants and their fields are.
#![allow(missing_docs)]

use std::io;
use std::path::PathBuf;

/// Why a dataset could not be opened. Every message names the file, in a table the row and the
/// column, and says what to do. Rows count from 1 with the header, as editors and spreadsheets do;
/// in a MATLAB file they are the array's elements.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    #[error("{} is not a folder: name the one that holds the table and the pictures", path.display())]
    NotAFolder { path: PathBuf },
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// No known layout, and no table.
    #[error(
        "{} holds no dataset that is known, and no table: put a CSV with the columns name and mos there, or name it with --table",
        root.display()
    )]
    Unknown { root: PathBuf },
    #[error("{} holds several {kind}: {found}; {remedy}", root.display())]
    Several {
        root: PathBuf,
        kind: &'static str,
        found: String,
        remedy: &'static str,
    },
    #[error("{} has no {wanted}: {remedy}", root.display())]
    Missing {
        root: PathBuf,
        wanted: String,
        remedy: String,
    },
    #[error("{} is a spreadsheet, which is not read: open its sheet {sheet} and save it as {export}, in CSV (UTF-8)", path.display())]
    Spreadsheet {
        path: PathBuf,
        sheet: &'static str,
        export: &'static str,
    },
    /// A table or a MATLAB file is wrong as a whole.
    #[error("{}: {what}", table.display())]
    Table { table: PathBuf, what: String },
    #[error("{}, row {row}: {what}", table.display())]
    Row {
        table: PathBuf,
        row: u64,
        what: String,
    },
    #[error("{}, row {row}, column {column}: {what}", table.display())]
    Cell {
        table: PathBuf,
        row: u64,
        column: String,
        what: String,
    },
    #[error("none of the {count} pictures of {} is there: the first, {first}, {reason}", table.display())]
    NoPictures {
        table: PathBuf,
        count: usize,
        first: String,
        reason: String,
    },
}
