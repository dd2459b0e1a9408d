//! PIPAL: a text file a reference in `Train_Label`, such as `A0001.txt` with lines as
//! `A0001_00_00.bmp,1448.9577` (a name, and its Elo score), pictures in the parts that it is published
//! in, references in `Train_Ref` (J. Gu et al., "PIPAL: A Large-Scale Image Quality Assessment Dataset
//! for Perceptual Image Restoration", ECCV 2020). The second number of a name is the kind of
//! distortion, from 0. Elo scores have no ends: the scale is guessed from them.

use super::{LabelFile, LabelRow, Labels, Source, plain};
use crate::dataset::columns::number;
use crate::dataset::detect::{entries, extension};
use crate::dataset::{DatasetError, Delimiter, table};
use std::path::{Path, PathBuf};

pub(super) const FILE: LabelFile =
    LabelFile::named(&["Train_Label", "Val_Label"], "the folder of PIPAL's lists");

/// Where pictures lie: as published, in four parts, or together.
const PICTURES: [&str; 8] = [
    "Train_Dist",
    "Distortion_1",
    "Distortion_2",
    "Distortion_3",
    "Distortion_4",
    "Val_Dist",
    "Dist",
    "",
];
const REFERENCES: [&str; 4] = ["Train_Ref", "Val_Ref", "Ref", ""];

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let place = match &source.named {
        Some(path) => path.clone(),
        None => folder(source.root)?,
    };
    let mut rows = Vec::new();
    for list in lists(&place)? {
        let table = table::read(&list, Some(Delimiter::Comma))?;
        source.read.push(list.clone());
        for row in &table.rows {
            let wrong = |column: &str, what: String| DatasetError::Cell {
                table: list.clone(),
                row: row.number,
                column: column.into(),
                what,
            };
            let name = row.field(0);
            let mut parts = name.split('_');
            let (Some(content), Some(kind), Some(_)) = (parts.next(), parts.next(), parts.next())
            else {
                let what = format!("`{name}` is no name such as A0001_00_00.bmp");
                return Err(wrong("name", what));
            };
            rows.push(LabelRow {
                number: row.number,
                column: "elo_score".into(),
                name: name.into(),
                label: number(row.field(1)).map_err(|what| wrong("elo_score", what))?,
                reference: Some(format!("{content}.bmp")),
                distortion: Some(format!("kind {kind}")),
                ..LabelRow::default()
            });
        }
    }
    let read = plain::Unscaled {
        rows,
        label: "elo_score".into(),
    };
    let mut labels = plain::guess(place, read, source.options)?;
    labels.folders = PICTURES.iter().map(PathBuf::from).collect();
    labels.reference_folders = REFERENCES.iter().map(PathBuf::from).collect();
    Ok(labels)
}

/// The folder of the lists.
fn folder(root: &Path) -> Result<PathBuf, DatasetError> {
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        FILE.is_named(&name) && path.is_dir()
    };
    // By name: of both the training part.
    let found = entries(root)?.into_iter().find(named);
    found.ok_or_else(|| DatasetError::Missing {
        root: root.into(),
        wanted: FILE.wanted.into(),
        remedy: FILE.remedy.into(),
    })
}

/// The lists of a folder, or one of them.
fn lists(place: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut lists = entries(place)?;
    lists.retain(|path| extension(path) == "txt");
    Ok(lists)
}
