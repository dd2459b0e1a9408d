//! LIVE, release 2: `refnames_all.mat` (982 names), and in the same order either `dmos_realigned.mat`
//! (`dmos_new`, `dmos_std`, `orgs`), in which labels of different distortions compare, or `dmos.mat`
//! (`dmos`, `orgs`); pictures `img1.bmp` and on in `jp2k`, `jpeg`, `wn`, `gblur` and `fastfading`,
//! references in `refimgs`. Where `orgs` is 1 the picture is a copy of its reference, and left out.

use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::mat::MatFile;
use crate::dataset::{DatasetError, LabelScale};

/// The folders in the order of the arrays, and how many pictures each has.
const FOLDERS: [(&str, usize); 5] = [
    ("jp2k", 227),
    ("jpeg", 233),
    ("wn", 174),
    ("gblur", 174),
    ("fastfading", 174),
];

pub(super) const FILE: LabelFile = LabelFile {
    others: &[REFERENCES],
    wanted: "dmos.mat",
    ..LabelFile::named(&["dmos_realigned.mat", "dmos.mat"], REMEDY)
};

/// The references of the pictures, in the same order.
const REFERENCES: &str = "refnames_all.mat";
const REMEDY: &str = "it comes with LIVE";

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let references = source.need(REFERENCES, REMEDY)?;
    let path = source.path(&FILE)?;
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
        rows.push(LabelRow {
            number: index as u64 + 1,
            column: column.into(),
            name: format!("{folder}/img{picture}.bmp"),
            label: *label,
            std: stds.get(index).copied(),
            reference: Some(reference),
            distortion: Some(folder.into()),
            ..LabelRow::default()
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
