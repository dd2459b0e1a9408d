//! The scripts of `examples/cluster`, as far as this machine can run them.

use super::{paths, pictures};
use crate::process::{PROGRAM, err, lines};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/cluster")
        .join(name)
}

/// A folder of programs: `bpclip`, and one that runs its arguments, as `srun` does on a node.
fn programs(folder: &Path) -> String {
    let programs = folder.join("programs");
    std::fs::create_dir(&programs).unwrap();
    symlink(PROGRAM, programs.join("bpclip")).unwrap();
    std::fs::write(programs.join("srun"), "#!/bin/sh\nexec \"$@\"\n").unwrap();
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(programs.join("srun"), mode).unwrap();
    format!("{}:{}", programs.display(), std::env::var("PATH").unwrap())
}

/// The names in all rows of a folder, sorted.
fn found(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read(entry.unwrap().path()).unwrap();
        found.extend(paths(&lines(&text)).iter().map(|path| (*path).to_owned()));
    }
    found.sort();
    found
}

#[test]
fn the_tasks_of_the_slurm_script_have_every_picture_once() {
    let (folder, mut names) = pictures(7);
    let folder = folder.path();
    names.push("gone.png".into());
    std::fs::write(folder.join("list"), names.join("\n")).unwrap();
    std::fs::create_dir(folder.join("rows")).unwrap();
    let path = programs(folder);
    for task in ["1", "2", "3", "2"] {
        let mut command = Command::new("bash");
        command
            .arg(example("slurm/score.sbatch"))
            .args(["list", "--size", "64"]);
        command.env("PATH", &path).env("SLURM_ARRAY_TASK_ID", task);
        command
            .env("SLURM_ARRAY_TASK_COUNT", "3")
            .env("SLURM_CPUS_PER_TASK", "2");
        let output = command.current_dir(folder).output().unwrap();
        assert!(
            output.status.success(),
            "a picture that fails ends no task: {}",
            err(&output)
        );
    }
    assert_eq!(found(&folder.join("rows")), names);
}

#[test]
fn the_pods_of_the_job_have_every_picture_once() {
    let (folder, names) = pictures(5);
    let folder = folder.path();
    let job = std::fs::read_to_string(example("kubernetes/job.yaml")).unwrap();
    let number = |before: &str| {
        let (_, rest) = job.split_once(before).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap()
    };
    let shards = number("completions: ");
    assert_eq!(number("- name: SHARDS\n              value: \""), shards);
    let (_, script) = job.split_once("            - |\n").unwrap();
    let lines = script
        .lines()
        .map_while(|line| line.strip_prefix("              "));
    let script = lines.collect::<Vec<_>>().join("\n");
    let here = |path: &str| format!("{}/{path}", folder.display());
    let script = script
        .replace("/data/list", &here("list"))
        .replace("/rows/", &here("rows/"));
    std::fs::create_dir(folder.join("rows")).unwrap();
    let path = programs(folder);
    for index in ["0", "1"] {
        let mut command = Command::new("sh");
        command.args(["-c", &script]).env("PATH", &path);
        command
            .env("SHARDS", "2")
            .env("JOB_COMPLETION_INDEX", index);
        let output = command.current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", err(&output));
    }
    assert_eq!(found(&folder.join("rows")), names);
}
