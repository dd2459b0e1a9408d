//! What leaves the window as a file: the table, one inspection, ratings. Pictures themselves are
//! written to only where ratings are to go into JPEGs.

mod command;
mod figure;
mod handle;
mod inspection;
mod maps;
mod names;
mod ratings;
mod scores;
mod sources;
mod view;
pub mod views;

pub use bpclip_core::inspect::report::{
    Columns, InspectionReport, Judgement, Line, Ranks, ReportHead, Row, ScoreTable, ScoredBy, csv,
};
pub use bpclip_xmp::{Place, Rating, Shares, StarRule, Thresholds, Verdict};
pub use command::{Command, Export};
pub use figure::{FigureKind, FigureSettings};
pub use handle::{handle, suggested};
pub use sources::Sources;

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why something could not be exported. Whatever stood there before is untouched.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The file cannot be written.
    #[error("cannot write {}: {cause}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// Writes a file, whole or not at all.
///
/// # Errors
/// One that names the file, if it cannot be written.
pub fn save(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> Result<(), ExportError> {
    bpclip_core::file::write_to(path, write).map_err(|cause| ExportError::Write {
        path: path.to_owned(),
        cause,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn what_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        save(&path, |out| out.write_all(b"old")).unwrap();
        let error = save(&path, |_| Err(io::Error::other("no space"))).unwrap_err();
        let expected = format!("cannot write {}: no space", path.display());
        assert_eq!(error.to_string(), expected);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
    }
}
