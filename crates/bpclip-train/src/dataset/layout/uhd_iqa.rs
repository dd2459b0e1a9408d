//! UHD-IQA: `uhd-iqa-training-metadata.csv` and, where they are there, the same of `validation` and
//! `test`, each with `image_name` and `quality_mos`, 0 to 1; pictures in `training`, `validation` and
//! `test` (V. Hosu et al., "UHD-IQA Benchmark Database", ECCV Workshops 2024). A column `set` says the
//! part; without it the file does.

use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::columns::{Sheet, subset};
use crate::dataset::{DatasetError, LabelScale, Subset, table};

pub(super) const FILE: LabelFile = LabelFile {
    others: &[
        "uhd-iqa-validation-metadata.csv",
        "uhd-iqa-test-metadata.csv",
    ],
    ..LabelFile::named(&["uhd-iqa-training-metadata.csv"], "it comes with UHD-IQA")
};

/// The other files, and the part that each is of.
const OTHERS: [(&str, Subset); 2] = [
    ("uhd-iqa-validation-metadata.csv", Subset::Validation),
    ("uhd-iqa-test-metadata.csv", Subset::Test),
];

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let first = source.path(&FILE)?;
    let mut files = vec![(first.clone(), Subset::Train)];
    for (name, part) in OTHERS {
        if let Some(path) = source.file(name).filter(|path| *path != first) {
            files.push((path, part));
        }
    }
    let mut rows = Vec::new();
    for (path, part) in &files {
        let table = table::read(path, source.options.delimiter)?;
        let sheet = Sheet::new(&table)?;
        let (name, label) = (sheet.need("image_name")?, sheet.need("quality_mos")?);
        let set = sheet.find("set")?;
        rows.extend(sheet.labelled(name, label, |row, labelled| {
            let said = sheet.subset(row, set, subset)?;
            Ok(LabelRow {
                subset: Some(said.unwrap_or(*part)),
                ..labelled
            })
        })?);
    }
    let scale = LabelScale::new(0.0, 1.0, false, "mean opinion score of quality, 0 to 1");
    let folders = [
        "training",
        "validation",
        "test",
        "challenge/training",
        "challenge/validation",
        "images",
        "",
    ];
    let mut labels = Labels::new(first, rows, scale, &folders);
    if files.len() == 1 {
        let text =
            "Only the labels of the training part are there: it has no official split by itself.";
        labels.notes.push(text.into());
    }
    Ok(labels)
}
