//! What packages of the program are made of.

use crate::process::{bpclip, err, out};
use bpclip_core::image::EXTENSIONS;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Under what names desktops know the formats, by extension. Where one has none of its own, they see
/// by its content what it is, and the last name is that.
const MIME_TYPES: [(&str, &str); 41] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("jpe", "image/jpeg"),
    ("jfif", "image/jpeg"),
    ("mpo", "image/jpeg"),
    ("png", "image/png"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("webp", "image/webp"),
    ("bmp", "image/bmp"),
    ("gif", "image/gif"),
    ("heic", "image/heif"),
    ("heif", "image/heif"),
    ("hif", "image/heif"),
    ("avif", "image/avif"),
    ("avifs", "image/avif"),
    ("jxl", "image/jxl"),
    ("dng", "image/x-adobe-dng"),
    ("nef", "image/x-nikon-nef"),
    ("nrw", "image/x-nikon-nrw"),
    ("cr2", "image/x-canon-cr2"),
    ("cr3", "image/x-canon-cr3"),
    ("arw", "image/x-sony-arw"),
    ("sr2", "image/x-sony-sr2"),
    ("srf", "image/x-sony-srf"),
    ("raf", "image/x-fuji-raf"),
    ("orf", "image/x-olympus-orf"),
    ("ori", "image/x-olympus-orf"),
    ("rw2", "image/x-panasonic-rw2"),
    ("rwl", "image/x-leica-rwl"),
    ("pef", "image/x-pentax-pef"),
    ("srw", "image/x-samsung-srw"),
    ("3fr", "image/x-hasselblad-3fr"),
    ("fff", "image/x-hasselblad-fff"),
    ("iiq", "image/x-phaseone-iiq"),
    ("mef", "image/x-mamiya-mef"),
    ("mos", "image/x-leaf-mos"),
    ("erf", "image/x-epson-erf"),
    ("kdc", "image/x-kodak-kdc"),
    ("dcr", "image/x-kodak-dcr"),
    ("gpr", "image/x-gopro-gpr"),
];

/// A file of `packaging/linux`, by how its name ends.
fn linux(end: &str) -> String {
    let name = format!("packaging/linux/io.github.bpclip_inspector.bpclip.{end}");
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn desktops_offer_the_program_for_all_that_it_reads() {
    let read: BTreeSet<&str> = EXTENSIONS.into_iter().collect();
    let known: BTreeSet<&str> = MIME_TYPES.iter().map(|(extension, _)| *extension).collect();
    assert_eq!(read, known);

    let entry = linux("desktop");
    let types = entry
        .lines()
        .find_map(|line| line.strip_prefix("MimeType="))
        .unwrap();
    let offered: BTreeSet<&str> = types.split_terminator(';').collect();
    let wanted: BTreeSet<&str> = MIME_TYPES.iter().map(|(_, name)| *name).collect();
    assert_eq!(offered, wanted);
}

#[test]
fn the_version_is_the_same_everywhere() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(linux("metainfo.xml").contains(&format!("<release version=\"{version}\"")));
    for (file, text) in [
        ("CHANGELOG.md", format!("## {version}")),
        ("docs/install.md", format!("bpclip_{version}-1_amd64.deb")),
        ("docs/install.md", format!("cd bpclip-{version}-")),
        ("python/pyproject.toml", format!("version = \"{version}\"")),
        (
            "python/src/bpclip/__init__.py",
            format!("__version__ = \"{version}\""),
        ),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(
            fs::read_to_string(path).unwrap().contains(&text),
            "{file} lacks {text}"
        );
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = bpclip(arguments);
        assert!(output.status.success(), "{}", err(&output));
        out(&output)
    };
    let pages = folder.path().join("man");
    run(&["man", pages.to_str().unwrap()]);

    let help = run(&["--help"]);
    let list = help.split("Commands:").nth(1).unwrap().lines().skip(1);
    let commands: Vec<&str> = list
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(
        commands.contains(&"score") && commands.contains(&"man"),
        "{commands:?}"
    );
    for command in commands {
        let page = fs::read_to_string(pages.join(format!("bpclip-{command}.1"))).unwrap();
        assert!(
            page.contains(".TH") && page.contains("SYNOPSIS"),
            "{command}"
        );
    }
    for page in ["bpclip.1", "bpclip-weights-fetch.1"] {
        assert!(pages.join(page).is_file(), "{page}");
    }
    let page = fs::read_to_string(pages.join("bpclip-score.1")).unwrap();
    assert!(
        page.contains("\\-\\-reference") && page.contains("Exit code"),
        "{page}"
    );
}
