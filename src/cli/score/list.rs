//! A list of pictures: a name a line, or names that end in NUL.

use crate::cli::Usage;
use bpclip_core::foreign::shown;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

/// The longest name of a list in bytes: as long as a path may be on Linux, and its end.
const LONGEST: u64 = 4097;

/// The names of a list, read one after another: it may have millions, and come from a pipe.
///
/// No name holds a NUL. A list with a NUL among its first [`LONGEST`] bytes has names that end in
/// one, as `find -print0` writes them; any other has a name a line.
pub(super) struct NameList {
    from: PathBuf,
    reader: Box<dyn BufRead>,
    separator: u8,
    /// Of the last name, from 1.
    number: u64,
}

impl NameList {
    /// Opens a list; `-` is standard input.
    pub fn open(from: &Path) -> Result<Self, Usage> {
        let wrong = |error: io::Error| Usage(format!("--files-from {}: {error}", from.display()));
        let reader: Box<dyn Read> = match from.as_os_str() == "-" {
            true => Box::new(io::stdin()),
            false => Box::new(File::open(from).map_err(wrong)?),
        };
        Self::of(reader, from).map_err(wrong)
    }

    fn of(reader: impl Read + 'static, from: &Path) -> io::Result<Self> {
        let mut reader = BufReader::new(reader);
        let mut head = Vec::new();
        reader.by_ref().take(LONGEST).read_until(0, &mut head)?;
        if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
            return Err(io::Error::other("it is UTF-16: write it as UTF-8"));
        }
        let separator = if head.ends_with(&[0]) { 0 } else { b'\n' };
        if head.starts_with(b"\xef\xbb\xbf") {
            head.drain(..3);
        }
        Ok(Self {
            from: from.to_owned(),
            reader: Box::new(Cursor::new(head).chain(reader)),
            separator,
            number: 0,
        })
    }

    fn read(&mut self) -> io::Result<Option<PathBuf>> {
        loop {
            let mut name = Vec::new();
            let mut reader = self.reader.by_ref().take(LONGEST);
            if reader.read_until(self.separator, &mut name)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if name.last() == Some(&self.separator) {
                name.pop();
            } else if name.len() as u64 == LONGEST {
                return Err(io::Error::other("it is longer than a name can be"));
            }
            if self.separator == b'\n' && name.last() == Some(&b'\r') {
                name.pop();
            }
            if name.contains(&0) {
                return Err(io::Error::other(
                    "it holds a NUL: either every name ends in one, or none",
                ));
            }
            if !name.is_empty() {
                return path(name).map(Some);
            }
        }
    }
}

impl Iterator for NameList {
    type Item = Result<PathBuf, Usage>;

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.read();
        let (from, number) = (&self.from, self.number);
        name.map_err(|error| {
            let from = from.to_string_lossy();
            Usage(format!(
                "--files-from {}: name {number}: {error}",
                shown(&from)
            ))
        })
        .transpose()
    }
}

#[cfg(unix)]
fn path(name: Vec<u8>) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(std::ffi::OsString::from_vec(name).into())
}

#[cfg(not(unix))]
fn path(name: Vec<u8>) -> io::Result<PathBuf> {
    let name = String::from_utf8(name).map_err(|_| io::Error::other("it is no text in UTF-8"))?;
    Ok(name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &'static [u8]) -> Result<Vec<String>, String> {
        let list = NameList::of(list, Path::new("list")).map_err(|error| error.to_string())?;
        let name = |name: Result<PathBuf, Usage>| match name {
            Ok(path) => Ok(path.to_string_lossy().into_owned()),
            Err(error) => Err(error.to_string()),
        };
        list.map(name).collect()
    }

    #[test]
    fn a_list_is_told_by_its_content() {
        let two = || Ok(vec!["a b.jpg".to_owned(), "c.jpg".to_owned()]);
        assert_eq!(names(b"a b.jpg\nc.jpg\n"), two());
        assert_eq!(names(b"a b.jpg\r\n\r\nc.jpg"), two());
        assert_eq!(names(b"\xef\xbb\xbfa b.jpg\nc.jpg"), two());
        assert_eq!(names(b"a b.jpg\0c.jpg\0"), two());
        assert_eq!(names(b"a b.jpg\0c.jpg"), two());
        // A name with an end of line in it.
        assert_eq!(names(b"a\nb.jpg\0"), Ok(vec!["a\nb.jpg".to_owned()]));
        assert_eq!(names(b""), Ok(Vec::new()));
        assert_eq!(names(b"\n\n"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_list_is_said() {
        assert!(names(b"\xff\xfea\0.\0").unwrap_err().contains("UTF-16"));
        let long: &'static [u8] = vec![b'a'; 5000].leak();
        assert!(names(long).unwrap_err().contains("name 1: it is longer"));
        let late: &'static [u8] = [vec![b'\n'; 4100], b"a\0b\n".to_vec()].concat().leak();
        assert!(names(late).unwrap_err().contains("NUL"));
    }
}
