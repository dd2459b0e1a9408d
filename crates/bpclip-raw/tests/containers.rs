//! Each container, made small: what is found, how large, which way up.

mod common;

use bpclip_raw::{Kind, Raw, RawError, identify, identify_in, previews};
use common::{Dir, ORDERS, Order, camera, jpeg, jpeg_of, put_chain, sensor, tiff, tiff_after};

fn sizes(raw: &Raw) -> Vec<(u32, u32)> {
    raw.previews
        .iter()
        .map(|preview| (preview.width, preview.height))
        .collect()
}

/// Reads a file whose previews are all whole.
fn read(bytes: &[u8]) -> Raw {
    let raw = previews(bytes).expect("a preview");
    assert_eq!(raw.lost, 0);
    for preview in &raw.previews {
        let jpeg = &bytes[preview.range.clone()];
        assert!(jpeg.starts_with(&[0xff, 0xd8]) && jpeg.ends_with(&[0xff, 0xd9]));
    }
    raw
}

/// A file of a maker with this note in its Exif.
fn noted(order: Order, make: &'static str, note: Vec<u8>) -> Vec<u8> {
    let exif = Dir::default().bytes(0x927c, note);
    tiff(
        order,
        42,
        &[camera(make)
            .dirs(0x14a, &[sensor(400, 300)])
            .dirs(0x8769, &[exif])],
    )
}

#[test]
fn dng_has_its_preview_and_never_the_sensors_jpeg() {
    for order in ORDERS {
        let raw = read(&common::dng(order));
        assert_eq!((raw.kind, raw.orientation), (Kind::Dng, 6));
        assert_eq!(
            sizes(&raw),
            [(6000, 4000), (1024, 683), (160, 107)],
            "a thumbnail comes first in the file"
        );
        assert_eq!(
            (raw.sensor, raw.sensor_upright()),
            (Some((6000, 4000)), Some((4000, 6000)))
        );
        assert_eq!(raw.turn(&raw.previews[0]), 6);
    }
}

#[test]
fn nef_has_previews_in_subifds_and_note() {
    for order in ORDERS {
        let raw = read(&common::nef(order));
        assert_eq!(
            (raw.kind, raw.sensor, raw.orientation),
            (Kind::Nef, Some((6000, 4000)), 6)
        );
        assert_eq!(sizes(&raw), [(6000, 4000), (570, 375)]);
    }
}

#[test]
fn cr2_has_its_strip_and_thumbnail() {
    let raw = read(&common::cr2());
    assert_eq!(
        (raw.kind, raw.sensor, raw.orientation),
        (Kind::Cr2, Some((5616, 3744)), 6)
    );
    assert_eq!(sizes(&raw), [(2784, 1856), (160, 120)]);
}

#[test]
fn cr3_has_all_three() {
    let raw = read(&common::cr3());
    assert_eq!(
        (raw.kind, raw.sensor, raw.orientation),
        (Kind::Cr3, Some((6000, 4000)), 6)
    );
    assert_eq!(sizes(&raw), [(6000, 4000), (1620, 1080), (160, 120)]);
}

#[test]
fn raf_is_turned_by_its_jpegs_exif() {
    let raw = read(&common::raf());
    assert_eq!(
        (raw.kind, raw.sensor, raw.orientation),
        (Kind::Raf, Some((4896, 3264)), 6)
    );
    assert_eq!(sizes(&raw), [(4896, 3264)]);
}

#[test]
fn orf_has_preview_and_thumbnail_in_the_note() {
    for order in ORDERS {
        let mut bytes = common::orf(order);
        if order == Order::Big {
            bytes[2..4].copy_from_slice(b"OR");
        }
        let raw = read(&bytes);
        assert_eq!(
            (raw.kind, raw.sensor, raw.orientation),
            (Kind::Orf, Some((4608, 3456)), 6)
        );
        assert_eq!(sizes(&raw), [(3200, 2400), (160, 120)]);
    }
}

#[test]
fn rw2_has_the_larger_of_its_two() {
    let raw = read(&common::rw2());
    assert_eq!(
        (raw.kind, raw.sensor, raw.orientation),
        (Kind::Rw2, Some((3648, 2744)), 6)
    );
    assert_eq!(sizes(&raw), [(3648, 2736), (1920, 1440)]);
    let leica = tiff(
        Order::Little,
        0x55,
        &[camera("LEICA").bytes(0x2e, jpeg(1920, 1440))],
    );
    assert_eq!(read(&leica).kind, Kind::Rwl);
}

