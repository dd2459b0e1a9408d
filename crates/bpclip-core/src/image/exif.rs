//! What a camera noted beside a picture.

use super::encoded::{bytes, length, room};
use super::{Limits, Moment};
use crate::file::open_file;
use crate::foreign::shown;
use crate::guard::guard;
use exif::{Field, In, Reader, Tag, Value};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{BufReader, Cursor};
use std::path::Path;
use std::time::SystemTime;

/// What a camera noted beside a picture; what it did not is left out. Of the place is only said
/// whether it is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Exif {
    /// Maker and model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// The lens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lens: Option<String>,
    /// Focal length in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focal_length: Option<f64>,
    /// The f-number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aperture: Option<f64>,
    /// Exposure time in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shutter: Option<f64>,
    /// Sensitivity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso: Option<u32>,
    /// How much more light than the camera measured was wanted, in stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure_bias: Option<f64>,
    /// When it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<Moment>,
    /// Whether it noted where.
    pub has_place: bool,
}

impl Exif {
    /// The light that was recorded, in stops from anywhere: pictures of one scene can be compared.
    pub fn light(&self) -> Option<f64> {
        let (shutter, aperture) = (self.shutter?, self.aperture?);
        let light = shutter * f64::from(self.iso?) / (aperture * aperture);
        Some(light.log2()).filter(|light| light.is_finite())
    }
}

