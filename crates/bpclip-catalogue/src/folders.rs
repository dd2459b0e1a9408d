//! The places that this program has on the user's machine.

use directories::ProjectDirs;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The environment variable that names the cache folder instead of the system.
pub const CACHE: &str = "BPCLIP_CACHE";
/// The environment variable that names the settings file instead of the usual one.
pub const SETTINGS: &str = "BPCLIP_SETTINGS";

/// The environment variable that names the library's file instead of the usual one.
pub const LIBRARY: &str = "BPCLIP_LIBRARY";

/// What can be had again: fetched weights, tuned kernels. The folder that [`CACHE`] names, else the
/// user's; `None` where the system knows none.
pub fn cache() -> Option<PathBuf> {
    own_or(env::var_os(CACHE), |usual| usual.cache_dir().to_owned())
}

/// The window's settings: the file that [`SETTINGS`] names, else `settings.json` in the user's
/// configuration folder; `None` where the system knows none.
pub fn settings() -> Option<PathBuf> {
    own_or(env::var_os(SETTINGS), |usual| {
        usual.config_dir().join("settings.json")
    })
}

/// What the window keeps of pictures: the file that [`LIBRARY`] names, else `library.sqlite` in the
/// user's data folder; `None` where the system knows none.
pub fn library() -> Option<PathBuf> {
    own_or(env::var_os(LIBRARY), |usual| {
        usual.data_local_dir().join("library.sqlite")
    })
}

/// The folder of the runs that name none, in the user's data folder, if the system knows one.
pub fn runs() -> Option<PathBuf> {
    usual(|usual| usual.data_local_dir().join("runs"))
}

/// An empty variable is as good as none.
fn own_or(own: Option<OsString>, place: impl Fn(&ProjectDirs) -> PathBuf) -> Option<PathBuf> {
    match own {
        Some(own) if !own.is_empty() => Some(own.into()),
        _ => usual(place),
    }
}

fn usual(place: impl Fn(&ProjectDirs) -> PathBuf) -> Option<PathBuf> {
    ProjectDirs::from("", "", "bpclip").map(|usual| place(&usual))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_comes_first() {
        let place = |usual: &ProjectDirs| usual.config_dir().join("settings.json");
        let own = own_or(Some("/own.json".into()), place);
        assert_eq!(own, Some("/own.json".into()));
        assert_eq!(own_or(Some(OsString::new()), place), usual(place));
        assert_eq!(own_or(None, place), usual(place));
    }
}
