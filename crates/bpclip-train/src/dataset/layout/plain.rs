//! A folder with a table: `name,mos[,std][,reference][,split]`, in any order and under the usual
//! other names, with or without more columns; pictures beside the table or in a folder of the usual
//! names. Two or three columns without a header are taken as name, mos and std.

use super::{LabelRow, Labels, Source};
use crate::dataset::columns::{Sheet, number, plain, subset};
use crate::dataset::table::{self, Table};
use crate::dataset::{Columns, DatasetError, LabelScale, OpenOptions, Subset, scale};
use std::path::PathBuf;

/// What the column with the picture's name is called, the likeliest first.
pub(in crate::dataset) const NAME: [&str; 17] = [
    "name",
    "dist_name",
    "dist_img",
    "distorted",
    "dist_path",
    "img_name",
    "image_name",
    "image",
    "img",
    "filename",
    "file_name",
    "file",
    "path",
    "image_path",
    "img_path",
    "picture",
    "img_name_patch_name",
];
/// What the column with the label is called; `dmos` alone says that lower is better.
pub(super) const MOS: [&str; 12] = [
    "mos",
    "dmos",
    "qmos",
    "mos_zscore",
    "score",
    "rating",
    "quality",
    "label",
    "elo_score",
    "quality_mos",
    "mos_quality",
    "jod",
];
/// What the column with the standard deviation is called.
pub(super) const STD: [&str; 10] = [
    "std",
    "sd",
    "stddev",
    "std_dev",
    "mos_std",
    "dmos_std",
    "sigma",
    "standard_deviation",
    "std_quality",
    "jod_std",
];
/// What the column with the reference is called.
pub(super) const REFERENCE: [&str; 7] = [
    "reference",
    "ref_name",
    "ref_img",
    "ref",
    "ref_path",
    "reference_name",
    "hq_name",
];
/// What the column with the official split is called.
pub(in crate::dataset) const SPLIT: [&str; 6] = [
    "official_split",
    "split",
    "set",
    "part",
    "subset",
    "pro_split",
];
/// What the column with the content is called.
const CONTENT: [&str; 2] = ["content", "scene"];

/// Where pictures lie.
pub(super) const FOLDERS: [&str; 16] = [
    "",
    "images",
    "image",
    "imgs",
    "img",
    "pictures",
    "photos",
    "distorted",
    "distorted_images",
    "dst_imgs",
    "dst_imgs_all",
    "TestImage",
    "Images/trainingImages",
    "1024x768",
    "512x384",
    "database",
];
/// Where references lie.
pub(super) const REFERENCE_FOLDERS: [&str; 9] = [
    "",
    "references",
    "reference",
    "reference_images",
    "refimgs",
    "src_imgs",
    "ref",
    "refs",
    "images",
];

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let path = source.named.clone().ok_or_else(|| DatasetError::Unknown {
        root: source.root.into(),
    })?;
    let table = table::read(&path, source.options.delimiter)?;
    let (read, note) = match headless(&table, source.options)? {
        Some(read) => {
            let note = "The table has no header: its columns are taken as name, mos and std.";
            (read, Some(note.into()))
        }
        None => (rows(&Sheet::new(&table)?, source.options, subset)?, None),
    };
    let mut labels = guess(path, read, source.options)?;
    labels.notes.extend(note);
    // Beside the table, where that is not in the dataset's folder itself.
    if let Some(beside) = table.path.parent().filter(|folder| *folder != source.root) {
        let beside = std::path::absolute(beside).unwrap_or_else(|_| beside.into());
        labels.folders.push(beside.clone());
        labels.reference_folders.push(beside);
    }
    Ok(labels)
}

/// The rows of a table whose scale is not known yet.
pub(super) struct Unscaled {
    pub rows: Vec<LabelRow>,
    /// The name of the label's column.
    pub label: String,
}

