//! Rows that are gone on with.

use super::{paths, pictures, run, run_with, score};
#[cfg(unix)]
use crate::process::send;
use crate::process::{code, command, err, lines, wait_until};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

/// Kills, at moments all over the life of a process.
const KILLS: u32 = 12;

fn append(folder: &Path, to: &str, more: &[&str]) -> std::process::Output {
    run(
        folder,
        &[&["--files-from", "list", "--append", to], more].concat(),
    )
}

/// Whatever the moment: the same command goes on, and in the end the file is the one that a run
/// without a kill writes.
#[test]
fn a_run_killed_again_and_again_has_every_row_once() {
    let (folder, names) = pictures(40);
    let folder = folder.path();
    for ending in ["jsonl", "csv"] {
        let whole = format!("whole.{ending}");
        let begun = Instant::now();
        let output = append(folder, &whole, &[]);
        assert_eq!(code(&output), 0, "{}", err(&output));
        let life = begun.elapsed();
        let killed = format!("killed.{ending}");
        let mut most = 0;
        for kill in 1..=KILLS {
            let mut command = score(folder);
            command.args(["--files-from", "list", "--append", &killed]);
            let mut child = command.stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(life.mul_f64(f64::from(kill) / f64::from(KILLS)));
            child.kill().unwrap();
            child.wait().unwrap();
            let length = std::fs::read(folder.join(&killed)).map_or(0, |bytes| bytes.len());
            assert!(length >= most, "rows were lost");
            most = length;
            // As if the last row had been cut short by the kill.
            if kill % 3 == 0 && length > 50 {
                let file = std::fs::OpenOptions::new()
                    .write(true)
                    .open(folder.join(&killed))
                    .unwrap();
                file.set_len(length as u64 - 7).unwrap();
                most -= 7;
            }
        }
        let output = append(folder, &killed, &[]);
        assert_eq!(code(&output), 0, "{}", err(&output));
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        assert_eq!(read(&killed), read(&whole));
        let rows = read(&whole).lines().count();
        assert_eq!(rows, names.len() + usize::from(ending == "csv"));
        // Once more: nothing is left to do.
        let output = append(folder, &killed, &[]);
        assert!(
            err(&output).contains("40 pictures have a row already"),
            "{}",
            err(&output)
        );
        assert_eq!(read(&killed), read(&whole));
    }
}

#[test]
fn a_list_that_grew_and_names_twice_gives_each_picture_one_row() {
    let (folder, names) = pictures(5);
    let folder = folder.path();
    let append = |list: String| {
        let arguments = ["--files-from", "-", "--append", "rows.jsonl"];
        let output = run_with(folder, &arguments, list.as_bytes());
        assert_eq!(code(&output), 0, "{}", err(&output));
    };
    append(names[3..].join("\n"));
    append([&names[..], &names[..]].concat().join("\n"));
    let text = std::fs::read(folder.join("rows.jsonl")).unwrap();
    let rows = lines(&text);
    let expected = [&names[3..], &names[..3]].concat();
    assert_eq!(paths(&rows), expected);
    let made = rows[0]["made_with"].as_str().unwrap();
    assert!(
        made.starts_with("bpclip ") && made.contains("checkpoint ") && made.contains("64 pixels"),
        "{made}"
    );
    assert!(rows.iter().all(|row| row["made_with"] == made));
}

#[test]
fn a_picture_that_failed_has_a_row_and_is_not_tried_again() {
    let (folder, _) = pictures(1);
    std::fs::write(folder.path().join("list"), "000.png\ngone.png\n").unwrap();
    assert_eq!(code(&append(folder.path(), "rows.csv", &[])), 1);
    let text = std::fs::read_to_string(folder.path().join("rows.csv")).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert_eq!(code(&append(folder.path(), "rows.csv", &[])), 0);
    assert_eq!(
        std::fs::read_to_string(folder.path().join("rows.csv")).unwrap(),
        text
    );
}

