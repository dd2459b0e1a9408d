//! Pipes and devices where a file is wanted: refused at once, not waited for.

#![cfg(unix)]

use crate::process::{command, draw, err};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Ends a command that waits.
fn within(seconds: u64, command: &mut Command) -> Option<Output> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(seconds) {
        if child.try_wait().unwrap().is_some() {
            return Some(child.wait_with_output().unwrap());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

#[test]
fn nothing_waits_on_a_pipe_or_reads_a_device_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    draw(&at("a.png"), 0);
    std::fs::create_dir(at("rated")).unwrap();
    std::fs::create_dir(at("good")).unwrap();
    let mut table = "name,mos\n".to_owned();
    for number in 0..8 {
        draw(&at(&format!("good/{number}.png")), number);
        table += &format!("{number}.png,{number}\n");
    }
    std::fs::write(at("good/mos.csv"), table).unwrap();
    for path in ["p", "rated/mos.csv"].map(at) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }
    for line in [
        "info p",
        "info /dev/zero",
        "score --device cpu a.png --checkpoint p",
        "score --device cpu p",
        "score --device cpu a.png --adjective dreamy --encoder p",
        "text dreamy --checkpoint /dev/zero",
        "import p o",
        "import /dev/zero o",
        "weights verify p",
        "train --settings p",
        "train good --start p",
        "train rated --table rated/mos.csv",
        "train rated --layout table --table /dev/zero",
        "train good --start fresh --weights p",
        "train good --adjective-list p",
        "train good --text-encoder clip --encoder p",
        "evaluate rated --table rated/mos.csv",
        "evaluate --ladders . --flaws p",
    ] {
        let output = within(60, command(line.split(' ')).current_dir(folder.path()));
        let output = output.unwrap_or_else(|| panic!("{line} waits"));
        let said = err(&output);
        assert!(!output.status.success(), "{line}: {said}");
        assert!(!said.contains("panicked"), "{line}: {said}");
        assert_ne!(output.status.code(), None, "{line}: {said}");
    }
    let output = within(60, command(["info", "p"]).current_dir(folder.path())).unwrap();
    let said = err(&output);
    assert_eq!(said, "error: p: it is a pipe or a device, not a file\n");
}
