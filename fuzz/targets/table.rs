//! Tables of labels, under every name that a layout knows. The first byte chooses the name.

#![no_main]

use bpclip_train::dataset::{OpenOptions, Protocol, open, split};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

const NAMES: [&str; 15] = [
    "mos.csv",
    "mos.txt",
    "ladder.csv",
    "csiq_label.txt",
    "mos_with_names.txt",
    "dmos.csv",
    "koniq10k_distributions_sets.csv",
    "koniq10k_scores_and_distributions.csv",
    "MOS and Image attribute scores.csv",
    "meta_info_some.csv",
    "csiq.DMOS.csv",
    "data.csv",
    "labels_image.csv",
    "Scores_Overall.csv",
    "uhd-iqa-training-metadata.csv",
];

/// Pictures that a row may name.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = bpclip_fuzz::folder();
    for name in ["a", "b", "a.png", "b.png"] {
        std::fs::write(folder.join(name), b"").expect("room");
    }
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, bytes)) = bytes.split_first() else {
        return;
    };
    let path = FOLDER.join(NAMES[usize::from(*choice) % NAMES.len()]);
    std::fs::write(&path, bytes).expect("room");
    match open(&path, &OpenOptions::default()) {
        Err(error) => assert!(error.to_string().contains("bpclip-fuzz"), "{error}"),
        Ok(dataset) => {
            for item in &dataset.items {
                assert!(item.label.is_finite() && item.mos.is_finite(), "{item:?}");
            }
            for protocol in [Protocol::Official, Protocol::EightTwo, Protocol::SixTwoTwo] {
                let Ok(parts) = split(&dataset, protocol, 0) else {
                    continue;
                };
                let all = parts
                    .train
                    .iter()
                    .chain(&parts.validation)
                    .chain(&parts.test);
                assert!(all.into_iter().all(|index| *index < dataset.items.len()));
            }
        }
    }
    std::fs::remove_file(&path).expect("it was written");
});
