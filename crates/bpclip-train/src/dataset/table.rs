//! Text tables, as people and spreadsheets write them.

use super::quotes::written;
use super::{DatasetError, Delimiter};
use bpclip_core::file::open_file;
use bpclip_core::foreign::from_cell;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes that a table may have: many times the largest that is known.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// A table whose rows all have the same number of fields.
#[derive(Debug)]
pub(super) struct Table {
    pub path: PathBuf,
    /// The rows that are not blank, a header included.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    /// The number of its first line in the file, from 1.
    pub number: u64,
    /// Its fields, without blanks around them.
    pub fields: Vec<String>,
}

impl Row {
    /// A field, empty where the row has none.
    pub fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}

/// The whole of a small file.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, DatasetError> {
    let failed = |source| DatasetError::Read {
        path: path.into(),
        source,
    };
    let mut bytes = Vec::new();
    let file = open_file(path).map_err(failed)?;
    let read = file.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(DatasetError::Table {
            table: path.into(),
            what: format!("has more than {limit} bytes, too many for a table of labels"),
        });
    }
    Ok(bytes)
}

/// Reads a table. Blank rows are left out; all others must be equally wide.
pub(super) fn read(path: &Path, delimiter: Option<Delimiter>) -> Result<Table, DatasetError> {
    let text = text(path)?;
    let mut text = Text {
        text: &text,
        line: 1,
    };
    let declared = text.declared(path)?;
    let delimiter = delimiter.or(declared).unwrap_or_else(|| detected(&text));
    let rows = match delimiter {
        Delimiter::Space => spaced(&text),
        Delimiter::Comma => separated(path, &text, b',')?,
        Delimiter::Semicolon => separated(path, &text, b';')?,
        Delimiter::Tab => separated(path, &text, b'\t')?,
    };
    let table = Table {
        path: path.into(),
        rows,
    };
    check(&table)?;
    Ok(table)
}

/// What is to be read of a file, from a line on.
pub(super) struct Text<'t> {
    pub text: &'t str,
    /// The number of its first line in the file.
    pub line: u64,
}

impl Text<'_> {
    /// Takes the first line off where it only says what stands between columns, as `sep=;` does,
    /// which Excel writes and reads.
    fn declared(&mut self, path: &Path) -> Result<Option<Delimiter>, DatasetError> {
        let (line, rest) = self.text.split_once('\n').unwrap_or((self.text, ""));
        let bare = line.trim_matches('"');
        let Some((_, sign)) = bare
            .split_at_checked("sep=".len())
            .filter(|(head, _)| head.eq_ignore_ascii_case("sep="))
        else {
            return Ok(None);
        };
        let delimiter = match sign {
            "," => Delimiter::Comma,
            ";" => Delimiter::Semicolon,
            "\t" => Delimiter::Tab,
            " " => Delimiter::Space,
            sign => {
                return Err(DatasetError::Row {
                    table: path.into(),
                    row: self.line,
                    what: format!(
                        "names `{sign}` as what stands between columns: a comma, a semicolon, a tab or a space is read"
                    ),
                });
            }
        };
        (self.text, self.line) = (rest, self.line + 1);
        Ok(Some(delimiter))
    }
}

/// The text of a UTF-8 file, without its byte order mark, in lines that end as on Unix.
fn text(path: &Path) -> Result<String, DatasetError> {
    let mut bytes = bytes(path, MAX_BYTES)?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(DatasetError::Table {
            table: path.into(),
            what: "is text in UTF-16: save it as CSV in UTF-8".into(),
        });
    }
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    let lines = |text: String| match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n"),
        false => text,
    };
    String::from_utf8(bytes).map(lines).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(good);
        DatasetError::Row {
            table: path.into(),
            row: 1 + before.filter(|byte| **byte == b'\n').count() as u64,
            what: "holds a character that is not UTF-8: save the table as CSV in UTF-8".into(),
        }
    })
}

/// What stands between the columns: the first of tab, semicolon and comma that divides all of the
/// first rows into equally many fields, else one that divides the first row, else spaces. A decimal
/// comma beside semicolons therefore stays in its number.
fn detected(text: &Text<'_>) -> Delimiter {
    let rows: Vec<&str> = written(text, b"\t;,")
        .into_iter()
        .map(|row| row.text)
        .filter(|row| !row.trim().is_empty())
        .take(20)
        .collect();
    let candidates = [
        (Delimiter::Tab, '\t'),
        (Delimiter::Semicolon, ';'),
        (Delimiter::Comma, ','),
    ];
    let first = |sign| rows.first().map_or(0, |row| signs(row, sign));
    let even = |sign| first(sign) > 0 && rows.iter().all(|row| signs(row, sign) == first(sign));
    candidates
        .iter()
        .find(|(_, sign)| even(*sign))
        .or_else(|| candidates.iter().find(|(_, sign)| first(*sign) > 0))
        .map_or(Delimiter::Space, |(delimiter, _)| *delimiter)
}

/// How often `sign` stands in `row` outside of quotes.
fn signs(row: &str, sign: char) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for character in row.chars() {
        quoted ^= character == '"';
        count += usize::from(character == sign && !quoted);
    }
    count
}

fn spaced(text: &Text<'_>) -> Vec<Row> {
    let fields = |line: &str| line.split_whitespace().map(String::from).collect();
    (text.line..)
        .zip(text.text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| Row {
            number,
            fields: fields(line),
        })
        .collect()
}

fn separated(path: &Path, text: &Text<'_>, delimiter: u8) -> Result<Vec<Row>, DatasetError> {
    let mut rows = Vec::new();
    for row in written(text, &[delimiter]) {
        let number = row.number;
        let wrong = |what: String| DatasetError::Row {
            table: path.into(),
            row: number,
            what,
        };
        if let Some(fault) = row.fault {
            return Err(wrong(fault.into()));
        }
        // A reader for each row, whose number it need not find out.
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .buffer_capacity(row.text.len().max(1))
            .from_reader(row.text.as_bytes());
        for record in reader.records() {
            let record = record.map_err(|error| wrong(error.to_string()))?;
            if record.iter().any(|field| !field.trim().is_empty()) {
                rows.push(Row {
                    number,
                    fields: record
                        .iter()
                        .map(|field| from_cell(field.trim()).into())
                        .collect(),
                });
            }
        }
    }
    Ok(rows)
}

fn check(table: &Table) -> Result<(), DatasetError> {
    let Some(first) = table.rows.first() else {
        return Err(DatasetError::Table {
            table: table.path.clone(),
            what: "is empty: it needs a header and a row for each picture".into(),
        });
    };
    let width = first.fields.len();
    match table.rows.iter().find(|row| row.fields.len() != width) {
        None => Ok(()),
        Some(row) => Err(DatasetError::Row {
            table: table.path.clone(),
            row: row.number,
            what: format!(
                "does not have as many fields ({}) as row {} ({width}): make them equal, or say what stands between them with --delimiter",
                row.fields.len(),
                first.number,
            ),
        }),
    }
}
