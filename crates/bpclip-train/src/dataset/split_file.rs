//! Splits in files: a table with a column of parts, or lists of names, read and written.

use super::columns::{Sheet, plain, subset};
use super::layout::{NAME, SPLIT, subset_or_number};
use super::pictures::written_alike;
use super::{Dataset, DatasetError, Protocol, Split, Subset, table};
use bpclip_core::file::write_whole;
use bpclip_core::foreign::cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The lists of a folder, and the part that each is of.
const LISTS: [(&str, Subset); 6] = [
    ("train.txt", Subset::Train),
    ("val.txt", Subset::Validation),
    ("valid.txt", Subset::Validation),
    ("validation.txt", Subset::Validation),
    ("test.txt", Subset::Test),
    ("training.txt", Subset::Train),
];

/// Gives the items of a dataset the parts that a file says, as its official split; what the file says
/// nothing of is in none. The file is
/// - a table with a column of names and one of parts, as pyiqa's meta-info tables have it: `column`, or
///   the only one whose name has `split` in it;
/// - a folder with `train.txt`, `test.txt` and perhaps `val.txt`, a name a line; or
/// - one such list: those that it names are the test part, all others are learned from.
///
/// Names are as in the dataset's table, or the file's name alone where that is one picture's.
///
/// # Errors
/// The file cannot be read, is none of these, names a picture in two parts, or no picture at all.
pub(super) fn apply(
    dataset: &mut Dataset,
    path: &Path,
    column: Option<&str>,
) -> Result<(), DatasetError> {
    let is_list = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
    let (named, rest) = if path.is_dir() {
        (of_folder(path)?, None)
    } else if is_list {
        (listed(path, Subset::Test)?, Some(Subset::Train))
    } else {
        (of_table(path, column)?, None)
    };
    let wrong = |what: String| DatasetError::Table {
        table: path.into(),
        what,
    };
    let mut parts: HashMap<String, Subset> = HashMap::new();
    for (name, part) in named {
        if let Some(other) = parts.insert(written_alike(&name), part)
            && other != part
        {
            return Err(wrong(format!("has {name} in two parts")));
        }
    }
    let mut alone: HashMap<String, usize> = HashMap::new();
    for item in &dataset.items {
        *alone.entry(file_name(&item.name)).or_default() += 1;
    }
    let mut used = HashSet::new();
    let mut contents: HashMap<&str, HashSet<Subset>> = HashMap::new();
    let mut parted = Vec::new();
    for item in &dataset.items {
        let (whole, last) = (written_alike(&item.name), file_name(&item.name));
        let found = [whole, last.clone()]
            .into_iter()
            .enumerate()
            .find_map(|(place, key)| {
                let certain = place == 0 || alone.get(&last) == Some(&1);
                let part = parts.get(&key).filter(|_| certain)?;
                used.insert(key);
                Some(*part)
            });
        let part = found.or(rest);
        contents.entry(&item.content).or_default().extend(part);
        parted.push(part);
    }
    if used.is_empty() {
        return Err(wrong(format!("names no picture of {}", dataset.name)));
    }
    let shared = contents.values().filter(|parts| parts.len() > 1).count();
    let (unknown, none) = (
        parts.len() - used.len(),
        parted.iter().filter(|part| part.is_none()).count(),
    );
    let file = path.display();
    for (count, what) in [
        (unknown, "names there are of no picture of this dataset"),
        (none, "pictures are in no part"),
        (
            shared,
            "contents are in several parts: what is learned of one picture helps with the other",
        ),
    ] {
        if count > 0 {
            dataset.notes.push(format!("By {file}, {count} {what}."));
        }
    }
    for (item, part) in dataset.items.iter_mut().zip(parted) {
        item.subset = part;
    }
    if path.is_dir() {
        let lists = lists(path).map(|(list, _)| list);
        dataset.files.extend(lists);
    } else {
        dataset.files.push(path.into());
    }
    Ok(())
}

fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    written_alike(last)
}

/// The lists that a folder has, each with its part.
fn lists(folder: &Path) -> impl Iterator<Item = (PathBuf, Subset)> {
    let lists = LISTS.map(|(name, part)| (folder.join(name), part));
    lists.into_iter().filter(|(list, _)| list.is_file())
}

fn of_folder(folder: &Path) -> Result<Vec<(String, Subset)>, DatasetError> {
    let mut named = Vec::new();
    for (list, part) in lists(folder) {
        named.extend(listed(&list, part)?);
    }
    match named.is_empty() {
        false => Ok(named),
        true => Err(DatasetError::Missing {
            root: folder.into(),
            wanted: "train.txt and test.txt".into(),
            remedy: "a split is a table, such lists, or one list of the test part".into(),
        }),
    }
}

