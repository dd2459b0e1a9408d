//! Distortions, their levels, and the ladders that the program writes.

mod facts;
mod levels;
mod program;

use bpclip_core::image::Picture;

/// A sky, a ground with texture, a disc and stripes, all with some grain, so that every kind of
/// damage shows.
fn drawn(width: u32, height: u32) -> Picture {
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            // Places on a canvas of 160 by 120.
            let (u, v) = (x * 160 / width, y * 120 / height);
            let mixed = (x.wrapping_mul(374_761_393) ^ y.wrapping_mul(668_265_263))
                .wrapping_mul(1_274_126_177);
            let grain = mixed >> 29;
            let disc = u.abs_diff(45).pow(2) + v.abs_diff(40).pow(2) < 700;
            let stripes = (90..140).contains(&u) && (20..100).contains(&v);
            let [r, g, b] = match (disc, stripes) {
                (true, _) => [200, 60 + v, 40],
                (_, true) if u / 5 % 2 == 0 => [40, 60, 170],
                (_, true) => [230, 210, 60],
                _ if v > 75 => {
                    let blade = (u * u * 7 + v * v * 13 + u * v * 5) % 61;
                    [60 + blade, 90 + blade, 40 + blade / 2]
                }
                _ => [90 + v, 140 + v / 2, 215 - v],
            };
            rgb.extend([r, g, b].map(|value| (value + grain) as u8));
        }
    }
    Picture {
        width,
        height,
        rgb,
        notes: Vec::new(),
    }
}

/// The mean of squared differences, in levels.
fn squared_error(a: &Picture, b: &Picture) -> f64 {
    let squares = a.rgb.iter().zip(&b.rgb);
    let sum: f64 = squares
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
        .sum();
    sum / a.rgb.len() as f64
}
