//! Folders made for a test.

use bpclip_train::dataset::{Dataset, DatasetError, Item, OpenOptions, open};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder that goes when it is dropped.
pub struct Folder(TempDir);

/// A picture of one grey pixel.
const BMP: [u8; 58] = [
    b'B', b'M', 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0,
    24, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 128, 128,
    0,
];

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file with these bytes.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Pictures with these names.
    pub fn pictures<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> &Self {
        for name in names {
            self.file(name, BMP);
        }
        self
    }

    /// A copy of a file that scipy made.
    pub fn fixture(&self, from: &str, name: &str) -> &Self {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/dataset");
        self.file(name, std::fs::read(fixtures.join(from)).unwrap())
    }

    /// The dataset, without options.
    pub fn open(&self) -> Dataset {
        self.with(&OpenOptions::default()).unwrap()
    }

    /// The dataset, with options.
    pub fn with(&self, options: &OpenOptions) -> Result<Dataset, DatasetError> {
        open(self.path(), options)
    }

    /// Why it does not open, without the folder's own name.
    pub fn error(&self) -> String {
        self.error_with(&OpenOptions::default())
    }

    /// Why it does not open with options, without the folder's own name.
    pub fn error_with(&self, options: &OpenOptions) -> String {
        let message = self.with(options).unwrap_err().to_string();
        let folder = format!("{}{}", self.path().display(), std::path::MAIN_SEPARATOR);
        message
            .replace(&folder, "")
            .replace(&self.path().display().to_string(), "FOLDER")
    }

    /// The path of a file in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

/// The item of that name.
pub fn item<'d>(dataset: &'d Dataset, name: &str) -> &'d Item {
    dataset.items.iter().find(|item| item.name == name).unwrap()
}

/// The names of the items.
pub fn names(dataset: &Dataset) -> Vec<&str> {
    dataset
        .items
        .iter()
        .map(|item| item.name.as_str())
        .collect()
}
