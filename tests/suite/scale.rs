//! Scoring by many processes: lists, shards, rows that are gone on with, Parquet.

mod append;
#[cfg(unix)]
mod cluster;
mod list;
mod parquet;

use crate::process::draw;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// `bpclip score` in a folder, at a size that is quick.
fn score(folder: &Path) -> Command {
    let mut command = crate::process::score();
    command.current_dir(folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    score(folder).args(arguments).output().unwrap()
}

/// Likewise, with something on standard input.
fn run_with(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = score(folder);
    command.args(arguments).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// A folder of small pictures `000.png` and so on, each another, and the list of their names.
fn pictures(count: u32) -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..count)
        .map(|number| format!("{number:03}.png"))
        .collect();
    for (name, number) in names.iter().zip(0..) {
        draw(&folder.path().join(name), number);
    }
    let list = names.iter().map(|name| format!("{name}\n"));
    std::fs::write(folder.path().join("list"), list.collect::<String>()).unwrap();
    (folder, names)
}

/// The names of rows, in order.
fn paths(rows: &[Value]) -> Vec<&str> {
    rows.iter()
        .map(|row| row["path"].as_str().unwrap())
        .collect()
}
