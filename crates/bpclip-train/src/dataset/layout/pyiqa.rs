//! The meta-info tables of pyiqa (IQA-PyTorch), `meta_info_KonIQ10kDataset.csv` and its like: for
//! pairs `ref_name,dist_name,mos`, else the picture's name and the label, then often `std` and splits
//! as `official_split` or `ratio802_seed123_split_01`. Names are those of the public datasets, and
//! the table lies anywhere: open the dataset's folder with `--table`.

use super::clive::leave_out_training;
use super::spaq::SHORTER_SIDE;
use super::{Labels, Source, csiq, plain};
use crate::dataset::columns::{Sheet, part};
use crate::dataset::{DatasetError, LabelScale, Part, table};
use std::path::{Path, PathBuf};

/// A dataset whose labels are known.
struct Known {
    /// The table's name between `meta_info_` and `Dataset.csv`, in small letters.
    key: &'static str,
    name: &'static str,
    range: (f64, f64),
    lower_better: bool,
}

const fn known(
    key: &'static str,
    name: &'static str,
    range: (f64, f64),
    lower_better: bool,
) -> Known {
    Known {
        key,
        name,
        range,
        lower_better,
    }
}

const KNOWN: [Known; 10] = [
    known("liveiqa", "LIVE", (0.0, 100.0), true),
    known("livemd", "LIVE multiply distorted", (0.0, 100.0), true),
    known("livechallenge", "CLIVE", (0.0, 100.0), false),
    known("csiq", "CSIQ", (0.0, 1.0), true),
    known("tid2008", "TID2008", (0.0, 9.0), false),
    known("tid2013", "TID2013", (0.0, 9.0), false),
    known("kadid10k", "KADID-10k", (1.0, 5.0), false),
    known("koniq10k", "KonIQ-10k", (0.0, 100.0), false),
    known("koniq10k++", "KonIQ-10k++", (1.0, 5.0), false),
    known("spaq", "SPAQ", (0.0, 100.0), false),
];

pub(super) fn read(
    source: &mut Source<'_>,
    named: Option<PathBuf>,
) -> Result<Labels, DatasetError> {
    let path = match named {
        Some(path) => path,
        None => source.need("meta_info_*.csv", "name the table with --table")?,
    };
    let table = table::read(&path, source.options.delimiter)?;
    let sheet = Sheet::new(&table)?;
    let read = plain::rows(&sheet, source.options, part_or_number)?;
    let known = KNOWN
        .iter()
        .find(|known| Some(known.key) == key(&path).as_deref());
    let Some(known) = known else {
        let mut labels = plain::guess(path, read, source.options)?;
        labels.notes.extend(splits(&sheet));
        return Ok(labels);
    };
    let (min, max) = known.range;
    let scale = LabelScale::new(min, max, known.lower_better, "rating as pyiqa has it");
    let labels = Labels::new(path, read.rows, scale, &plain::FOLDERS);
    let mut labels = labels.with_references(&plain::REFERENCE_FOLDERS);
    labels.name = Some(known.name.into());
    labels.notes.extend(splits(&sheet));
    match known.key {
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

/// The part that a word means, or in older tables a number.
fn part_or_number(word: &str) -> Option<Part> {
    match word {
        "0" => Some(Part::Train),
        "1" => Some(Part::Validation),
        "2" => Some(Part::Test),
        word => part(word),
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
