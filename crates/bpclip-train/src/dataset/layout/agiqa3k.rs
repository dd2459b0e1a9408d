//! AGIQA-3K: `data.csv` with `name,prompt,adj1,adj2,style,mos_quality,std_quality,mos_align,std_align`,
//! of which the quality is read, 0 to 5; pictures beside it or in a folder (C. Li et al., "AGIQA-3K: An
//! Open Database for AI-Generated Image Quality Assessment", IEEE TCSVT 2023). Pictures of one prompt
//! are one content: no part of a split shares them.

use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::columns::Sheet;
use crate::dataset::{DatasetError, LabelScale, table};
use std::path::Path;

pub(super) const FILE: LabelFile =
    LabelFile::named(&["data.csv"], "it comes with AGIQA-3K's repository");

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let sheet = Sheet::new(&table)?;
    let (name, label) = (sheet.need("name")?, sheet.need("mos_quality")?);
    let (std, prompt) = (sheet.find("std_quality")?, sheet.find("prompt")?);
    let rows = sheet.labelled(name, label, |row, labelled| {
        let content = prompt.map(|prompt| row.field(prompt));
        Ok(LabelRow {
            std: sheet.std(row, std)?,
            content: content.filter(|text| !text.is_empty()).map(str::to_owned),
            ..labelled
        })
    })?;
    let scale = LabelScale::new(0.0, 5.0, false, "mean opinion score of quality, 0 to 5");
    let folders = ["", "images", "AGIQA-3K", "AGIQA-3K/images", "image"];
    Ok(Labels::new(table.path.clone(), rows, scale, &folders))
}

/// Whether a `data.csv`, a usual name, is this dataset's.
pub(super) fn is_table(path: &Path) -> bool {
    let sheet = table::read(path, None).ok();
    sheet.is_some_and(|table| {
        let sheet = Sheet::new(&table).ok();
        sheet.is_some_and(|sheet| matches!(sheet.find("mos_quality"), Ok(Some(_))))
    })
}
