//! Finding out how a folder is laid out, by the names of its files.

use super::{DatasetError, Layout, OpenOptions};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a folder is.
#[derive(Debug)]
pub(super) struct Detected {
    pub root: PathBuf,
    pub layout: Layout,
    /// The table, where it is known already.
    pub table: Option<PathBuf>,
}

/// Finds out how `path` is laid out: a folder, the folder around the only dataset in it, or a table
/// in its folder.
pub(super) fn detect(path: &Path, options: &OpenOptions) -> Result<Detected, DatasetError> {
    let (root, named) = match (path.parent(), &options.table) {
        (Some(folder), None) if is_table(path) => (folder, Some(path.to_owned())),
        (_, named) => (path, named.as_deref().map(|table| located(path, table))),
    };
    // The folder of a bare file name is the one that we are in.
    let root = if root.as_os_str().is_empty() {
        Path::new(".")
    } else {
        root
    };
    if !root.is_dir() {
        return Err(DatasetError::NotAFolder { path: path.into() });
    }
    let found = |layout, table| Detected {
        root: root.into(),
        layout,
        table,
    };
    match (named, options.layout) {
        (Some(table), layout) => {
            let layout = layout.or_else(|| kind(&table)).unwrap_or(Layout::Table);
            if matches!(extension(&table).as_str(), "xlsx" | "xls" | "ods") {
                return Err(DatasetError::Spreadsheet {
                    path: table,
                    sheet: "with the labels",
                    export: "labels.csv",
                });
            }
            Ok(found(layout, Some(table)))
        }
        (None, Some(Layout::Table)) => Ok(found(Layout::Table, only_table(root)?)),
        (None, Some(Layout::Pyiqa)) => Ok(found(Layout::Pyiqa, only_meta_info(root)?)),
        (None, Some(layout)) => Ok(found(layout, None)),
        (None, None) => match look(root)? {
            Some(detected) => Ok(detected),
            None => within(root),
        },
    }
}

/// Whether a path is of a file that may hold labels.
fn is_table(path: &Path) -> bool {
    let known = ["csv", "tsv", "txt", "mat", "xlsx", "xls", "ods"];
    known.contains(&extension(path).as_str()) && path.is_file()
}

/// The named table: in the folder, or from where we are.
fn located(root: &Path, table: &Path) -> PathBuf {
    let inside = root.join(table);
    if inside.is_file() {
        inside
    } else {
        table.into()
    }
}

/// The only dataset in the folders of `root`.
fn within(root: &Path) -> Result<Detected, DatasetError> {
    let mut folders = entries(root)?;
    folders.retain(|path| path.is_dir());
    let (mut found, mut unclear) = (Vec::new(), None);
    for folder in folders {
        match look(&folder) {
            Ok(detected) => found.extend(detected),
            Err(error) => unclear = unclear.or(Some(error)),
        }
    }
    match found.pop() {
        None => Err(unclear.unwrap_or(DatasetError::Unknown { root: root.into() })),
        Some(only) if found.is_empty() => Ok(only),
        Some(last) => {
            found.push(last);
            Err(DatasetError::Several {
                root: root.into(),
                kind: "datasets",
                found: names(found.iter().map(|one| one.root.as_path())),
                remedy: "open one of these folders",
            })
        }
    }
}

/// What a folder itself is, if anything.
fn look(root: &Path) -> Result<Option<Detected>, DatasetError> {
    let mut files = entries(root)?;
    for folder in files.clone() {
        // CLIVE and SPAQ keep their labels in a folder.
        if matches!(lower(&folder).as_str(), "data" | "annotations") && folder.is_dir() {
            files.extend(entries(&folder)?);
        }
    }
    let kinds: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| kind(file))
        .filter(|layout| !matches!(layout, Layout::Table | Layout::Pyiqa))
        .map(Layout::label)
        .collect();
    let layout = Layout::ALL
        .into_iter()
        .find(|layout| kinds.contains(layout.label()));
    let found = |layout, table| {
        Some(Detected {
            root: root.into(),
            layout,
            table,
        })
    };
    match layout {
        Some(layout) if kinds.len() == 1 => return Ok(found(layout, None)),
        Some(_) => {
            return Err(DatasetError::Several {
                root: root.into(),
                kind: "datasets",
                found: kinds.into_iter().collect::<Vec<_>>().join(", "),
                remedy: "say which with --layout",
            });
        }
        None => {}
    }
    if let Some(table) = only_meta_info(root)? {
        return Ok(found(Layout::Pyiqa, Some(table)));
    }
    Ok(only_table(root)?.and_then(|table| found(Layout::Table, Some(table))))
}

/// The layout that a file belongs to, by its name.
fn kind(path: &Path) -> Option<Layout> {
    Layout::ALL.into_iter().find(|layout| layout.has(path))
}

/// The only meta-info table of a folder, if it has one.
fn only_meta_info(root: &Path) -> Result<Option<PathBuf>, DatasetError> {
    let mut tables = entries(root)?;
    tables.retain(|path| Layout::Pyiqa.has(path));
    only(root, tables)
}

/// What the one table among several is called.
const USUAL: [&str; 6] = ["mos", "labels", "scores", "ratings", "table", "dataset"];

/// The table of a folder, if it has one: the only CSV or TSV or the one with a usual name, else the
/// same among text files.
fn only_table(root: &Path) -> Result<Option<PathBuf>, DatasetError> {
    let files = entries(root)?;
    for extensions in [&["csv", "tsv"][..], &["txt"]] {
        let mut tables = files.clone();
        tables.retain(|path| extensions.contains(&extension(path).as_str()));
        tables.retain(|path| !["readme", "license", "copyright"].contains(&stem(path).as_str()));
        for usual in USUAL {
            if let Some(table) = tables.iter().find(|table| stem(table) == usual) {
                return Ok(Some(table.clone()));
            }
        }
        if let Some(table) = only(root, tables)? {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

fn only(root: &Path, mut tables: Vec<PathBuf>) -> Result<Option<PathBuf>, DatasetError> {
    if tables.len() > 1 {
        return Err(DatasetError::Several {
            root: root.into(),
            kind: "tables",
            found: names(tables.iter().map(PathBuf::as_path)),
            remedy: "say which with --table",
        });
    }
    Ok(tables.pop())
}

/// What a folder holds, by name, without hidden files and the locks of open spreadsheets.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let failed = |source| DatasetError::Read {
        path: folder.into(),
        source,
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if !lower(&path).starts_with(['.', '~']) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Names for a message.
fn names<'p>(paths: impl Iterator<Item = &'p Path>) -> String {
    let names = paths.map(|path| path.file_name().unwrap_or_default().to_string_lossy());
    names.collect::<Vec<_>>().join(", ")
}

fn lower(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().to_lowercase()
}

/// The ending of a name in lower case, without its dot.
pub(super) fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().to_lowercase()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().to_lowercase()
}
