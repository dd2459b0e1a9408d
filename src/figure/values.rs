//! The values of maps as NumPy's `.npy`.

use bpclip_core::image::Map;
use std::io::{self, Write};

/// The file's first bytes: its magic and version 1.0.
const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
/// What the header's end is a multiple of.
const ALIGNED: usize = 64;

/// Writes a map as an array of `(rows, columns)` little-endian floats of 32 bits, row after row from
/// the top left (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
///
/// # Errors
/// `out` cannot be written.
pub fn write_npy(map: &Map, mut out: impl Write) -> io::Result<()> {
    let mut header = format!(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}",
        map.height, map.width
    );
    // Blanks and one end of a line bring the data to a multiple.
    let before = MAGIC.len() + 2 + header.len() + 1;
    header.push_str(&" ".repeat(before.next_multiple_of(ALIGNED) - before));
    header.push('\n');
    let length = u16::try_from(header.len()).map_err(io::Error::other)?;
    out.write_all(MAGIC)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    for value in &map.values {
        out.write_all(&value.to_le_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_begins_aligned_behind_a_header_that_says_what_it_is() {
        for (width, height) in [(1, 1), (3, 2), (117, 1024)] {
            let map = Map {
                width,
                height,
                values: vec![0.5; width * height],
            };
            let mut out = Vec::new();
            write_npy(&map, &mut out).unwrap();
            let length = usize::from(u16::from_le_bytes([out[8], out[9]]));
            assert_eq!((10 + length) % 64, 0);
            let header = std::str::from_utf8(&out[10..10 + length]).unwrap();
            assert!(header.contains(&format!("'shape': ({height}, {width})")));
            assert!(header.ends_with('\n'));
            assert_eq!(out.len(), 10 + length + 4 * width * height);
            assert_eq!(out[10 + length..][..4], 0.5_f32.to_le_bytes());
        }
    }
}
