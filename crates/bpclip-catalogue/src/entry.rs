//! One line of the catalogue.

use super::ENTRIES;
use std::fmt;

/// Weights that this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the command line calls them.
    pub name: &'static str,
    /// What they are.
    pub title: &'static str,
    /// What they are for.
    pub purpose: &'static str,
    /// What to do with the file: a command, with `{file}` in the file's place.
    pub next: &'static str,
    /// Under which terms they are published.
    pub licence: &'static str,
    /// How large the file is.
    pub size: Size,
    /// How the file is told from any other.
    pub digest: Digest,
    /// Where they come from.
    pub origin: Origin,
}

/// How large a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many bytes.
    Exact(u64),
    /// About so many bytes, as the origin rounds them; it says how many when it is asked.
    About(u64),
}

/// How a file is told from any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// By its SHA-256, 64 hexadecimal digits in lower case.
    Sha256(&'static str),
    /// By the SHA-256 that the origin publishes beside it (Hugging Face's `X-Linked-ETag`) when
    /// it is fetched. This proves that it arrived as the origin has it, and no more.
    AtOrigin,
}

/// Where weights come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// They are part of the program.
    Bundled,
    /// They are published.
    Web {
        /// The page about them.
        page: &'static str,
        /// The file.
        url: &'static str,
        /// What the file is called here.
        file: &'static str,
    },
}

/// The weights of this name, if they are known.
pub fn entry(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

impl Size {
    /// Bytes, perhaps rounded.
    pub fn bytes(self) -> u64 {
        match self {
            Self::Exact(bytes) | Self::About(bytes) => bytes,
        }
    }

    /// Whether a file of so many bytes can be the one meant: exactly as many, or, where the size
    /// is rounded, not so many more that nobody would have agreed to them.
    pub fn allows(self, bytes: u64) -> bool {
        match self {
            Self::Exact(exact) => bytes == exact,
            Self::About(about) => bytes <= about + about / 10,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(bytes) => f.write_str(&readable(*bytes)),
            Self::About(bytes) => write!(f, "about {}", readable(*bytes)),
        }
    }
}

/// A number of bytes for people, in powers of ten as the origins count.
pub(super) fn readable(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{:.1} {name}", bytes as f64 / unit as f64),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_readable() {
        assert_eq!(Size::Exact(102_530_333).to_string(), "102.5 MB");
        assert_eq!(Size::About(18_800_000).to_string(), "about 18.8 MB");
        assert_eq!(readable(999), "999 bytes");
        assert_eq!(readable(1_000_000_000), "1.0 GB");
    }

    #[test]
    fn a_rounded_size_allows_its_rounding_but_not_another_file() {
        assert!(Size::About(18_800_000).allows(18_849_999));
        assert!(!Size::About(18_800_000).allows(30_000_000));
        assert!(!Size::Exact(10).allows(11));
    }
}