#[test]
fn rows_made_otherwise_and_files_of_another_kind_stay_as_they_are() {
    let (folder, names) = pictures(2);
    let folder = folder.path();
    for ending in ["jsonl", "csv"] {
        let name = format!("rows.{ending}");
        append(folder, &name, &[]);
        let before = std::fs::read(folder.join(&name)).unwrap();
        for (more, expected) in [
            (["--size", "96"], "96 pixels"),
            (["--adjective", "dreamy"], "dreamy"),
        ] {
            let rows = ["--files-from", "list", "--append", &name];
            let mut command = command(["score", "--device", "cpu"]);
            command.args(rows).args(more).current_dir(folder);
            if more[0] != "--size" {
                command.args(["--size", "64"]);
            }
            let output = command.output().unwrap();
            assert_eq!(code(&output), 2, "{}", err(&output));
            assert!(err(&output).contains(expected), "{}", err(&output));
            assert_eq!(std::fs::read(folder.join(&name)).unwrap(), before);
        }
    }
    let picture = std::fs::read(folder.join(&names[0])).unwrap();
    for more in [
        ["--format", "jsonl"],
        ["--format", "csv"],
        ["--format", "table"],
        ["--format", "parquet"],
    ] {
        let output = append(folder, &names[0], &more);
        assert_eq!(code(&output), 2, "{}", err(&output));
        assert_eq!(
            std::fs::read(folder.join(&names[0])).unwrap(),
            picture,
            "{more:?}"
        );
    }
    let output = append(folder, "rows", &[]);
    assert!(
        err(&output).contains("--append goes on with rows"),
        "{}",
        err(&output)
    );
    let output = append(folder, "rows.csv", &["--output", "other.csv"]);
    assert_eq!(code(&output), 2);
}

#[test]
fn two_processes_never_write_to_one_file() {
    let (folder, _) = pictures(1);
    let file = std::fs::File::create(folder.path().join("rows.jsonl")).unwrap();
    file.lock().unwrap();
    let output = append(folder.path(), "rows.jsonl", &[]);
    assert_eq!(code(&output), 2);
    assert!(
        err(&output).contains("rows.jsonl: another process writes to it"),
        "{}",
        err(&output)
    );
    file.unlock().unwrap();
    assert_eq!(code(&append(folder.path(), "rows.jsonl", &[])), 0);
}

/// Shards of one list into files of their own, one of them killed and begun again, are together the
/// whole list.
#[test]
fn shards_in_files_of_their_own_are_the_whole_list() {
    let (folder, names) = pictures(20);
    let folder = folder.path();
    let shard = |number: u32| {
        let mut command = score(folder);
        let to = format!("rows-{number}.jsonl");
        command.args([
            "--files-from",
            "list",
            "--shard",
            &format!("{number}/3"),
            "--append",
            &to,
        ]);
        command.stderr(Stdio::null()).spawn().unwrap()
    };
    let mut children: Vec<_> = (1..=3).map(shard).collect();
    let second = folder.join("rows-2.jsonl");
    wait_until("the second has a row", || {
        second.metadata().is_ok_and(|file| file.len() > 0)
    });
    children[1].kill().unwrap();
    for child in &mut children {
        child.wait().unwrap();
    }
    assert!(shard(2).wait().unwrap().success());
    let mut found = Vec::new();
    for number in 1..=3 {
        let text = std::fs::read(folder.join(format!("rows-{number}.jsonl"))).unwrap();
        found.extend(lines(&text));
    }
    let mut found: Vec<Value> = found;
    found.sort_by_key(|row| row["path"].as_str().unwrap().to_owned());
    assert_eq!(paths(&found), names);
    assert!(found.iter().all(|row| row["score"].is_number()));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_its_rows() {
    let (folder, names) = pictures(300);
    let folder = folder.path();
    let mut command = score(folder);
    command.args(["--files-from", "list", "--append", "rows.csv"]);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let file = folder.join("rows.csv");
    wait_until("it has rows", || {
        file.metadata().is_ok_and(|file| file.len() > 3000)
    });
    send(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130, "{}", err(&output));
    // Where the machine is busy the last batch is not waited for, and that is said.
    let said = err(&output);
    assert!(said.contains("interrupted: "), "{said}");
    assert_eq!(code(&append(folder, "rows.csv", &[])), 0);
    let mut reader = csv::Reader::from_path(folder.join("rows.csv")).unwrap();
    let found: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[0].to_owned())
        .collect();
    assert_eq!(found, names);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_left_out_and_named() {
    let (folder, _) = pictures(1);
    std::fs::write(folder.path().join("list"), b"000.png\n\xff.png\n").unwrap();
    let output = append(folder.path(), "rows.jsonl", &[]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("not UTF-8"), "{}", err(&output));
    let text = std::fs::read(folder.path().join("rows.jsonl")).unwrap();
    assert_eq!(paths(&lines(&text)), ["000.png"]);
}
