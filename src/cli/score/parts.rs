//! A folder of Parquet files that grows by one at a time, each whole.

use super::append::{MADE_WITH, lock, other_columns, same};
use super::known::Known;
use super::parquet::{Columns, Sheet, TOGETHER, open, texts};
use crate::cli::Usage;
use crate::cli::outputs::make_folder;
use anyhow::Context;
use bpclip_core::file::{open_file, open_own, remove_unfinished, write_whole};
use bpclip_core::guard::guard;
use bpclip_core::inspect::report::Value;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// After so long a part is written however few rows it has: so much work a kill costs at most.
const AFTER: Duration = Duration::from_secs(60);
const LOCK: &str = ".bpclip.lock";

/// The folder, and the rows of the part in the making.
pub struct Parts {
    folder: PathBuf,
    columns: Columns,
    /// Of the next part.
    number: u32,
    rows: Vec<Vec<Value>>,
    begun: Instant,
    _lock: File,
}

impl Parts {
    /// Opens a folder, which is made if it is not there, and learns which pictures have a row.
    ///
    /// # Errors
    /// Another process writes there, or one of its parts is damaged, has other columns, or was made
    /// by something else than `made_with` says.
    pub fn open(
        folder: &Path,
        columns: Columns,
        made_with: &str,
        known: &mut Known,
    ) -> anyhow::Result<Self> {
        if folder.is_file() {
            let folder = folder.display();
            let text = format!("--append {folder}: Parquet is written in parts: give a folder");
            return Err(Usage(text).into());
        }
        make_folder(folder)?;
        let path = folder.join(LOCK);
        let mut options = OpenOptions::new();
        let file = open_own(&path, options.write(true).create(true).truncate(false));
        let file = file.with_context(|| path.display().to_string())?;
        lock(&file, folder)?;
        remove_unfinished(folder);

        let mut parts: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry.with_context(|| folder.display().to_string())?.path();
            if path.extension().is_some_and(|ending| ending == "parquet") {
                parts.push(path);
            }
        }
        for part in &parts {
            learn(part, &columns, made_with, known)?;
        }
        let number = parts.iter().filter_map(|part| number(part)).max();
        Ok(Self {
            folder: folder.to_owned(),
            columns,
            number: number.map_or(0, |number| number + 1),
            rows: Vec::new(),
            begun: Instant::now(),
            _lock: file,
        })
    }

    /// Takes a row, a value for each column.
    ///
    /// # Errors
    /// The part cannot be written.
    pub fn row(&mut self, row: Vec<Value>) -> io::Result<()> {
        self.rows.push(row);
        match self.rows.len() < TOGETHER && self.begun.elapsed() < AFTER {
            true => Ok(()),
            false => self.write(),
        }
    }

    /// Writes the last part.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.rows);
        self.begun = Instant::now();
        if rows.is_empty() {
            return Ok(());
        }
        let path = self.folder.join(format!("part-{:06}.parquet", self.number));
        self.number += 1;
        write_whole(&path, |file| {
            let mut sheet = Sheet::new(file, &self.columns)?;
            for row in rows {
                sheet.row(row)?;
            }
            sheet.finish()
        })
    }
}

/// The number of a part in its name.
fn number(part: &Path) -> Option<u32> {
    part.file_stem()?
        .to_str()?
        .strip_prefix("part-")?
        .parse()
        .ok()
}

fn learn(part: &Path, columns: &Columns, made_with: &str, known: &mut Known) -> anyhow::Result<()> {
    let file = open_file(part).with_context(|| part.display().to_string())?;
    // Foreign bytes in a foreign reader.
    let read = guard(|| {
        let (reader, names) = open(file)?;
        let texts = |name: &str| {
            let column = names.iter().position(|one| one == name);
            column.map(|column| texts(&reader, column)).transpose()
        };
        let (paths, made) = (texts("path")?, texts(MADE_WITH)?);
        Ok::<_, ::parquet::errors::ParquetError>((names, paths, made))
    });
    let damaged = |why: String| Usage(format!("--append {}: {why}", part.display()));
    let (names, paths, made) = read
        .map_err(|panic| damaged(panic.to_string()))?
        .map_err(|error| damaged(error.to_string()))?;
    let wanted: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    if names != wanted {
        return Err(other_columns(part, names.iter().map(String::as_str), &wanted).into());
    }
    for found in made.into_iter().flatten() {
        same(
            part,
            found.as_deref().unwrap_or("nothing that is known"),
            made_with,
        )?;
    }
    for path in paths.into_iter().flatten().flatten() {
        known.insert(&path);
    }
    Ok(())
}