#[test]
fn makers_are_told_by_name_and_sensor_data() {
    let makers = [
        ("NIKON", Kind::Nef),
        ("SONY", Kind::Arw),
        ("PENTAX Corporation", Kind::Pef),
        ("RICOH IMAGING COMPANY, LTD.", Kind::Pef),
        ("SAMSUNG", Kind::Srw),
        ("Hasselblad", Kind::Fff),
        ("Phase One A/S", Kind::Iiq),
        ("Leaf", Kind::Mos),
        ("Mamiya-OP Co.,Ltd.", Kind::Mef),
        ("SEIKO EPSON CORP.", Kind::Erf),
        ("EASTMAN KODAK COMPANY", Kind::Kdc),
        ("Canon", Kind::Cr2),
        ("CASIO", Kind::Other),
    ];
    for (make, kind) in makers {
        let thumbnail = Dir::default()
            .short(0x103, 6)
            .block(0x201, 0x202, jpeg(160, 120));
        let preview = Dir::default()
            .short(0x103, 6)
            .block(0x201, 0x202, jpeg(1616, 1080));
        let first = camera(make).dirs(0x14a, &[sensor(4928, 3280)]);
        let raw = read(&tiff(Order::Big, 42, &[first, thumbnail, preview]));
        assert_eq!((raw.kind, raw.orientation), (kind, 6));
        assert_eq!(sizes(&raw), [(1616, 1080), (160, 120)]);
        assert_eq!(raw.sensor, Some((4928, 3280)));
    }
}

#[test]
fn gopro_and_wide_offsets_are_dng() {
    let first = camera("GoPro")
        .bytes(0xc612, vec![1, 3, 0, 0])
        .block(0x201, 0x202, jpeg(640, 480));
    assert_eq!(read(&tiff(Order::Little, 42, &[first])).kind, Kind::Gpr);

    // BigTIFF: one directory of three entries, then the JPEG.
    let mut wide = b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0".to_vec();
    let body = jpeg(640, 480);
    let at = wide.len() as u64 + 3 * 20 + 8;
    for (tag, kind, count, value) in [
        (0x201_u16, 16_u16, 1_u64, at),
        (0x202, 16, 1, body.len() as u64),
        (0xc612, 1, 4, 0x701),
    ] {
        wide.extend(tag.to_le_bytes());
        wide.extend(kind.to_le_bytes());
        wide.extend(count.to_le_bytes());
        wide.extend(value.to_le_bytes());
    }
    wide.extend([0; 8]);
    wide.extend(body);
    let raw = read(&wide);
    assert_eq!((raw.kind, sizes(&raw)), (Kind::Dng, vec![(640, 480)]));
}

#[test]
fn phase_one_says_size_and_turn_in_its_own_directory() {
    let words = |values: &[u32]| {
        values
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect::<Vec<_>>()
    };
    let mut gap = b"IIIICwaR".to_vec();
    gap.extend(words(&[12, 3, 0]));
    for (tag, value) in [(0x100, 1), (0x10c, 7320), (0x10d, 5484)] {
        gap.extend(words(&[tag, 1, 4, value]));
    }
    let first = Dir::default()
        .text(0x10f, "Phase One")
        .block(0x201, 0x202, jpeg(1024, 768));
    let raw = read(&tiff_after(Order::Little, 42, &gap, &[first]));
    assert_eq!(
        (raw.kind, raw.sensor, raw.orientation),
        (Kind::Iiq, Some((7320, 5484)), 6)
    );
}

#[test]
fn leaf_has_its_preview_in_a_packet() {
    let packet = |name: &[u8], value: &[u8]| {
        let mut out = b"PKTS\0\0\0\x01".to_vec();
        out.extend(name);
        out.resize(48, 0);
        out.extend((value.len() as u32).to_be_bytes());
        out.extend(value);
        out
    };
    let block = [
        packet(b"CameraObj", b"text"),
        packet(b"JPEG_preview_data", &jpeg(1024, 768)),
    ]
    .concat();
    let raw = read(&tiff(
        Order::Big,
        42,
        &[camera("Leaf").bytes(0x8606, block)],
    ));
    assert_eq!((raw.kind, sizes(&raw)), (Kind::Mos, vec![(1024, 768)]));
}

