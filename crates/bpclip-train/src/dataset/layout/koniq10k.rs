//! KonIQ-10k: `koniq10k_distributions_sets.csv` with
//! `image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set`, in which `MOS` runs from 0 to 100 and `set` is the
//! official split; or `koniq10k_scores_and_distributions.csv`, which has no split and the same label
//! as `MOS_zscore`. `SD` is of the ratings, 1 to 5, in both. Pictures in `512x384`, as most results are
//! for, or `1024x768`.

use super::{Labels, Row, Source};
use crate::dataset::columns::{self, Sheet};
use crate::dataset::{DatasetError, LabelScale, table};
use std::path::PathBuf;

const TABLES: [&str; 2] = [
    "koniq10k_distributions_sets.csv",
    "koniq10k_scores_and_distributions.csv",
];

pub(super) fn read(
    source: &mut Source<'_>,
    named: Option<PathBuf>,
) -> Result<Labels, DatasetError> {
    let path = match named.or_else(|| source.first(&TABLES)) {
        Some(path) => path,
        None => source.need(TABLES[0], "it comes with KonIQ-10k's code")?,
    };
    let table = table::read(&path, source.options.delimiter)?;
    let sheet = Sheet::new(&table)?;
    let name = sheet.need("image_name")?;
    let label = match sheet.find("MOS_zscore")? {
        Some(column) => column,
        None => sheet.need("MOS")?,
    };
    let (std, part) = (sheet.find("SD")?, sheet.find("set")?);
    let mut rows = Vec::with_capacity(sheet.rows.len());
    for row in sheet.rows {
        rows.push(Row {
            number: row.number,
            column: sheet.name(label).into(),
            name: sheet.text(row, name)?,
            label: sheet.number(row, label)?,
            std: sheet.std(row, std)?,
            part: sheet.part(row, part, columns::part)?,
            ..Row::default()
        });
    }
    let scale = LabelScale::new(0.0, 100.0, false, "mean opinion score, 0 to 100");
    let mut labels = Labels::new(path, rows, scale, &["512x384", "1024x768", "images", ""]);
    labels.std_span = Some(4.0);
    if part.is_none() {
        labels.notes.push(format!(
            "The official split is in {}, which is not there.",
            TABLES[0]
        ));
    }
    Ok(labels)
}
