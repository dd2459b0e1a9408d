//! A training as a process: killed again and again, begun by several at once.

use super::runs::{End, Place, tensors};
use crate::process::{self, err, names};
use bpclip_train::train::Settings;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: u32 = 20;

/// Begins a run in a folder, or goes on with the one that is there.
fn start(place: &Place, folder: &Path) -> Child {
    command(place, folder)
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn command(place: &Place, folder: &Path) -> Command {
    let mut command = process::command(["train", "--run"]);
    command.arg(folder);
    // A process that was killed before it wrote its settings has begun no run.
    if folder.join("settings.json").exists() {
        command.arg("--resume");
    } else {
        command.arg("--settings").arg(place.path("settings.json"));
    }
    command.stdout(Stdio::null());
    command
}

/// Where a process stands after this long, if it has ended by then.
fn ended(child: &mut Child, within: Duration) -> Option<bool> {
    let began = Instant::now();
    while began.elapsed() < within {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.success());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    None
}

/// Whatever the moment: each file in the folder is whole, the run goes on, and it ends as if
/// nothing had been. A run that came to its end is begun anew until all kills are done.
#[test]
fn a_run_survives_being_killed_at_any_moment() {
    let place = Place::new();
    let settings = Settings {
        // After every step.
        save_minutes: 0.0,
        ..place.settings()
    };
    let text = serde_json::to_string(&settings).unwrap();
    std::fs::write(place.path("settings.json"), text).unwrap();
    let began = Instant::now();
    let folder = place.path("whole");
    assert!(start(&place, &folder).wait().unwrap().success());
    let whole = began.elapsed();
    let expected = End::of(&folder);

    let (mut kills, mut runs) = (0, 0);
    while kills < KILLS {
        runs += 1;
        let folder = place.path(&format!("run-{runs}"));
        loop {
            let mut child = start(&place, &folder);
            let moment = if kills < KILLS {
                // The golden ratio's multiples lie everywhere in 0 to 1.
                let share = (f64::from(kills) * 0.618_034).fract();
                whole.mul_f64(0.7 * share)
            } else {
                Duration::from_secs(60)
            };
            if let Some(success) = ended(&mut child, moment) {
                assert!(success);
                break;
            }
            assert!(kills < KILLS, "it does not come to its end");
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            if folder.exists() {
                tensors(&folder);
            }
        }
        End::of(&folder).assert_is(&expected);
        let mut left = names(&folder);
        left.retain(|name| name.ends_with(".tmp"));
        assert!(left.is_empty(), "left behind: {left:?}");
    }
    println!("{kills} kills in {runs} runs; a whole one takes {whole:.1?}");
}

/// One of them trains as if it were alone, the others say that the folder is taken.
#[test]
fn of_programs_that_begin_the_same_run_one_trains() {
    let place = Place::new();
    let text = serde_json::to_string(&place.settings()).unwrap();
    std::fs::write(place.path("settings.json"), text).unwrap();
    let alone = place.path("alone");
    assert!(start(&place, &alone).wait().unwrap().success());

    let folder = place.path("together");
    let programs: Vec<Child> = (0..4)
        .map(|_| {
            command(&place, &folder)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let outputs: Vec<_> = programs
        .into_iter()
        .map(|program| program.wait_with_output().unwrap())
        .collect();
    let (done, refused): (Vec<_>, Vec<_>) = outputs
        .into_iter()
        .partition(|output| output.status.success());
    assert_eq!(done.len(), 1);
    for output in refused {
        let said = err(&output);
        assert!(said.contains(folder.to_str().unwrap()), "{said}");
    }
    End::of(&folder).assert_is(&End::of(&alone));
}
