//! What a training starts from.

use super::SettingError;
use crate::AnyPath;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_with::{DeserializeAs, SerializeAs};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// The network that a training starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The released checkpoint of the task.
    Bundled,
    /// A new network, on the backbone's weights where they are given.
    Fresh,
    /// A checkpoint file.
    Checkpoint(PathBuf),
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bundled => f.write_str("bundled"),
            Self::Fresh => f.write_str("fresh"),
            Self::Checkpoint(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Start {
    /// What a person wrote: `bundled`, `fresh`, or the path of a checkpoint.
    ///
    /// # Errors
    /// Nothing was written.
    pub fn parse(written: OsString) -> Result<Self, SettingError> {
        Ok(match written.to_str() {
            Some("") => {
                let text = "say `bundled`, `fresh` or a checkpoint file";
                return Err(SettingError(text.into()));
            }
            // What it was called before.
            Some("bundled" | "boxed") => Self::Bundled,
            Some("fresh") => Self::Fresh,
            _ => Self::Checkpoint(written.into()),
        })
    }
}

impl Serialize for Start {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Checkpoint(path) => AnyPath::serialize_as(path, serializer),
            named => serializer.collect_str(named),
        }
    }
}

impl<'de> Deserialize<'de> for Start {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = AnyPath::deserialize_as(deserializer)?;
        Self::parse(written.into_os_string()).map_err(serde::de::Error::custom)
    }
}
