//! PIQ23: `Scores_Overall.csv`, or that of Exposure or Details, with `IMAGE PATH` (as
//! `Overall\12_Indoor_Scene_3.JPG`), `JOD`, `JOD STD` and `SCENE`; its two official splits are `Device
//! Split.csv`, a part for each picture, and `Scene Split.csv`, one for each scene, beside it or in
//! `Test split` (N. Chahine et al., "An Image Quality Assessment Dataset for Portraits", CVPR 2023; the
//! repository PIQ2023). The device split is read, and with `--split-column scene` the other. Pictures of
//! a scene are one content. JOD has no ends: the scale is guessed.

use super::{LabelFile, LabelRow, Labels, Source, plain};
use crate::dataset::columns::{Sheet, subset};
use crate::dataset::{DatasetError, Subset, table};
use std::collections::HashMap;

pub(super) const FILE: LabelFile = LabelFile::named(
    &[
        "Scores_Overall.csv",
        "Scores_Exposure.csv",
        "Scores_Details.csv",
    ],
    "it comes with PIQ23",
);

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let sheet = Sheet::new(&table)?;
    let (name, label) = (sheet.need("IMAGE PATH")?, sheet.need("JOD")?);
    let (std, scene) = (sheet.find("JOD STD")?, sheet.need("SCENE")?);
    let by_scene = source.options.columns.split.as_deref() == Some("scene");
    let file = match by_scene {
        true => "Scene Split.csv",
        false => "Device Split.csv",
    };
    let parts = parts(source, file)?;
    let rows = sheet.labelled(name, label, |row, labelled| {
        let scene = sheet.text(row, scene)?;
        let key = match by_scene {
            true => scene.as_str(),
            false => labelled.name.rsplit(['/', '\\']).next().unwrap_or_default(),
        };
        let subset = parts.as_ref().and_then(|parts| parts.get(key).copied());
        Ok(LabelRow {
            std: sheet.std(row, std)?,
            subset,
            content: Some(scene),
            ..labelled
        })
    })?;
    let read = plain::Unscaled {
        rows,
        label: "jod".into(),
    };
    let mut labels = plain::guess(table.path.clone(), read, source.options)?;
    labels.notes.push(match parts {
        None => format!("The official split is in {file}, which is not there."),
        Some(_) if by_scene => "The official split is the one by scenes.".into(),
        Some(_) => {
            "The official split is the one by devices; --split-column scene takes the other.".into()
        }
    });
    Ok(labels)
}

/// The part of every picture or scene, in a table of two columns below a header.
fn parts(
    source: &mut Source<'_>,
    file: &str,
) -> Result<Option<HashMap<String, Subset>>, DatasetError> {
    let path = source.first(&[file, &format!("Test split/{file}")]);
    let Some(path) = path else {
        return Ok(None);
    };
    let table = table::read(&path, source.options.delimiter)?;
    let sheet = Sheet::new(&table)?;
    let mut parts = HashMap::new();
    for row in sheet.rows {
        if let Some(part) = sheet.subset(row, Some(1), subset)? {
            parts.insert(row.field(0).to_owned(), part);
        }
    }
    Ok(Some(parts))
}
