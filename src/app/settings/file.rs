//! The file that settings are kept in.

use super::{Settings, VERSION};
use bpclip_core::file::{read_file, write_whole};
use bpclip_library::put_aside;
use serde::Serialize;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Settings that could not be used; `Display` says what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where they were.
    pub path: PathBuf,
    /// Why they could not be used.
    pub reason: String,
    /// Where they were put, or why they could not be put anywhere.
    pub aside: Result<PathBuf, String>,
}

impl Problem {
    /// Whether settings can be saved without losing those that could not be used.
    pub fn may_save(&self) -> bool {
        self.aside.is_ok()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, reason) = (self.path.display(), &self.reason);
        write!(f, "the settings in {path} could not be used ({reason}); ")?;
        match &self.aside {
            Ok(aside) => write!(
                f,
                "they are now in {}, and the window starts with the usual ones",
                aside.display()
            ),
            Err(error) => write!(
                f,
                "they could not be put aside either ({error}), so none are saved until you move \
                 that file away"
            ),
        }
    }
}

/// The settings could not be saved; those on the disk are as they were.
#[derive(Debug, Error)]
#[error("cannot save the settings in {}: {cause}", path.display())]
pub struct SaveError {
    /// Where they should be.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub cause: io::Error,
}

impl Settings {
    /// Reads the settings. A file that is not there gives the defaults; one that cannot be used,
    /// or is of a newer version, does too, and is renamed so that it is not lost.
    pub fn load(path: &Path) -> (Self, Option<Problem>) {
        let parsed = match read_file(path) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return (Self::default(), None);
            }
            Err(error) => Err(error.to_string()),
        };
        match parsed {
            Ok(settings) => (settings.tidy(), None),
            Err(reason) => {
                let problem = Problem {
                    path: path.to_owned(),
                    reason,
                    aside: put_aside(path).map_err(|error| error.to_string()),
                };
                (Self::default(), Some(problem))
            }
        }
    }

    /// Writes the settings, whole or not at all, making their folder if need be. Of two programs
    /// that save at once, the later one's are kept.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), SaveError> {
        write(path, &self.clone().tidy())
    }

    /// Writes what has changed since these settings were `before`. The rest stays as the file has
    /// it, where another window may have changed it meanwhile; of what both changed, the later
    /// one's is kept.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_changes(&self, before: &Self, path: &Path) -> Result<(), SaveError> {
        let fields = |settings: &Self| match serde_json::to_value(settings.clone().tidy()) {
            Ok(serde_json::Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let there = read_file(path).ok();
        let there = there.filter(|bytes| parse(bytes).is_ok());
        let there = there.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let mut merged: serde_json::Map<_, _> = there.unwrap_or_default();
        let before = fields(before);
        for (name, value) in fields(self) {
            if !merged.contains_key(&name) || before.get(&name) != Some(&value) {
                merged.insert(name, value);
            }
        }
        merged.insert("version".into(), VERSION.into());
        write(path, &merged)
    }
}

/// Writes settings, whole or not at all.
fn write(path: &Path, settings: &impl Serialize) -> Result<(), SaveError> {
    // A link, as keepers of their settings have, stays one.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .and_then(|()| {
            write_whole(&target, |file| {
                serde_json::to_writer_pretty(&mut *file, settings)?;
                writeln!(file)
            })
        })
        .map_err(|cause| SaveError {
            path: path.to_owned(),
            cause,
        })
}

