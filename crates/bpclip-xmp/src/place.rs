//! Where a rating goes.

use super::{RatingError, Verdict, embed, sidecar_of, write_sidecar};
use bpclip_core::file::open_file;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where ratings go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Into sidecars; the pictures are never touched.
    #[default]
    Beside,
    /// Into JPEGs themselves, as Lightroom reads them; beside all other pictures. A JPEG's sidecar that
    /// is there already is kept up to date.
    Within,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rated {
    /// The sidecar.
    pub sidecar: Option<PathBuf>,
    /// Whether the picture's file was written anew.
    pub embedded: bool,
}

/// Writes the verdict on a picture to its place.
///
/// # Errors
/// As [`write_sidecar`] and [`embed`]: what is refused beside a JPEG is not written within it, and what
/// is refused within it gets no new sidecar.
pub fn rate(image: &Path, verdict: &Verdict, place: Place) -> Result<Rated, RatingError> {
    let within = place == Place::Within && is_jpeg(image);
    let sidecar = match within && !sidecar_of(image).is_file() {
        true => None,
        false => Some(write_sidecar(image, verdict)?),
    };
    let embedded = within && embed(image, verdict)?;
    Ok(Rated { sidecar, embedded })
}

fn is_jpeg(path: &Path) -> bool {
    let mut start = [0; 3];
    let read = open_file(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == [0xff, 0xd8, 0xff]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rating, embedded, read_sidecar};
    use std::fs;

    #[test]
    fn a_jpeg_is_rated_within_and_a_sidecar_that_is_there_says_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let jpeg = folder.path().join("a.jpg");
        let sample = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../assets/samples/coffee.jpg"
        );
        fs::copy(sample, &jpeg).unwrap();
        let other = folder.path().join("b.png");
        fs::write(&other, b"\x89PNG\r\n\x1a\n").unwrap();
        let verdict = |stars| Verdict {
            rating: Some(Rating::Stars(stars)),
            label: None,
            mark: None,
        };
        let rated = rate(&jpeg, &verdict(3), Place::Within).unwrap();
        assert_eq!((rated.sidecar, rated.embedded), (None, true));
        assert_eq!(embedded(&jpeg).unwrap().stars, 3);
        let rated = rate(&jpeg, &verdict(4), Place::Beside).unwrap();
        assert_eq!(rated.sidecar, Some(folder.path().join("a.xmp")));
        assert_eq!(embedded(&jpeg).unwrap().stars, 3);
        let rated = rate(&jpeg, &verdict(2), Place::Within).unwrap();
        assert_eq!(embedded(&jpeg).unwrap().stars, 2);
        let sidecar = read_sidecar(&rated.sidecar.unwrap()).unwrap();
        assert_eq!((sidecar.stars, rated.embedded), (2, true));
        // One that cannot be understood is left alone, and so is the picture.
        let before = fs::read(&jpeg).unwrap();
        fs::write(folder.path().join("a.xmp"), "no XMP").unwrap();
        assert!(rate(&jpeg, &verdict(5), Place::Within).is_err());
        assert_eq!(fs::read(&jpeg).unwrap(), before);
        let rated = rate(&other, &verdict(1), Place::Within).unwrap();
        assert_eq!(rated.sidecar, Some(folder.path().join("b.xmp")));
        assert!(!rated.embedded);
    }
}
