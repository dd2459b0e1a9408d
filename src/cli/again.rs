//! The program begun once more, where something must stand in its environment before it begins.

use std::ffi::OsStr;

/// Milliseconds after which mimalloc hands unused pages back to the system; -1: never. It is read
/// before the program begins.
const PAGES: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "-1");
/// Keeps Mesa's layer that asks the display which GPU it is on from being loaded. Without the folder
/// that it looks for a display in, it prints a line at every look.
const NO_DISPLAY: (&str, &str) = ("NODEVICE_SELECT", "1");

/// Begins the program once more where that is of use. `trains` says whether it is to train: between
/// two steps the usual delay passes, and a third of a step's time went into having pages zeroed anew.
/// What the user has set himself stays. Does nothing where a program cannot be replaced.
pub fn begin_again(trains: bool) {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR");
    let displayless = cfg!(target_os = "linux") && !runtime.is_some_and(|path| is_absolute(&path));
    let wanted = [(trains, PAGES), (displayless, NO_DISPLAY)];
    let missing = wanted
        .into_iter()
        .filter(|(wanted, (name, _))| *wanted && std::env::var_os(name).is_none())
        .map(|(_, variable)| variable);
    replace(missing.collect());
}

fn is_absolute(path: &OsStr) -> bool {
    std::path::Path::new(path).is_absolute()
}

/// Replaces this program by itself with these variables.
fn replace(variables: Vec<(&str, &str)>) {
    #[cfg(unix)]
    if let (false, Ok(program)) = (variables.is_empty(), std::env::current_exe()) {
        use std::os::unix::process::CommandExt;
        let mut arguments = std::env::args_os();
        let mut again = std::process::Command::new(program);
        if let Some(name) = arguments.next() {
            again.arg0(name);
        }
        // It returns only where it failed; then the program is slower or says more, and that is all.
        let _ = again.args(arguments).envs(variables).exec();
    }
    #[cfg(not(unix))]
    let _ = variables;
}