/// One line for people: `NIKON Z 8, 50 mm, f/2.8, 1/250 s, ISO 400, 2026-11-26 14:03:07, has a place`.
impl fmt::Display for Exif {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<String>| value.as_deref().map(|text| shown(text).into_owned());
        let parts = [
            text(&self.camera),
            text(&self.lens),
            self.focal_length.map(|mm| format!("{} mm", short(mm))),
            self.aperture.map(|number| format!("f/{}", short(number))),
            self.shutter.map(|seconds| match seconds {
                0.3.. => format!("{} s", short(seconds)),
                _ => format!("1/{:.0} s", 1.0 / seconds),
            }),
            self.iso.map(|iso| format!("ISO {iso}")),
            self.exposure_bias
                .filter(|bias| *bias != 0.0)
                .map(|bias| format!("{:+} EV", (10.0 * bias).round() / 10.0)),
            self.taken.as_ref().map(Moment::in_words),
            self.has_place.then(|| "has a place".to_owned()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        f.write_str(&parts.join(", "))
    }
}

/// A number of two digits behind the point at most.
fn short(value: f64) -> f64 {
    (100.0 * value).round() / 100.0
}

/// Reads it from a JPEG, TIFF, PNG, WebP, HEIC or AVIF, or from camera raw (of kinds that are no TIFF
/// from the camera's own JPEG within). None where there is none, or none that can be read.
pub fn exif(path: &Path) -> Option<Exif> {
    // Foreign bytes in a foreign reader.
    guard(|| read(path)).ok().flatten()
}

/// When a picture was taken, where its file says.
pub fn taken(path: &Path) -> Option<SystemTime> {
    Some(exif(path)?.taken?.time())
}

fn read(path: &Path) -> Option<Exif> {
    let limits = Limits::of_this_machine();
    // Of a TIFF the reader takes all that is there.
    let _room = room(path, length(path, &limits).ok()?).ok()?;
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let from = |found: Result<exif::Exif, exif::Error>| {
        found
            .or_else(|error| error.distill_partial_result(|_| {}))
            .ok()
    };
    let file = open_file(path).ok()?;
    let found = from(reader.read_from_container(&mut BufReader::new(file)));
    let found = found.or_else(|| {
        let bytes = bytes(path, &limits).ok()?;
        bpclip_raw::identify(&bytes)?;
        let previews = bpclip_raw::previews(&bytes).ok()?;
        previews.previews.iter().find_map(|preview| {
            let jpeg = bytes.get(preview.range.clone())?;
            from(reader.read_from_container(&mut Cursor::new(jpeg)))
        })
    })?;
    Some(of(&found))
}

fn of(found: &exif::Exif) -> Exif {
    let field = |tag: Tag| found.get_field(tag, In::PRIMARY);
    let text = |tag: Tag| field(tag).and_then(words);
    let number = |tag: Tag| field(tag).and_then(ratio);
    let camera = match (text(Tag::Make), text(Tag::Model)) {
        // Many a model begins with its maker.
        (Some(make), Some(model)) if !begins(&model, &make) => Some(format!("{make} {model}")),
        (make, model) => model.or(make),
    };
    let iso = field(Tag::PhotographicSensitivity).and_then(|field| field.value.get_uint(0));
    Exif {
        camera,
        lens: text(Tag::LensModel),
        focal_length: number(Tag::FocalLength),
        aperture: number(Tag::FNumber),
        shutter: number(Tag::ExposureTime),
        iso,
        exposure_bias: field(Tag::ExposureBiasValue).and_then(signed),
        taken: text(Tag::DateTimeOriginal).and_then(|taken| {
            let fraction = text(Tag::SubSecTimeOriginal);
            let zone = text(Tag::OffsetTimeOriginal);
            Moment::of_exif(&taken, fraction.as_deref(), zone.as_deref())
        }),
        has_place: field(Tag::GPSLatitude).is_some() && field(Tag::GPSLongitude).is_some(),
    }
}

fn begins(model: &str, make: &str) -> bool {
    let first = |text: &str| text.split_whitespace().next().map(str::to_lowercase);
    first(model) == first(make)
}

/// Text without what pads it; none where nothing is left.
fn words(field: &Field) -> Option<String> {
    let Value::Ascii(lines) = &field.value else {
        return None;
    };
    let text = String::from_utf8_lossy(lines.first()?);
    let text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    (!text.is_empty()).then(|| text.to_owned())
}

/// A positive number.
fn ratio(field: &Field) -> Option<f64> {
    let Value::Rational(values) = &field.value else {
        return None;
    };
    let value = values.first()?.to_f64();
    (value.is_finite() && value > 0.0).then_some(value)
}

/// A number of either sign.
fn signed(field: &Field) -> Option<f64> {
    let Value::SRational(values) = &field.value else {
        return None;
    };
    Some(values.first()?.to_f64()).filter(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TIFF of little end with these ASCII and rational entries, in one directory.
    fn tiff(text: &[(u16, &str)], ratios: &[(u16, u32, u32)], iso: u16) -> Vec<u8> {
        let count = text.len() + ratios.len() + 1;
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        bytes.extend((count as u16).to_le_bytes());
        let mut data = Vec::new();
        let start = 8 + 2 + 12 * count + 4;
        let mut entries: Vec<(u16, [u8; 10])> = Vec::new();
        let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
            let mut rest = [0; 10];
            rest[..2].copy_from_slice(&kind.to_le_bytes());
            rest[2..6].copy_from_slice(&count.to_le_bytes());
            rest[6..].copy_from_slice(&value.to_le_bytes());
            entries.push((tag, rest));
        };
        for (tag, value) in text {
            entry(*tag, 2, value.len() as u32 + 1, (start + data.len()) as u32);
            data.extend(value.bytes());
            data.extend([0; 2]);
            data.resize(data.len().next_multiple_of(2), 0);
        }
        for (tag, over, under) in ratios {
            entry(*tag, 5, 1, (start + data.len()) as u32);
            data.extend(over.to_le_bytes());
            data.extend(under.to_le_bytes());
        }
        entry(0x8827, 3, 1, iso.into());
        entries.sort();
        for (tag, rest) in entries {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(rest);
        }
        bytes.extend([0; 4]);
        bytes.extend(data);
        bytes
    }

    #[test]
    fn what_was_noted_is_read_and_what_was_not_is_left_out() {
        // The tags of the picture itself alone: those of Exif stand in a directory of their own.
        let bytes = tiff(&[(0x010f, "NIKON "), (0x0110, "NIKON Z 8")], &[], 0);
        let found = Reader::new().read_raw(bytes).unwrap();
        let noted = of(&found);
        assert_eq!(noted.camera.as_deref(), Some("NIKON Z 8"));
        assert_eq!(
            (noted.lens, noted.taken, noted.has_place),
            (None, None, false)
        );
        let bytes = tiff(&[(0x010f, "FUJIFILM"), (0x0110, "X-T5")], &[], 0);
        let found = of(&Reader::new().read_raw(bytes).unwrap());
        assert_eq!(found.camera.as_deref(), Some("FUJIFILM X-T5"));
        assert!(!found.has_place);
    }

    #[test]
    fn a_line_says_it_all() {
        let whole = Exif {
            camera: Some("NIKON Z 8".into()),
            lens: Some("Z 50\u{1b}mm".into()),
            focal_length: Some(50.0),
            aperture: Some(0.95),
            shutter: Some(0.004),
            iso: Some(400),
            exposure_bias: Some(-2.0 / 3.0),
            taken: Moment::of_exif("2026:11:26 14:03:07", Some("25"), Some("+01:00")),
            has_place: true,
        };
        let line = "NIKON Z 8, Z 50\\u{1b}mm, 50 mm, f/0.95, 1/250 s, ISO 400, -0.7 EV, \
                    2026-11-26 14:03:07 +01:00, has a place";
        assert_eq!(whole.to_string(), line);
        // 400 / 250 / 0.9025.
        assert!((whole.light().unwrap() - 0.826).abs() < 1e-3);
        let long = Exif {
            shutter: Some(1.3),
            taken: Moment::of_exif("2026:11:26 14:03:07", None, None),
            ..Exif::default()
        };
        assert_eq!(long.to_string(), "1.3 s, 2026-11-26 14:03:07");
        assert_eq!(Exif::default().to_string(), "");
        assert_eq!(long.light(), None);
    }

    #[test]
    fn damaged_and_other_files_say_nothing_and_end_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let whole = tiff(&[(0x010f, "NIKON"), (0x0110, "Z 8")], &[], 0);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] = 0xff;
            for bytes in [&whole[..at], &damaged] {
                std::fs::write(&path, bytes).unwrap();
                let _ = exif(&path);
            }
        }
        std::fs::write(&path, "\u{89}PNG").unwrap();
        assert_eq!(exif(&path), None);
        assert_eq!(exif(Path::new("/nowhere/at/all.jpg")), None);
        assert_eq!(exif(folder.path()), None);
    }
}
