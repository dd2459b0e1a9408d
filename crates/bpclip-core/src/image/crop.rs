//! A part of a picture, and its mirror images.

use super::Picture;

/// The part of `width` by `height` pixels whose top left is at (`x`, `y`); what of it lies
/// outside of the picture is left out.
pub fn crop(picture: &Picture, x: u32, y: u32, width: u32, height: u32) -> Picture {
    let width = width.min(picture.width.saturating_sub(x));
    let height = height.min(picture.height.saturating_sub(y));
    let row = 3 * picture.width as usize;
    let across = 3 * x as usize..3 * (x + width) as usize;
    let rgb = picture
        .rgb
        .chunks_exact(row.max(1))
        .skip(y as usize)
        .take(height as usize)
        .flat_map(|row| row.get(across.clone()).unwrap_or_default())
        .copied()
        .collect();
    Picture {
        width,
        height,
        rgb,
        notes: picture.notes.clone(),
    }
}

/// Left becomes right.
pub fn flip_across(picture: &mut Picture) {
    let row = picture.width as usize;
    let (pixels, _) = picture.rgb.as_chunks_mut::<3>();
    pixels.chunks_exact_mut(row.max(1)).for_each(<[_]>::reverse);
}

/// Top becomes bottom.
pub fn flip_down(picture: &mut Picture) {
    flip_across(picture);
    let (pixels, _) = picture.rgb.as_chunks_mut::<3>();
    pixels.reverse();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered() -> Picture {
        Picture {
            width: 3,
            height: 2,
            rgb: (0..6).flat_map(|n| [n; 3]).collect(),
            notes: Vec::new(),
        }
    }

    fn reds(picture: &Picture) -> Vec<u8> {
        picture.rgb.iter().step_by(3).copied().collect()
    }

    #[test]
    fn a_crop_is_the_part_asked_for() {
        assert_eq!(reds(&crop(&numbered(), 1, 0, 2, 2)), [1, 2, 4, 5]);
        let beyond = crop(&numbered(), 2, 1, 9, 9);
        assert_eq!((beyond.width, beyond.height), (1, 1));
        assert_eq!(reds(&beyond), [5]);
    }

    #[test]
    fn mirrors() {
        let mut picture = numbered();
        flip_across(&mut picture);
        assert_eq!(reds(&picture), [2, 1, 0, 5, 4, 3]);
        let mut picture = numbered();
        flip_down(&mut picture);
        assert_eq!(reds(&picture), [3, 4, 5, 0, 1, 2]);
    }
}
