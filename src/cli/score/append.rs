//! A file of rows that is gone on with after whatever ended the last run.

use super::known::Known;
use crate::cli::Usage;
use crate::cli::print::say;
use anyhow::Context;
use bpclip_core::foreign::{from_cell, shown};
use serde::Deserialize;
use std::borrow::Cow;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::str::from_utf8;
use std::time::{Duration, Instant};

/// How every line of JSON begins.
const LINE: &[u8] = b"{\"path\":";
/// No line is as long as that.
const LONGEST: u64 = 64 << 20;
/// How long another process may still hold the rows: one that was killed is about to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// The column, or member, by which rows say what made them.
pub const MADE_WITH: &str = "made_with";

/// Opens a file of JSON lines at its end and learns which pictures have a row; a last row that was
/// cut short is cut away.
///
/// # Errors
/// Another process writes to it, it holds what is no row, or rows that something else made than
/// `made_with` says.
pub fn jsonl(path: &Path, made_with: &str, known: &mut Known) -> anyhow::Result<File> {
    let file = open(path)?;
    let whole = whole_lines(&file, path, made_with, known)?;
    at_end(file, whole).with_context(|| path.display().to_string())
}

/// The bytes of a file that are whole rows.
fn whole_lines(
    file: &File,
    path: &Path,
    made_with: &str,
    known: &mut Known,
) -> anyhow::Result<u64> {
    /// What counts of a row.
    #[derive(Deserialize)]
    struct Head {
        path: String,
        made_with: String,
    }

    let mut reader = BufReader::new(file);
    let (mut whole, mut number, mut line) = (0, 0, Vec::new());
    loop {
        line.clear();
        let read = reader.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        let read = read.with_context(|| path.display().to_string())? as u64;
        number += 1;
        match line.last() {
            None => return Ok(whole),
            Some(b'\n') => {}
            // Whether it is ours is known before anything is cut.
            Some(_) if read < LONGEST && (line.starts_with(LINE) || LINE.starts_with(&line)) => {
                return Ok(whole);
            }
            Some(_) => return Err(no_row(path, number).into()),
        }
        let row: Head = serde_json::from_slice(&line).map_err(|_| no_row(path, number))?;
        same(path, &row.made_with, made_with)?;
        known.insert(&row.path);
        whole += read;
    }
}

/// Likewise a CSV, whose columns must be `header`, the last one [`MADE_WITH`]. A new file, or one
/// that was cut short within its header, is empty: the header is for the caller to write.
///
/// # Errors
/// As [`jsonl`], or its columns are others.
pub fn csv(
    path: &Path,
    header: &[String],
    made_with: &str,
    known: &mut Known,
) -> anyhow::Result<File> {
    let file = open(path)?;
    let whole = whole_records(&file, path, header, made_with, known)?;
    at_end(file, whole).with_context(|| path.display().to_string())
}

fn whole_records(
    mut file: &File,
    path: &Path,
    header: &[String],
    made_with: &str,
    known: &mut Known,
) -> anyhow::Result<u64> {
    let named = || path.display().to_string();
    let length = file.metadata().with_context(named)?.len();
    let mut last = [b'\n'];
    if length > 0 {
        file.seek(SeekFrom::End(-1)).with_context(named)?;
        file.read_exact(&mut last).with_context(named)?;
        file.rewind().with_context(named)?;
    }
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).from_reader(file);
    // A character may be cut too.
    let mut record = csv::ByteRecord::new();
    let (mut whole, mut number) = (0, 0);
    while reader.read_byte_record(&mut record).with_context(named)? {
        number += 1;
        let end = reader.position().byte();
        let (is_last, is_open) = (end >= length, last != [b'\n']);
        if number == 1 {
            let found: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
            match found == header {
                // As ours begins, and it ends too early.
                _ if is_last && is_open && begins(&found, header) => return Ok(0),
                false => return Err(other_columns(path, found.iter().map(|f| &**f), header).into()),
                true => {}
            }
        } else if is_last && (is_open || record.len() < header.len()) {
            // Within quotes a line may end; but the last column has none.
            return Ok(whole);
        } else {
            let text = |index: usize| from_utf8(record.get(index)?).ok().map(from_cell);
            match (text(0), text(header.len() - 1)) {
                (Some(name), Some(made)) if record.len() == header.len() => {
                    same(path, made, made_with)?;
                    known.insert(name);
                }
                _ => return Err(no_row(path, number).into()),
            }
        }
        whole = end;
    }
    Ok(whole)
}

