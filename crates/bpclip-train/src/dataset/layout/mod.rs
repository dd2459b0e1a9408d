//! The layouts of the public datasets, of plain tables and of ladders: one file each, from a folder
//! to rows.

mod agiqa3k;
mod clive;
mod csiq;
mod flive;
pub(super) mod kadid10k;
mod koniq10k;
mod label_file;
mod ladder;
mod live;
mod names;
mod pipal;
mod piq23;
mod plain;
mod pyiqa;
mod spaq;
mod tid2013;
mod uhd_iqa;

pub(super) use plain::{NAME, SPLIT};
pub(super) use pyiqa::subset_or_number;

use self::label_file::{LabelFile, Spreadsheet};
use super::pictures::Finder;
use super::table::{self, Table};
use super::{DatasetError, LabelScale, OpenOptions, Subset};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// How a labelled folder is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A table with a header, in which columns name the picture and its label.
    Table,
    /// LIVE Image Quality Assessment Database, release 2.
    Live,
    /// CSIQ.
    Csiq,
    /// TID2013, and TID2008, which is laid out alike.
    Tid2013,
    /// KADID-10k.
    Kadid10k,
    /// LIVE In the Wild Image Quality Challenge.
    Clive,
    /// KonIQ-10k.
    Koniq10k,
    /// SPAQ.
    Spaq,
    /// PIPAL.
    Pipal,
    /// FLIVE, of which PaQ-2-PiQ was made.
    Flive,
    /// AGIQA-3K.
    Agiqa3k,
    /// UHD-IQA.
    UhdIqa,
    /// PIQ23.
    Piq23,
    /// A meta-info table of the toolbox pyiqa (IQA-PyTorch), beside or above the pictures.
    Pyiqa,
    /// The ladders that `bpclip distort` writes.
    Ladder,
}

impl Layout {
    /// All of them, in the order for menus.
    pub const ALL: [Self; 15] = [
        Self::Table,
        Self::Live,
        Self::Csiq,
        Self::Tid2013,
        Self::Kadid10k,
        Self::Clive,
        Self::Koniq10k,
        Self::Spaq,
        Self::Pipal,
        Self::Flive,
        Self::Agiqa3k,
        Self::UhdIqa,
        Self::Piq23,
        Self::Pyiqa,
        Self::Ladder,
    ];

    /// The name in menus and results.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Live => "LIVE",
            Self::Csiq => "CSIQ",
            Self::Tid2013 => "TID2013",
            Self::Kadid10k => "KADID-10k",
            Self::Clive => "CLIVE",
            Self::Koniq10k => "KonIQ-10k",
            Self::Spaq => "SPAQ",
            Self::Pipal => "PIPAL",
            Self::Flive => "FLIVE",
            Self::Agiqa3k => "AGIQA-3K",
            Self::UhdIqa => "UHD-IQA",
            Self::Piq23 => "PIQ23",
            Self::Pyiqa => "pyiqa",
            Self::Ladder => "Ladder",
        }
    }

    /// Reads the labels.
    pub(super) fn read(self, source: &mut Source<'_>) -> Result<Labels, DatasetError> {
        match self {
            Self::Table => plain::read(source),
            Self::Live => live::read(source),
            Self::Csiq => csiq::read(source),
            Self::Tid2013 => tid2013::read(source),
            Self::Kadid10k => kadid10k::read(source),
            Self::Clive => clive::read(source),
            Self::Koniq10k => koniq10k::read(source),
            Self::Spaq => spaq::read(source),
            Self::Pipal => pipal::read(source),
            Self::Flive => flive::read(source),
            Self::Agiqa3k => agiqa3k::read(source),
            Self::UhdIqa => uhd_iqa::read(source),
            Self::Piq23 => piq23::read(source),
            Self::Pyiqa => pyiqa::read(source),
            Self::Ladder => ladder::read(source),
        }
    }

    /// The file that its labels are in, where that has a name of its own.
    fn label_file(self) -> Option<&'static LabelFile> {
        match self {
            Self::Table | Self::Pyiqa => None,
            Self::Live => Some(&live::FILE),
            Self::Csiq => Some(&csiq::FILE),
            Self::Tid2013 => Some(&tid2013::FILE),
            Self::Kadid10k => Some(&kadid10k::FILE),
            Self::Clive => Some(&clive::FILE),
            Self::Koniq10k => Some(&koniq10k::FILE),
            Self::Spaq => Some(&spaq::FILE),
            Self::Pipal => Some(&pipal::FILE),
            Self::Flive => Some(&flive::FILE),
            Self::Agiqa3k => Some(&agiqa3k::FILE),
            Self::UhdIqa => Some(&uhd_iqa::FILE),
            Self::Piq23 => Some(&piq23::FILE),
            Self::Ladder => Some(&ladder::FILE),
        }
    }

    /// Whether a file by its name is one of this layout alone.
    pub(super) fn has(self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match (self, self.label_file()) {
            // A usual name: what is in it decides.
            (Self::Kadid10k, Some(file)) => file.is_named(&name) && kadid10k::is_table(path),
            (Self::Agiqa3k, Some(file)) => file.is_named(&name) && agiqa3k::is_table(path),
            (_, Some(file)) => file.is_named(&name),
            (Self::Pyiqa, None) => pyiqa::is_meta_info(&name),
            (_, None) => false,
        }
    }
}