#[test]
fn notes_of_sony_samsung_and_pentax() {
    let mut sony = b"SONY DSC \0\0\0".to_vec();
    // Its offsets count from the file's header, so the note must know where it lies.
    let body = [vec![0; 32], jpeg(1616, 1080)].concat();
    let place = |note: &[u8]| {
        let bytes = noted(Order::Little, "SONY", note.to_vec());
        bytes
            .windows(9)
            .position(|bytes| bytes == b"SONY DSC ")
            .unwrap()
    };
    put_chain(
        &mut sony,
        Order::Little,
        0,
        &[Dir::default().bytes(0x2001, body.clone())],
    );
    let at = place(&sony) as u32;
    let entry = 12 + 2 + 8;
    let offset = u32::from_le_bytes(sony[entry..entry + 4].try_into().unwrap());
    sony[entry..entry + 4].copy_from_slice(&(offset + at).to_le_bytes());
    assert_eq!(
        sizes(&read(&noted(Order::Little, "SONY", sony))),
        [(1616, 1080)]
    );

    for order in ORDERS {
        let preview = Dir::default().block(0x201, 0x202, jpeg(800, 600));
        let mut samsung = Vec::new();
        put_chain(
            &mut samsung,
            order,
            0,
            &[Dir::default().dirs(0x35, &[preview])],
        );
        assert_eq!(
            sizes(&read(&noted(order, "SAMSUNG", samsung))),
            [(800, 600)]
        );

        let mut pentax = [b"PENTAX \0", order.mark()].concat();
        put_chain(
            &mut pentax,
            order,
            0,
            &[Dir::default().block(0x4, 0x3, jpeg(640, 480))],
        );
        assert_eq!(sizes(&read(&noted(order, "PENTAX", pentax))), [(640, 480)]);
    }
}

#[test]
fn turned_previews_are_left_as_they_are() {
    let first = camera("NIKON")
        .short(0x103, 6)
        .block(0x201, 0x202, jpeg(1080, 1620));
    let raw = read(&tiff(
        Order::Little,
        42,
        &[first.dirs(0x14a, &[sensor(6000, 4000)])],
    ));
    assert_eq!((raw.orientation, raw.turn(&raw.previews[0])), (6, 1));
}

#[test]
fn a_jpeg_named_twice_is_one() {
    let first = camera("NIKON")
        .block(0x201, 0x202, jpeg(640, 480))
        .dirs(0x14a, &[sensor(6000, 4000)]);
    let mut bytes = tiff(
        Order::Little,
        42,
        &[first, Dir::default().longs(0x201, &[0]).longs(0x202, &[0])],
    );
    let at = bytes
        .windows(4)
        .position(|bytes| bytes == [0xff, 0xd8, 0xff, 0xdb])
        .unwrap() as u32;
    // The second directory's two values.
    let second = bytes.len() - 4 - 24;
    bytes[second + 8..second + 12].copy_from_slice(&at.to_le_bytes());
    let length = jpeg(640, 480).len() as u32 - 1;
    bytes[second + 20..second + 24].copy_from_slice(&length.to_le_bytes());
    assert_eq!(sizes(&read(&bytes)), [(640, 480)]);
}

#[test]
fn only_pictures_are_previews() {
    let strip = |photometric, kind| {
        let block = jpeg(2016, 1512);
        Dir::default()
            .long(0xfe, kind)
            .short(0x103, 7)
            .short(0x106, photometric)
            .block(0x111, 0x117, block)
    };
    // Sensor data that is a common JPEG, a mask, a transparency mask.
    let others = [strip(32803, 0), strip(52527, 0x1_0004), strip(1, 4)];
    let bytes = tiff(
        Order::Little,
        42,
        &[camera("Apple")
            .bytes(0xc612, vec![1, 6, 0, 0])
            .dirs(0x14a, &others)],
    );
    assert_eq!(previews(&bytes), Err(RawError::NoPreview(Kind::Dng)));

    for frame in [0xc3, 0xc9, 0xca, 0xc5, 0xcb] {
        let first = camera("NIKON").block(0x201, 0x202, jpeg_of(frame, 640, 480, None));
        let bytes = tiff(Order::Big, 42, &[first.dirs(0x14a, &[sensor(640, 480)])]);
        assert_eq!(previews(&bytes), Err(RawError::NoPreview(Kind::Nef)));
    }
}

