//! Files that are cut, bent or made to harm: an answer or a message, soon.

mod common;

use bpclip_raw::{Kind, RawError, identify, previews};
use common::{Dir, ORDERS, Order, camera, jpeg, sensor, tiff};
use proptest::prelude::*;

/// One good file of each container.
fn good() -> Vec<Vec<u8>> {
    let mut files = vec![common::cr2(), common::cr3(), common::raf(), common::rw2()];
    for order in ORDERS {
        files.extend([common::dng(order), common::nef(order), common::orf(order)]);
    }
    files
}

#[test]
fn loops_end() {
    let first = camera("NIKON")
        .block(0x201, 0x202, jpeg(640, 480))
        .longs(0x14a, &[8, 8, 8]);
    let mut bytes = tiff(Order::Little, 42, &[first.clone(), sensor(6000, 4000)]);
    // The second directory's link leads to the first.
    let link = bytes.len() - 4;
    assert_eq!(bytes[link..], [0; 4]);
    bytes[link] = 8;
    let raw = previews(&bytes).unwrap();
    assert_eq!((raw.kind, raw.previews.len()), (Kind::Nef, 1));
}

#[test]
fn what_lies_past_the_end_is_lost() {
    let beyond = Dir::default().long(0x201, 1_000_000).long(0x202, 5000);
    let dng = |chain: &[Dir]| {
        let first = camera("Maker").bytes(0xc612, vec![1, 4, 0, 0]);
        tiff(Order::Little, 42, &[&[first], chain].concat())
    };
    assert_eq!(
        previews(&dng(std::slice::from_ref(&beyond))),
        Err(RawError::CutShort(Kind::Dng))
    );
    let overflow = Dir::default().long(0x201, u32::MAX).long(0x202, u32::MAX);
    let kept = Dir::default().block(0x201, 0x202, jpeg(640, 480));
    let raw = previews(&dng(&[beyond, overflow, kept])).unwrap();
    assert_eq!((raw.previews.len(), raw.lost), (1, 2));
}

#[test]
fn a_preview_that_is_cut_is_lost_and_the_smaller_stays() {
    let bytes = common::dng(Order::Big);
    let full = previews(&bytes).unwrap().previews[0].range.clone();
    let raw = previews(&bytes[..full.end - 1]).unwrap();
    assert_eq!((raw.previews[0].width, raw.lost), (1024, 1));
}

#[test]
fn directories_past_the_end_are_a_cut_too() {
    let preview = Dir::default().block(0x201, 0x202, jpeg(640, 480));
    let bytes = tiff(
        Order::Big,
        42,
        &[camera("Maker").bytes(0xc612, vec![1, 4, 0, 0]), preview],
    );
    let cut = bytes.len() - jpeg(640, 480).len() - 32;
    assert_eq!(previews(&bytes[..cut]), Err(RawError::CutShort(Kind::Dng)));
}

#[test]
fn every_cut_of_every_container_is_answered() {
    for bytes in good() {
        for cut in 0..bytes.len() {
            let _ = previews(&bytes[..cut]);
        }
    }
}

#[test]
fn more_directories_than_any_camera_writes() {
    let first = camera("Maker").bytes(0xc612, vec![1, 4, 0, 0]);
    let empty = vec![Dir::default().short(0x100, 1); 300];
    let bytes = tiff(Order::Little, 42, &[&[first][..], &empty].concat());
    assert_eq!(previews(&bytes), Err(RawError::TooMany(Kind::Dng)));
}

#[test]
fn megabytes_made_to_harm_are_soon_done() {
    let start = std::time::Instant::now();
    // Fill bytes and markers without end after each of many pointers.
    for filling in [[0xff, 0xff, 0xff, 0xff], [0xff, 0xe0, 0x00, 0x02]] {
        let subs: Vec<_> = (0..60)
            .map(|i| {
                Dir::default()
                    .long(0x201, 100_000 + 4 * i)
                    .long(0x202, 15_000_000)
            })
            .collect();
        let first = camera("Maker")
            .bytes(0xc612, vec![1, 4, 0, 0])
            .dirs(0x14a, &subs);
        let mut bytes = tiff(Order::Little, 42, &[first]);
        while bytes.len() < 16 << 20 {
            bytes.extend(filling);
        }
        for i in 0..60 {
            bytes[100_000 + 4 * i..][..2].copy_from_slice(&[0xff, 0xd8]);
        }
        assert_eq!(previews(&bytes), Err(RawError::NoPreview(Kind::Dng)));
    }
    // Boxes of eight bytes.
    let mut boxes = b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom".to_vec();
    while boxes.len() < 16 << 20 {
        boxes.extend(b"\0\0\0\x08free");
    }
    assert_eq!(previews(&boxes), Err(RawError::TooMany(Kind::Cr3)));
    assert!(start.elapsed().as_secs() < 10);
}

/// Bytes that begin as a container does.
fn begun() -> impl Strategy<Value = Vec<u8>> {
    let heads = prop::sample::select(vec![
        &b""[..],
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
        b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0",
        b"IIU\0\x18\0\0\0",
        b"IIRO\x08\0\0\0",
        b"MMOR\0\0\0\x08",
        b"II*\0\x10\0\0\0CR\x02\0",
        b"II*\0\x08\0\0\0IIIICwaR",
        b"FUJIFILMCCD-RAW ",
        b"\0\0\0\x18ftypcrx ",
    ]);
    (heads, prop::collection::vec(any::<u8>(), 0..2000))
        .prop_map(|(head, tail)| [head, &tail].concat())
}

/// A good file with some bytes changed, and perhaps cut.
fn bent() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..24);
    (
        prop::sample::select(good()),
        changes,
        any::<prop::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|(mut bytes, changes, end, cut)| {
            for (at, value) in changes {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            if cut {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        })
}

/// What holds for any bytes.
fn check(bytes: &[u8]) {
    let kind = identify(bytes);
    match previews(bytes) {
        Ok(raw) => {
            assert_eq!(kind, Some(raw.kind));
            assert!(raw.largest().is_some() && (1..=8).contains(&raw.orientation));
            for preview in &raw.previews {
                assert!(preview.width > 0 && preview.height > 0);
                assert!(bytes[preview.range.clone()].starts_with(&[0xff, 0xd8]));
            }
            let area =
                |i: usize| u64::from(raw.previews[i].width) * u64::from(raw.previews[i].height);
            assert!((1..raw.previews.len()).all(|i| area(i - 1) >= area(i)));
        }
        Err(error) => assert_eq!(error.kind(), kind),
    }
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_answered(bytes in begun()) {
        check(&bytes);
    }

    #[test]
    fn bent_files_are_answered(bytes in bent()) {
        check(&bytes);
    }
}
