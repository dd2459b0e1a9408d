//! CSIQ: labels in `csiq_label.txt` (a name such as `1600.AWGN.1.png` and a label a line), or in the
//! sheet `all_by_image` of `csiq.DMOS.xlsx` exported as CSV, in which
//! `image,dst_idx,dst_type,dst_lev,dmos_std,dmos` stand below blank rows and beside blank columns;
//! pictures in `dst_imgs`, with or without a folder for each distortion, references in `src_imgs`.

use super::{LabelFile, LabelRow, Labels, Source, Spreadsheet};
use crate::dataset::columns::{Sheet, number, plain};
use crate::dataset::table::{self, Table};
use crate::dataset::{DatasetError, LabelScale};
use std::path::{Path, PathBuf};

pub(super) const FILE: LabelFile = LabelFile {
    spreadsheet: Some(Spreadsheet {
        names: &["csiq.DMOS.xlsx"],
        sheet: "all_by_image",
        export: "csiq.DMOS.csv",
    }),
    ..LabelFile::named(
        &["csiq_label.txt", "csiq.DMOS.csv", "csiq_dmos.csv"],
        "or csiq.DMOS.xlsx exported as CSV",
    )
};

/// The distortions: in the spreadsheet, in the pictures' names, and as folders.
const DISTORTIONS: [[&str; 3]; 6] = [
    ["noise", "AWGN", "awgn"],
    ["jpeg", "JPEG", "jpeg"],
    ["jpeg 2000", "jpeg2000", "jpeg2000"],
    ["fnoise", "fnoise", "fnoise"],
    ["blur", "BLUR", "blur"],
    ["contrast", "contrast", "contrast"],
];

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let is_header = |row: &table::Row| {
        ["image", "dmos"]
            .iter()
            .all(|name| row.fields.iter().any(|field| plain(field) == *name))
    };
    let rows = match Sheet::below(&table, is_header) {
        Some(sheet) => exported(&sheet)?,
        None => listed(&table)?,
    };
    let scale = LabelScale::new(0.0, 1.0, true, "difference mean opinion score, 0 to 1");
    let mut labels = Labels::new(table.path.clone(), rows, scale, &[]);
    labels.folders.extend(folders());
    Ok(labels.with_references(&["src_imgs", ""]))
}

/// Where the distorted pictures lie, as they are published and as many keep them.
pub(super) fn folders() -> impl Iterator<Item = PathBuf> {
    let above = ["dst_imgs", "dst_imgs_all", ""];
    let within = |above: &'static str| {
        let below = DISTORTIONS.map(|[_, _, folder]| folder);
        [""].into_iter()
            .chain(below)
            .map(move |below| Path::new(above).join(below))
    };
    above.into_iter().flat_map(within)
}

/// The rows of the exported sheet.
fn exported(sheet: &Sheet<'_>) -> Result<Vec<LabelRow>, DatasetError> {
    let (image, label) = (sheet.need("image")?, sheet.need("dmos")?);
    let (kind, level) = (sheet.need("dst_type")?, sheet.need("dst_lev")?);
    let std = sheet.find("dmos_std")?;
    let mut rows = Vec::with_capacity(sheet.rows.len());
    // The spreadsheet goes on below its labels.
    for row in sheet.rows.iter().filter(|row| !row.field(image).is_empty()) {
        let known = DISTORTIONS
            .iter()
            .find(|[written, ..]| *written == row.field(kind));
        let [_, token, folder] = known.ok_or_else(|| {
            let what = format!("`{}` is no distortion of CSIQ", row.field(kind));
            sheet.wrong(row, kind, what)
        })?;
        let level = sheet
            .level(row, Some(level))?
            .ok_or_else(|| sheet.wrong(row, level, "is empty"))?;
        rows.push(LabelRow {
            number: row.number,
            column: sheet.name(label).into(),
            name: format!("{}.{token}.{level}.png", row.field(image)),
            label: sheet.number(row, label)?,
            std: sheet.std(row, std)?,
            reference: Some(format!("{}.png", row.field(image))),
            distortion: Some((*folder).into()),
            level: Some(level),
            ..LabelRow::default()
        });
    }
    Ok(rows)
}

/// The rows of a list of names and labels.
fn listed(table: &Table) -> Result<Vec<LabelRow>, DatasetError> {
    if table.rows.iter().any(|row| row.fields.len() > 2) {
        return Err(DatasetError::Table {
            table: table.path.clone(),
            what: "has no row that names the columns image, dst_type, dst_lev and dmos: export the sheet all_by_image".into(),
        });
    }
    let mut rows = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let wrong = |column: &str, what: String| DatasetError::Cell {
            table: table.path.clone(),
            row: row.number,
            column: column.into(),
            what,
        };
        let name = row.field(0);
        let parts: Vec<&str> = name.split('.').collect();
        let [image, token, level, _] = parts[..] else {
            let what = format!("`{name}` is no name such as 1600.AWGN.1.png");
            return Err(wrong("name", what));
        };
        let known = DISTORTIONS
            .iter()
            .find(|[_, written, _]| written.eq_ignore_ascii_case(token));
        rows.push(LabelRow {
            number: row.number,
            column: "dmos".into(),
            name: name.into(),
            label: number(row.field(1)).map_err(|what| wrong("dmos", what))?,
            reference: Some(format!("{image}.png")),
            distortion: Some(known.map_or(token, |[_, _, folder]| folder).into()),
            level: level.parse().ok(),
            ..LabelRow::default()
        });
    }
    Ok(rows)
}
