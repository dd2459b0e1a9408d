//! Ratings for other programs: an XMP sidecar beside the picture, which itself is never touched.

use super::{ExportError, save, sidecar};
use crate::app::gallery::ranking::Mark;
use bpclip_core::file::read_file;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `xmp:Rating` (XMP specification part 2, 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// -1.
    Rejected,
    /// 0 (none) to 5.
    Stars(u8),
}

impl Rating {
    /// The number that stands in the sidecar.
    pub fn value(self) -> i8 {
        match self {
            Self::Rejected => -1,
            Self::Stars(stars) => stars.min(5) as i8,
        }
    }
}

/// For people: "rejected", "no stars", "1 star", "4 stars".
impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            ..0 => f.write_str("rejected"),
            0 => f.write_str("no stars"),
            1 => f.write_str("1 star"),
            stars => write!(f, "{stars} stars"),
        }
    }
}

/// The scores from which a picture gets one, two, three, four and five stars: each above the one
/// before it, all within 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "[f32; 5]", try_from = "[f32; 5]")]
pub struct Thresholds([f32; 5]);

impl Default for Thresholds {
    fn default() -> Self {
        Self([20.0, 40.0, 55.0, 70.0, 85.0])
    }
}

impl Thresholds {
    /// Takes five scores.
    ///
    /// # Errors
    /// A sentence about what is wrong with them.
    pub fn new(bounds: [f32; 5]) -> Result<Self, String> {
        if !bounds.iter().all(|bound| (0.0..=100.0).contains(bound)) {
            return Err("each score must be a number from 0 to 100".into());
        }
        if !bounds.is_sorted_by(|lower, higher| lower < higher) {
            return Err("each star must ask for a higher score than the one before it".into());
        }
        Ok(Self(bounds))
    }

    /// The five scores, of one star first.
    pub fn bounds(self) -> [f32; 5] {
        self.0
    }

    /// The stars of a score: as many as bounds that it reaches.
    pub fn stars(self, score: f32) -> Rating {
        let reached = self.0.iter().filter(|bound| score >= **bound).count();
        Rating::Stars(reached as u8)
    }
}

impl From<Thresholds> for [f32; 5] {
    fn from(thresholds: Thresholds) -> Self {
        thresholds.0
    }
}

impl TryFrom<[f32; 5]> for Thresholds {
    type Error = String;

    fn try_from(bounds: [f32; 5]) -> Result<Self, String> {
        Self::new(bounds)
    }
}

/// The rating of a picture: rejected if the user says so, else the stars of its score; `None`
/// where there is neither, and so nothing to write.
pub fn xmp_rating(
    score: Option<f32>,
    mark: Option<Mark>,
    thresholds: Thresholds,
) -> Option<Rating> {
    match (mark, score.filter(|score| !score.is_nan())) {
        (Some(Mark::Reject), _) => Some(Rating::Rejected),
        (_, score) => score.map(|score| thresholds.stars(score)),
    }
}

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
) -> Result<PathBuf, ExportError> {
    let path = sidecar_of(image);
    let rating = rating.value().to_string();
    let mut properties = vec![("Rating", rating.as_str())];
    properties.extend(label.map(|label| ("Label", label)));
    let there = match read_file(&path) {
        Ok(bytes) => Some(bytes),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(ExportError::Read { path, cause }),
    };
    let bytes = there.as_deref().unwrap_or(sidecar::EMPTY.as_bytes());
    let edited = match str::from_utf8(bytes) {
        Ok(text) => sidecar::with_properties(text, &properties),
        Err(_) => Err("it is not in UTF-8"),
    };
    match edited {
        // Rated so already: programs that watch for changes need not be bothered.
        Ok(text) if text.as_bytes() == bytes => Ok(path),
        Ok(text) => save(&path, |out| out.write_all(text.as_bytes())).map(|()| path),
        Err(reason) => Err(ExportError::Sidecar { path, reason }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn stars_are_the_bounds_reached() {
        let thresholds = Thresholds::default();
        let stars = |score| xmp_rating(Some(score), None, thresholds).map(Rating::value);
        for (score, expected) in [
            (0.0, 0),
            (19.9, 0),
            (20.0, 1),
            (54.9, 2),
            (55.0, 3),
            (84.9, 4),
            (85.0, 5),
            (100.0, 5),
        ] {
            assert_eq!(stars(score), Some(expected), "{score}");
        }
        let rejected = xmp_rating(Some(99.0), Some(Mark::Reject), thresholds);
        assert_eq!(rejected.map(Rating::value), Some(-1));
        assert_eq!(xmp_rating(None, Some(Mark::Keep), thresholds), None);
        assert_eq!(stars(f32::NAN), None);
        let names = [
            Rating::Rejected,
            Rating::Stars(0),
            Rating::Stars(1),
            Rating::Stars(9),
        ];
        assert_eq!(
            names.map(|rating| rating.to_string()),
            ["rejected", "no stars", "1 star", "5 stars"]
        );
    }

    #[test]
    fn thresholds_ascend() {
        let bounds = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(Thresholds::new(bounds).unwrap().bounds(), bounds);
        assert!(Thresholds::new(Thresholds::default().bounds()).is_ok());
        for wrong in [
            [1.0, 2.0, 3.0, 3.0, 5.0],
            [5.0, 4.0, 3.0, 2.0, 1.0],
            [-1.0, 2.0, 3.0, 4.0, 5.0],
            [1.0, 2.0, 3.0, 4.0, 101.0],
            [1.0, 2.0, f32::NAN, 4.0, 5.0],
        ] {
            assert!(Thresholds::new(wrong).is_err(), "{wrong:?}");
        }
        let text = serde_json::to_string(&Thresholds::default()).unwrap();
        assert_eq!(text, "[20.0,40.0,55.0,70.0,85.0]");
        assert!(serde_json::from_str::<Thresholds>("[5,4,3,2,1]").is_err());
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
            fs::write(&path, sidecar::EMPTY).unwrap();
            assert_eq!(write_xmp(&image, Rating::Stars(2), None).unwrap(), path);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_a_sidecar_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xmp");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let error = write_xmp(&folder.path().join("a.jpg"), Rating::Stars(1), None).unwrap_err();
        assert!(matches!(error, ExportError::Read { .. }), "{error}");
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
