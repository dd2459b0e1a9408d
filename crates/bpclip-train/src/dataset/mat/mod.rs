//! MATLAB files of version 5 to 7, as far as datasets need them: arrays of numbers, and cell arrays
//! of names. After "MAT-File Format", The MathWorks, chapter 1.
//!
//! Nothing in a file is believed: a size must be within the bytes that are there, and what is
//! compressed may become so and so large.

mod array;
mod element;

use super::{DatasetError, table};
use array::Value;
use element::{ElementKind, Elements};
use flate2::read::ZlibDecoder;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes that a file may have, and that it may have when unpacked: fifty times the largest that
/// is known.
const MAX_BYTES: u64 = 4 << 20;

/// The bytes before the first variable.
const HEADER: usize = 128;

/// The variables of a file.
#[derive(Debug)]
pub struct MatFile {
    pub(super) path: PathBuf,
    variables: Vec<(String, Value)>,
}

impl MatFile {
    /// Reads a file of 4 MiB at most.
    ///
    /// # Errors
    /// Names the file: it cannot be read, is no MATLAB file of version 5 to 7, or is damaged.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        Self::parse(&table::bytes(path, MAX_BYTES)?, path)
    }

    /// Reads the bytes of a file; `origin` names it in errors.
    ///
    /// # Errors
    /// As [`MatFile::read`].
    pub fn parse(bytes: &[u8], origin: &Path) -> Result<Self, DatasetError> {
        let variables = parse(bytes).map_err(|what| DatasetError::Table {
            table: origin.into(),
            what,
        })?;
        Ok(Self {
            path: origin.into(),
            variables,
        })
    }

    /// Whether there is such a variable.
    pub fn has(&self, name: &str) -> bool {
        self.variables.iter().any(|(there, _)| there == name)
    }

    /// The `count` numbers of an array, column after column.
    ///
    /// # Errors
    /// Names the file: there is no such array, it has another length, or a number is not finite.
    pub fn numbers(&self, name: &str, count: usize) -> Result<&[f64], DatasetError> {
        let Value::Numbers(numbers) = self.variable(name)? else {
            return Err(self.wrong(format!("{name} is no array of numbers")));
        };
        self.count(name, numbers.len(), count)?;
        match numbers.iter().position(|number| !number.is_finite()) {
            None => Ok(numbers),
            Some(index) => Err(self.cell(name, index, "is no finite number")),
        }
    }

    /// The texts of a cell array, column after column.
    ///
    /// # Errors
    /// Names the file: there is no such array, or a cell is no text or a blank one.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, DatasetError> {
        let Value::Cells(cells) = self.variable(name)? else {
            return Err(self.wrong(format!("{name} is no cell array")));
        };
        let text = |(index, cell): (usize, &Value)| match cell.text() {
            Some(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(self.cell(name, index, "is no name")),
        };
        cells.iter().enumerate().map(text).collect()
    }

    /// The `count` texts of a cell array.
    ///
    /// # Errors
    /// As [`MatFile::texts`], or it has another length.
    pub fn texts_of(&self, name: &str, count: usize) -> Result<Vec<String>, DatasetError> {
        let texts = self.texts(name)?;
        self.count(name, texts.len(), count)?;
        Ok(texts)
    }

    fn variable(&self, name: &str) -> Result<&Value, DatasetError> {
        let found = self.variables.iter().find(|(there, _)| there == name);
        found.map(|(_, value)| value).ok_or_else(|| {
            let there: Vec<&str> = self.variables.iter().map(|(name, _)| &**name).collect();
            self.wrong(format!("has no variable {name} but {}", there.join(", ")))
        })
    }

    fn count(&self, name: &str, count: usize, wanted: usize) -> Result<(), DatasetError> {
        if count == wanted {
            return Ok(());
        }
        Err(self.wrong(format!(
            "{name} has {count} elements where {wanted} must be"
        )))
    }

    fn wrong(&self, what: String) -> DatasetError {
        DatasetError::Table {
            table: self.path.clone(),
            what,
        }
    }

    fn cell(&self, name: &str, index: usize, what: &str) -> DatasetError {
        DatasetError::Cell {
            table: self.path.clone(),
            row: index as u64 + 1,
            column: name.into(),
            what: what.into(),
        }
    }
}

/// The variables of a file's bytes.
fn parse(bytes: &[u8]) -> Result<Vec<(String, Value)>, String> {
    let no_mat = "is no MATLAB file of version 5 to 7, or damaged: unpack it again";
    let newer = "is a MATLAB 7.3 file, which is not read: load it in MATLAB and save it with -v7";
    if bytes.starts_with(b"MATLAB 7.3") || bytes.starts_with(b"\x89HDF") {
        return Err(newer.into());
    }
    let (header, body) = bytes.split_at_checked(HEADER).ok_or(no_mat)?;
    let big_endian = match header {
        [.., 0x00, 0x01, b'I', b'M'] => false,
        [.., 0x01, 0x00, b'M', b'I'] => true,
        [.., 0x00, 0x02, b'I', b'M'] | [.., 0x02, 0x00, b'M', b'I'] => return Err(newer.into()),
        _ => return Err(no_mat.into()),
    };
    variables(body, big_endian).map_err(|what| format!("is damaged, {what}: unpack it again"))
}

fn variables(body: &[u8], big_endian: bool) -> Result<Vec<(String, Value)>, String> {
    let mut variables = Vec::new();
    let mut elements = Elements::new(body, big_endian);
    let mut budget = MAX_BYTES;
    while let Some(element) = elements.next()? {
        match element.kind {
            ElementKind::MATRIX => variables.push(array::read(element.bytes, big_endian)?),
            ElementKind::COMPRESSED => {
                let unpacked = unpack(element.bytes, budget)?;
                budget = budget.saturating_sub(unpacked.len() as u64);
                let inner = Elements::new(&unpacked, big_endian).next()?;
                let inner = inner.filter(|inner| inner.kind == ElementKind::MATRIX);
                let inner = inner.ok_or("what is compressed is no array")?;
                variables.push(array::read(inner.bytes, big_endian)?);
            }
            _ => return Err("a variable is no array".into()),
        }
    }
    Ok(variables)
}

/// Unpacks `bytes` to at most `budget` bytes.
fn unpack(bytes: &[u8], budget: u64) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    let decoder = ZlibDecoder::new(bytes);
    let read = decoder.take(budget + 1).read_to_end(&mut unpacked);
    read.map_err(|error| format!("it does not unpack ({error})"))?;
    if unpacked.len() as u64 > budget {
        return Err(format!("it unpacks to more than {MAX_BYTES} bytes"));
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests;
