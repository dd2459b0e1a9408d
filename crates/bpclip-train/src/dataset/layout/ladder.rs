//! The ladders that `bpclip distort` writes: `ladder.csv` with
//! `name,reference,distortion,level,strength,dimension,ssimulacra2,label`, names from the folder of
//! the table. An item's label is SSIMULACRA2 as it is: 100 for an untouched picture, below 0 for a
//! ruined one. Its mos is a hundredth of the column `label`, which keeps the order however low it
//! falls; in a table without that column it is a hundredth of SSIMULACRA2, not below 0.

use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::columns::Sheet;
use crate::dataset::{DatasetError, LabelScale, table};

pub(super) const FILE: LabelFile = LabelFile::named(&["ladder.csv"], "`bpclip distort` writes it");

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let sheet = Sheet::new(&table)?;
    let (name, reference) = (sheet.need("name")?, sheet.need("reference")?);
    let (distortion, level) = (sheet.need("distortion")?, sheet.need("level")?);
    let (dimension, label) = (sheet.need("dimension")?, sheet.need("ssimulacra2")?);
    let kept = sheet.find("label")?;
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let rows = sheet.labelled(name, label, |row, labelled| {
        Ok(LabelRow {
            mos: kept
                .map(|column| hundredth(&sheet, row, column))
                .transpose()?,
            reference: Some(sheet.text(row, reference)?),
            distortion: some(row.field(distortion)),
            level: sheet.level(row, Some(level))?,
            dimension: some(row.field(dimension)),
            ..labelled
        })
    })?;
    let scale = LabelScale::new(0.0, 100.0, false, "SSIMULACRA2, at most 100");
    let labels = Labels::new(table.path.clone(), rows, scale, &[""]);
    let mut labels = labels.with_references(&[""]);
    labels.open_ended = true;
    Ok(labels)
}

/// A hundredth of a value from 0 to 100.
fn hundredth(sheet: &Sheet<'_>, row: &table::Row, column: usize) -> Result<f64, DatasetError> {
    match sheet.number(row, column)? {
        value if (0.0..=100.0).contains(&value) => Ok(value / 100.0),
        value => Err(sheet.wrong(row, column, format!("{value} is not from 0 to 100"))),
    }
}
