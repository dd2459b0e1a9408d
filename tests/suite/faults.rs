//! What must not break the program: full and read-only disks, files that go and change, kills,
//! limits, a device that is lost, and what others may have prepared: names, links, pipes, old state.

mod device;
mod disks;
mod files;
mod foreign;
mod growth;
mod killed;
mod limits;
mod memory;
mod old_state;
mod outputs;
mod pipes;
mod signals;

use ::image::{Rgb, RgbImage};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// The program, at a size that is quick.
fn score() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bpclip"));
    command.args(["score", "--device", "cpu", "--size", "64"]);
    command
}

/// The program with these arguments, run in a folder.
fn bpclip(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bpclip"));
    command.args(arguments).current_dir(folder);
    command.output().unwrap()
}

/// A small picture, another for every number.
fn draw(path: &Path, number: u32) {
    let of = |x: u32, y: u32| [x * 3 + number * 7, y * 3, (x * y + number) % 97];
    RgbImage::from_fn(64, 64, |x, y| Rgb(of(x, y).map(|value| value as u8)))
        .save(path)
        .unwrap();
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The lines of `--format jsonl`.
fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.map(Result::unwrap).collect()
}

/// Names in a folder and in those within it, in order.
fn names(folder: &Path) -> Vec<String> {
    walkdir::WalkDir::new(folder)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| {
            let path = entry.unwrap().into_path();
            path.strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}
