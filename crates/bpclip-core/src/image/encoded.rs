//! Files in memory that are not decoded yet, and the room for them and for their pictures.

use super::read::{Content, content, cost, reduced};
use super::{ImageError, Limits, Reduced, SizePolicy};
use crate::file::open_file;
use crate::memory::{Permit, READING};
use std::fs;
use std::io::Read;
use std::path::Path;

/// A file's bytes, and what they are.
pub(crate) struct Encoded<'a> {
    origin: &'a Path,
    bytes: Vec<u8>,
    content: Content,
}

/// Reads files, and waits until there is room for all of them and for what decoding them takes. The
/// room is to be held until their pictures are gone, or small.
///
/// # Errors
/// One that names the file, if it cannot be read, is no picture or is over the limits.
pub(crate) fn open<'a>(
    paths: &[&'a Path],
    limits: &Limits,
) -> Result<(Vec<Encoded<'a>>, Permit<'static>), ImageError> {
    let mut needed = 0_u64;
    for path in paths {
        needed = needed.saturating_add(length(path, limits)?);
    }
    // The last one is blamed: each may fit by itself.
    let blamed = paths.last().copied().unwrap_or(Path::new(""));
    loop {
        let mut room = room(blamed, needed)?;
        let files = paths.iter().copied();
        let files = files.map(|path| Encoded::read(path, limits));
        let files: Vec<Encoded<'a>> = files.collect::<Result<_, _>>()?;
        needed = 0;
        for file in &files {
            let decoding = cost(file.content, &file.bytes, file.origin, limits)?;
            needed = needed.saturating_add(decoding + file.bytes.len() as u64);
        }
        let grown = room.grow(needed);
        if grown.map_err(|beyond| too_much(blamed, beyond.whole))? {
            return Ok((files, room));
        }
        // Two that hold their files could wait for each other: they are read again once there is
        // room for all.
    }
}

/// Reads one file and decodes it, for a size where one is given.
///
/// # Errors
/// As [`open`], or it is damaged.
pub(crate) fn read_held(
    path: &Path,
    limits: &Limits,
    size: Option<SizePolicy>,
) -> Result<(Reduced, Permit<'static>), ImageError> {
    let (files, room) = open(&[path], limits)?;
    let mut decoded = files.into_iter().map(|file| file.decode(limits, size));
    // One file was asked for.
    let decoded = decoded.next().unwrap_or_else(|| {
        Err(ImageError::Empty {
            path: path.to_owned(),
        })
    });
    Ok((decoded?, room))
}

impl<'a> Encoded<'a> {
    fn read(origin: &'a Path, limits: &Limits) -> Result<Self, ImageError> {
        let bytes = bytes(origin, limits)?;
        let content = content(&bytes, origin)?;
        Ok(Self {
            origin,
            bytes,
            content,
        })
    }

    /// The picture, for a size where one is given.
    ///
    /// # Errors
    /// One that names the file: it is damaged, or of a kind that is not read.
    pub fn decode(self, limits: &Limits, size: Option<SizePolicy>) -> Result<Reduced, ImageError> {
        reduced(self.content, &self.bytes, self.origin, limits, size)
    }
}

/// What is in a file.
pub(super) fn bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, ImageError> {
    let failed = |cause| ImageError::Read {
        path: path.into(),
        cause,
    };
    let length = length(path, limits)?;
    let limit = limits.max_file_bytes;
    // It may be growing.
    let file = open_file(path).map_err(failed)?;
    let mut bytes = Vec::with_capacity(length as usize);
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(failed)?;
    match bytes.len() as u64 {
        bytes if bytes > limit => Err(too_many_bytes(path, bytes, limit)),
        _ => Ok(bytes),
    }
}

/// The bytes of a file, within the limit.
pub(super) fn length(path: &Path, limits: &Limits) -> Result<u64, ImageError> {
    let metadata = fs::metadata(path).map_err(|cause| ImageError::Read {
        path: path.into(),
        cause,
    })?;
    match metadata.len() {
        bytes if bytes > limits.max_file_bytes => {
            Err(too_many_bytes(path, bytes, limits.max_file_bytes))
        }
        bytes => Ok(bytes),
    }
}

fn too_many_bytes(path: &Path, bytes: u64, limit: u64) -> ImageError {
    let path = path.into();
    ImageError::TooManyBytes { path, bytes, limit }
}

/// Room for so many bytes, for the sake of this file.
pub(super) fn room(path: &Path, bytes: u64) -> Result<Permit<'static>, ImageError> {
    let room = READING.take(bytes);
    room.map_err(|beyond| too_much(path, beyond.whole))
}

fn too_much(path: &Path, limit: u64) -> ImageError {
    let path = path.into();
    ImageError::TooMuchMemory { path, limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_take_room_for_themselves_and_their_pictures() {
        let limits = Limits::default();
        let path = crate::sample("coffee");
        let (files, room) = open(&[&path, &path], &limits).unwrap();
        let length = path.metadata().unwrap().len();
        let picture = super::super::read(&path, &limits).unwrap();
        let pixels = u64::from(picture.width) * u64::from(picture.height);
        assert_eq!(room.amount(), 2 * (length + 12 * pixels));
        assert_eq!(files.len(), 2);
        for file in files {
            assert_eq!(file.decode(&limits, None).unwrap().picture, picture);
        }
    }
}
