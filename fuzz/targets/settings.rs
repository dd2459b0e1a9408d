//! The window's settings: used or put aside, and what is used survives being saved.

#![no_main]

use bpclip::app::settings::Settings;
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| bpclip_fuzz::folder().join("settings.json"));

fuzz_target!(|bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("room");
    let (settings, problem) = Settings::load(&FILE);
    match problem {
        Some(problem) => {
            let aside = problem.aside.expect("a free name");
            assert_eq!(std::fs::read(&aside).expect("it is there"), bytes);
            std::fs::remove_file(aside).expect("it is ours");
        }
        None => {
            settings.save(&FILE).expect("room");
            assert_eq!(Settings::load(&FILE), (settings, None));
        }
    }
});
