//! KADID-10k: `dmos.csv` with `dist_img,ref_img,dmos,var`, and `images` with distorted pictures and
//! references. Whatever its name, the label rises with quality, 1 to 5, and `var` is a standard
//! deviation: 30 ratings of 4 and 5 with the mean 4.57 have the deviation 0.496 that stands there.

use super::names::{KADID10K, distortion, numbered};
use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::columns::Sheet;
use crate::dataset::{DatasetError, LabelScale, table};
use std::path::Path;

pub(super) const FILE: LabelFile = LabelFile::named(&["dmos.csv"], "it comes with KADID-10k");

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let sheet = Sheet::new(&table)?;
    let (name, reference) = (sheet.need("dist_img")?, sheet.need("ref_img")?);
    let (label, std) = (sheet.need("dmos")?, sheet.find("var")?);
    let rows = sheet.labelled(name, label, |row, labelled| {
        let made = numbered(&labelled.name);
        Ok(LabelRow {
            std: sheet.std(row, std)?,
            reference: Some(sheet.text(row, reference)?),
            distortion: made.and_then(|made| distortion(&KADID10K, made.distortion)),
            level: made.map(|made| made.level),
            ..labelled
        })
    })?;
    let scale = LabelScale::new(1.0, 5.0, false, "degradation category rating, 1 to 5");
    let folders = ["images", "distorted_images", ""];
    let labels = Labels::new(table.path.clone(), rows, scale, &folders);
    Ok(labels.with_references(&["images", "reference_images", ""]))
}

/// Whether a table named as KADID-10k's is that table.
pub(super) fn is_table(path: &Path) -> bool {
    let table = table::read(path, None);
    let first = table.as_ref().map(|table| table.rows.first());
    matches!(first, Ok(Some(row)) if row.fields.iter().any(|field| field == "dist_img"))
}
