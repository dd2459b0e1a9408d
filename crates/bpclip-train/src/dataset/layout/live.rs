//! LIVE, release 2: `refnames_all.mat` (982 names), and in the same order either `dmos_realigned.mat`
//! (`dmos_new`, `dmos_std`, `orgs`), in which labels of different distortions compare, or `dmos.mat`
//! (`dmos`, `orgs`); pictures `img1.bmp` and on in `jp2k`, `jpeg`, `wn`, `gblur` and `fastfading`,
//! references in `refimgs`. Where `orgs` is 1 the picture is a copy of its reference, and left out.

use super::{Labels, Row, Source};
use crate::dataset::mat::MatFile;
use crate::dataset::{DatasetError, LabelScale};
use std::path::PathBuf;

/// The folders in the order of the arrays, and how many pictures each has.
const FOLDERS: [(&str, usize); 5] = [
    ("jp2k", 227),
    ("jpeg", 233),
    ("wn", 174),
    ("gblur", 174),
    ("fastfading", 174),
];

pub(super) fn read(
    source: &mut Source<'_>,
    named: Option<PathBuf>,
) -> Result<Labels, DatasetError> {
    let references = source.need("refnames_all.mat", "it comes with LIVE")?;
    let path = match named.or_else(|| source.first(&["dmos_realigned.mat", "dmos.mat"])) {
        Some(path) => path,
        None => source.need("dmos.mat", "it comes with LIVE")?,
    };
    let total = FOLDERS.iter().map(|(_, count)| count).sum();
    let references = MatFile::read(&references)?.texts_of("refnames_all", total)?;
    let file = MatFile::read(&path)?;
    let (column, scale) = if file.has("dmos_new") {
        let meaning = "difference mean opinion score, realigned, about -3 to 112";
        ("dmos_new", LabelScale::new(-3.0, 112.0, true, meaning))
    } else {
        let meaning = "difference mean opinion score, 0 to 100";
        ("dmos", LabelScale::new(0.0, 100.0, true, meaning))
    };
    let labels = file.numbers(column, total)?;
    let copies = file.numbers("orgs", total)?;
    let stds = match file.has("dmos_std") {
        true => file.numbers("dmos_std", total)?,
        false => &[],
    };

    let pictures = FOLDERS
        .iter()
        .flat_map(|(folder, count)| (1..=*count).map(move |picture| (*folder, picture)));
    let rated = pictures.zip(references).zip(labels.iter().zip(copies));
    let mut rows = Vec::with_capacity(total);
    for (index, (((folder, picture), reference), (label, copy))) in rated.enumerate() {
        if *copy != 0.0 {
            continue;
        }
        rows.push(Row {
            number: index as u64 + 1,
            column: column.into(),
            name: format!("{folder}/img{picture}.bmp"),
            label: *label,
            std: stds.get(index).copied(),
            reference: Some(reference),
            distortion: Some(folder.into()),
            ..Row::default()
        });
    }
    let note = format!(
        "Labels are {column} of {}; {} copies of references are left out.",
        path.file_name().unwrap_or_default().display(),
        total - rows.len()
    );
    let mut labels = Labels::new(path, rows, scale, &[""]).with_references(&["refimgs"]);
    labels.notes.push(note);
    Ok(labels)
}
