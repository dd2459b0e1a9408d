//! Lossy WebP, by libwebp itself.

use ::webp::{Decoder, Encoder, PixelLayout, WebPConfig};

use super::light::frame;
use super::strength::parameter;
use bpclip_core::image::Picture;

/// The longest side that the format allows is 16,383; a multiple of its blocks leaves no seam.
const TILE: usize = 16_368;

/// Lossy WebP of falling quality. Pictures larger than the format allows are done in tiles.
pub(super) fn webp(picture: &Picture, strength: f32) -> Picture {
    let quality = parameter(strength, [100.0, 72.0, 36.0, 12.0, 3.0, 0.0]);
    let (width, height) = (picture.width as usize, picture.height as usize);
    let mut rgb = picture.rgb.clone();
    for top in (0..height).step_by(TILE) {
        for left in (0..width).step_by(TILE) {
            let (columns, rows) = (TILE.min(width - left), TILE.min(height - top));
            let starts = (top..top + rows).map(|y| (y * width + left) * 3);
            let tile: Vec<u8> = starts
                .clone()
                .flat_map(|start| &picture.rgb[start..start + columns * 3])
                .copied()
                .collect();
            let tile = through(&tile, columns as u32, rows as u32, quality);
            for (start, row) in starts.zip(tile.chunks_exact(columns * 3)) {
                rgb[start..start + columns * 3].copy_from_slice(row);
            }
        }
    }
    Picture {
        rgb,
        ..frame(picture)
    }
}

/// Encodes and decodes.
fn through(rgb: &[u8], width: u32, height: u32, quality: f32) -> Vec<u8> {
    let mut config = WebPConfig::new().expect("libwebp is of the version that it was built for");
    config.quality = quality;
    // A third of the default's time; files come out larger and look much the same.
    config.method = 2;
    let file = Encoder::new(rgb, PixelLayout::Rgb, width, height)
        .encode_advanced(&config)
        .expect("libwebp takes any picture of up to 16,383 pixels a side");
    let decoded = Decoder::new(&file).decode();
    decoded.expect("libwebp reads what it wrote").to_vec()
}
