//! KonIQ-10k: `koniq10k_distributions_sets.csv` with
//! `image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set`, in which `MOS` runs from 0 to 100 and `set` is the
//! official split; or `koniq10k_scores_and_distributions.csv`, which has no split and the same label
//! as `MOS_zscore`. `SD` is of the ratings, 1 to 5, in both. Pictures in `512x384`, as most results are
//! for, or `1024x768`.

use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::columns::{Sheet, subset};
use crate::dataset::{DatasetError, LabelScale};

pub(super) const FILE: LabelFile = LabelFile::named(
    &[
        "koniq10k_distributions_sets.csv",
        "koniq10k_scores_and_distributions.csv",
    ],
    "it comes with KonIQ-10k's code",
);

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let sheet = Sheet::new(&table)?;
    let name = sheet.need("image_name")?;
    let label = match sheet.find("MOS_zscore")? {
        Some(column) => column,
        None => sheet.need("MOS")?,
    };
    let (std, set) = (sheet.find("SD")?, sheet.find("set")?);
    let rows = sheet.labelled(name, label, |row, labelled| {
        Ok(LabelRow {
            std: sheet.std(row, std)?,
            subset: sheet.subset(row, set, subset)?,
            ..labelled
        })
    })?;
    let scale = LabelScale::new(0.0, 100.0, false, "mean opinion score, 0 to 100");
    let folders = ["512x384", "1024x768", "images", ""];
    let mut labels = Labels::new(table.path.clone(), rows, scale, &folders);
    labels.std_span = Some(4.0);
    if set.is_none() {
        labels.notes.push(format!(
            "The official split is in {}, which is not there.",
            FILE.wanted
        ));
    }
    Ok(labels)
}
