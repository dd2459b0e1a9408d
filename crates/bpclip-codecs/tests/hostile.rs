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
