//! The ladders that `bpclip distort` writes: `ladder.csv` with
//! `name,reference,distortion,level,strength,dimension,ssimulacra2,label`, names from the folder of
//! the table. An item's label is SSIMULACRA2 as it is: 100 for an untouched picture, below 0 for a
//! ruined one. Its mos is a hundredth of the column `label`, which keeps the order however low it
//! falls; in a table without that column it is a hundredth of SSIMULACRA2, not below 0.

use super::{Labels, Row, Source};
use crate::dataset::columns::Sheet;
use crate::dataset::{DatasetError, LabelScale, table};
use std::path::PathBuf;

pub(super) fn read(
    source: &mut Source<'_>,
    named: Option<PathBuf>,
) -> Result<Labels, DatasetError> {
    let path = match named {
        Some(path) => path,
        None => source.need("ladder.csv", "`bpclip distort` writes it")?,
    };
    let table = table::read(&path, source.options.delimiter)?;
    let sheet = Sheet::new(&table)?;
    let (name, reference) = (sheet.need("name")?, sheet.need("reference")?);
    let (distortion, level) = (sheet.need("distortion")?, sheet.need("level")?);
    let (dimension, label) = (sheet.need("dimension")?, sheet.need("ssimulacra2")?);
    let kept = sheet.find("label")?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut rows = Vec::with_capacity(sheet.rows.len());
    for row in sheet.rows {
        let mos = match kept {
            Some(column) => Some(share(&sheet, row, column)?),
            None => None,
        };
        rows.push(Row {
            number: row.number,
            column: sheet.name(label).into(),
            name: sheet.text(row, name)?,
            label: sheet.number(row, label)?,
            mos,
            reference: Some(sheet.text(row, reference)?),
            distortion: some(row.field(distortion)),
            level: sheet.level(row, Some(level))?,
            dimension: some(row.field(dimension)),
            ..Row::default()
        });
    }
    let scale = LabelScale::new(0.0, 100.0, false, "SSIMULACRA2, at most 100");
    let mut labels = Labels::new(path, rows, scale, &[""]).with_references(&[""]);
    labels.open_ended = true;
    Ok(labels)
}

/// A hundredth of a value from 0 to 100.
fn share(sheet: &Sheet<'_>, row: &table::Row, column: usize) -> Result<f64, DatasetError> {
    match sheet.number(row, column)? {
        value if (0.0..=100.0).contains(&value) => Ok(value / 100.0),
        value => Err(sheet.wrong(row, column, format!("{value} is not from 0 to 100"))),
    }
}
