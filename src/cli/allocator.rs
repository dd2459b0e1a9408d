//! How the program's allocator treats memory that a training does not use for a moment.

use std::env;

/// Milliseconds after which mimalloc hands unused pages back to the system; -1: never. It is read
/// before the program begins.
#[cfg(unix)]
const DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Begins the program once more, its pages never handed back: between two steps the usual second
/// passes, and a third of a step's time went into having them zeroed anew. Does nothing where the
/// user has set the delay, or where a program cannot be replaced.
pub fn keep_pages() {
    #[cfg(unix)]
    if let (None, Ok(program)) = (env::var_os(DELAY), env::current_exe()) {
        use std::os::unix::process::CommandExt;
        let mut arguments = env::args_os();
        let mut again = std::process::Command::new(program);
        if let Some(name) = arguments.next() {
            again.arg0(name);
        }
        // It returns only where it failed; then the training is slower and no more.
        let _ = again.args(arguments).env(DELAY, "-1").exec();
    }
}
