//! The sidecar beside a picture, which itself is never touched.

use super::error::SidecarError;
use super::properties::{self, values, with_properties};
use super::rating::Rating;
use bpclip_core::file::{read_file, write_to};
use bpclip_library::Decision;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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

/// Writes a picture's rating, and its label if there is one, to [`sidecar_of`] it and says where.
/// Of a sidecar that is there already only these two values change; without `label` the one it
/// has stays.
///
/// # Errors
/// One that names the sidecar, if it cannot be written, or if one is there that cannot be
/// understood; then it is as it was.
pub fn write_xmp(
    image: &Path,
    rating: Rating,
    label: Option<&str>,
) -> Result<PathBuf, SidecarError> {
    let path = sidecar_of(image);
    let rating = rating.value().to_string();
    let mut wanted = vec![("Rating", rating.as_str())];
    wanted.extend(label.map(|label| ("Label", label)));
    let there = match read_file(&path) {
        Ok(bytes) => Some(bytes),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(SidecarError::Read { path, cause }),
    };
    let bytes = there.as_deref().unwrap_or(properties::EMPTY.as_bytes());
    let edited = match str::from_utf8(bytes) {
        Ok(text) => with_properties(text, &wanted),
        Err(_) => Err("it is not in UTF-8"),
    };
    match edited {
        // Rated so already: programs that watch for changes need not be bothered.
        Ok(text) if text.as_bytes() == bytes => Ok(path),
        Ok(text) => match write_to(&path, |out| out.write_all(text.as_bytes())) {
            Ok(()) => Ok(path),
            Err(cause) => Err(SidecarError::Write { path, cause }),
        },
        Err(reason) => Err(SidecarError::Refused { path, reason }),
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
    let text = str::from_utf8(&bytes).ok()?;
    let [rating, label] = values(text, ["Rating", "Label"]).ok()?;
    super::decision(rating.as_deref(), label.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bpclip_library::{Label, Mark};

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_a_sidecar_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xmp");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let error = write_xmp(&folder.path().join("a.jpg"), Rating::Stars(1), None).unwrap_err();
        assert!(matches!(error, SidecarError::Read { .. }), "{error}");
        assert_eq!(read_sidecar(&path), None);
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("a.jpg");
        assert_eq!(read_sidecar(&sidecar_of(&image)), None);
        let path = write_xmp(&image, Rating::Stars(4), Some("Blue")).unwrap();
        let expected = Decision {
            mark: None,
            stars: 4,
            label: Some(Label::Blue),
        };
        assert_eq!(read_sidecar(&path), Some(expected));
        write_xmp(&image, Rating::Rejected, None).unwrap();
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
        let path = write_xmp(&image, Rating::Stars(4), None).unwrap();
        assert_eq!(path, folder.path().join("IMG 1.xmp"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(r#"xmp:Rating="4""#), "{text}");

        write_xmp(&image, Rating::Rejected, Some("Red \"&\" <blue>")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(r#"xmp:Rating="-1""#), "{text}");
        assert!(
            text.contains(r#"xmp:Label="Red &quot;&amp;&quot; &lt;blue&gt;""#),
            "{text}"
        );
        assert_eq!(fs::read(&image).unwrap(), b"pixels");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn the_sidecar_of_the_program_in_use_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("a.jpg");
        for name in ["a.XMP", "a.xmp", "a.jpg.xmp"] {
            let path = folder.path().join(name);
            fs::write(&path, properties::EMPTY).unwrap();
            assert_eq!(write_xmp(&image, Rating::Stars(2), None).unwrap(), path);
        }
    }

    #[test]
    fn what_cannot_be_understood_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let image = folder.path().join("a.jpg");
        let path = folder.path().join("a.xmp");
        for content in [&b"not xml"[..], b"\xFF\xFE<\0", b""] {
            fs::write(&path, content).unwrap();
            let error = write_xmp(&image, Rating::Stars(1), None).unwrap_err();
            assert!(
                error.to_string().contains(path.to_str().unwrap()),
                "{error}"
            );
            assert_eq!(fs::read(&path).unwrap(), content);
        }
    }
}
