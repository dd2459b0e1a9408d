//! Which column of a table is what, and the values in it.

use super::layout::LabelRow;
use super::table::{Row, Table};
use super::{DatasetError, Subset};
use bpclip_core::name;

/// A table with a header, and the rows below it.
#[derive(Debug)]
pub(super) struct Sheet<'t> {
    pub table: &'t Table,
    header: &'t Row,
    pub rows: &'t [Row],
}

impl<'t> Sheet<'t> {
    /// The first row is the header.
    pub fn new(table: &'t Table) -> Result<Self, DatasetError> {
        Self::below(table, |_| true).ok_or_else(|| DatasetError::Table {
            table: table.path.clone(),
            what: "is empty: it needs a header and a row for each picture".into(),
        })
    }

    /// The first row that `is_header` is the header, if there is one.
    pub fn below(table: &'t Table, is_header: impl Fn(&Row) -> bool) -> Option<Self> {
        let at = table.rows.iter().position(is_header)?;
        let (header, rows) = table.rows.get(at..)?.split_first()?;
        Some(Self {
            table,
            header,
            rows,
        })
    }

    /// All rows of a table without a header, under one that it might have had.
    pub fn over(table: &'t Table, header: &'t Row) -> Self {
        Self {
            table,
            header,
            rows: &table.rows,
        }
    }

    /// A row for each of the table: `fill` adds what is known beyond the picture's name and label,
    /// which stand in these columns.
    pub fn labelled(
        &self,
        name: usize,
        label: usize,
        fill: impl Fn(&Row, LabelRow) -> Result<LabelRow, DatasetError>,
    ) -> Result<Vec<LabelRow>, DatasetError> {
        let labelled = |row: &Row| {
            let labelled = LabelRow {
                number: row.number,
                column: self.name(label).into(),
                name: self.text(row, name)?,
                label: self.number(row, label)?,
                ..LabelRow::default()
            };
            fill(row, labelled)
        };
        self.rows.iter().map(labelled).collect()
    }

    /// The column of that name, whatever its capitals and blanks.
    pub fn find(&self, name: &str) -> Result<Option<usize>, DatasetError> {
        let name = plain(name);
        let fields = self.header.fields.iter().enumerate();
        let mut found = fields.filter(|(_, field)| plain(field) == name);
        match (found.next(), found.next()) {
            (column, None) => Ok(column.map(|(column, _)| column)),
            (_, Some((_, field))) => Err(DatasetError::Row {
                table: self.table.path.clone(),
                row: self.header.number,
                what: format!("has two columns {field}: rename one"),
            }),
        }
    }

    /// The column that a person named, else the first of `usual` that is there. `none` is none.
    pub fn choose(
        &self,
        named: Option<&str>,
        usual: &[&str],
    ) -> Result<Option<usize>, DatasetError> {
        match named {
            Some("none") => Ok(None),
            Some(name) => self.need(name).map(Some),
            None => {
                for name in usual {
                    if let Some(column) = self.find(name)? {
                        return Ok(Some(column));
                    }
                }
                Ok(None)
            }
        }
    }

    /// The column of that name, which must be there.
    pub fn need(&self, name: &str) -> Result<usize, DatasetError> {
        self.find(name)?.ok_or_else(|| self.lacks(name, ""))
    }

    /// That there is no such column, and what to do, after a colon.
    pub fn lacks(&self, wanted: &str, remedy: &str) -> DatasetError {
        let there: Vec<&str> = self
            .header
            .fields
            .iter()
            .map(String::as_str)
            .filter(|name| !name.is_empty())
            .collect();
        DatasetError::Row {
            table: self.table.path.clone(),
            row: self.header.number,
            what: format!("has no column {wanted} but {}{remedy}", there.join(", ")),
        }
    }

    /// A column's name.
    pub fn name(&self, column: usize) -> &str {
        self.header.field(column)
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.header.fields.iter().map(String::as_str)
    }

    /// That a value is wrong.
    pub fn wrong(&self, row: &Row, column: usize, what: impl Into<String>) -> DatasetError {
        DatasetError::Cell {
            table: self.table.path.clone(),
            row: row.number,
            column: self.name(column).into(),
            what: what.into(),
        }
    }

    /// A text that must not be empty.
    pub fn text(&self, row: &Row, column: usize) -> Result<String, DatasetError> {
        match row.field(column) {
            "" => Err(self.wrong(row, column, "is empty")),
            text => Ok(text.into()),
        }
    }

    /// A number that must be there.
    pub fn number(&self, row: &Row, column: usize) -> Result<f64, DatasetError> {
        number(row.field(column)).map_err(|what| self.wrong(row, column, what))
    }

    /// A standard deviation, or none where the field is empty.
    pub fn std(&self, row: &Row, column: Option<usize>) -> Result<Option<f64>, DatasetError> {
        let Some(column) = column.filter(|column| !row.field(*column).is_empty()) else {
            return Ok(None);
        };
        match self.number(row, column)? {
            std if std < 0.0 => {
                Err(self.wrong(row, column, format!("{std} is below 0, as no deviation is")))
            }
            std => Ok(Some(std)),
        }
    }

    /// A strength, or none where the field is empty.
    pub fn level(&self, row: &Row, column: Option<usize>) -> Result<Option<u32>, DatasetError> {
        let Some(column) = column.filter(|column| !row.field(*column).is_empty()) else {
            return Ok(None);
        };
        let level = self.number(row, column)?;
        if level.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&level) {
            Ok(Some(level as u32))
        } else {
            Err(self.wrong(row, column, format!("{level} is no whole number")))
        }
    }

    /// A subset of the official split, or none where the field is empty.
    pub fn subset(
        &self,
        row: &Row,
        column: Option<usize>,
        known: fn(&str) -> Option<Subset>,
    ) -> Result<Option<Subset>, DatasetError> {
        let Some(column) = column.filter(|column| !row.field(*column).is_empty()) else {
            return Ok(None);
        };
        let text = row.field(column);
        known(text).map(Some).ok_or_else(|| {
            let what = format!(
                "`{text}` is no part, as train, validation and test are: name another column with --split-column, or none"
            );
            self.wrong(row, column, what)
        })
    }
}

/// The subset that a word means.
pub(super) fn subset(word: &str) -> Option<Subset> {
    match plain(word).as_str() {
        "train" | "training" => Some(Subset::Train),
        "val" | "valid" | "validation" => Some(Subset::Validation),
        "test" | "testing" => Some(Subset::Test),
        _ => None,
    }
}

/// A finite number, with a decimal point or a decimal comma.
pub(super) fn number(text: &str) -> Result<f64, String> {
    let pointed = match text.matches(',').count() {
        1 if !text.contains('.') => text.replace(',', "."),
        _ => text.to_owned(),
    };
    match pointed.parse::<f64>() {
        _ if text.is_empty() => Err("is empty where a number must be".into()),
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(format!("`{text}` is no number")),
    }
}

/// A name by which columns are compared: `Image name`, `image_name` and `IMAGE-NAME` are one.
pub(super) fn plain(name: &str) -> String {
    let name = name::key(name);
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_")
}
