//! Disks that are full or may not be written to, for every writer there is.

use crate::process::{PROGRAM, code, command, draw, err, out, sample, score};
use crate::skip::skip;
use crate::training::runs::{End, Place};
use bpclip_train::train::Settings;
use std::path::Path;
use std::process::{Command, Output};

/// Runs a shell script in which `$DISK` is a disk of its own of 64 KiB, with `old` in the file
/// `there`. `None`, after saying so, where none can be mounted.
#[cfg(target_os = "linux")]
fn on_a_disk(size: &str, script: &str, place: &Path) -> Option<Output> {
    let disk = place.join("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let script = format!(
        "mount -t tmpfs -o size={size} none \"$DISK\" && printf old > \"$DISK/there\" || exit 99
        {script}"
    );
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script])
        .env("PROGRAM", PROGRAM)
        .env("PLACE", place)
        .env("DISK", &disk)
        .output();
    match output {
        Ok(output) if output.status.code() != Some(99) => Some(output),
        other => {
            let said = other.map_or_else(|error| error.to_string(), |output| err(&output));
            skip(&format!("no file system can be mounted here: {said}"));
            None
        }
    }
}

/// Each that writes a file: its arguments, where `there` is a file that is there already.
const WRITERS: [&str; 8] = [
    "score --device cpu --size 64 a.png --format csv --output disk/there",
    "score --device cpu --size 64 a.png --format jsonl --output disk/there",
    "score --device cpu --size 64 a.png --output disk/there",
    "inspect --device cpu --size 64 a.png --output disk",
    "distort --kind jpeg --levels 2 a.png --output disk",
    "evaluate --device cpu --size 64 rated --resamples 10 --output disk",
    "import backbone.safetensors disk/there",
    "pick --device cpu --size 64 a.png --copy-to disk",
];

/// After each writer: its exit code, what is on the disk, and what the old file holds.
const LOOK: &str = "code=$?; cd disk
    echo \"code $code; $(find . -name '.bpclip*' -o -name '*.tmp' | wc -l) unfinished; $(cat there)\"";

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    draw(&place.path().join("a.png"), 0);
    let rated = place.path().join("rated");
    std::fs::create_dir(&rated).unwrap();
    for number in 0..4 {
        draw(&rated.join(format!("{number}.png")), number);
    }
    let table = "name,mos\n0.png,1\n1.png,2\n2.png,3\n3.png,5\n";
    std::fs::write(rated.join("table.csv"), table).unwrap();
    let kind = bpclip_core::model::BackboneKind::EfficientNetLite(0);
    let backbone = crate::checkpoint::published(kind, "");
    std::fs::write(place.path().join("backbone.safetensors"), backbone).unwrap();
    place
}

#[cfg(target_os = "linux")]
fn every_writer_refuses(prepare: &str, reason: &str) {
    let place = place();
    for writer in WRITERS {
        let script = format!("cd \"$PLACE\"; {prepare}; \"$PROGRAM\" {writer}; {LOOK}");
        let Some(output) = on_a_disk("64k", &script, place.path()) else {
            return;
        };
        let (said, found) = (err(&output), out(&output));
        assert!(
            found.ends_with("code 1; 0 unfinished; old\n"),
            "{writer}: {found}{said}"
        );
        assert!(said.contains(reason), "{writer}: {said}");
        assert!(said.contains("disk"), "{writer} names the place: {said}");
        assert!(!said.contains("panicked"), "{writer}: {said}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_and_the_old_file_stays() {
    // Whatever there is room for is taken.
    every_writer_refuses("cat /dev/zero > disk/filler 2> /dev/null", "No space left");
}

#[test]
#[cfg(target_os = "linux")]
fn a_read_only_folder_is_said_and_the_old_file_stays() {
    every_writer_refuses("mount -o remount,ro disk", "Read-only");
}

/// A disk that fills up in the middle of a run: the run ends with the file's name, and goes on
/// from what it had saved once there is room, to the same end.
#[test]
#[cfg(target_os = "linux")]
fn a_training_goes_on_after_its_disk_was_full() {
    let place = Place::new();
    let settings = Settings {
        save_minutes: 0.0,
        ..place.settings()
    };
    let text = serde_json::to_string(&settings).unwrap();
    std::fs::write(place.path("settings.json"), text).unwrap();
    // A checkpoint is 8 MB, a state three times that: the first state fits, the next beside it does not.
    let script = "cd \"$PLACE\"
        \"$PROGRAM\" train --run disk/run --settings settings.json; echo \"code $?\"
        ls -A disk/run | grep -c '[.]tmp$'
        mount -o remount,size=1g disk || exit 99
        \"$PROGRAM\" train --run disk/run --resume || exit 1
        \"$PROGRAM\" train --run disk/whole --settings settings.json || exit 1
        cp -r disk/run disk/whole .";
    let Some(output) = on_a_disk(FIRST_STATE_ONLY, script, &place.path("")) else {
        return;
    };
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).starts_with("code 1\n0\n"), "{}", out(&output));
    assert!(err(&output).contains("No space left"), "{}", err(&output));
    End::of(&place.path("run")).assert_is(&End::of(&place.path("whole")));
}

