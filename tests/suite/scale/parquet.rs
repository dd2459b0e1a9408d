//! Rows in Parquet.

use super::{pictures, run, score};
use crate::process::{code, err};
#[cfg(unix)]
use crate::process::{send, wait_until, wait_until_busy};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use std::fs::File;
use std::path::Path;
use std::process::Stdio;

fn read(path: &Path) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(Result::unwrap).collect()
}

fn field<'a>(row: &'a Row, name: &str) -> &'a Field {
    let mut columns = row.get_column_iter();
    columns.find(|(column, _)| *column == name).unwrap().1
}

fn text(row: &Row, name: &str) -> String {
    match field(row, name) {
        Field::Str(text) => text.clone(),
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_file_has_what_the_csv_has_in_types_of_its_own() {
    let (folder, _) = pictures(3);
    let folder = folder.path();
    std::fs::write(folder.join("list"), "000.png\ngone.png\n=1.png\n002.png\n").unwrap();
    std::fs::copy(folder.join("001.png"), folder.join("=1.png")).unwrap();
    let more = ["--files-from", "list", "--exif", "--reference", "."];
    let metrics = ["--metrics", "psnr,ms-ssim", "--adjective", "score"];
    for (format, to) in [("parquet", "rows.parquet"), ("csv", "rows.csv")] {
        let output = run(
            folder,
            &[&more[..], &metrics, &["--format", format, "--output", to]].concat(),
        );
        assert_eq!(code(&output), 1, "{}", err(&output));
    }
    let found = read(&folder.join("rows.parquet"));
    let mut csv = csv::Reader::from_path(folder.join("rows.csv")).unwrap();
    let header = csv.headers().unwrap().clone();
    let records: Vec<_> = csv.records().map(Result::unwrap).collect();
    assert_eq!((found.len(), records.len()), (4, 4));
    for (row, record) in found.iter().zip(&records) {
        let columns: Vec<_> = row.get_column_iter().collect();
        assert_eq!(columns.len(), header.len());
        for ((value, cell), name) in columns.iter().zip(record).zip(&header) {
            let same = match value.1 {
                Field::Null => cell.is_empty(),
                Field::Str(text) => bpclip_core::foreign::from_cell(cell) == text,
                Field::Long(number) => cell == number.to_string(),
                Field::Float(number) => cell == number.to_string(),
                Field::Double(number) => cell == number.to_string(),
                Field::Bool(flag) => cell == flag.to_string(),
                other => panic!("{name}: {other:?}"),
            };
            assert!(same, "{name}: {:?}, {cell}", value.1);
        }
    }
    assert_eq!(text(&found[2], "path"), "=1.png", "no apostrophe");
    assert!(!text(&found[1], "error").is_empty());
    assert_eq!(field(&found[0], "psnr"), &Field::Double(f64::INFINITY));
    assert_eq!(field(&found[0], "ms-ssim"), &Field::Null);
    assert!(
        matches!(field(&found[0], "score_2"), Field::Float(_)),
        "a word of one's own"
    );
    let output = run(folder, &["--files-from", "list", "--format", "parquet"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("needs --output"), "{}", err(&output));
}

/// The names of all rows of a folder's parts, and how many parts there are.
fn parts(folder: &Path) -> (Vec<String>, usize) {
    let mut paths = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "parquet") {
            count += 1;
            paths.extend(read(&path).iter().map(|row| text(row, "path")));
        }
    }
    paths.sort();
    (paths, count)
}

#[cfg(unix)]
#[test]
fn parts_are_whole_and_together_have_every_row_once() {
    let (folder, names) = pictures(300);
    let folder = folder.path();
    let append = |more: &[&str]| {
        let mut command = score(folder);
        command
            .args(["--files-from", "list", "--append", "rows.parquet"])
            .args(more);
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    let signal = |name: &str| {
        let mut child = append(&[]);
        let lock = folder.join("rows.parquet/.bpclip.lock");
        wait_until("it holds its lock", || lock.exists());
        wait_until_busy(&mut child);
        send(&child, name);
        child.wait_with_output().unwrap()
    };
    let output = signal("-INT");
    assert_eq!(code(&output), 130, "{}", err(&output));
    // A busy machine may not have waited for the part in the making.
    let (some, before) = parts(&folder.join("rows.parquet"));
    assert!(before <= 1 && some.len() < names.len(), "{some:?}");
    signal("-KILL");
    let output = append(&[]).wait_with_output().unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    let (all, count) = parts(&folder.join("rows.parquet"));
    assert_eq!(all, names);
    assert!(count > before);

    let output = append(&["--exif"]).wait_with_output().unwrap();
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert!(
        err(&output).contains("its columns are others"),
        "{}",
        err(&output)
    );
    std::fs::write(
        folder.join("rows.parquet/part-000009.parquet"),
        "no Parquet at all",
    )
    .unwrap();
    let output = append(&[]).wait_with_output().unwrap();
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert!(
        err(&output).contains("part-000009.parquet"),
        "{}",
        err(&output)
    );
}
