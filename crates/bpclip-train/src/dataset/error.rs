//! Why a dataset could not be opened.

use std::io;
use std::path::PathBuf;

/// Why a dataset could not be opened. Every message names the file, in a table the row and the
/// column, and says what to do. Rows count from 1 with the header, as editors and spreadsheets do;
/// in a MATLAB file they are the array's elements.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The path is no folder.
    #[error("{} is not a folder: name the one that holds the table and the pictures", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// A file or a folder could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No known layout, and no table.
    #[error(
        "{} holds no dataset that is known, and no table: put a CSV with the columns name and mos there, or name it with --table",
        root.display()
    )]
    Unknown {
        /// The folder.
        root: PathBuf,
    },
    /// More than one candidate.
    #[error("{} holds several {kind}: {found}; {remedy}", root.display())]
    Several {
        /// The folder.
        root: PathBuf,
        /// Of what.
        kind: &'static str,
        /// Which.
        found: String,
        /// How to say which is meant.
        remedy: &'static str,
    },
    /// A file of the layout is not there.
    #[error("{} has no {wanted}: {remedy}", root.display())]
    Missing {
        /// The folder.
        root: PathBuf,
        /// The file.
        wanted: String,
        /// What to do.
        remedy: String,
    },
    /// The labels are there only as a spreadsheet.
    #[error("{} is a spreadsheet, which is not read: open its sheet {sheet} and save it as {export}, in CSV (UTF-8)", path.display())]
    Spreadsheet {
        /// The file.
        path: PathBuf,
        /// The sheet with the labels.
        sheet: &'static str,
        /// What to call the export, which goes beside it.
        export: &'static str,
    },
    /// A table or a MATLAB file is wrong as a whole.
    #[error("{}: {what}", table.display())]
    Table {
        /// The file.
        table: PathBuf,
        /// What is wrong and what to do.
        what: String,
    },
    /// A row is wrong.
    #[error("{}, row {row}: {what}", table.display())]
    Row {
        /// The file.
        table: PathBuf,
        /// The row.
        row: u64,
        /// What is wrong and what to do.
        what: String,
    },
    /// A value is wrong.
    #[error("{}, row {row}, column {column}: {what}", table.display())]
    Cell {
        /// The file.
        table: PathBuf,
        /// The row.
        row: u64,
        /// The column's name.
        column: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// None of the pictures is there.
    #[error("none of the {count} pictures of {} is there: the first, {first}, {reason}", table.display())]
    NoPictures {
        /// The table.
        table: PathBuf,
        /// Its rows.
        count: usize,
        /// The first picture.
        first: String,
        /// Where it was looked for.
        reason: String,
    },
}