const FIRST_STATE_ONLY: &str = "60m";

/// Nobody reads, and there is no room for what is printed.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_behind_the_outputs_is_no_panic() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let place = place();
    let run = |arguments: &str| {
        let mut command = command(arguments.split(' '));
        command.current_dir(place.path());
        command
    };
    for arguments in [
        "info",
        "devices",
        "completions bash",
        "weights list",
        "weights list --format json",
        "text dreamy",
        "text dreamy --json",
        "distort --list",
        "score --device cpu --size 64 a.png",
        "score --device cpu --size 64 a.png --format csv",
        "score --device cpu --size 64 a.png --format jsonl",
        "inspect --device cpu --size 64 a.png --output maps",
        "distort --kind jpeg --levels 1 a.png --output ladders",
        "evaluate --device cpu --size 64 rated --resamples 10 --output figures",
        "import backbone.safetensors made.safetensors",
    ] {
        let output = run(arguments).stdout(full()).output().unwrap();
        let said = err(&output);
        assert_eq!(code(&output), 1, "{arguments}: {said}");
        assert!(said.contains("No space left"), "{arguments}: {said}");
        assert!(!said.contains("panicked"), "{arguments}: {said}");
    }
    // What was computed is on the disk all the same.
    for made in [
        "maps/inspection.json",
        "ladders/ladder.csv",
        "figures/evaluation.json",
        "made.safetensors",
    ] {
        assert!(place.path().join(made).exists(), "{made}");
    }
    // Words for a person that go nowhere cost no result.
    let output = score()
        .args([
            "--format",
            "jsonl",
            "--adjective",
            "stock market",
            "a.png",
            "missing.png",
        ])
        .current_dir(place.path())
        .stderr(full())
        .output()
        .unwrap();
    assert_eq!(code(&output), 1);
    assert_eq!(out(&output).lines().count(), 2);
}

/// Pictures that are moved, and those that are rated within: what cannot be done leaves them whole.
#[test]
#[cfg(target_os = "linux")]
fn pictures_stay_whole_where_they_cannot_be_moved_or_rated() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    let sample = sample("coffee.jpg");
    for name in ["a.jpg", "b.jpg"] {
        std::fs::copy(&sample, photos.join(name)).unwrap();
    }
    let same = format!(
        "for f in photos/a.jpg photos/b.jpg; do cmp $f '{}' || exit 9; done",
        sample.display()
    );
    // Room for the log, and for no picture.
    let move_to_full = format!(
        "cd \"$PLACE\"; \"$PROGRAM\" pick --device cpu --size 64 photos --move-to disk; \
         echo \"code $?\"; {same}; ls disk | grep -v json"
    );
    let Some(output) = on_a_disk("24k", &move_to_full, place.path()) else {
        return;
    };
    let (said, found) = (err(&output), out(&output));
    assert!(found.ends_with("code 1\nthere\n"), "{found}{said}");
    assert!(
        said.contains("No space left") && said.contains("a.jpg"),
        "{said}"
    );
    for (prepare, reason) in [
        ("cat /dev/zero > disk/filler 2> /dev/null", "No space left"),
        ("mount -o remount,ro disk", "Read-only file system"),
    ] {
        for command in [
            "rate --stars 1,2,3,4,5 --device cpu --size 64 --embed disk",
            "pick --device cpu --size 64 disk --move-to photos/elsewhere",
        ] {
            let moves = command.starts_with("pick");
            if moves && reason == "No space left" {
                // From a full disk there is somewhere to go to.
                continue;
            }
            let script = format!(
                "cd \"$PLACE\"; cp photos/a.jpg disk; {prepare}; \"$PROGRAM\" {command}; \
                 echo \"code $?\"; cmp disk/a.jpg photos/a.jpg && ls photos/elsewhere 2> /dev/null | grep -c jpg; \
                 find disk -name '.bpclip*' -o -name '*.tmp'"
            );
            let Some(output) = on_a_disk("512k", &script, place.path()) else {
                return;
            };
            let (said, found) = (err(&output), out(&output));
            assert!(
                said.contains(reason) && said.contains("a.jpg"),
                "{command}: {said}"
            );
            assert!(found.contains("code 1\n"), "{command}: {found}{said}");
            assert!(
                !found.contains("differ") && !found.contains("tmp"),
                "{found}"
            );
            assert!(!moves || found.ends_with("code 1\n0\n"), "{found}");
        }
    }
}
