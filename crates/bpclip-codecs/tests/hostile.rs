//! Whatever the bytes are, there is an answer, and none that takes more than was allowed.

mod common;

use bpclip_codecs::{CodecError, Limits, decode, identify, info};
use common::{LIMITS, pictures};
use proptest::prelude::*;

#[test]
fn a_picture_cut_short_anywhere_is_refused() {
    for (name, bytes) in pictures() {
        let step = (bytes.len() / 60).max(1);
        // The last bytes of a JPEG XL codestream may be padding; of a file with boxes, other data
        // may come last.
        for end in (0..bytes.len() * 9 / 10).step_by(step) {
            let cut = &bytes[..end];
            if name.starts_with("animated") && decode(cut, &LIMITS).is_ok() {
                // The first frame may be whole.
                continue;
            }
            let refused = decode(cut, &LIMITS).expect_err(&name);
            match refused {
                CodecError::Truncated | CodecError::NotThisFormat | CodecError::Damaged(_) => {}
                other => panic!("{name} cut to {end}: {other}"),
            }
        }
    }
}

#[test]
fn limits_hold() {
    for (name, bytes) in pictures() {
        let told = info(&bytes).unwrap();
        let pixels = u64::from(told.width) * u64::from(told.height);
        let (width, height) = (told.width, told.height);
        let refused = Err(CodecError::TooLarge { width, height });
        let few = Limits {
            pixels: pixels - 1,
            bytes: u64::MAX,
        };
        assert_eq!(decode(&bytes, &few), refused, "{name}");
        let small = Limits {
            pixels: u64::MAX,
            bytes: pixels,
        };
        assert_eq!(decode(&bytes, &small), refused, "{name}");
        let enough = Limits {
            pixels,
            bytes: u64::MAX,
        };
        assert!(decode(&bytes, &enough).is_ok(), "{name}");
    }
}

/// What decoding takes is asked for by what the headers tell: a larger picture below them is none that
/// was asked for.
#[test]
fn a_coded_picture_larger_than_its_headers_tell_is_not_decoded() {
    for name in ["hostile/flat.avif", "hostile/flat.heic"] {
        let mut bytes = common::read(name);
        if let Err(CodecError::LeftOut { .. }) = info(&bytes) {
            continue;
        }
        let limits = Limits {
            pixels: 1 << 20,
            bytes: 32 << 20,
        };
        assert!(decode(&bytes, &limits).is_ok(), "{name}");
        let size = bytes.windows(4).position(|kind| kind == b"ispe").unwrap();
        bytes[size + 8..size + 16].copy_from_slice(&[0, 0, 0, 100, 0, 0, 0, 100]);
        assert!(info(&bytes).unwrap().bytes < 1 << 20, "{name}");
        let refused = decode(&bytes, &limits).map(|_| ());
        let damaged =
            CodecError::Damaged("a coded picture that is larger than its headers tell".to_owned());
        assert_eq!(refused, Err(damaged), "{name}");
    }
}

/// The second half never came, and the frame is whole.
#[test]
fn zeros_in_the_place_of_data_are_damage() {
    for (name, mut bytes) in pictures() {
        let data = bytes.windows(4).position(|kind| kind == b"mdat");
        let (Some(data), true) = (data, name.ends_with("avif") || name.ends_with("heic")) else {
            continue;
        };
        let half = data + (bytes.len() - data) / 2;
        if bytes.len() - half < 200 || name.starts_with("animated") {
            continue;
        }
        bytes[half..].fill(0);
        let refused = decode(&bytes, &LIMITS).expect_err(&name);
        assert!(
            matches!(refused, CodecError::Damaged(_) | CodecError::Truncated),
            "{name}: {refused}"
        );
    }
}

#[test]
fn what_is_none_of_the_formats_is_told_so() {
    assert_eq!(decode(b"", &LIMITS), Err(CodecError::NotThisFormat));
    assert_eq!(info(b"GIF89a"), Err(CodecError::NotThisFormat));
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = identify(&bytes);
        let _ = info(&bytes);
        let _ = decode(&bytes, &LIMITS);
    }

    #[test]
    fn any_bytes_after_a_beginning_get_an_answer(
        start in prop::sample::select(vec![
            &b"\xff\x0a"[..],
            &b"\0\0\0\x0cJXL \r\n\x87\n"[..],
            &b"\0\0\0\x10ftypheic\0\0\0\0"[..],
            &b"\0\0\0\x10ftypavif\0\0\0\0\0\0\x01\0meta\0\0\0\0"[..],
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let bytes = [start, &rest].concat();
        let _ = info(&bytes);
        let _ = decode(&bytes, &LIMITS);
    }

    #[test]
    fn damaged_pictures_get_an_answer(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        keep in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let all = pictures();
        prop_assume!(!all.is_empty());
        let mut bytes = all[which.index(all.len())].1.clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cut {
            bytes.truncate(keep.index(bytes.len()));
        }
        let told = info(&bytes);
        if let Ok(picture) = decode(&bytes, &LIMITS) {
            let told = told.unwrap();
            prop_assert_eq!((told.width, told.height), (picture.width, picture.height));
        }
    }
}
