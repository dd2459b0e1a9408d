//! `bpclip rate`: ratings that other programs read, within JPEGs and beside pictures, as ExifTool and
//! Exiv2 see them.

use crate::noted::Noted;
use crate::process::{code, command, err, out, sample, text};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program with what is kept in this place.
fn rate(place: &Path, arguments: &[&str]) -> Output {
    command(["rate"])
        .args(arguments)
        .env("BPCLIP_LIBRARY", place.join("kept/library.sqlite"))
        .output()
        .unwrap()
}

/// What another program says; none, after saying so, where it is not installed.
fn other(program: &str, arguments: &[&str], file: &Path) -> Option<Vec<u8>> {
    match Command::new(program).args(arguments).arg(file).output() {
        Ok(output) => {
            let said = err(&output);
            // Exiv2 says 1 where it found nothing.
            assert!(
                output.status.success() || said.is_empty(),
                "{program}: {said}"
            );
            Some(output.stdout)
        }
        Err(_) => {
            crate::skip::skip(&format!("{program} is not installed"));
            None
        }
    }
}

/// All that ExifTool reads but what says where and when the file is.
fn exiftool(file: &Path) -> Option<serde_json::Map<String, Value>> {
    let arguments = ["-j", "-G1", "-a", "-n", "-all", "-validate"];
    let said = other("exiftool", &arguments, file)?;
    let all: Vec<Value> = serde_json::from_slice(&said).unwrap();
    let mut all = all[0].as_object().unwrap().clone();
    all.retain(|name, _| !name.starts_with("System:") && name != "SourceFile");
    Some(all)
}

/// A JPEG with Exif, ICC's place taken, and a further picture behind it, noted as cameras do.
fn camera_jpeg() -> Vec<u8> {
    let whole = Noted::some().into_jpeg(&std::fs::read(sample("coffee.jpg")).unwrap());
    let further = std::fs::read(sample("rocket-jpeg6.jpg")).unwrap();
    // Behind SOI and Exif.
    let exif = 2 + 2 + usize::from(u16::from_be_bytes([whole[4], whole[5]]));
    let notes = |size: u32, offset: u32| {
        let mut tiff = b"MM\0*\0\0\0\x08\0\x03".to_vec();
        let mut entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
            tiff.extend(tag.to_be_bytes());
            tiff.extend(kind.to_be_bytes());
            tiff.extend(count.to_be_bytes());
            tiff.extend(value);
        };
        entry(0xb000, 7, 4, *b"0100");
        entry(0xb001, 4, 1, 2_u32.to_be_bytes());
        entry(0xb002, 7, 32, 50_u32.to_be_bytes());
        tiff.extend([0; 4]);
        for (attributes, size, offset) in [
            (0x2003_0000_u32, size, 0),
            (0, further.len() as u32, offset),
        ] {
            for number in [attributes, size, offset, 0] {
                tiff.extend(number.to_be_bytes());
            }
        }
        let length = (2 + 4 + tiff.len() as u16).to_be_bytes();
        [&b"\xff\xe2"[..], &length, b"MPF\0", &tiff].concat()
    };
    let length = notes(0, 0).len();
    let size = whole.len() + length;
    let notes = notes(size as u32, (size - exif - 8) as u32);
    [&whole[..exif], &notes, &whole[exif..], &further].concat()
}

/// From the first scan on.
fn picture(bytes: &[u8]) -> &[u8] {
    let scan = bytes.windows(2).position(|pair| pair == [0xff, 0xda]);
    &bytes[scan.unwrap()..]
}

fn write(place: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = place.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_rating_within_a_jpeg_is_read_by_others_and_nothing_else_has_changed() {
    let place = tempfile::tempdir().unwrap();
    let before = camera_jpeg();
    let path = write(place.path(), "a.jpg", &before);
    let seen_before = exiftool(&path);
    let arguments = ["--device", "cpu", "--size", "64", "--stars", "1,2,3,4,100"];
    let arguments = [&arguments[..], &["--embed", path.to_str().unwrap()]].concat();
    let output = rate(place.path(), &arguments);
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).starts_with("4 stars  "), "{}", out(&output));
    let after = std::fs::read(&path).unwrap();
    assert_eq!(picture(&after), picture(&before));
    let beside = std::fs::read_dir(place.path()).unwrap();
    let others = beside.filter(|entry| entry.as_ref().unwrap().path() != path);
    assert_eq!(others.count(), 1, "only what is kept");
    if let Some((seen_before, mut seen)) = seen_before.zip(exiftool(&path)) {
        assert_eq!(seen.remove("XMP-xmp:Rating"), Some(4.into()));
        assert!(seen.remove("XMP-x:XMPToolkit").is_some());
        // What is noted of the further picture moves with it.
        let mut expected = seen_before;
        for notes in [&mut seen, &mut expected] {
            notes.retain(|name, _| !name.contains("MPImage"));
        }
        assert_eq!(seen, expected);
        let further = other("exiftool", &["-b", "-MPImage2"], &path).unwrap();
        assert_eq!(further, std::fs::read(sample("rocket-jpeg6.jpg")).unwrap());
    }
    if let Some(said) = other("exiv2", &["-PXkv"], &path) {
        assert!(text(&said).contains("Xmp.xmp.Rating"), "{}", text(&said));
        assert!(text(&said).split_whitespace().any(|word| word == "4"));
        let camera = other("exiv2", &["-PEkv", "-K", "Exif.Image.Model"], &path).unwrap();
        assert!(text(&camera).contains("EOS R5 II"), "{}", text(&camera));
    }
    // Once more changes nothing, not even when the file was written.
    let modified = |path: &Path| std::fs::metadata(path).unwrap().modified().unwrap();
    let then = modified(&path);
    assert!(rate(place.path(), &arguments).status.success());
    assert_eq!(modified(&path), then);
}