/// The folder that a layout is read from.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub root: &'a Path,
    pub finder: &'a mut Finder,
    pub options: &'a OpenOptions,
    /// The table, where a person named it or it was found already.
    pub named: Option<PathBuf>,
    /// The files of the folder that were asked for and are there.
    pub read: Vec<PathBuf>,
}

impl Source<'_> {
    /// The file with a layout's labels: the named one, or the first of its names that is there.
    pub fn path(&mut self, file: &LabelFile) -> Result<PathBuf, DatasetError> {
        if let Some(path) = self.named.clone().or_else(|| self.first(file.names)) {
            return Ok(path);
        }
        if let Some(published) = &file.spreadsheet
            && let Some(path) = self.first(published.names)
        {
            return Err(DatasetError::Spreadsheet {
                path,
                sheet: published.sheet,
                export: published.export,
            });
        }
        self.need(file.wanted, file.remedy)
    }

    /// The same, read as a table.
    pub fn table(&mut self, file: &LabelFile) -> Result<Table, DatasetError> {
        table::read(&self.path(file)?, self.options.delimiter)
    }

    /// A file of the folder, whatever its capitals, if it is there.
    pub fn file(&mut self, name: &str) -> Option<PathBuf> {
        let found = self.finder.find(&[""], name).ok();
        self.read.extend(found.clone());
        found
    }

    /// The first of `names` that is there.
    pub fn first(&mut self, names: &[&str]) -> Option<PathBuf> {
        names.iter().find_map(|name| self.file(name))
    }

    /// A file of the folder that must be there.
    pub fn need(&mut self, name: &str, remedy: &str) -> Result<PathBuf, DatasetError> {
        self.file(name).ok_or_else(|| DatasetError::Missing {
            root: self.root.into(),
            wanted: name.into(),
            remedy: remedy.into(),
        })
    }
}

/// What a layout's files say.
#[derive(Debug)]
pub(super) struct Labels {
    /// The dataset's name, where the layout does not tell it.
    pub name: Option<String>,
    /// The file that the labels came from.
    pub table: PathBuf,
    pub rows: Vec<LabelRow>,
    pub scale: LabelScale,
    /// The span of the scale of the standard deviations, where it is not the label's.
    pub std_span: Option<f64>,
    /// Whether labels may lie beyond the scale, and are held at its ends.
    pub open_ended: bool,
    /// The folders that pictures may lie in, the likeliest first.
    pub folders: Vec<PathBuf>,
    /// The folders that references may lie in.
    pub reference_folders: Vec<PathBuf>,
    /// Pixels of the shorter side that pictures are scaled to.
    pub shorter_side: Option<u32>,
    pub notes: Vec<String>,
}

impl Labels {
    /// Labels of pictures in `folders`, with nothing special.
    pub fn new(table: PathBuf, rows: Vec<LabelRow>, scale: LabelScale, folders: &[&str]) -> Self {
        Self {
            name: None,
            table,
            rows,
            scale,
            std_span: None,
            open_ended: false,
            folders: folders.iter().map(PathBuf::from).collect(),
            reference_folders: Vec::new(),
            shorter_side: None,
            notes: Vec::new(),
        }
    }

    /// With references in `folders`.
    pub fn with_references(mut self, folders: &[&str]) -> Self {
        self.reference_folders = folders.iter().map(PathBuf::from).collect();
        self
    }
}

/// A labelled picture, of which nothing but its name is known.
#[derive(Clone, Debug, Default)]
pub(super) struct LabelRow {
    /// The row of the table, or the element of the array.
    pub number: u64,
    /// The column that the label stands in.
    pub column: String,
    pub name: String,
    pub label: f64,
    /// The label in 0 to 1, higher is better, where the scale does not tell it.
    pub mos: Option<f64>,
    pub std: Option<f64>,
    pub reference: Option<String>,
    /// What parts of a split must not share, where it is not the reference.
    pub content: Option<String>,
    pub distortion: Option<String>,
    pub level: Option<u32>,
    pub dimension: Option<String>,
    pub flaws: Option<Vec<String>>,
    pub subset: Option<Subset>,
}
