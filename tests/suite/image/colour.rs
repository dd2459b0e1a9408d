//! Colour profiles and inks against LittleCMS: `tests/fixtures/make.py`.

use super::decode::tiff;
use super::files::{Extras, assert_close, colours, decode, expected, file, fixture};
use ::image::ExtendedColorType::{self, L8, La8, Rgb8, Rgb16, Rgba8};
use bpclip_core::image::{Note, Picture};

fn with_profile(
    format: &str,
    pixels: &[u8],
    width: usize,
    colour: ExtendedColorType,
    profile: &str,
) -> Picture {
    let profile = fixture(profile);
    let extras = Extras {
        profile: Some(&profile),
        ..Extras::default()
    };
    decode(&file(format, pixels, (width as u32, 1), colour, extras)).unwrap()
}

fn converted(from: &str) -> Vec<Note> {
    vec![Note::ConvertedFrom(from.into())]
}

#[test]
fn rgb_profiles_are_converted() {
    let expected = expected();
    for (profile, name) in [
        ("display-p3", "Display P3"),
        ("adobe-rgb", "Adobe RGB (1998)"),
    ] {
        let (from, to) = (
            colours(&expected[profile]["from"]),
            colours(&expected[profile]["to"]),
        );
        for format in ["png", "tiff", "webp"] {
            let found = with_profile(
                format,
                &from,
                from.len() / 3,
                Rgb8,
                &format!("{profile}.icc"),
            );
            assert_close(&found.rgb, &to, 2);
            assert_eq!(found.notes, converted(name));
        }
        // One colour a file, so that JPEG keeps it.
        for (from, to) in from.chunks_exact(3).zip(to.chunks_exact(3)).take(20) {
            let found = with_profile(
                "jpeg",
                &from.repeat(16),
                16,
                Rgb8,
                &format!("{profile}.icc"),
            );
            assert_close(&found.rgb, &to.repeat(16), 5);
            assert_eq!(found.notes, converted(name));
        }
    }
}

#[test]
fn deep_samples_are_converted_before_they_are_rounded() {
    let expected = expected();
    let (from, to) = (
        colours(&expected["display-p3"]["from"]),
        colours(&expected["display-p3"]["to"]),
    );
    let deep: Vec<u8> = from
        .iter()
        .flat_map(|v| (u16::from(*v) * 257).to_ne_bytes())
        .collect();
    for format in ["png", "tiff"] {
        let found = with_profile(format, &deep, from.len() / 3, Rgb16, "display-p3.icc");
        assert_close(&found.rgb, &to, 2);
        assert_eq!(
            found.notes,
            [converted("Display P3"), vec![Note::SixteenBits]].concat()
        );
    }
}

#[test]
fn colours_under_alpha_are_converted() {
    let expected = expected();
    let (from, to) = (
        colours(&expected["display-p3"]["from"]),
        colours(&expected["display-p3"]["to"]),
    );
    let with_alpha: Vec<u8> = from
        .chunks_exact(3)
        .flat_map(|rgb| [rgb, &[102]].concat())
        .collect();
    let found = with_profile("png", &with_alpha, from.len() / 3, Rgba8, "display-p3.icc");
    let composed: Vec<u8> = to
        .iter()
        .map(|v| (f32::from(*v) * 0.4 + 128.0 * 0.6).round() as u8)
        .collect();
    assert_close(&found.rgb, &composed, 2);
    assert_eq!(
        found.notes,
        [converted("Display P3"), vec![Note::AlphaOnGrey]].concat()
    );
}

#[test]
fn grey_profiles_are_converted() {
    let expected = expected();
    let (from, to) = (
        colours(&expected["grey-1.8"]["from"]),
        colours(&expected["grey-1.8"]["to"]),
    );
    let found = with_profile("png", &from, 256, L8, "grey-1.8.icc");
    assert_close(&found.rgb, &to, 2);
    assert_eq!(found.notes, converted("Grey gamma 1.8"));
    let opaque: Vec<u8> = from.iter().flat_map(|v| [*v, 255]).collect();
    assert_eq!(
        with_profile("png", &opaque, 256, La8, "grey-1.8.icc"),
        found
    );
}

#[test]
fn grey_pictures_with_an_rgb_profile_are_its_greys() {
    let levels: Vec<u8> = (0..=255).collect();
    let as_rgb: Vec<u8> = levels.iter().flat_map(|v| [*v; 3]).collect();
    let found = with_profile("png", &levels, 256, L8, "adobe-rgb.icc");
    assert_eq!(
        found,
        with_profile("png", &as_rgb, 256, Rgb8, "adobe-rgb.icc")
    );
    assert_eq!(found.notes, converted("Adobe RGB (1998)"));
}

#[test]
fn srgb_by_any_name_changes_nothing() {
    let pixels = colours(&expected()["adobe-rgb"]["from"]);
    let found = with_profile("png", &pixels, pixels.len() / 3, Rgb8, "srgb.icc");
    assert_eq!((found.rgb, found.notes), (pixels, Vec::new()));
}

#[test]
fn profiles_that_cannot_be_used_are_noted() {
    let pixels = [10, 20, 30, 200, 150, 100];
    // Of another kind than the pixels; no profile at all; cut short.
    for profile in [
        fixture("grey-1.8.icc"),
        b"not a profile".to_vec(),
        fixture("adobe-rgb.icc")[..300].to_vec(),
    ] {
        let extras = Extras {
            profile: Some(&profile),
            ..Extras::default()
        };
        let found = decode(&file("tiff", &pixels, (2, 1), Rgb8, extras)).unwrap();
        assert_eq!(
            (found.rgb, found.notes),
            (pixels.to_vec(), vec![Note::ProfileIgnored])
        );
    }
}

#[test]
fn inks_become_rgb() {
    let expected = expected();
    // Without a profile, Pillow's rule of thumb; YCCK adds a rounding of its own. The two libraries
    // interpolate between the nodes of a profile's table differently.
    for (name, tolerance) in [
        ("cmyk", 1),
        ("cmyk-no-adobe", 1),
        ("ycck", 1),
        ("cmyk-profile", 4),
    ] {
        let found = decode(&fixture(&format!("{name}.jpg"))).unwrap();
        let centre = |x: usize, y: usize| &found.rgb[((8 * y + 4) * 64 + 8 * x + 4) * 3..][..3];
        let blocks: Vec<u8> = (0..6)
            .flat_map(|y| (0..8).flat_map(move |x| centre(x, y).to_vec()))
            .collect();
        assert_close(&blocks, &colours(&expected[name]), tolerance);
        let note = if name == "cmyk-profile" {
            converted("Four soft inks")
        } else {
            vec![Note::CmykApproximated]
        };
        assert_eq!(found.notes, note);
    }
}

#[test]
fn inks_of_a_tiff_become_rgb() {
    let found = decode(&tiff(
        &[0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 51],
        (3, 1),
        5,
        1,
    ))
    .unwrap();
    assert_close(&found.rgb, &[255, 255, 255, 0, 255, 255, 204, 0, 204], 1);
    assert_eq!(found.notes, [Note::CmykApproximated]);
}
