//! SHA-256 of files.

use super::CatalogueError;
use bpclip_core::file::open_file;
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use std::path::Path;

/// The SHA-256 of a file, 64 hexadecimal digits in lower case.
///
/// # Errors
/// The file cannot be read.
pub fn of_file(path: &Path) -> Result<String, CatalogueError> {
    let hash = || -> io::Result<String> {
        let mut hasher = Sha256::new();
        update(&mut hasher, &mut open_file(path)?)?;
        Ok(hex(hasher))
    };
    hash().map_err(|source| CatalogueError::io(path, source))
}

/// Takes in all that is left to read, and says how many bytes that was.
pub fn update(hasher: &mut Sha256, from: &mut impl Read) -> io::Result<u64> {
    let mut buffer = vec![0; 1 << 18];
    let mut total = 0;
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(total),
            Ok(read) => {
                hasher.update(buffer.get(..read).unwrap_or_default());
                total += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The digest in hexadecimal.
pub fn hex(hasher: Sha256) -> String {
    bpclip_core::checkpoint::hex(&hasher.finalize())
}

/// Whether this is a SHA-256 in lower case.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
