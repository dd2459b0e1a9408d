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

use crate::process::command;
use std::path::Path;
use std::process::Output;

/// What comes of the program with these arguments, run in a folder.
fn bpclip(folder: &Path, arguments: &[&str]) -> Output {
    command(arguments).current_dir(folder).output().unwrap()
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