/// The names of a list, one a line; what follows a comma or a tab is not looked at.
fn listed(path: &Path, part: Subset) -> Result<Vec<(String, Subset)>, DatasetError> {
    let text = bpclip_core::file::read_text(path).map_err(|source| DatasetError::Read {
        path: path.into(),
        source,
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let names = text
        .lines()
        .map(|line| line.split([',', '\t']).next().unwrap_or_default().trim());
    let names = names.filter(|name| !name.is_empty());
    Ok(names.map(|name| (name.to_owned(), part)).collect())
}

fn of_table(path: &Path, column: Option<&str>) -> Result<Vec<(String, Subset)>, DatasetError> {
    let table = table::read(path, None)?;
    let sheet = Sheet::new(&table)?;
    let name = sheet
        .choose(None, &NAME)?
        .ok_or_else(|| sheet.lacks("name", ": a split names its pictures"))?;
    let part = match sheet.choose(column, &SPLIT)? {
        Some(column) => column,
        None => {
            let splits: Vec<&str> = sheet
                .names()
                .filter(|name| plain(name).contains("split"))
                .collect();
            match splits.as_slice() {
                [only] => sheet.need(only)?,
                [] => return Err(sheet.lacks("split", ": say which it is with --split-column")),
                several => {
                    return Err(DatasetError::Several {
                        root: path.into(),
                        kind: "splits",
                        found: several.join(", "),
                        remedy: "say which with --split-column",
                    });
                }
            }
        }
    };
    let known = |word: &str| subset(word).or_else(|| subset_or_number(word));
    let mut named = Vec::new();
    for row in sheet.rows {
        if let Some(part) = sheet.subset(row, Some(part), known)? {
            named.push((sheet.text(row, name)?, part));
        }
    }
    Ok(named)
}

/// A split as pyiqa calls its column: `ratio802_seed0_split_01`, `ratio622_seed0_split_01`,
/// `fold2of5_seed0_split_01`, `official_split`.
pub fn column_name(protocol: Protocol, seed: u64) -> String {
    match protocol {
        Protocol::Official => "official_split".into(),
        Protocol::EightTwo => format!("ratio802_seed{seed}_split_01"),
        Protocol::SixTwoTwo => format!("ratio622_seed{seed}_split_01"),
        Protocol::Folds { count, index } => format!("fold{index}of{count}_seed{seed}_split_01"),
    }
}

/// Writes splits of a dataset as pyiqa's tables have them: a row a picture with its reference, where the
/// dataset has some, its name, its label, the deviation of the ratings, where it is known, and a column
/// for each split with `train`, `val` and `test`.
///
/// # Errors
/// The file cannot be written; it is whole or as it was before.
pub fn write_splits(dataset: &Dataset, splits: &[(String, Split)], path: &Path) -> io::Result<()> {
    let has_reference = dataset.items.iter().any(|item| item.reference.is_some());
    let has_std = dataset.items.iter().any(|item| item.std.is_some());
    let parts: Vec<BTreeMap<usize, &str>> = splits.iter().map(|(_, split)| parts(split)).collect();
    write_whole(path, |file| {
        let mut out = csv::Writer::from_writer(file);
        let reference = has_reference.then_some("ref_name");
        let name = if has_reference {
            "dist_name"
        } else {
            "img_name"
        };
        let fixed = reference.into_iter().chain([name, "mos"]);
        let fixed = fixed.chain(has_std.then_some("std"));
        out.write_record(fixed.chain(splits.iter().map(|(name, _)| name.as_str())))?;
        for (index, item) in dataset.items.iter().enumerate() {
            let mut row = Vec::new();
            if has_reference {
                let reference = item.reference.as_deref().and_then(Path::file_name);
                let reference = reference.unwrap_or_default().to_string_lossy();
                row.push(cell(&reference).into_owned());
            }
            row.extend([cell(&item.name).into_owned(), item.label.to_string()]);
            if has_std {
                let std = item.std.map(|std| std * dataset.label.span() as f32);
                row.push(std.map_or_else(String::new, |std| std.to_string()));
            }
            let part = |parts: &BTreeMap<usize, &str>| {
                parts.get(&index).copied().unwrap_or_default().to_owned()
            };
            row.extend(parts.iter().map(part));
            out.write_record(row)?;
        }
        out.flush()
    })
}

/// Writes one split as lists: `train.txt`, `val.txt` and `test.txt` in a folder that is there, a name a
/// line; a part that is empty has no list.
///
/// # Errors
/// A name has an end of line in it, or a list cannot be written.
pub fn write_lists(dataset: &Dataset, split: &Split, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (list, items) in [
        ("train.txt", &split.train),
        ("val.txt", &split.validation),
        ("test.txt", &split.test),
    ] {
        let names = items.iter().filter_map(|index| dataset.items.get(*index));
        let names: Vec<&str> = names.map(|item| item.name.as_str()).collect();
        if let Some(odd) = names
            .iter()
            .find(|name| name.contains(['\n', '\r', ',', '\t']))
        {
            return Err(io::Error::other(format!(
                "{odd:?} cannot stand in a list: write a table"
            )));
        }
        if !names.is_empty() {
            let path = folder.join(list);
            write_whole(&path, |file| writeln!(file, "{}", names.join("\n")))?;
            written.push(path);
        }
    }
    Ok(written)
}

/// The part of each item, as pyiqa calls it.
fn parts(split: &Split) -> BTreeMap<usize, &'static str> {
    let parts = [
        (&split.train, "train"),
        (&split.validation, "val"),
        (&split.test, "test"),
    ];
    let named = parts
        .into_iter()
        .flat_map(|(items, name)| items.iter().map(move |item| (*item, name)));
    named.collect()
}
