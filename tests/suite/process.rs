//! What the tests of the program as a process share: how it is run, what it is given, and what comes
//! of it.

use ::image::{Rgb, RgbImage};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

/// The program's file.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_bpclip");

/// Long enough for a process on a machine that does other things too.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The program with these arguments, to be given more and begun.
pub fn command(arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments);
    command
}

/// What comes of the program with these arguments.
pub fn bpclip(arguments: impl IntoIterator<Item: AsRef<OsStr>>) -> Output {
    command(arguments).output().unwrap()
}

/// `bpclip score` on the CPU, at a size that is quick.
pub fn score() -> Command {
    command(["score", "--device", "cpu", "--size", "64"])
}

/// The exit code; a process that a signal killed has none.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// What stands on standard output.
pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What stands on standard error.
pub fn err(output: &Output) -> String {
    text(&output.stderr)
}

/// What a program said, as far as it is text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The lines of `--format jsonl`.
pub fn lines(text: impl AsRef<[u8]>) -> Vec<Value> {
    let text = std::str::from_utf8(text.as_ref()).unwrap();
    let lines = text.lines().map(serde_json::from_str);
    lines.map(Result::unwrap).collect()
}

/// A sample picture.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/samples")
        .join(name)
}

/// A small picture, another for every number.
pub fn draw(path: &Path, number: u32) {
    let of = |x: u32, y: u32| [x * 3 + number * 7, y * 3, (x * y + number) % 97];
    RgbImage::from_fn(64, 64, |x, y| Rgb(of(x, y).map(|value| value as u8)))
        .save(path)
        .unwrap();
}

/// The names in a folder, in order; none where it is not there.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| text(entry.unwrap().file_name().as_encoded_bytes()))
        .collect();
    names.sort();
    names
}

/// Waits until it is so.
pub fn wait_until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until a process is at work: it has used a second of processor time, or has ended already.
#[cfg(unix)]
pub fn wait_until_busy(child: &mut Child) {
    let id = child.id().to_string();
    wait_until("it is at work", || {
        // Such as `00:00:01`, and on some systems `0:01.02`.
        let used = Command::new("ps").args(["-o", "time=", "-p", &id]).output();
        let used = text(&used.unwrap().stdout);
        let begun = used.contains(|c: char| ('1'..='9').contains(&c));
        child.try_wait().unwrap().is_some() || begun
    });
}

/// Has the system send a signal such as `-INT`.
#[cfg(unix)]
pub fn send(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status();
    assert!(sent.unwrap().success());
}

/// What Linux says of a process's memory, in KB: `VmRSS` now, `VmHWM` at most.
pub fn memory(process: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| {
        let value = line.strip_prefix(name)?.strip_prefix(':')?;
        value.trim().strip_suffix("kB")?.trim().parse().ok()
    })
}

/// Waits for a process, and tells its peak memory in KB.
#[cfg(target_os = "linux")]
pub fn peak_of(child: &mut Child) -> u64 {
    let mut peak = 0;
    // The system tells it only while the process lives.
    while child.try_wait().unwrap().is_none() {
        peak = memory(child.id(), "VmHWM").unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(peak > 0, "nothing was measured");
    peak
}
