//! MATLAB files.

#![no_main]

use bpclip_train::dataset::mat::MatFile;
use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|bytes: &[u8]| {
    match MatFile::parse(bytes, Path::new("some.mat")) {
        Err(error) => assert!(error.to_string().contains("some.mat"), "{error}"),
        Ok(file) => {
            for name in [
                "",
                "dmos",
                "orgs",
                "double",
                "names",
                "nested",
                "refnames_all",
            ] {
                let _ = (
                    file.has(name),
                    file.numbers(name, 4),
                    file.texts_of(name, 3),
                );
            }
        }
    }
});
