//! SPAQ: the spreadsheet `Annotations/MOS and Image attribute scores.xlsx`, exported as CSV, with the
//! columns `Image name` and `MOS` and the attributes; pictures in `TestImage`. They are scaled so
//! that the shorter side is 448.

use super::{LabelFile, Labels, Source, Spreadsheet};
use crate::dataset::columns::Sheet;
use crate::dataset::{DatasetError, LabelScale};

pub(super) const FILE: LabelFile = LabelFile {
    spreadsheet: Some(Spreadsheet {
        names: &[
            "Annotations/MOS and Image attribute scores.xlsx",
            "MOS and Image attribute scores.xlsx",
        ],
        sheet: "with the MOS",
        export: "MOS and Image attribute scores.csv",
    }),
    ..LabelFile::named(
        &[
            "Annotations/MOS and Image attribute scores.csv",
            "MOS and Image attribute scores.csv",
        ],
        "export SPAQ's spreadsheet of that name as CSV",
    )
};

/// The shorter side that the field scales SPAQ's pictures to.
pub(super) const SHORTER_SIDE: u32 = 448;

pub(super) fn read(source: &mut Source<'_>) -> Result<Labels, DatasetError> {
    let table = source.table(&FILE)?;
    let sheet = Sheet::new(&table)?;
    let (name, label) = (sheet.need("Image name")?, sheet.need("MOS")?);
    let rows = sheet.labelled(name, label, |_, labelled| Ok(labelled))?;
    let scale = LabelScale::new(0.0, 100.0, false, "mean opinion score, 0 to 100");
    let folders = ["TestImage", "images", ""];
    let mut labels = Labels::new(table.path.clone(), rows, scale, &folders);
    labels.shorter_side = Some(SHORTER_SIDE);
    Ok(labels)
}
