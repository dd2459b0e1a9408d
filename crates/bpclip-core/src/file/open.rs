//! Opening what must be a file: a pipe would be waited for, a device be read without end.

use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use crate::memory::{Permit, READING};

/// Opens a file to read it.
///
/// # Errors
/// Whatever the file system says; what is no file, such as a pipe, a device or a folder, is
/// refused at once.
pub fn open_file(path: &Path) -> io::Result<File> {
    // Opening a device may already do something.
    must_be_file(fs::metadata(path)?.file_type())?;
    let mut options = OpenOptions::new();
    let file = flagged(options.read(true), flag::AT_ONCE).open(path)?;
    // It may be another one by now.
    must_be_file(file.metadata()?.file_type())?;
    Ok(file)
}

/// All that is in a file, and the room for it and for what is made of it.
pub struct FileBytes {
    bytes: Vec<u8>,
    _room: Permit<'static>,
}

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// How many times its bytes a file takes: itself, the numbers or lines in it, and what is built of
/// them.
const TIMES: u64 = 3;

/// All that is in a file.
///
/// # Errors
/// As [`open_file`]; a file for which there is too little memory is refused before any is taken.
pub fn read_file(path: &Path) -> io::Result<FileBytes> {
    let mut file = open_file(path)?;
    let length = file.metadata()?.len();
    let room = READING.take(length.saturating_mul(TIMES)).map_err(|beyond| {
        let text = format!(
            "it has {length} bytes, which take {TIMES} times that, and {} of memory are free to read",
            beyond.whole
        );
        io::Error::new(io::ErrorKind::OutOfMemory, text)
    })?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(length).unwrap_or(usize::MAX))?;
    file.read_to_end(&mut bytes)?;
    Ok(FileBytes { bytes, _room: room })
}

/// The text of a file in UTF-8.
///
/// # Errors
/// As [`read_file`], or it is other text.
pub fn read_text(path: &Path) -> io::Result<String> {
    let text = String::from_utf8(read_file(path)?.bytes);
    text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no text in UTF-8"))
}

/// Opens a file that the program keeps for itself, such as a lock or a log, as `options` say. It
/// is never looked for behind a link, which somebody else may have put there.
///
/// # Errors
/// Whatever the file system says, or a link or something that is no file bears the name.
pub fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if let Ok(there) = fs::symlink_metadata(path) {
        must_be_file(there.file_type())?;
    }
    let file = flagged(options, flag::AT_ONCE | flag::NO_LINK).open(path)?;
    must_be_file(file.metadata()?.file_type())?;
    Ok(file)
}

/// Says what a thing is that is no file.
pub(super) fn must_be_file(kind: FileType) -> io::Result<()> {
    let (is, error) = match kind {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => ("a folder", io::ErrorKind::IsADirectory),
        kind if kind.is_symlink() => ("a link", io::ErrorKind::InvalidInput),
        _ => ("a pipe or a device", io::ErrorKind::InvalidInput),
    };
    Err(io::Error::new(error, format!("it is {is}, not a file")))
}

/// Flags of `open`: not to wait for the other end of a pipe, and not to go through a link.
#[cfg(unix)]
mod flag {
    pub const AT_ONCE: i32 = libc::O_NONBLOCK;
    pub const NO_LINK: i32 = libc::O_NOFOLLOW;
}
#[cfg(not(unix))]
mod flag {
    pub const AT_ONCE: i32 = 0;
    pub const NO_LINK: i32 = 0;
}

fn flagged(options: &mut OpenOptions, flags: i32) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
    #[cfg(not(unix))]
    let _ = flags;
    options
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_is_no_file_is_refused_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let text = |path: &str| read_text(Path::new(path)).unwrap_err().to_string();
        assert_eq!(
            text(folder.path().to_str().unwrap()),
            "it is a folder, not a file"
        );
        assert_eq!(text("/dev/zero"), "it is a pipe or a device, not a file");
        let file = folder.path().join("file");
        fs::write(&file, [b'a', 0xff]).unwrap();
        assert_eq!(text(file.to_str().unwrap()), "it is no text in UTF-8");
        // Far larger than any memory, and empty on the disk.
        File::create(&file).unwrap().set_len(1 << 43).unwrap();
        assert!(text(file.to_str().unwrap()).contains("of memory are free"));
    }

    #[test]
    fn a_link_is_followed_to_be_read_and_not_to_be_kept_for_oneself() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "precious").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(read_text(&link).unwrap(), "precious");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let refused = open_own(&link, &mut options).unwrap_err();
        assert_eq!(refused.to_string(), "it is a link, not a file");
        assert_eq!(read_text(&file).unwrap(), "precious");
        open_own(&file, &mut options).unwrap();
        assert_eq!(read_text(&file).unwrap(), "");
    }
}