fn parse(bytes: &[u8]) -> Result<Settings, String> {
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    // Before anything else of them is looked at: nobody knows what newer ones look like.
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version > VERSION.into() => Err(format!(
            "a newer bpclip wrote them: they are of version {version}, this one reads {VERSION}"
        )),
        // A list would do too: that of its fields' values.
        _ if !value.is_object() => Err("it holds no settings".into()),
        _ => serde_json::from_value(value).map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::export::Thresholds;
    use crate::app::gallery::ranking::SortKey;
    use crate::app::settings::{Checkpoints, Layout, MapRange, Theme, ViewerMode};
    use bpclip_core::device::DeviceChoice;
    use bpclip_core::image::{ColourMap, SizePolicy};

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        (folder, path)
    }

    fn loaded(text: &str) -> (Settings, Option<Problem>) {
        let (_folder, path) = file();
        fs::write(&path, text).unwrap();
        Settings::load(&path)
    }

    #[test]
    fn they_come_back() {
        let (folder, _) = file();
        let path = folder.path().join("a/b/settings.json");
        let mut settings = Settings {
            theme: Theme::Dark,
            device: DeviceChoice::Gpu(Some(1)),
            checkpoints: Checkpoints {
                no_reference: Some("/models/own.safetensors".into()),
                full_reference: None,
            },
            size: Some(SizePolicy {
                shorter_side: Some(384),
                enlarge: true,
            }),
            viewer: ViewerMode::Flicker,
            colours: ColourMap::Magma,
            opacity: 0.25,
            range: MapRange::Shared,
            sort: SortKey::Dimension(2),
            descending: false,
            shots_as_one: false,
            export_exif: true,
            thresholds: Thresholds::new([10.0, 20.0, 30.0, 40.0, 50.5]).unwrap(),
            window: Some([1024.0, 640.0]),
            words: vec!["dreamy".into()],
            word_sets: [(
                "mood".to_owned(),
                vec!["calm".to_owned(), "gloomy".to_owned()],
            )]
            .into(),
            ..Settings::default()
        };
        settings.remember(Path::new("/photos/a.jpg"));
        settings.layout.inspector = 400.0;
        settings.save(&path).unwrap();
        assert_eq!(Settings::load(&path), (settings, None));
    }

    #[test]
    fn no_file_means_defaults() {
        let (_folder, path) = file();
        assert_eq!(Settings::load(&path), (Settings::default(), None));
        assert!(!path.exists());
    }

    #[test]
    fn unknown_fields_are_passed_over_and_missing_ones_are_usual() {
        let (settings, problem) = loaded(r#"{"theme": "light", "someday": {"a": 1}}"#);
        assert_eq!(problem, None);
        let expected = Settings {
            theme: Theme::Light,
            ..Settings::default()
        };
        assert_eq!(settings, expected);
    }

    /// What nobody reads any more does no harm.
    #[test]
    fn a_layout_of_an_older_version_is_read() {
        let text = r#"{"layout": {"filmstrip": 210, "inspector": 330, "log": 140, "log_open": true,
                       "thumbnail": 96}}"#;
        let (settings, problem) = loaded(text);
        assert_eq!(problem, None);
        let layout = Layout {
            filmstrip: 210.0,
            inspector: 330.0,
            ..Layout::default()
        };
        assert_eq!(settings.layout, layout);
    }

    #[test]
    fn useless_values_are_mended() {
        let text = r#"{"opacity": 7, "window": [3, 1e30], "layout": {"filmstrip": -5}}"#;
        let (settings, problem) = loaded(text);
        assert_eq!(problem, None);
        assert_eq!(settings.opacity, 1.0);
        assert_eq!(settings.window, None);
        assert_eq!(settings.layout.filmstrip, 80.0);

        let (_folder, path) = file();
        let settings = Settings {
            opacity: f32::NAN,
            window: Some([f32::INFINITY; 2]),
            ..Settings::default()
        };
        settings.save(&path).unwrap();
        assert_eq!(Settings::load(&path), (Settings::default(), None));
    }

    #[test]
    fn what_cannot_be_used_is_put_aside_and_never_over_another() {
        let (folder, path) = file();
        let broken = [
            "{",
            "[]",
            r#"{"version": 2, "theme": "plaid"}"#,
            r#"{"theme": 3}"#,
            r#"{"thresholds": [5, 4, 3, 2, 1]}"#,
        ];
        for text in broken {
            fs::write(&path, text).unwrap();
            let (settings, problem) = Settings::load(&path);
            let problem = problem.unwrap();
            assert_eq!(settings, Settings::default());
            assert!(problem.may_save() && !path.exists());
            let aside = problem.aside.clone().unwrap();
            assert_eq!(fs::read_to_string(&aside).unwrap(), text);
            let sentence = problem.to_string();
            assert!(sentence.contains(aside.to_str().unwrap()), "{sentence}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), broken.len());
    }

    #[test]
    fn a_newer_version_says_so() {
        let (_, problem) = loaded(r#"{"version": 99}"#);
        assert!(problem.unwrap().reason.contains("version 99"));
    }

    #[test]
    fn what_cannot_be_put_aside_is_not_overwritten() {
        let (folder, path) = file();
        // A folder cannot take a file's place.
        fs::create_dir(&path).unwrap();
        let (_, problem) = Settings::load(&path);
        let problem = problem.unwrap();
        assert!(!problem.may_save());
        assert!(problem.to_string().contains("move that file away"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = Settings::default().save(&path).unwrap_err();
        assert!(error.to_string().contains(path.to_str().unwrap()));
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_do_not_stop_the_saving() {
        use std::os::unix::ffi::OsStringExt;
        let odd = PathBuf::from(std::ffi::OsString::from_vec(vec![b'/', 0xFF]));
        let (_folder, path) = file();
        let settings = Settings {
            recent: vec![odd.clone(), "/a".into()],
            checkpoints: Checkpoints {
                no_reference: Some(odd.clone()),
                full_reference: Some(odd),
            },
            ..Settings::default()
        };
        settings.save(&path).unwrap();
        let (settings, problem) = Settings::load(&path);
        assert_eq!(problem, None);
        assert_eq!(settings.recent, [Path::new("/a")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let (folder, path) = file();
        let real = folder.path().join("real.json");
        fs::write(&real, "{}").unwrap();
        std::os::unix::fs::symlink(&real, &path).unwrap();
        Settings::default().save(&path).unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert!(fs::read_to_string(&real).unwrap().contains("version"));
    }

    #[test]
    fn two_at_once_leave_one_of_both() {
        let (_folder, path) = file();
        std::thread::scope(|scope| {
            for theme in [Theme::Dark, Theme::Light] {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..20 {
                        let settings = Settings {
                            theme,
                            ..Settings::default()
                        };
                        settings.save(path).unwrap();
                        assert_eq!(Settings::load(path).1, None);
                    }
                });
            }
        });
    }

    #[test]
    fn two_windows_keep_what_each_has_changed() {
        let (_folder, path) = file();
        let start = Settings::default();
        start.save(&path).unwrap();
        let with = |change: fn(&mut Settings)| {
            let mut settings = start.clone();
            change(&mut settings);
            settings
        };
        let words = |settings: &mut Settings| {
            settings
                .word_sets
                .insert("mood".into(), vec!["calm".into()]);
        };
        let theme = |settings: &mut Settings| settings.theme = Theme::Dark;
        with(words).save_changes(&start, &path).unwrap();
        with(theme).save_changes(&start, &path).unwrap();
        let both = with(|settings| {
            settings.theme = Theme::Dark;
            settings
                .word_sets
                .insert("mood".into(), vec!["calm".into()]);
        });
        assert_eq!(Settings::load(&path), (both, None));
        // What both change is the later one's; what cannot be used is nobody's.
        let light = |settings: &mut Settings| settings.theme = Theme::Light;
        with(light).save_changes(&start, &path).unwrap();
        assert_eq!(Settings::load(&path).0.theme, Theme::Light);
        fs::write(&path, "{").unwrap();
        with(theme).save_changes(&start, &path).unwrap();
        assert_eq!(Settings::load(&path), (with(theme), None));
    }
}
