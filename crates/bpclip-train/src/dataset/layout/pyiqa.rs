//! The meta-info tables of pyiqa (IQA-PyTorch), `meta_info_KonIQ10kDataset.csv` and its like: for
//! pairs `ref_name,dist_name,mos`, else the picture's name and the label, then often `std` and splits
//! as `official_split` or `ratio802_seed123_split_01`. Names are those of the public datasets, and
//! the table lies anywhere: open the dataset's folder with `--table`.

use super::clive::leave_out_training;
use super::spaq::SHORTER_SIDE;
use super::{LabelFile, Labels, Source, csiq, plain};
use crate::dataset::columns::{Sheet, subset};
use crate::dataset::{DatasetError, LabelScale, Subset};
use std::path::Path;

const FILE: LabelFile = LabelFile {
    wanted: "meta_info_*.csv",
    ..LabelFile::named(&[], "name the table with --table")
};

/// A dataset whose scale is known: the table's name between `meta_info_` and `Dataset.csv`, in small
/// letters; its own name; the ends of the scale; whether lower labels are better.
type KnownScale = (&'static str, &'static str, (f64, f64), bool);

const KNOWN: [KnownScale; 11] = [
    ("liveiqa", "LIVE", (0.0, 100.0), true),
    ("livemd", "LIVE multiply distorted", (0.0, 100.0), true),
    ("livechallenge", "CLIVE", (0.0, 100.0), false),
    ("csiq", "CSIQ", (0.0, 1.0), true),
    ("tid2008", "TID2008", (0.0, 9.0), false),
    ("tid2013", "TID2013", (0.0, 9.0), false),
    ("kadid10k", "KADID-10k", (1.0, 5.0), false),
    ("koniq10k", "KonIQ-10k", (0.0, 100.0), false),
    ("koniq10k++", "KonIQ-10k++", (1.0, 5.0), false),
    ("spaq", "SPAQ", (0.0, 100.0), false),
    ("flive", "FLIVE", (0.0, 100.0), false),
];

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let path = table.path.clone();
    let sheet = Sheet::new(&table)?;
    let read = plain::rows(&sheet, source.options, subset_or_number)?;
    let of = key(&path);
    let known = KNOWN.iter().find(|(key, ..)| Some(*key) == of.as_deref());
    let Some((key, name, (min, max), lower_better)) = known else {
        let mut labels = plain::guess(path, read, source.options)?;
        labels.notes.extend(splits(&sheet));
        return Ok(labels);
    };
    let scale = LabelScale::new(*min, *max, *lower_better, "rating as pyiqa has it");
    let labels = Labels::new(path, read.rows, scale, &plain::FOLDERS);
    let mut labels = labels.with_references(&plain::REFERENCE_FOLDERS);
    labels.name = Some((*name).into());
    labels.notes.extend(splits(&sheet));
    match *key {
        "csiq" => labels.folders.extend(csiq::folders()),
        "koniq10k" => labels.std_span = Some(4.0),
        "livechallenge" => leave_out_training(&mut labels),
        "spaq" => labels.shorter_side = Some(SHORTER_SIDE),
        _ => {}
    }
    Ok(labels)
}

/// Which dataset a table is of.
fn key(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let key = name
        .strip_prefix("meta_info_")?
        .strip_suffix("dataset.csv")?;
    Some(key.into())
}

/// Whether a file has the name of such a table.
pub(super) fn is_meta_info(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with("meta_info_") && name.ends_with(".csv")
}

/// The subset that a word means, or in older tables a number.
pub(in crate::dataset) fn subset_or_number(word: &str) -> Option<Subset> {
    match word {
        "0" => Some(Subset::Train),
        "1" => Some(Subset::Validation),
        "2" => Some(Subset::Test),
        word => subset(word),
    }
}

/// Which splits there are to choose from besides the one that is read without a word.
fn splits(sheet: &Sheet<'_>) -> Option<String> {
    let other = |name: &&str| name.contains("split") && !plain::SPLIT.contains(name);
    let names: Vec<&str> = sheet.names().filter(other).collect();
    (!names.is_empty()).then(|| {
        format!(
            "The table has the splits {}: --split-column takes one as the official.",
            names.join(", ")
        )
    })
}