/// Whether names are the first ones of a header, the last of them perhaps cut short.
fn begins(found: &[Cow<'_, str>], header: &[String]) -> bool {
    let last = found.len().saturating_sub(1);
    let fits = |(index, (name, whole)): (usize, (&Cow<'_, str>, &String))| match index == last {
        true => whole.starts_with(&**name),
        false => whole == name,
    };
    found.len() <= header.len() && found.iter().zip(header).enumerate().all(fits)
}

/// Whether rows were made as this run would make them.
pub fn same(path: &Path, found: &str, made_with: &str) -> Result<(), Usage> {
    match found == made_with {
        true => Ok(()),
        false => Err(Usage(format!(
            "{} was made with {}; this run would go on with {}: give the same options, or another file",
            path.display(),
            shown(found),
            shown(made_with)
        ))),
    }
}

fn no_row(path: &Path, number: u64) -> Usage {
    let path = path.display();
    Usage(format!(
        "--append {path}: row {number} is none of those that this command writes: nothing was changed"
    ))
}

/// Says which column is the first that differs.
pub fn other_columns<'a>(
    path: &Path,
    found: impl IntoIterator<Item = &'a str>,
    wanted: &[String],
) -> Usage {
    let mut found = found.into_iter();
    let differs = wanted
        .iter()
        .map(|name| (Some(name.as_str()), found.next()));
    let (wanted, found) = differs
        .into_iter()
        .find(|(wanted, found)| wanted != found)
        .unwrap_or_default();
    let name =
        |name: Option<&str>| name.map_or_else(|| "nothing".into(), |name| shown(name).into_owned());
    Usage(format!(
        "--append {}: its columns are others than this run would write, first {} where {} should be",
        path.display(),
        name(found),
        name(wanted)
    ))
}

/// Opens a file to read and write that no other process does write to; made if it is not there.
fn open(path: &Path) -> anyhow::Result<File> {
    let wrong = |what: &str| Usage(format!("--append {}: {what}", path.display()));
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(wrong("it is no file").into());
    }
    let mut options = OpenOptions::new();
    let file = options.read(true).write(true).create(true).truncate(false);
    let file = file
        .open(path)
        .with_context(|| path.display().to_string())?;
    lock(&file, path)?;
    Ok(file)
}

/// Keeps other processes from writing to the same rows for as long as the file is open.
///
/// # Errors
/// One does.
pub fn lock(file: &File, path: &Path) -> Result<(), Usage> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                std::thread::sleep(PATIENCE / 20);
            }
            Err(TryLockError::WouldBlock) => {
                let path = path.display();
                let text = format!(
                    "--append {path}: another process writes to it; give each a file of its own"
                );
                return Err(Usage(text));
            }
            Err(TryLockError::Error(error)) => {
                let path = path.display();
                say!(
                    "{path}: it cannot be locked here ({error}): let no other process write to it"
                );
                return Ok(());
            }
        }
    }
}

