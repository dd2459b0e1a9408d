//! Files that vanish, change, lead in circles or are called what no text can say.

use super::names;
use crate::process::{code, command, draw, err, lines, score};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;

/// The program prints a line a picture. While nobody reads them, it stops once the pipe is full:
/// until then no more than this many pictures are scored.
const IN_THE_PIPE: usize = 64 * 1024 / 2000;

#[test]
fn files_that_vanish_or_change_in_mid_batch_cost_only_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let cores = std::thread::available_parallelism().unwrap().get();
    let ahead = IN_THE_PIPE + 3 * cores + 8;
    let count = ahead + 5;
    let path = |number: usize| folder.path().join(format!("{number:04}.png"));
    for number in 0..count {
        draw(&path(number), number as u32);
    }
    let mut child = score()
        .args(["--format", "jsonl"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    // It has listed the folder, and has not come to the last five.
    std::fs::remove_file(path(ahead)).unwrap();
    let whole = std::fs::read(path(ahead + 1)).unwrap();
    std::fs::write(path(ahead + 1), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(path(ahead + 2), b"something else altogether").unwrap();
    std::fs::remove_file(path(ahead + 3)).unwrap();
    std::fs::create_dir(path(ahead + 3)).unwrap();
    std::fs::copy(path(0), path(ahead + 4)).unwrap();
    out.read_to_string(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();

    assert_eq!(code(&output), 1);
    let lines = lines(&text);
    assert_eq!(lines.len(), count);
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(line["path"], path(number).to_str().unwrap());
        let wrong = (ahead..ahead + 4).contains(&number);
        assert_eq!(line["score"].is_null(), wrong, "{line}");
        assert_eq!(line["error"].is_string(), wrong, "{line}");
    }
    assert_eq!(
        lines[0]["raw"],
        lines[ahead + 4]["raw"],
        "the new picture counts"
    );
    let said = err(&output);
    assert!(
        said.contains(&format!("4 of {count} could not be scored")),
        "{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_are_said_and_the_rest_is_scored() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("deeper")).unwrap();
    draw(&at("a.png"), 0);
    draw(&at("deeper/b.png"), 1);
    symlink(folder.path(), at("deeper/up")).unwrap();
    symlink(at("one"), at("other")).unwrap();
    symlink(at("other"), at("one")).unwrap();
    symlink(at("nowhere"), at("dangling.png")).unwrap();
    symlink(at("self.png"), at("self.png")).unwrap();
    let output = score()
        .args(["--recursive", "--format", "jsonl"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 1);
    let lines = lines(&output.stdout);
    let scored = lines.iter().filter(|line| line["score"].is_number());
    assert_eq!(scored.count(), 2, "{lines:?}");
    let error = |name: &str| {
        let line = lines
            .iter()
            .find(|line| line["path"].as_str().unwrap().ends_with(name));
        line.unwrap()["error"].as_str().unwrap().to_owned()
    };
    assert!(error("deeper/up").contains("leads back into itself"));
    for name in ["one", "other", "dangling.png", "self.png"] {
        assert!(!error(name).is_empty());
    }

    let made = tempfile::tempdir().unwrap();
    let output = command(["distort", "--recursive", "--kind", "jpeg", "--levels", "1"])
        .arg(folder.path())
        .arg("--output")
        .arg(made.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 1, "{}", err(&output));
    let expected = [
        "a",
        "a/jpeg-1.png",
        "a/untouched.png",
        "b",
        "b/jpeg-1.png",
        "b/untouched.png",
    ];
    assert_eq!(
        names(made.path()),
        [&expected[..], &["ladder.csv"]].concat()
    );
}

/// Linux takes any bytes for a name; what is printed of them is as near as text comes.
#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_scored_distorted_and_written() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let named = |bytes: &[u8]| folder.path().join(OsStr::from_bytes(bytes));
    draw(&folder.path().join("a.png"), 0);
    for (number, bytes) in [&b"caf\xe9.png"[..], b"caf\xe8.png"]
        .into_iter()
        .enumerate()
    {
        std::fs::rename(
            {
                let plain = folder.path().join("plain.png");
                draw(&plain, number as u32);
                plain
            },
            named(bytes),
        )
        .unwrap();
    }
    for format in ["jsonl", "csv", "table"] {
        let target = named(format!("{format}\u{0}").as_bytes().split_last().unwrap().1);
        let target = target.with_extension(OsStr::from_bytes(b"\xff"));
        let output = score()
            .args(["--format", format, "--output"])
            .arg(&target)
            .arg(folder.path())
            .output()
            .unwrap();
        assert_eq!(code(&output), 0, "{format}: {}", err(&output));
        let text = std::fs::read_to_string(&target).unwrap();
        assert_eq!(text.matches("caf\u{fffd}.png").count(), 2, "{text}");
        if format == "jsonl" {
            assert!(lines(&text).iter().all(|line| line["score"].is_number()));
        }
    }
    let made = tempfile::tempdir().unwrap();
    let output = command(["distort", "--kind", "jpeg", "--levels", "1"])
        .args([named(b"caf\xe9.png"), named(b"caf\xe8.png")])
        .arg("--output")
        .arg(made.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    // Two folders, which the table can name.
    let table = std::fs::read_to_string(made.path().join("ladder.csv")).unwrap();
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(rows.len(), 4, "{table}");
    for row in rows {
        let name = row.split(',').next().unwrap();
        assert!(made.path().join(Path::new(name)).is_file(), "{name}");
    }
    let output = command(["inspect", "--device", "cpu", "--size", "64"])
        .arg(named(b"caf\xe9.png"))
        .arg("--output")
        .arg(named(b"maps\xff"))
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(named(b"maps\xff").join("inspection.json").is_file());
}
