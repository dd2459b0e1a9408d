//! Pictures come out as an independent decoder reads them.

#![cfg_attr(not(all(feature = "heic", feature = "jxl")), allow(unused_imports))]

mod common;

use bpclip_codecs::{Channels, Cicp, Format, Samples, decode, identify, info};
use common::{LIMITS, compare, eight, pictures, read};

#[test]
fn every_picture_is_as_an_independent_decoder_reads_it() {
    for (name, bytes) in pictures() {
        let picture = decode(&bytes, &LIMITS).unwrap_or_else(|e| panic!("{name}: {e}"));
        let ours = eight(&picture);
        let (ratio, most) = compare(&ours, &read(&format!("{name}.raw")));
        assert!(ratio > 38.0, "{name}: {ratio:.1} dB, {most} levels");
        if name.contains("lossless") || name == "grey.jxl" || name == "alpha.jxl" {
            assert!(most <= 1, "{name}: {most} levels");
        }
    }
}

#[test]
fn headers_tell_what_decoding_gives() {
    for (name, bytes) in pictures() {
        let told = info(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        let picture = decode(&bytes, &LIMITS).unwrap();
        assert_eq!(Some(told.format), identify(&bytes), "{name}");
        assert_eq!(
            (told.width, told.height),
            (picture.width, picture.height),
            "{name}"
        );
        assert_eq!(told.bits, picture.bits, "{name}");
        assert_eq!(told.animated, picture.animated, "{name}");
        assert_eq!(told.animated, name.starts_with("animated"), "{name}");
        let deep = matches!(picture.samples, Samples::Sixteen(_));
        assert_eq!(deep, picture.bits > 8, "{name}");
        let count = match &picture.samples {
            Samples::Eight(s) => s.len(),
            Samples::Sixteen(s) => s.len(),
        };
        let pixels = picture.width as usize * picture.height as usize;
        assert_eq!(count, pixels * picture.channels.count(), "{name}");
    }
}

#[cfg(feature = "heic")]
#[test]
fn heic_tells_its_kind() {
    let of = |name: &str| decode(&read(name), &LIMITS).unwrap();
    assert_eq!(of("grey.heic").channels, Channels::Grey);
    assert_eq!(of("alpha.heic").channels, Channels::Rgba);
    assert_eq!(of("10-bit.heic").bits, 10);
    assert_eq!(of("12-bit.heic").bits, 12);
    let hdr = of("pq-2020.heic");
    assert_eq!(
        hdr.colours,
        Some(Cicp {
            primaries: 9,
            transfer: 16
        })
    );
    let turned = of("rotated.heic");
    assert_eq!((turned.width, turned.height), (44, 60));
    let cropped = of("cropped-rotated-mirrored.heic");
    assert_eq!((cropped.width, cropped.height), (20, 30));
}

#[cfg(feature = "avif")]
#[test]
fn avif_tells_its_kind() {
    let of = |name: &str| decode(&read(name), &LIMITS).unwrap();
    assert_eq!(of("grey.avif").channels, Channels::Grey);
    let alpha = of("alpha.avif");
    assert_eq!(alpha.channels, Channels::Rgba);
    assert!(
        alpha
            .profile
            .is_some_and(|icc| icc.get(36..40) == Some(b"acsp"))
    );
    assert_eq!(of("10-bit.avif").bits, 10);
    assert_eq!(of("12-bit.avif").bits, 12);
    assert!(of("animated.avif").animated);
    assert_eq!(of("rotated-mirrored.avif").width, 44);
}

#[cfg(feature = "jxl")]
#[test]
fn jpeg_xl_tells_its_kind() {
    let of = |name: &str| decode(&read(name), &LIMITS).unwrap();
    assert_eq!(of("grey.jxl").channels, Channels::Grey);
    assert_eq!(of("alpha.jxl").channels, Channels::Rgba);
    assert_eq!(of("16-bit.jxl").bits, 16);
    assert!(of("animated.jxl").animated);
    assert_eq!(
        of("lossy.jxl").colours,
        Some(Cicp {
            primaries: 1,
            transfer: 13
        })
    );
}

#[test]
fn formats_are_told_by_content() {
    for (name, bytes) in pictures() {
        let format = match name.rsplit('.').next() {
            Some("heic") => Format::Heic,
            Some("avif") => Format::Avif,
            _ => Format::JpegXl,
        };
        assert_eq!(identify(&bytes), Some(format), "{name}");
    }
    assert_eq!(identify(b""), None);
    assert_eq!(identify(b"\xff\xd8\xff\xe0\0\x10JFIF"), None);
    assert_eq!(identify(b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"), None);
    assert_eq!(identify(b"\0\0\0\x18ftypisom\0\0\0\x01isommp42"), None);
}
