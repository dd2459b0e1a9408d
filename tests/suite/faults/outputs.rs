//! Nothing is written where it was not asked for.

use super::{bpclip, names};
use crate::process::{code, draw, err, lines, out};
use crate::training::runs::{Place, alone};
use bpclip_core::checkpoint::{Checkpoint, Precision};
use bpclip_core::model::Task;
use bpclip_train::train::{self, Control};
use burn::tensor::Device;
use std::path::Path;

/// What runs in a moment, on the CPU.
fn quick(folder: &Path, line: &str) -> std::process::Output {
    let arguments: Vec<&str> = line.split(' ').collect();
    bpclip(folder, &arguments)
}

#[test]
fn ladders_stay_in_their_folder_whatever_a_picture_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("photos")).unwrap();
    draw(&at("a.png"), 0);
    let hostile = [
        "...png",
        "CON.png",
        "a.png",
        "A.png",
        "b .png",
        "c\u{202e}.png",
    ];
    // One that begins with a dot is hidden: it is named.
    for name in hostile {
        std::fs::copy(at("a.png"), at("photos").join(name)).unwrap();
    }
    let made = quick(
        folder.path(),
        "distort --kind jpeg --levels 1 photos photos/...png --output in/made",
    );
    assert_eq!(code(&made), 0, "{}", err(&made));
    assert_eq!(
        names(&at("in"))
            .iter()
            .filter(|name| !name.contains('/'))
            .count(),
        1
    );
    let mut folders = names(&at("in/made"));
    folders.retain(|name| !name.contains('/') && name != "ladder.csv");
    assert_eq!(folders, ["A", "_", "_-2", "a-2", "b_", "c_"]);
    // The table names them so that they are found again.
    let read = quick(
        folder.path(),
        "evaluate in/made --device cpu --size 64 --resamples 10",
    );
    assert_eq!(code(&read), 0, "{}", err(&read));
}

#[test]
fn maps_stay_in_their_folder_whatever_a_checkpoint_calls_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut checkpoint = Checkpoint::bundled(Task::NoReference, &Device::flex()).unwrap();
    let outside = folder.path().join("outside");
    let hostile = ["../up", outside.to_str().unwrap(), "score", "Score"];
    for (adjective, name) in checkpoint.metadata.adjectives.iter_mut().zip(hostile) {
        adjective.dimension = name.to_owned();
    }
    let path = folder.path().join("hostile.safetensors");
    checkpoint.write(&path, Precision::Fp16).unwrap();
    std::fs::copy("assets/samples/coffee.jpg", folder.path().join("a.jpg")).unwrap();
    let output = quick(
        folder.path(),
        "map a.jpg --device cpu --checkpoint hostile.safetensors --size 256 --output maps",
    );
    assert_eq!(code(&output), 0, "{}", err(&output));
    let found = names(folder.path());
    let here = found.iter().filter(|name| !name.contains('/'));
    assert_eq!(
        here.collect::<Vec<_>>(),
        ["a.jpg", "hostile.safetensors", "maps"]
    );
    for name in [
        "maps/score.png",
        "maps/score-2.png",
        "maps/Score-3.png",
        "maps/.._up.png",
    ] {
        assert!(found.iter().any(|found| found == name), "{name}: {found:?}");
    }
}

#[test]
fn an_output_that_is_an_input_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir_all(at("made/untouched")).unwrap();
    let pictures = [
        "a.png",
        "score.png",
        "information-2.png",
        "made/untouched/untouched.png",
    ];
    for (name, number) in pictures.iter().zip(0..) {
        draw(&at(name), number);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("a.png", at("link")).unwrap();
    let kind = bpclip_core::model::BackboneKind::EfficientNetLite(0);
    std::fs::write(at("w"), crate::checkpoint::published(kind, "")).unwrap();
    let before: Vec<Vec<u8>> = pictures
        .iter()
        .chain(&["w"])
        .map(|name| std::fs::read(at(name)).unwrap())
        .collect();
    for line in [
        "score --device cpu --size 64 a.png --output a.png",
        "score --device cpu --size 64 a.png --output made/../a.png",
        #[cfg(unix)]
        "score --device cpu --size 64 a.png --output link",
        "score --device cpu --size 64 score.png --reference a.png --output a.png",
        "inspect --device cpu --size 64 information-2.png --output .",
        "map --device cpu --tile 128 score.png --output .",
        "distort --kind jpeg --levels 1 made/untouched/untouched.png --output made",
        "import w w",
    ] {
        let output = quick(folder.path(), line);
        assert_eq!(code(&output), 2, "{line}: {}", err(&output));
        assert!(err(&output).contains("input"), "{line}: {}", err(&output));
    }
    for (name, before) in pictures.iter().chain(&["w"]).zip(before) {
        assert_eq!(std::fs::read(at(name)).unwrap(), before, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_a_pipe_a_pipe() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    draw(&at("a.png"), 0);
    std::fs::create_dir(at("far")).unwrap();
    std::fs::write(at("far/scores"), "old").unwrap();
    symlink("far/scores", at("link")).unwrap();
    let score = "score --device cpu --size 64 --format jsonl a.png --output";
    let output = quick(folder.path(), &format!("{score} link"));
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(at("link").is_symlink());
    let written = std::fs::read_to_string(at("far/scores")).unwrap();
    assert_eq!(lines(&written).len(), 1);

    let made = Command::new("mkfifo").arg(at("pipe")).status();
    assert!(made.unwrap().success());
    let reader = Command::new("cat")
        .arg(at("pipe"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = quick(folder.path(), &format!("{score} pipe"));
    assert_eq!(code(&output), 0, "{}", err(&output));
    let read = reader.wait_with_output().unwrap();
    assert_eq!(out(&read), written);
    assert!(at("pipe").metadata().unwrap().file_type().is_fifo());

    let output = quick(folder.path(), &format!("{score} /dev/stdout"));
    assert_eq!(out(&output), written);
    assert!(
        names(folder.path())
            .iter()
            .all(|name| !name.ends_with(".tmp"))
    );
}

/// As root a rename would put a file into the place of the device itself.
#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_never_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let folder = tempfile::tempdir().unwrap();
    draw(&folder.path().join("a.png"), 0);
    let null = folder.path().join("null");
    let made = std::process::Command::new("mknod")
        .arg(&null)
        .args(["c", "1", "3"])
        .output();
    if !made.is_ok_and(|made| made.status.success()) || std::fs::write(&null, "").is_err() {
        return crate::skip::skip("no device can be made here");
    }
    let output = quick(
        folder.path(),
        "score --device cpu --size 64 a.png --output null",
    );
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(null.metadata().unwrap().file_type().is_char_device());
}

#[cfg(unix)]
#[test]
fn what_a_run_keeps_for_itself_is_not_looked_for_behind_links() {
    let _alone = alone();
    let place = Place::new();
    let folder = place.path("run");
    let control = Control::default();
    control.stop();
    train::train(&folder, &place.settings(), &control, &mut |_| {}).unwrap();
    let victim = place.path("victim");
    for name in [".lock", "log.jsonl"] {
        let path = folder.join(name);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        let resumed = train::resume(&folder, &control, &mut |_| {});
        // A log is made anew in the link's place.
        if name == ".lock" {
            let error = resumed.unwrap_err().to_string();
            assert!(error.contains(".lock: it is a link"), "{error}");
            std::fs::remove_file(&path).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&victim).unwrap(),
            "precious",
            "{name}"
        );
    }
}