#[test]
fn what_others_wrote_is_kept_and_their_ratings_are_read() {
    let place = tempfile::tempdir().unwrap();
    for (program, arguments) in [
        (
            "exiftool",
            &[
                "-q",
                "-overwrite_original",
                "-XMP-xmp:Rating=2",
                "-XMP-dc:Subject=sea & sky",
            ][..],
        ),
        (
            "exiv2",
            &[
                "-M",
                "set Xmp.xmp.Rating 2",
                "-M",
                "set Xmp.dc.subject sea & sky",
            ],
        ),
    ] {
        let path = write(place.path(), &format!("{program}.jpg"), &camera_jpeg());
        if other(program, arguments, &path).is_none() {
            continue;
        }
        let by_person = ["--marks-only", path.to_str().unwrap()];
        let output = rate(place.path(), &[&by_person[..], &["--dry-run"]].concat());
        assert!(
            out(&output).starts_with("2 stars"),
            "{program}: {}",
            out(&output)
        );
        // A person's word since then, here.
        let library = place.path().join("kept/library.sqlite");
        let (mut known, _) = bpclip_library::Library::open(&library).unwrap();
        let kept = bpclip_library::Decision {
            mark: Some(bpclip_library::Mark::Keep),
            stars: 5,
            label: Some(bpclip_library::Label::Green),
        };
        let identity = bpclip_library::Identity::of(&path).unwrap();
        known.keep_decisions(&[(identity, kept, None)]).unwrap();
        drop(known);
        let before = std::fs::read(&path).unwrap();
        let output = rate(place.path(), &[&by_person[..], &["--embed"]].concat());
        assert!(output.status.success(), "{}", err(&output));
        assert!(out(&output).starts_with("5 stars, Green, keep  "));
        let after = std::fs::read(&path).unwrap();
        assert_eq!(picture(&after), picture(&before));
        if let Some(seen) = exiftool(&path) {
            assert_eq!(seen["XMP-xmp:Rating"], 5, "{program}");
            assert_eq!(seen["XMP-xmp:Label"], "Green", "{program}");
            assert_eq!(seen["XMP-digiKam:PickLabel"], 3, "{program}");
            assert_eq!(seen["XMP-dc:Subject"], "sea & sky", "{program}");
            let further = other("exiftool", &["-b", "-MPImage2"], &path).unwrap();
            let whole = std::fs::read(sample("rocket-jpeg6.jpg")).unwrap();
            // Exiv2 itself forgets to move it.
            assert!(program == "exiv2" || further == whole);
        }
        if let Some(said) = other("exiv2", &["-PXkv"], &path) {
            let said = text(&said);
            for key in [
                "Xmp.xmp.Rating",
                "Xmp.xmp.Label",
                "Xmp.digiKam.PickLabel",
                "Xmp.dc.subject",
            ] {
                assert!(said.contains(key), "{program}: {said}");
            }
        }
        // The rating did not make another picture of it.
        let (mut known, _) = bpclip_library::Library::open(&library).unwrap();
        let identity = bpclip_library::Identity::of(&path).unwrap();
        let decided = known.decision(&identity, |_| None).unwrap();
        assert_eq!(decided.map(|decided| decided.decision), Some(kept));
    }
}

#[test]
fn stars_go_by_shares_too_and_rejects_by_the_mark() {
    let place = tempfile::tempdir().unwrap();
    let photos = place.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    for name in [
        "coffee.jpg",
        "coffee-blurred.jpg",
        "coffee-jpeg10.jpg",
        "rocket-jpeg6.jpg",
    ] {
        std::fs::copy(sample(name), photos.join(name)).unwrap();
    }
    let rejected = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="-1"/></rdf:RDF></x:xmpmeta>"#;
    std::fs::write(photos.join("rocket-jpeg6.xmp"), rejected).unwrap();
    let shares = [
        "--shares",
        "100,75,50,26,25",
        "--device",
        "cpu",
        "--size",
        "224",
    ];
    let output = rate(
        place.path(),
        &[&shares[..], &[photos.to_str().unwrap()]].concat(),
    );
    assert!(output.status.success(), "{}", err(&output));
    let said = out(&output);
    let line = |name: &str| said.lines().find(|line| line.ends_with(name)).unwrap();
    assert!(line("coffee.jpg").starts_with("5 stars"), "{said}");
    assert!(line("rocket-jpeg6.jpg").starts_with("rejected"), "{said}");
    assert!(err(&output).contains("4 of 4 pictures rated"));
    let sidecar = std::fs::read_to_string(photos.join("coffee.xmp")).unwrap();
    assert!(sidecar.contains("xmp:Rating=\"5\""), "{sidecar}");
    if let Some(seen) = exiftool(&photos.join("rocket-jpeg6.xmp")) {
        assert_eq!(seen["XMP-xmp:Rating"], -1);
        assert_eq!(seen["XMP-digiKam:PickLabel"], 1);
    }
    for wrong in [
        &["--stars", "1,2,3"][..],
        &["--stars", "5,4,3,2,1"],
        &["--shares", "1,2,3,4,5"],
        &["--marks-only", "--shares", "5,4,3,2,1"],
    ] {
        let output = rate(place.path(), &[wrong, &[photos.to_str().unwrap()]].concat());
        assert_eq!(code(&output), 2, "{wrong:?}");
    }
}