#[test]
fn ordinary_files_are_not_raw() {
    let picture = Dir::default()
        .short(0x100, 640)
        .short(0x101, 480)
        .short(0x103, 1)
        .short(0x106, 2);
    let reduced = Dir::default()
        .long(0xfe, 1)
        .dirs(0x14a, std::slice::from_ref(&picture));
    for dir in [
        picture.clone(),
        picture.clone().text(0x10f, "NIKON CORPORATION"),
        reduced.clone().text(0x10f, "SONY"),
        reduced,
        // A converter copied the pattern.
        picture
            .clone()
            .text(0x10f, "Canon")
            .bytes(0x828e, vec![0, 1, 1, 2]),
        // Sensor data of a microscope: no maker.
        sensor(640, 480),
    ] {
        for order in ORDERS {
            let bytes = tiff(order, 42, std::slice::from_ref(&dir));
            assert_eq!(identify(&bytes), None);
            assert_eq!(previews(&bytes), Err(RawError::NotRaw));
        }
    }
    // A grey of 73 after the header is no mark of Phase One.
    assert_eq!(
        identify(&tiff_after(Order::Little, 42, &[b'I'; 64], &[picture])),
        None
    );
    for other in [
        &b""[..],
        b"II",
        b"\xff\xd8\xff\xe0",
        b"\0\0\0\x18ftypheic",
        b"\0\0\0\x18ftypisom",
    ] {
        assert_eq!(identify(other), None);
    }
    let film = [
        b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom".to_vec(),
        b"....CanonCRM0001".to_vec(),
    ]
    .concat();
    assert_eq!(identify(&film), None);
}

#[test]
fn magic_numbers_do_for_a_head() {
    let head = |bytes: Vec<u8>| identify(&bytes[..16]);
    assert_eq!(head(common::cr2()), Some(Kind::Cr2));
    assert_eq!(head(common::cr3()), Some(Kind::Cr3));
    assert_eq!(head(common::raf()), Some(Kind::Raf));
    assert_eq!(head(common::rw2()), Some(Kind::Rw2));
    assert_eq!(head(common::orf(Order::Little)), Some(Kind::Orf));
}

#[test]
fn a_part_of_a_file_tells_as_the_whole_does() {
    let told = |bytes: &[u8]| identify_in(std::io::Cursor::new(bytes)).unwrap();
    let files = [
        common::dng(Order::Big),
        common::nef(Order::Little),
        common::cr2(),
        common::cr3(),
        common::raf(),
        common::orf(Order::Little),
        common::rw2(),
        jpeg(64, 64),
        Vec::new(),
    ];
    for bytes in files {
        assert_eq!(told(&bytes), identify(&bytes));
    }
    // Many megabytes of sensor data before the directories, and an ordinary TIFF written so.
    let first = |dir: Dir| tiff_after(Order::Little, 42, &vec![0x55; 3 << 20], &[dir]);
    let late = first(camera("PENTAX").dirs(0x14a, &[sensor(400, 300)]));
    assert_eq!(told(&late), Some(Kind::Pef));
    assert_eq!(told(&first(camera("PENTAX"))), None);
    // The directory of the sensor at the end, the first one at the beginning.
    let mut apart = tiff(Order::Little, 42, &[camera("PENTAX").long(0x14a, 5 << 20)]);
    apart.resize(5 << 20, 0x55);
    let inner = tiff_after(Order::Little, 42, &[], &[sensor(400, 300)]);
    apart.extend(&inner[8..]);
    assert_eq!(told(&apart), identify(&apart));
    assert_eq!(told(&apart), Some(Kind::Pef));
}

#[test]
fn refusals_say_what_to_do() {
    let empty = |magic: &[u8]| [magic, &[0; 3000]].concat();
    for (bytes, name) in [
        (
            empty(b"\0\0\0\x18ftypcrx \0\0\0\0crx isom"),
            "Canon raw (CR3)",
        ),
        (empty(b"FUJIFILMCCD-RAW 0201FF"), "Fujifilm raw (RAF)"),
        (empty(b"IIU\0\x18\0\0\0"), "Panasonic raw (RW2)"),
        (
            tiff(
                Order::Big,
                42,
                &[Dir::default().bytes(0xc612, vec![1, 4, 0, 0])],
            ),
            "DNG raw",
        ),
    ] {
        let error = previews(&bytes).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with(name) && text.contains("camera raw is not developed here"),
            "{text}"
        );
        assert!(text.contains("export a JPEG"), "{text}");
        assert_eq!(error.kind().map(Kind::label), Some(name));
    }
}
