//! CLIVE: `Data/AllImages_release.mat` (1169 names), `AllMOS_release.mat` and
//! `AllStdDev_release.mat` in the same order, `Images`. The first seven, `t1.bmp` to `t7.bmp`, in
//! `Images/trainingImages`, are those that the raters were trained on; the field leaves them out.

use super::{LabelFile, LabelRow, Labels, Source};
use crate::dataset::mat::MatFile;
use crate::dataset::{DatasetError, LabelScale};

pub(super) const FILE: LabelFile = LabelFile {
    others: &["Data/AllImages_release.mat"],
    ..LabelFile::named(&["Data/AllMOS_release.mat"], "it comes with CLIVE")
};

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let mut array = |name: &str| {
        let path = source.need(&format!("Data/{name}.mat"), FILE.remedy)?;
        MatFile::read(&path)
    };
    let names = array("AllImages_release")?;
    let mos = array("AllMOS_release")?;
    let std = array("AllStdDev_release")?;
    let names = names.texts("AllImages_release")?;
    let labels = mos.numbers("AllMOS_release", names.len())?;
    let stds = std.numbers("AllStdDev_release", names.len())?;

    let mut rows = Vec::with_capacity(names.len());
    for ((number, name), (label, std)) in (1..).zip(names).zip(labels.iter().zip(stds)) {
        rows.push(LabelRow {
            number,
            column: "AllMOS_release".into(),
            name,
            label: *label,
            std: Some(*std),
            ..LabelRow::default()
        });
    }
    let scale = LabelScale::new(0.0, 100.0, false, "mean opinion score, 0 to 100");
    let folders = ["Images", "Images/Images", ""];
    let mut labels = Labels::new(mos.path, rows, scale, &folders);
    leave_out_training(&mut labels);
    Ok(labels)
}

/// Leaves out the pictures that the raters were trained on.
pub(super) fn leave_out_training(labels: &mut Labels) {
    let before = labels.rows.len();
    labels.rows.retain(|row| !is_training(&row.name));
    let out = before - labels.rows.len();
    if out > 0 {
        labels.notes.push(format!(
            "The {out} pictures that CLIVE's raters were trained on are left out."
        ));
    }
}

/// Whether a picture is named as `t1.bmp` is.
fn is_training(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let number = name.strip_prefix('t').and_then(|rest| rest.split_once('.'));
    number.is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}
