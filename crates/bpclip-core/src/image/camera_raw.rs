//! Camera raw: the largest JPEG that the camera put into the file, turned as the raw file says.
//! Sensor data is not developed here.

use super::raw::Raw;
use super::{ImageError, Limits, Note, SizePolicy, jpeg};
use ::image::metadata::Orientation;
use bpclip_raw::{Preview, previews};
use std::path::Path;

/// Whether a file is camera raw, by its content.
pub(super) fn is_camera_raw(bytes: &[u8]) -> bool {
    bpclip_raw::identify(bytes).is_some()
}

/// The bytes that decoding takes.
pub(super) fn cost(bytes: &[u8], origin: &Path, limits: &Limits) -> Result<u64, ImageError> {
    let found = largest(bytes, origin)?;
    jpeg::cost(found.jpeg(bytes), origin, limits)
}

/// The camera's own JPEG; with `wanted`, a far larger one is decoded smaller.
pub(super) fn decode(
    bytes: &[u8],
    origin: &Path,
    wanted: Option<SizePolicy>,
) -> Result<Raw, ImageError> {
    let found = largest(bytes, origin)?;
    let mut raw = jpeg::decode(found.jpeg(bytes), origin, wanted)?;
    raw.orientation = found.orientation;
    raw.notes.insert(
        0,
        Note::CameraPreview {
            kind: found.kind,
            width: found.preview.width,
            height: found.preview.height,
            sensor: found.sensor,
        },
    );
    Ok(raw)
}

/// Width and height of the camera's own JPEG as stored, and how to turn it upright.
pub(super) fn dimensions(
    bytes: &[u8],
    origin: &Path,
) -> Result<((u32, u32), Orientation), ImageError> {
    let found = largest(bytes, origin)?;
    Ok((
        (found.preview.width, found.preview.height),
        found.orientation,
    ))
}

struct Found {
    kind: String,
    preview: Preview,
    orientation: Orientation,
    sensor: Option<(u32, u32)>,
}

impl Found {
    fn jpeg<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.preview.range.clone()).unwrap_or(&[])
    }
}

fn largest(bytes: &[u8], origin: &Path) -> Result<Found, ImageError> {
    let failed = |source: bpclip_raw::RawError| ImageError::CameraRaw {
        path: origin.into(),
        source,
    };
    let raw = previews(bytes).map_err(failed)?;
    // What the file names beyond its end may be the large one: a thumbnail in its place would be
    // scored without a word.
    if raw.lost > 0 {
        return Err(failed(bpclip_raw::RawError::CutShort(raw.kind)));
    }
    let preview = raw.largest();
    let preview = preview.ok_or_else(|| failed(bpclip_raw::RawError::NoPreview(raw.kind)))?;
    Ok(Found {
        kind: raw.kind.label().to_owned(),
        orientation: Orientation::from_exif(raw.turn(preview)).unwrap_or(Orientation::NoTransforms),
        preview: preview.clone(),
        sensor: raw.sensor,
    })
}
