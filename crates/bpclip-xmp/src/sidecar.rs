//! The sidecar beside a picture, which itself is never touched.

use super::error::RatingError;
use super::properties::{EMPTY, with_values};
use super::rating::Verdict;
use super::{decision_in, values_of};
use bpclip_core::file::{read_file, write_to};
use bpclip_library::Decision;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const ADVICE: &str = "rate the picture in the program that wrote it, or move the sidecar away";

/// The sidecar that a picture's rating goes to.
///
/// There are two customs. Adobe's programs and Capture One put `photo.xmp` beside `photo.jpg`;
/// darktable reads that one on import, digiKam can. darktable and digiKam write `photo.jpg.xmp`
/// themselves. So where there is a `photo.jpg.xmp`, the picture belongs to one of those, and its
/// rating goes there; everywhere else it goes to `photo.xmp`, which the most programs read.
/// Pictures that differ in nothing but the extension, such as a raw file and the JPEG made of it,
/// share that one. Lightroom reads sidecars of raw files alone.
pub fn sidecar_of(image: &Path) -> PathBuf {
    let mut long = image.as_os_str().to_owned();
    long.push(".xmp");
    let usual = image.with_extension("xmp");
    [long.into(), usual.clone(), image.with_extension("XMP")]
        .into_iter()
        .find(|path: &PathBuf| path.is_file())
        .unwrap_or(usual)
}

/// Writes the verdict on a picture to [`sidecar_of`] it and says where. Of a sidecar that is there
/// already only these values change.
///
/// # Errors
/// One that names the sidecar, if it cannot be written, or if one is there that cannot be
/// understood; then it is as it was.
pub fn write_sidecar(image: &Path, verdict: &Verdict) -> Result<PathBuf, RatingError> {
    let path = sidecar_of(image);
    let there = match read_file(&path) {
        Ok(bytes) => Some(bytes),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(RatingError::Read { path, cause }),
    };
    let bytes = there.as_deref().unwrap_or(EMPTY.as_bytes());
    let edited = match str::from_utf8(bytes) {
        Ok(text) => with_values(text, &values_of(verdict)),
        Err(_) => Err("it is not in UTF-8"),
    };
    match edited {
        // Rated so already: programs that watch for changes need not be bothered.
        Ok(text) if text.as_bytes() == bytes => Ok(path),
        Ok(text) => match write_to(&path, |out| out.write_all(text.as_bytes())) {
            Ok(()) => Ok(path),
            Err(cause) => Err(RatingError::Write { path, cause }),
        },
        Err(reason) => Err(RatingError::Refused {
            path,
            reason: reason.into(),
            advice: ADVICE,
        }),
    }
}

/// What stands in a sidecar; `None` where there is none, or nothing of it is understood.
pub fn read_sidecar(path: &Path) -> Option<Decision> {
    /// More than any program writes.
    const MOST: u64 = 16 << 20;
    let small = |metadata: fs::Metadata| metadata.is_file() && metadata.len() <= MOST;
    fs::metadata(path)
        .ok()
        .filter(|found| small(found.clone()))?;
    let bytes = read_file(path).ok()?;
    decision_in(str::from_utf8(&bytes).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rating;
    use bpclip_library::{Label, Mark};

    fn stars(stars: u8) -> Verdict {
        Verdict {
            rating: Some(Rating::Stars(stars)),
            label: None,
            mark: None,
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_a_sidecar_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xmp");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let error = write_sidecar(&folder.path().join("a.jpg"), &stars(1)).unwrap_err();
        assert!(matches!(error, RatingError::Read { .. }), "{error}");
        assert_eq!(read_sidecar(&path), None);
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("a.jpg");
        assert_eq!(read_sidecar(&sidecar_of(&image)), None);
        let kept = Verdict {
            label: Some(Label::Blue),
            mark: Some(Mark::Keep),
            ..stars(4)
        };
        let path = write_sidecar(&image, &kept).unwrap();
        let expected = Decision {
            mark: Some(Mark::Keep),
            stars: 4,
            label: Some(Label::Blue),
        };
        assert_eq!(read_sidecar(&path), Some(expected));
        // What was picked is taken back, and the label stays.
        write_sidecar(&image, &stars(4)).unwrap();
        let expected = Decision {
            mark: None,
            ..expected
        };
        assert_eq!(read_sidecar(&path), Some(expected));
        let rejected = Verdict {
            rating: Some(Rating::Rejected),
            label: None,
            mark: Some(Mark::Reject),
        };
        write_sidecar(&image, &rejected).unwrap();
        let decision = read_sidecar(&path).unwrap();
        assert_eq!((decision.mark, decision.stars), (Some(Mark::Reject), 0));
        assert_eq!(decision.label, Some(Label::Blue));
        fs::write(&path, "no XMP").unwrap();
        assert_eq!(read_sidecar(&path), None);
    }

    #[test]
    fn a_sidecar_is_made_and_changed_and_the_picture_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("IMG 1.jpg");
        fs::write(&image, b"pixels").unwrap();
        let path = write_sidecar(&image, &stars(4)).unwrap();
        assert_eq!(path, folder.path().join("IMG 1.xmp"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(r#"xmp:Rating="4""#), "{text}");
        assert!(!text.contains("PickLabel"), "{text}");
        assert_eq!(fs::read(&image).unwrap(), b"pixels");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_sidecar_of_the_program_in_use_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("a.jpg");
        for name in ["a.XMP", "a.xmp", "a.jpg.xmp"] {
            let path = folder.path().join(name);
            fs::write(&path, EMPTY).unwrap();
            assert_eq!(write_sidecar(&image, &stars(2)).unwrap(), path);
        }
    }

    #[test]
    fn what_cannot_be_understood_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("a.jpg");
        let path = folder.path().join("a.xmp");
        for content in [&b"not xml"[..], b"\xFF\xFE<\0", b""] {
            fs::write(&path, content).unwrap();
            let error = write_sidecar(&image, &stars(1)).unwrap_err();
            assert!(
                error.to_string().contains(path.to_str().unwrap()),
                "{error}"
            );
            assert_eq!(fs::read(&path).unwrap(), content);
        }
    }
}
