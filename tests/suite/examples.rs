//! The libraries' examples, which `cargo test` builds beside the tests, as processes.

use crate::skip::skip;
use bpclip_core::metric::Niqe;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The standard output of an example; `None`, after saying so, where only some packages were built.
fn run(name: &str, arguments: &[&Path]) -> Option<String> {
    let tests = std::env::current_exe().unwrap();
    let built = tests.ancestors().nth(2).unwrap().join("examples");
    let example = built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !example.exists() {
        skip(&format!("the example {name} was not built"));
        return None;
    }
    let output = Command::new(example).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn pictures_are_scored_and_shown() {
    let checkpoint = place("weights/bpclip-nr.safetensors");
    let photo = place("assets/samples/coffee.jpg");
    let Some(said) = run("score", &[&checkpoint, &photo]) else {
        return;
    };
    assert!(
        said.contains("83.1") && said.contains("coffee.jpg"),
        "{said}"
    );
    let folder = tempfile::tempdir().unwrap();
    let said = run("inspect", &[&checkpoint, &photo, folder.path()]).unwrap();
    assert!(said.starts_with("83.1 of 100; looks "), "{said}");
    assert!(folder.path().join("information-4.png").exists());
}

#[test]
fn a_folder_is_fine_tuned_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "name,mos\n".to_owned();
    for (name, mos) in [
        ("coffee", 5),
        ("rocket", 4),
        ("coffee-noisy", 2),
        ("coffee-blurred", 1),
    ] {
        let file = format!("{name}.jpg");
        let sample = place("assets/samples").join(&file);
        std::fs::copy(sample, folder.path().join(&file)).unwrap();
        table.push_str(&format!("{file},{mos}\n"));
    }
    std::fs::write(folder.path().join("mos.csv"), table).unwrap();
    let run_folder = folder.path().join("run");
    let Some(said) = run("fine_tune", &[folder.path(), &run_folder]) else {
        return;
    };
    assert!(
        said.contains("loss ") && said.contains("the checkpoint is "),
        "{said}"
    );
}

#[test]
fn parameters_of_niqe_are_fitted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("niqe.safetensors");
    let (text, samples) = (Path::new("samples"), place("assets/samples"));
    let Some(said) = run("fit_niqe", &[&file, text, &samples]) else {
        return;
    };
    assert!(said.ends_with("from 12 photographs\n"), "{said}");
    let bytes = std::fs::read(&file).unwrap();
    Niqe::parse(&bytes, &file).unwrap();
}
