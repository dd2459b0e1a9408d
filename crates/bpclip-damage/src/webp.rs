//! What can be told of a WebP without decoding it (RFC 9649, RFC 6386).

use crate::{Damage, Reason};
use std::ops::Range;

/// Shortest run of zeros that counts.
const LEAST_RUN: usize = 64;

/// Bytes that may be left over after lossless data.
const PADDING: usize = 2;

/// A chunk of a RIFF file.
struct Chunk {
    name: [u8; 4],
    /// Where its data lies; may reach beyond the file.
    data: Range<usize>,
}

/// See [`crate::check_webp`].
pub fn check(bytes: &[u8]) -> Result<(), Damage> {
    for chunk in chunks(bytes) {
        let missing = chunk.data.end.saturating_sub(bytes.len());
        if missing > 0 {
            return damage(missing, chunk.data.len(), Reason::EndsEarly);
        }
        if chunk.name == *b"VP8 " {
            check_lossy(&bytes[chunk.data])?;
        }
    }
    Ok(())
}

/// See [`crate::check_webp_end`].
pub fn check_end(bytes: &[u8], read_to: usize) -> Result<(), Damage> {
    let Some(chunk) = chunks(bytes).find(|chunk| chunk.name == *b"VP8L") else {
        return Ok(());
    };
    let left = chunk.data.end.saturating_sub(read_to);
    if left <= PADDING {
        return Ok(());
    }
    damage(left, chunk.data.len(), Reason::Leftover)
}

/// The chunks of a WebP file; none of any other.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk> {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let mut pos = if webp { 12 } else { bytes.len() };
    std::iter::from_fn(move || {
        let head = bytes.get(pos..)?.first_chunk::<8>()?;
        let [a, b, c, d, size @ ..] = *head;
        let start = pos + 8;
        let end = start.saturating_add(u32::from_le_bytes(size) as usize);
        pos = end.saturating_add(end % 2);
        Some(Chunk {
            name: [a, b, c, d],
            data: start..end,
        })
    })
}

/// Looks for zeros in a key frame. Arithmetic-coded data has few in a row but
/// where the picture is flat, and then far less than a byte a macroblock.
fn check_lossy(data: &[u8]) -> Result<(), Damage> {
    let Some(&[.., w0, w1, h0, h1]) = data.first_chunk::<10>() else {
        return damage(1, 1, Reason::EndsEarly);
    };
    let blocks = |low, high| usize::from(u16::from_le_bytes([low, high]) & 0x3FFF).div_ceil(16);
    let run = longest_zeros(data);
    if run < LEAST_RUN.max(blocks(w0, w1) * blocks(h0, h1)) {
        return Ok(());
    }
    damage(run, data.len(), Reason::ZeroRun)
}

/// Length of the longest run of zero bytes.
fn longest_zeros(data: &[u8]) -> usize {
    let runs = data.chunk_by(|a, b| (*a == 0) == (*b == 0));
    let zeros = runs.filter(|run| run[0] == 0);
    zeros.map(<[u8]>::len).max().unwrap_or(0)
}

/// The damage of a part of the data.
fn damage(part: usize, of: usize, reason: Reason) -> Result<(), Damage> {
    let missing = (part as f32 / of as f32).min(1.0);
    Err(Damage { missing, reason })
}
