//! What the compute runtime keeps of a GPU.

use crate::folders;
use burn::cubecl::config::cache::CacheConfig;
use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use burn::cubecl::records::RecordLevel;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// How the runtime's store begins.
const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Which kernels are fastest on a GPU is tried out once, and kept in the user's cache for the next
/// start. Where that cannot be written it is tried out at each start.
pub(super) fn keep() {
    let cache = folders::cache().unwrap_or_else(std::env::temp_dir);
    let folder = cache.join("kernels");
    // Settings that are not given are looked for in the folder that the program was started in, and
    // that is where the kernels would go.
    let mut settings = CubeClRuntimeConfig::default();
    let store = folder.join(format!("{}.db", settings.environment.name));
    settings.environment.path = CacheConfig::Directory(folder);
    settings.environment.records.level = RecordLevel::Off;
    // They count from the first device on.
    if CubeClRuntimeConfig::try_set(settings) && is_damaged(&store) {
        // It would be passed by for ever.
        for end in ["", "-wal", "-tshm"] {
            let mut name = store.clone().into_os_string();
            name.push(end);
            let _ = fs::remove_file(name);
        }
    }
}

/// Whether there is something that is no store. One that was only just made may be empty.
fn is_damaged(store: &Path) -> bool {
    let mut header = [0; HEADER.len()];
    File::open(store)
        .and_then(|mut file| file.read_exact(&mut header))
        .is_ok_and(|()| header != *HEADER)
}
