//! PNG on disk, whole or not at all.

use super::files::pattern;
use bpclip_core::image::{Limits, Picture, read, write_png};

#[test]
fn a_written_picture_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.png");
    for picture in [pattern(31, 17), pattern(5, 9)] {
        write_png(&picture, &path).unwrap();
        assert_eq!(read(&path, &Limits::default()).unwrap(), picture);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_failure_names_the_file_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken.png");
    std::fs::create_dir(&taken).unwrap();
    for path in [&taken, &folder.path().join("no folder/out.png")] {
        let error = write_png(&pattern(3, 2), path).unwrap_err();
        assert!(
            error.to_string().contains(path.to_str().unwrap()),
            "{error}"
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_failure_keeps_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.png");
    write_png(&pattern(3, 2), &path).unwrap();
    let before = std::fs::read(&path).unwrap();
    // No PNG has zero columns.
    let impossible = Picture {
        width: 0,
        height: 0,
        rgb: Vec::new(),
        notes: Vec::new(),
    };
    assert!(write_png(&impossible, &path).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
