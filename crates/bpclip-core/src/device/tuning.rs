//! What the compute runtime finds out about a GPU: which kernels are fastest on it.

use burn::cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use burn::cubecl::records::RecordLevel;

/// Tells the runtime its settings. Those that are not given are looked for in the folder that the
/// program was started in. They count from the first device on.
pub(super) fn configure() {
    let mut settings = CubeClRuntimeConfig::default();
    settings.environment.records.level = RecordLevel::Off;
    #[cfg(feature = "keep-tuning")]
    kept::place(&mut settings);
    if CubeClRuntimeConfig::try_set(settings) {
        #[cfg(feature = "keep-tuning")]
        kept::remove_damaged();
    }
}

#[cfg(feature = "keep-tuning")]
pub use kept::keep_tuning_in;

#[cfg(feature = "keep-tuning")]
mod kept {
    use burn::cubecl::config::CubeClRuntimeConfig;
    use burn::cubecl::config::cache::CacheConfig;
    use std::fs::{self, File};
    use std::io::Read;
    use std::path::{Path, PathBuf};
    use std::sync::OnceLock;

    /// How the runtime's store begins.
    const HEADER: &[u8; 16] = b"SQLite format 3\0";

    static FOLDER: OnceLock<PathBuf> = OnceLock::new();

    /// Which kernels are fastest on a GPU is tried out once and kept in `folder` for the next
    /// start. To be said before the first device is opened; otherwise it is kept in the system's
    /// folder for temporary files. Where the folder cannot be written it is tried out at each
    /// start.
    pub fn keep_tuning_in(folder: PathBuf) {
        // Said twice, the first one counts.
        let _ = FOLDER.set(folder);
    }

    fn folder() -> PathBuf {
        FOLDER.get().cloned().unwrap_or_else(std::env::temp_dir)
    }

    pub fn place(settings: &mut CubeClRuntimeConfig) {
        settings.environment.path = CacheConfig::Directory(folder());
    }

    /// A store that is damaged would be passed by for ever.
    pub fn remove_damaged() {
        let name = CubeClRuntimeConfig::default().environment.name;
        let store = folder().join(format!("{name}.db"));
        if is_damaged(&store) {
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
}
