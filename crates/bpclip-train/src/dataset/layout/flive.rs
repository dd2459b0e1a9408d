//! FLIVE (PaQ-2-PiQ): `labels_image.csv` with `name,mos` and more, in which a name has its folder, as
//! `voc_emotic_ava/AVA__149.jpg`; the pictures of the official test set are the `name_image` of
//! `labels640.csv`, those of validation the valid ones of `labels=640_padded.csv`
//! (Z. Ying et al., "From Patches to Pictures (PaQ-2-PiQ)", CVPR 2020; the repository FLIVE_Database).

use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::columns::Sheet;
use crate::dataset::table;
use crate::dataset::{DatasetError, LabelScale, Subset};
use std::collections::HashSet;

pub(super) const FILE: LabelFile = LabelFile::named(
    &["labels_image.csv", "database/labels_image.csv"],
    "it comes with FLIVE's repository",
);

const TEST: [&str; 2] = ["labels640.csv", "database/labels640.csv"];
const VALIDATION: [&str; 2] = ["labels=640_padded.csv", "database/labels=640_padded.csv"];

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let sheet = Sheet::new(&table)?;
    let (name, label) = (sheet.need("name")?, sheet.need("mos")?);
    let mut names =
        |files: &[&str], valid: bool| -> Result<Option<HashSet<String>>, DatasetError> {
            let Some(path) = source.first(files) else {
                return Ok(None);
            };
            let table = table::read(&path, source.options.delimiter)?;
            let sheet = Sheet::new(&table)?;
            let name = sheet.need("name_image")?;
            let is_valid = if valid {
                Some(sheet.need("is_valid")?)
            } else {
                None
            };
            let mut names = HashSet::new();
            for row in sheet.rows {
                let counts = is_valid.is_none_or(|column| {
                    matches!(
                        row.field(column).to_lowercase().as_str(),
                        "true" | "1" | "1.0"
                    )
                });
                if counts {
                    names.insert(sheet.text(row, name)?);
                }
            }
            Ok(Some(names))
        };
    let parts = match (names(&TEST, false)?, names(&VALIDATION, true)?) {
        (Some(test), Some(validation)) => Some((test, validation)),
        _ => None,
    };
    let rows = sheet.labelled(name, label, |_, labelled| {
        let subset = parts
            .as_ref()
            .map(|(test, validation)| match &labelled.name {
                name if test.contains(name) => Subset::Test,
                name if validation.contains(name) => Subset::Validation,
                _ => Subset::Train,
            });
        Ok(LabelRow { subset, ..labelled })
    })?;
    let scale = LabelScale::new(0.0, 100.0, false, "mean opinion score, 0 to 100");
    let folders = ["", "database", "images"];
    let mut labels = Labels::new(table.path.clone(), rows, scale, &folders);
    if parts.is_none() {
        let text = "The official split needs labels640.csv and labels=640_padded.csv beside it.";
        labels.notes.push(text.into());
    }
    Ok(labels)
}
