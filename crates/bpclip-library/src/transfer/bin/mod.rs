//! The system's bin: by the standard of desktops where there is one, else by what the system has.

#[cfg(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
))]
#[path = "freedesktop.rs"]
mod system;
#[cfg(not(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
)))]
#[path = "other.rs"]
mod system;

pub use system::{Bin, GIVES_BACK, put};

use std::io;

/// What is in a file's place is not overwritten.
fn taken() -> io::Error {
    io::Error::other("something is in its place, so it stays in the bin")
}

/// Nobody finds it any more.
fn gone() -> io::Error {
    io::Error::other("it is not in the bin any more")
}
