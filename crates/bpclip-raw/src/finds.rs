//! What pointers lead to: JPEG previews, each proved and kept once.

use std::collections::HashSet;

use crate::raw::Preview;
use crate::{jpeg, tiff::Tiff};

/// Places that are looked at for a JPEG. Cameras name fewer than ten.
const MAX_PLACES: usize = 256;
/// Previews that are kept.
const MAX_PREVIEWS: usize = 32;

/// Previews found so far.
pub(crate) struct Finds<'a> {
    bytes: &'a [u8],
    places: HashSet<(usize, usize)>,
    pub(crate) previews: Vec<Preview>,
    /// Previews that are named, but pass the end of the file.
    pub(crate) lost: usize,
    /// More places were named than are looked at.
    pub(crate) cut: bool,
}

impl<'a> Finds<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            places: HashSet::new(),
            previews: Vec::new(),
            lost: 0,
            cut: false,
        }
    }

    /// Looks for a JPEG of `length` bytes at `start`, where a file says that one is.
    pub(crate) fn offer(&mut self, start: u64, length: u64) {
        if !self.guess(start, length) && self.is_lost(start, length) {
            self.lost += 1;
        }
    }

    /// Looks at a place where one may be. Says whether one is.
    pub(crate) fn guess(&mut self, start: u64, length: u64) -> bool {
        let (Ok(start), Ok(length)) = (usize::try_from(start), usize::try_from(length)) else {
            return false;
        };
        let Some(end) = start.checked_add(length) else {
            return false;
        };
        let Some(bytes) = self.bytes.get(start..end) else {
            return false;
        };
        if self.places.contains(&(start, end)) {
            return self
                .previews
                .iter()
                .any(|preview| preview.range.start == start);
        }
        if self.places.len() == MAX_PLACES {
            self.cut = true;
            return false;
        }
        self.places.insert((start, end));
        let Some((width, height)) = jpeg::size(bytes) else {
            return false;
        };
        let preview = Preview {
            range: start..end,
            width,
            height,
        };
        if let Some(known) = self
            .previews
            .iter_mut()
            .find(|known| known.range.start == start)
        {
            // The same JPEG named twice: its longer range holds all of it.
            if known.range.end < end {
                *known = preview;
            }
        } else if self.previews.len() < MAX_PREVIEWS {
            self.previews.push(preview);
        } else {
            self.cut = true;
        }
        true
    }

    /// Looks at an offset that counts from the header of `tiff`.
    pub(crate) fn offer_in(&mut self, tiff: &Tiff, offset: u64, length: u64) {
        if let Some(start) = offset.checked_add(tiff.base as u64) {
            self.offer(start, length);
        }
    }

    /// The place passes the end of the file, and nothing speaks against a JPEG there.
    fn is_lost(&self, start: u64, length: u64) -> bool {
        let size = self.bytes.len() as u64;
        let passes = start.checked_add(length).is_none_or(|end| end > size);
        let rest = usize::try_from(start)
            .ok()
            .and_then(|start| self.bytes.get(start..))
            .unwrap_or_default();
        start != 0 && length != 0 && passes && (rest.is_empty() || jpeg::size(rest).is_some())
    }
}
