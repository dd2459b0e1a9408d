//! From a folder to a dataset.

use super::layout::{LabelRow, Labels, Source};
use super::pictures::{FindError, Finder, leaves, written_alike};
use super::{
    Dataset, DatasetError, Item, LabelScale, Layout, OpenOptions, Skipped, detect, split_file,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Opens a labelled folder.
///
/// `root` is the folder, the folder around the only dataset in it, or the table in it. Pictures are
/// looked for but not read; rows whose picture was not found are in [`Dataset::skipped`].
///
/// # Errors
/// Wherever a file is not what it should be, with the file, the row and the column: a label that is
/// no finite number or beyond the scale, a picture twice, a name that leads out of the folder, a row
/// of another width. Also where the folder or its table is not recognised, or no picture is there.
pub fn open(root: &Path, options: &OpenOptions) -> Result<Dataset, DatasetError> {
    let Some(splits) = &options.splits else {
        return open_labelled(root, options);
    };
    // The column is one of that file.
    let mut whole = options.clone();
    let column = whole.columns.split.replace("none".into());
    let mut dataset = open_labelled(root, &whole)?;
    split_file::apply(&mut dataset, splits, column.as_deref())?;
    Ok(dataset)
}

fn open_labelled(root: &Path, options: &OpenOptions) -> Result<Dataset, DatasetError> {
    let found = detect::detect(root, options)?;
    let mut finder = Finder::new(&found.root);
    let mut source = Source {
        root: &found.root,
        finder: &mut finder,
        options,
        named: found.table,
        read: Vec::new(),
    };
    let mut labels = found.layout.read(&mut source)?;
    let mut files = source.read;
    if !files.contains(&labels.table) {
        files.push(labels.table.clone());
    }
    let (range, lower_better) = (options.range, options.lower_better);
    labels.scale = labels.scale.overridden(range, lower_better);
    if range.is_some() {
        labels.std_span = None;
    }
    let own = |folder: &Option<PathBuf>, usual: &mut Vec<PathBuf>| {
        if let Some(folder) = folder {
            *usual = vec![located(&found.root, folder)];
        }
    };
    own(&options.images, &mut labels.folders);
    own(&options.references, &mut labels.reference_folders);
    check(&labels)?;
    let mut dataset = gather(labels, found.root, found.layout, &mut finder, options)?;
    dataset.files = files;
    Ok(dataset)
}

/// A folder that a person named: in the dataset's, or from where we are.
fn located(root: &Path, folder: &Path) -> PathBuf {
    let inside = root.join(folder);
    let place = if inside.is_dir() {
        inside
    } else {
        folder.to_owned()
    };
    // What is not absolute would be looked for in the dataset's folder once more.
    std::path::absolute(&place).unwrap_or(place)
}

/// Whether the rows are labels of different pictures on the scale.
fn check(labels: &Labels) -> Result<(), DatasetError> {
    if labels.rows.len() < 2 {
        return Err(DatasetError::Table {
            table: labels.table.clone(),
            what: format!(
                "holds too few labelled pictures ({}): a dataset needs two at least",
                labels.rows.len()
            ),
        });
    }
    let mut seen = HashMap::new();
    for row in &labels.rows {
        if let Some(first) = seen.insert(row.name.as_str(), row.number) {
            return Err(DatasetError::Row {
                table: labels.table.clone(),
                row: row.number,
                what: format!("{} stands in row {first} already", row.name),
            });
        }
        let LabelScale { min, max, .. } = labels.scale;
        if !labels.open_ended && !labels.scale.holds(row.label) {
            return Err(DatasetError::Cell {
                table: labels.table.clone(),
                row: row.number,
                column: row.column.clone(),
                what: format!("{} is not on the scale from {min} to {max}", row.label),
            });
        }
    }
    Ok(())
}

/// The items of the rows whose pictures are there.
fn gather(
    labels: Labels,
    root: PathBuf,
    layout: Layout,
    finder: &mut Finder,
    options: &OpenOptions,
) -> Result<Dataset, DatasetError> {
    let std_span = labels.std_span.unwrap_or(labels.scale.span());
    let mut items = Vec::with_capacity(labels.rows.len());
    let mut skipped = Vec::new();
    let mut unpaired = 0;
    // The row of each picture by its file: `a.png`, `A.PNG` and `./a.png` may be one.
    let mut rows: HashMap<PathBuf, &LabelRow> = HashMap::new();
    for row in &labels.rows {
        let mut find = |name: &str, folders: &[PathBuf]| {
            if !options.outside && leaves(name) {
                return Err(outside(&labels.table, row, name));
            }
            Ok(finder.find(folders, name))
        };
        let reference = match &row.reference {
            None => Ok(None),
            Some(name) => match find(name, &labels.reference_folders)? {
                Ok(path) => Ok(Some(path)),
                Err(FindError::Missing(_)) => Ok(None),
                Err(several) => Err(format!("has no certain reference: {name} {several}")),
            },
        };
        let distorted = find(&row.name, &labels.folders)?;
        let paired = distorted.map_err(|error| error.to_string());
        match paired.and_then(|distorted| Ok((distorted, reference?))) {
            Err(reason) => skipped.push(Skipped {
                name: row.name.clone(),
                reason,
            }),
            Ok((distorted, reference)) => {
                if let Some(first) = rows.insert(finder.identity(&distorted), row) {
                    return Err(twice(&labels.table, first, row));
                }
                unpaired += usize::from(row.reference.is_some() && reference.is_none());
                items.push(item(row, distorted, reference, &labels.scale, std_span));
            }
        }
    }
    if let (true, Some(first)) = (items.is_empty(), skipped.first()) {
        return Err(DatasetError::NoPictures {
            table: labels.table,
            count: skipped.len(),
            first: first.name.clone(),
            reason: first.reason.clone(),
        });
    }
    let mut notes = labels.notes;
    if unpaired > 0 {
        notes.push(format!(
            "References of {unpaired} pictures are not there; these pictures have none."
        ));
    }
    let name = labels.name.unwrap_or_else(|| match layout {
        Layout::Table | Layout::Pyiqa | Layout::Ladder => folder_name(&root),
        layout => layout.label().into(),
    });
    Ok(Dataset {
        name,
        root,
        table: labels.table,
        files: Vec::new(),
        layout,
        label: labels.scale,
        shorter_side: labels.shorter_side,
        items,
        skipped,
        notes,
    })
}

fn item(
    row: &LabelRow,
    distorted: PathBuf,
    reference: Option<PathBuf>,
    scale: &LabelScale,
    std_span: f64,
) -> Item {
    let content = row.content.clone().unwrap_or_else(|| {
        // The same file however it is written.
        let name = row.reference.as_ref().unwrap_or(&row.name);
        written_alike(name)
    });
    Item {
        name: row.name.clone(),
        distorted,
        reference,
        label: row.label,
        mos: match row.mos {
            Some(mos) => mos as f32,
            None => scale.to_mos(row.label),
        },
        std: row.std.map(|std| (std / std_span) as f32),
        content,
        distortion: row.distortion.clone(),
        level: row.level,
        dimension: row.dimension.clone(),
        flaws: row.flaws.clone(),
        subset: row.subset,
    }
}

fn outside(table: &Path, row: &LabelRow, name: &str) -> DatasetError {
    DatasetError::Row {
        table: table.into(),
        row: row.number,
        what: format!("`{name}` leads out of the dataset's folder, which needs --outside"),
    }
}

fn twice(table: &Path, first: &LabelRow, second: &LabelRow) -> DatasetError {
    let (one, other) = (&first.name, &second.name);
    DatasetError::Row {
        table: table.into(),
        row: second.number,
        what: format!(
            "{one} (row {}) and {other} are one file: leave one of the rows there",
            first.number
        ),
    }
}

fn folder_name(root: &Path) -> String {
    let root = std::path::absolute(root).unwrap_or_else(|_| root.into());
    let name = root.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
