//! What the targets share.

use bpclip_codecs::{Format, Samples, identify, info};
use std::path::{Path, PathBuf};

/// What a picture may ask for.
#[cfg(feature = "core")]
pub const LIMITS: bpclip_core::image::Limits = bpclip_core::image::Limits {
    max_file_bytes: 1 << 20,
    max_pixels: 1 << 14,
    max_memory: 1 << 20,
};

/// What pictures are rated with.
#[cfg(feature = "xmp")]
pub const VERDICT: bpclip_xmp::Verdict = bpclip_xmp::Verdict {
    rating: Some(bpclip_xmp::Rating::Stars(3)),
    label: None,
    mark: None,
};

/// Decodes a picture of this format: as large as it is said to be, or an error.
pub fn decode(bytes: &[u8], format: Format) {
    let limits = bpclip_codecs::Limits {
        pixels: 1 << 14,
        bytes: 1 << 20,
    };
    if identify(bytes) != Some(format) {
        return;
    }
    let told = std::panic::catch_unwind(|| info(bytes));
    // A decoder of others may give up; that is caught where pictures are read.
    let Ok(Ok(picture)) = std::panic::catch_unwind(|| bpclip_codecs::decode(bytes, &limits)) else {
        return;
    };
    let told = told.expect("no panic").expect("a header");
    assert_eq!((told.width, told.height), (picture.width, picture.height));
    let count = picture.width as usize * picture.height as usize * picture.channels.count();
    match picture.samples {
        Samples::Eight(samples) => assert_eq!(samples.len(), count),
        Samples::Sixteen(samples) => assert_eq!(samples.len(), count),
    }
}

/// A folder of this process's own, in memory where the system has such a place.
pub fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    let folder = base.join(format!("bpclip-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder to work in");
    folder
}

/// Lets the panics of other people's code pass to whoever catches them in the program, and ends
/// the run at one of ours. A panic that nobody catches ends it whoever panicked.
pub fn shield_others() {
    std::panic::set_hook(Box::new(|panic| {
        let file = panic.location().map_or("", |location| location.file());
        if !file.contains("/registry/src/") && !file.starts_with("/rustc/") {
            eprintln!("{panic}");
            std::process::abort();
        }
    }));
}