fn at_end(mut file: File, whole: u64) -> io::Result<File> {
    if file.metadata()?.len() > whole {
        file.set_len(whole)?;
    }
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: &str = "bpclip, a checkpoint";

    fn line(name: &str) -> String {
        format!("{{\"path\":\"{name}\",\"score\":1.5,\"{MADE_WITH}\":\"{MADE}\"}}\n")
    }

    fn header() -> Vec<String> {
        ["path", "notes", MADE_WITH].map(str::to_owned).into()
    }

    /// What is left of a text, and how many pictures it has rows of; or the error.
    fn left(text: &[u8], csv: bool) -> Result<(Vec<u8>, usize), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        fs::write(&path, text).unwrap();
        let mut known = Known::default();
        let opened = match csv {
            true => super::csv(&path, &header(), MADE, &mut known),
            false => jsonl(&path, MADE, &mut known),
        };
        let left = fs::read(&path).unwrap();
        match opened {
            Ok(_) => Ok((left, known.count())),
            Err(error) => {
                assert_eq!(left, text, "something was changed");
                Err(error.to_string())
            }
        }
    }

    #[test]
    fn a_line_cut_anywhere_is_cut_away() {
        let (first, second) = (line("a"), line("b"));
        for cut in 0..second.len() {
            let text = format!("{first}{}", &second[..cut]);
            let expected = (first.clone().into_bytes(), 1);
            assert_eq!(left(text.as_bytes(), false), Ok(expected), "{cut}");
        }
        let both = format!("{first}{second}");
        assert_eq!(left(both.as_bytes(), false), Ok((both.clone().into(), 2)));
        assert_eq!(left(b"", false), Ok((Vec::new(), 0)));
    }

    #[test]
    fn a_record_cut_anywhere_is_cut_away() {
        let head = "path,notes,made_with\n";
        let first = format!("a,\"two\nlines, quoted\",\"{MADE}\"\n");
        let second = format!("\"b\nc\",\"it \"\"is\"\"\n\n\",\"{MADE}\"\n");
        for cut in 0..second.len() {
            let text = format!("{head}{first}{}", &second[..cut]);
            let expected = format!("{head}{first}").into_bytes();
            assert_eq!(left(text.as_bytes(), true), Ok((expected, 1)), "{cut}");
        }
        let both = format!("{head}{first}{second}");
        assert_eq!(left(both.as_bytes(), true), Ok((both.clone().into(), 2)));
        for cut in 0..head.len() {
            assert_eq!(
                left(&head.as_bytes()[..cut], true),
                Ok((Vec::new(), 0)),
                "{cut}"
            );
        }
    }

    #[test]
    fn what_is_none_of_ours_is_never_touched() {
        for csv in [false, true] {
            for text in [
                b"\xff\xd8\xff a picture".as_slice(),
                b"name,mos\n",
                b"notes\nof mine",
            ] {
                left(text, csv).unwrap_err();
            }
        }
        let within = format!("{}no row\n{}", line("a"), line("b"));
        let error = left(within.as_bytes(), false).unwrap_err();
        assert!(error.contains("row 2"), "{error}");
        let error = left(b"path,score,made_with\n", true).unwrap_err();
        assert!(error.contains("score where notes"), "{error}");
        let short = format!("path,notes,made_with\na\nb,,\"{MADE}\"\n");
        assert!(left(short.as_bytes(), true).unwrap_err().contains("row 2"));
    }

    #[test]
    fn rows_that_something_else_made_are_refused() {
        let other = line("a").replace("a checkpoint", "another one");
        let error = left(other.as_bytes(), false).unwrap_err();
        assert!(
            error.contains("was made with bpclip, another one"),
            "{error}"
        );
        let other = "path,notes,made_with\na,,b\n";
        assert!(
            left(other.as_bytes(), true)
                .unwrap_err()
                .contains("was made with b;")
        );
    }

    #[test]
    fn two_never_write_to_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let held = jsonl(&path, MADE, &mut Known::default()).unwrap();
        let error = jsonl(&path, MADE, &mut Known::default()).unwrap_err();
        assert!(error.to_string().contains("another process"), "{error}");
        drop(held);
        jsonl(&path, MADE, &mut Known::default()).unwrap();
    }
}
