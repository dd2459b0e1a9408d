//! Small texts from outside: lists of adjectives, a training's settings, a run's log, what a
//! checkpoint says of itself, the digest beside a fetched file. The first byte chooses.

#![no_main]

use bpclip_catalogue::Store;
use bpclip_core::checkpoint::Metadata;
use bpclip_core::text::{parse_list, write_list};
use bpclip_train::train::{self, read_log};
use libfuzzer_sys::fuzz_target;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A fetched file whose digest its origin publishes.
const FETCHED: &str = "tf_efficientnet_lite1.safetensors";

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = bpclip_fuzz::folder();
    std::fs::write(folder.join(FETCHED), b"").expect("room");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    match (choice % 5, str::from_utf8(bytes)) {
        (0, _) => {
            std::fs::write(FOLDER.join("log.jsonl"), bytes).expect("room");
            read_log(&FOLDER).expect("damage in a log costs lines, not the log");
        }
        (1, _) => {
            let note = FOLDER.join(format!("{FETCHED}.sha256"));
            std::fs::write(note, bytes).expect("room");
            let store = Store::new(FOLDER.clone(), None).expect("no mirror");
            store.check(&FOLDER.join(FETCHED)).expect("it is there");
        }
        (2, Ok(text)) => {
            if let Ok(adjectives) = parse_list(text, Path::new("list.txt")) {
                let again = parse_list(&write_list(&adjectives), Path::new("list.txt"));
                assert_eq!(again.expect("ours").len(), adjectives.len());
            }
        }
        (3, Ok(text)) => {
            if let Ok(settings) = serde_json::from_str::<train::Settings>(text) {
                let _ = settings.check();
                let written = serde_json::to_string(&settings).expect("no path that is no text");
                let read = serde_json::from_str::<train::Settings>(&written);
                assert_eq!(read.expect("ours"), settings);
            }
        }
        (4, Ok(text)) => {
            if let Ok(values) = serde_json::from_str::<HashMap<String, String>>(text)
                && let Ok(metadata) = Metadata::parse(&values)
            {
                if let Ok(map) = metadata.to_map() {
                    assert_eq!(Metadata::parse(&map).ok(), Some(metadata));
                }
            }
        }
        _ => {}
    }
});
