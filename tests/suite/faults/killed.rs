//! Processes that are killed or interrupted while they write.

use super::names;
use crate::process::{code, command, draw, err, score};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Kills, at moments all over the life of a process.
const KILLS: u32 = 12;

fn distort(from: &Path, to: &Path) -> Command {
    let mut command = command(["distort", "--levels", "4", "--kind", "jpeg"]);
    command
        .args(["--kind", "gaussian-noise"])
        .arg(from)
        .arg("--output")
        .arg(to)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Lets a process run for a while and then no longer, if it still does.
fn kill_after(child: &mut Child, moment: Duration) {
    std::thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Whatever the moment: what bears its final name is whole, and the same command makes the rest.
#[test]
fn a_killed_export_leaves_whole_files_and_can_be_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    for number in 0..4 {
        draw(&photos.join(format!("{number}.png")), number);
    }
    let whole = folder.path().join("whole");
    let begun = Instant::now();
    assert!(distort(&photos, &whole).status().unwrap().success());
    let life = begun.elapsed();
    let expected = names(&whole);

    let made = folder.path().join("made");
    for kill in 0..KILLS {
        let mut child = distort(&photos, &made).spawn().unwrap();
        kill_after(&mut child, life.mul_f64(f64::from(kill) / f64::from(KILLS)));
        if !made.exists() {
            continue;
        }
        for name in names(&made).iter().filter(|name| !name.ends_with(".tmp")) {
            let (mine, right) = (made.join(name), whole.join(name));
            if mine.is_file() {
                assert_eq!(
                    std::fs::read(mine).unwrap(),
                    std::fs::read(right).unwrap(),
                    "{name}"
                );
            }
        }
    }
    assert!(distort(&photos, &made).status().unwrap().success());
    let mut names = names(&made);
    names.retain(|name| !name.ends_with(".tmp"));
    assert_eq!(names, expected);
    // What a killed process was writing confuses nobody.
    let output = command(["evaluate", "--device", "cpu", "--size", "64"])
        .args(["--resamples", "10"])
        .arg(&made)
        .output()
        .unwrap();
    assert_eq!(code(&output), 0, "{}", err(&output));
}

#[test]
fn a_killed_table_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..20 {
        draw(&folder.path().join(format!("{number}.png")), number);
    }
    let target = folder.path().join("scores.csv");
    let run = || {
        let mut command = score();
        command
            .args(["--format", "csv", "--output"])
            .arg(&target)
            .arg(folder.path());
        command.stderr(Stdio::null());
        command
    };
    let begun = Instant::now();
    assert!(run().status().unwrap().success());
    let life = begun.elapsed();
    let whole = std::fs::read_to_string(&target).unwrap();
    assert_eq!(whole.lines().count(), 21);
    for kill in 0..KILLS {
        std::fs::write(&target, "old").unwrap();
        let mut child = run().spawn().unwrap();
        kill_after(&mut child, life.mul_f64(f64::from(kill) / f64::from(KILLS)));
        let found = std::fs::read_to_string(&target).unwrap();
        assert!(found == "old" || found == whole, "{found}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_distorting_ends_in_order() {
    use crate::process::{send, wait_until};
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    for number in 0..400 {
        draw(&photos.join(format!("{number:03}.png")), number);
    }
    let made = folder.path().join("made");
    let child = distort(&photos, &made).spawn().unwrap();
    wait_until("it has begun", || made.join("000/untouched.png").exists());
    send(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130, "{}", err(&output));
    assert!(
        err(&output).contains("ladder.csv was not written"),
        "{}",
        err(&output)
    );
    let names = names(&made);
    assert!(names.len() < 400 * 10, "it has not done all");
    for name in &names {
        let path = made.join(name);
        assert!(path.is_dir() || ::image::open(&path).is_ok(), "{name}");
    }
}
