//! SPAQ: the spreadsheet `Annotations/MOS and Image attribute scores.xlsx`, exported as CSV, with the
//! columns `Image name` and `MOS` and the attributes; pictures in `TestImage`. They are scaled so
//! that the shorter side is 448.

use super::{Labels, Row, Source};
use crate::dataset::columns::Sheet;
use crate::dataset::{DatasetError, LabelScale, table};
use std::path::PathBuf;

const EXPORT: &str = "MOS and Image attribute scores.csv";
const TABLES: [&str; 2] = [
    "Annotations/MOS and Image attribute scores.csv",
    "MOS and Image attribute scores.csv",
];
const SPREADSHEETS: [&str; 2] = [
    "Annotations/MOS and Image attribute scores.xlsx",
    "MOS and Image attribute scores.xlsx",
];

/// The shorter side that the field scales SPAQ's pictures to.
pub(super) const SHORTER_SIDE: u32 = 448;

pub(super) fn read(
    source: &mut Source<'_>,
    named: Option<PathBuf>,
) -> Result<Labels, DatasetError> {
    let path = match named.or_else(|| source.first(&TABLES)) {
        Some(path) => path,
        None => match source.first(&SPREADSHEETS) {
            Some(path) => {
                return Err(DatasetError::Spreadsheet {
                    path,
                    sheet: "with the MOS",
                    export: EXPORT,
                });
            }
            None => source.need(TABLES[0], "export SPAQ's spreadsheet of that name as CSV")?,
        },
    };
    let table = table::read(&path, source.options.delimiter)?;
    let sheet = Sheet::new(&table)?;
    let (name, label) = (sheet.need("Image name")?, sheet.need("MOS")?);
    let mut rows = Vec::with_capacity(sheet.rows.len());
    for row in sheet.rows {
        rows.push(Row {
            number: row.number,
            column: sheet.name(label).into(),
            name: sheet.text(row, name)?,
            label: sheet.number(row, label)?,
            ..Row::default()
        });
    }
    let scale = LabelScale::new(0.0, 100.0, false, "mean opinion score, 0 to 100");
    let mut labels = Labels::new(path, rows, scale, &["TestImage", "images", ""]);
    labels.shorter_side = Some(SHORTER_SIDE);
    Ok(labels)
}