/// The rows of a table without a header, if it is one: two or three columns, of which the second is
/// a number in the first row already, and none has been named.
fn headless(table: &Table, options: &OpenOptions) -> Result<Option<Unscaled>, DatasetError> {
    let Some(first) = table.rows.first() else {
        return Ok(None);
    };
    let narrow = (2..=3).contains(&first.fields.len());
    if !narrow || number(first.field(1)).is_err() || options.columns != Columns::default() {
        return Ok(None);
    }
    let header = table::Row {
        number: 1,
        fields: ["name", "mos", "std"].map(String::from).into(),
    };
    let sheet = Sheet::over(table, &header);
    let std = (first.fields.len() == 3).then_some(2);
    let rows = sheet.labelled(0, 1, |row, labelled| {
        Ok(LabelRow {
            std: sheet.std(row, std)?,
            ..labelled
        })
    })?;
    Ok(Some(Unscaled {
        rows,
        label: "mos".into(),
    }))
}

/// The rows of a table with a header.
pub(super) fn rows(
    sheet: &Sheet<'_>,
    options: &OpenOptions,
    subset: fn(&str) -> Option<Subset>,
) -> Result<Unscaled, DatasetError> {
    let named = &options.columns;
    let choose = |named: &Option<String>, usual: &[&str]| sheet.choose(named.as_deref(), usual);
    let name = choose(&named.name, &NAME)?
        .ok_or_else(|| sheet.lacks("name", ": say which it is with --name-column"))?;
    let label = choose(&named.mos, &MOS)?
        .ok_or_else(|| sheet.lacks("mos", ": say which it is with --mos-column"))?;
    let std = choose(&named.std, &STD)?;
    let reference = choose(&named.reference, &REFERENCE)?;
    let split = choose(&named.split, &SPLIT)?;
    let content = choose(&named.content, &CONTENT)?;
    let distortion = sheet.find("distortion")?;
    let flaws = sheet.find("distortions")?;
    let optional = |row: &table::Row, column: Option<usize>| {
        let text = column.map(|column| row.field(column));
        text.filter(|text| !text.is_empty()).map(String::from)
    };
    let rows = sheet.labelled(name, label, |row, labelled| {
        Ok(LabelRow {
            std: sheet.std(row, std)?,
            reference: optional(row, reference),
            content: optional(row, content),
            distortion: optional(row, distortion),
            flaws: flaws.map(|column| noted(row.field(column))),
            subset: sheet.subset(row, split, subset)?,
            ..labelled
        })
    })?;
    Ok(Unscaled {
        rows,
        label: sheet.name(label).into(),
    })
}

/// The kinds of `kind:strength:place;...`, in lower case.
fn noted(field: &str) -> Vec<String> {
    let kinds = field.split(';').filter_map(|flaw| flaw.split(':').next());
    let kinds = kinds.map(|kind| kind.trim().to_lowercase());
    kinds.filter(|kind| !kind.is_empty()).collect()
}

/// Labels whose scale nobody has told.
pub(super) fn guess(
    path: PathBuf,
    read: Unscaled,
    options: &OpenOptions,
) -> Result<Labels, DatasetError> {
    let values: Vec<f64> = read.rows.iter().map(|row| row.label).collect();
    let by_name = plain(&read.label) == "dmos";
    let lower_better = options.lower_better.unwrap_or(by_name);
    let guessed = scale::guessed(&values, lower_better);
    let (scale, note) = match (guessed, options.range) {
        (_, Some(range)) => {
            let meaning = "rating as in the table";
            let scale = LabelScale::new(range.min, range.max, lower_better, meaning);
            (scale, None)
        }
        (Some((scale, note)), None) => (scale, Some(note)),
        (None, None) => {
            return Err(DatasetError::Table {
                table: path,
                what:
                    "has the same label in every row, so its scale cannot be guessed: say --range"
                        .into(),
            });
        }
    };
    let labels = Labels::new(path, read.rows, scale, &FOLDERS);
    let mut labels = labels.with_references(&REFERENCE_FOLDERS);
    labels.notes.extend(note);
    Ok(labels)
}
