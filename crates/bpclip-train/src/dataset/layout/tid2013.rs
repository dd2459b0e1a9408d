//! TID2013: `mos_with_names.txt` (a label and a name a line), `mos_std.txt` in the same order,
//! `distorted_images` and `reference_images`. Capitals in the names follow no rule: `I01_01_1.bmp`,
//! `i01_01_2.bmp` and `I01_11_1.BMP` belong to `I01.BMP`, those of 25 to `i25.bmp`.

use super::names::{TID2013, distortion, numbered};
use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::columns::number;
use crate::dataset::table::{self, Table};
use crate::dataset::{DatasetError, Delimiter, LabelScale};
use std::path::Path;

pub(super) const FILE: LabelFile =
    LabelFile::named(&["mos_with_names.txt"], "it comes with TID2013");

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let path = source.path(&FILE)?;
    let table = table::read(&path, Some(Delimiter::Space))?;
    let stds = match source.file("mos_std.txt") {
        Some(path) => deviations(&path, &table)?,
        None => Vec::new(),
    };
    let mut rows = Vec::with_capacity(table.rows.len());
    for (index, row) in table.rows.iter().enumerate() {
        let wrong = |column: &str, what: String| DatasetError::Cell {
            table: path.clone(),
            row: row.number,
            column: column.into(),
            what,
        };
        let name = row.field(1);
        let made = numbered(name)
            .ok_or_else(|| wrong("name", format!("`{name}` is no name such as i01_10_3.bmp")))?;
        rows.push(LabelRow {
            number: row.number,
            column: "mos".into(),
            name: name.into(),
            label: number(row.field(0)).map_err(|what| wrong("mos", what))?,
            std: stds.get(index).copied(),
            reference: Some(format!("i{:02}.bmp", made.content)),
            distortion: distortion(&TID2013, made.distortion),
            level: Some(made.level),
            ..LabelRow::default()
        });
    }
    let scale = LabelScale::new(0.0, 9.0, false, "mean opinion score from pairs, 0 to 9");
    let labels = Labels::new(path, rows, scale, &["distorted_images", ""]);
    Ok(labels.with_references(&["reference_images", ""]))
}

/// The standard deviations, one for each row of `labels`.
fn deviations(path: &Path, labels: &Table) -> Result<Vec<f64>, DatasetError> {
    let table = table::read(path, Some(Delimiter::Space))?;
    if table.rows.len() != labels.rows.len() {
        return Err(DatasetError::Table {
            table: path.into(),
            what: format!(
                "has {} deviations for the {} labels of {}: unpack both again",
                table.rows.len(),
                labels.rows.len(),
                FILE.wanted
            ),
        });
    }
    let deviation = |row: &table::Row| match number(row.field(0)) {
        Ok(std) if std >= 0.0 => Ok(std),
        Ok(std) => Err(format!("{std} is below 0, as no deviation is")),
        Err(what) => Err(what),
    };
    let cell = |row: &table::Row| {
        deviation(row).map_err(|what| DatasetError::Cell {
            table: path.into(),
            row: row.number,
            column: "std".into(),
            what,
        })
    };
    table.rows.iter().map(cell).collect()
}
