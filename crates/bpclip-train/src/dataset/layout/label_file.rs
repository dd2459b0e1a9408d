//! What the files of the public datasets are called.

/// The file that a layout keeps its labels in.
#[derive(Debug)]
pub(in crate::dataset) struct LabelFile {
    /// Its names, with the folder that it lies in; the one to take first.
    pub names: &'static [&'static str],
    /// Other files of the layout, by which it is known too.
    pub others: &'static [&'static str],
    /// The spreadsheet that it is exported from, where it is published as one.
    pub spreadsheet: Option<Spreadsheet>,
    /// What to say is missing where none of the names is there.
    pub wanted: &'static str,
    /// And what to do then, after a colon.
    pub remedy: &'static str,
}

/// Labels that are published as a spreadsheet, which is not read.
#[derive(Debug)]
pub(in crate::dataset) struct Spreadsheet {
    pub names: &'static [&'static str],
    /// The sheet with the labels.
    pub sheet: &'static str,
    /// What to call the export.
    pub export: &'static str,
}

impl LabelFile {
    /// A file of one name.
    pub const fn named(names: &'static [&'static str], remedy: &'static str) -> Self {
        Self {
            names,
            others: &[],
            spreadsheet: None,
            wanted: match names {
                [first, ..] => first,
                [] => "",
            },
            remedy,
        }
    }

    /// Whether the name of a file, without its folder, is one of these.
    pub fn is_named(&self, name: &str) -> bool {
        let spreadsheets = self.spreadsheet.as_ref().map_or(&[][..], |s| s.names);
        let known = [self.names, self.others, spreadsheets].concat();
        known.iter().any(|path| {
            let known = path.rsplit('/').next().unwrap_or(path);
            known.to_lowercase() == name.to_lowercase()
        })
    }
}
