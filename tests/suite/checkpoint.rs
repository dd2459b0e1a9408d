//! Checkpoints: read strictly, written whole, imported from what others publish.

use crate::seed;
use bpclip_core::checkpoint::{Checkpoint, CheckpointError, Precision, import};
use bpclip_core::model::{BackboneKind, Config, Network, Task, TextSize};
use bpclip_core::text;
use burn::tensor::Device;
use proptest::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

fn parse(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
    Checkpoint::parse(bytes, Path::new("some.safetensors"), &Device::flex())
}

/// The shapes and the configuration of a small network.
fn small() -> (Value, HashMap<String, Vec<usize>>) {
    let config = Config {
        width: 16,
        heads: 2,
        mask_width: 4,
        position: 3,
        score_hidden: 5,
        ..Config::new(Task::NoReference, BackboneKind::EfficientNetLite(0))
    };
    let text = TextSize {
        adjectives: text::standard().len(),
        width: 8,
        centred: false,
    };
    let network = Network::new(&config, text, &Device::flex());
    (
        serde_json::to_value(&config).unwrap(),
        bpclip_core::checkpoint::expected_tensors(network),
    )
}

fn small_file() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let (config, shapes) = small();
        seed::checkpoint(&config, &shapes)
    })
}

/// The small checkpoint with some of its tensors and metadata changed.
fn changed(
    tensors: impl FnOnce(&mut HashMap<String, (Dtype, Vec<usize>, Vec<u8>)>),
    metadata: impl FnOnce(&mut HashMap<String, String>),
) -> Vec<u8> {
    let file = SafeTensors::deserialize(small_file()).unwrap();
    let mut all: HashMap<_, _> = file
        .iter()
        .map(|(name, view)| {
            (
                name.to_owned(),
                (view.dtype(), view.shape().to_vec(), view.data().to_vec()),
            )
        })
        .collect();
    tensors(&mut all);
    let (_, header) = SafeTensors::read_metadata(small_file()).unwrap();
    let mut said = header.metadata().clone().unwrap();
    metadata(&mut said);
    let views = all.iter().map(|(name, (dtype, shape, data))| {
        (name, TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    safetensors::serialize(views, Some(said)).unwrap()
}

fn error(bytes: &[u8]) -> String {
    let text = parse(bytes).expect_err("an error").to_string();
    assert!(text.contains("some.safetensors"), "names no file: {text}");
    text
}

#[test]
fn a_good_file_is_read() {
    let checkpoint = parse(small_file()).unwrap();
    assert_eq!(checkpoint.metadata.config.width, 16);
    assert_eq!(checkpoint.tensors().len(), small().1.len());
}

#[test]
fn a_missing_tensor_is_named() {
    let bytes = changed(|t| drop(t.remove("sa.2.key.bias")), |_| {});
    assert!(error(&bytes).contains("sa.2.key.bias"));
}

#[test]
fn an_extra_tensor_is_named() {
    let extra = (Dtype::F32, vec![1], vec![0; 4]);
    let bytes = changed(|t| drop(t.insert("sa.7.key.bias".into(), extra)), |_| {});
    assert!(error(&bytes).contains("sa.7.key.bias"));
}

#[test]
fn a_misshapen_tensor_is_named_with_both_shapes() {
    let wrong = (Dtype::F32, vec![15], vec![0; 60]);
    let bytes = changed(|t| drop(t.insert("sa.2.key.bias".into(), wrong)), |_| {});
    let text = error(&bytes);
    assert!(
        text.contains("sa.2.key.bias") && text.contains("[15]") && text.contains("[16]"),
        "{text}"
    );
}

#[test]
fn what_is_no_number_is_named() {
    let nan = f32::NAN.to_le_bytes().repeat(16);
    let bytes = changed(
        |t| drop(t.insert("sa.2.key.bias".into(), (Dtype::F32, vec![16], nan))),
        |_| {},
    );
    assert!(error(&bytes).contains("sa.2.key.bias"));
    let whole = (Dtype::I32, vec![16], vec![0; 64]);
    let bytes = changed(|t| drop(t.insert("sa.2.key.bias".into(), whole)), |_| {});
    assert!(error(&bytes).contains("I32"));
}

#[test]
fn wrong_metadata_is_named_by_key() {
    let with = |key: &str, value: Option<&str>| {
        error(&changed(
            |_| {},
            |m| match value {
                Some(value) => drop(m.insert(key.into(), value.into())),
                None => drop(m.remove(key)),
            },
        ))
    };
    assert!(with("format", Some("bpclip-9")).contains("bpclip-9"));
    assert!(with("format", None).contains("format"));
    for key in ["config", "adjectives", "text", "size", "label"] {
        assert!(with(key, None).contains(key));
        assert!(with(key, Some("{")).contains(key));
    }
    let (config, _) = small();
    for (field, value) in [
        ("heads", json!(3)),
        ("heads", json!(0)),
        ("width", json!(4_000_000_000_u64)),
        ("backbone", json!("vgg16")),
        ("std", json!([0.5, 0.0, 0.5])),
        ("task", json!("both")),
    ] {
        let mut config = config.clone();
        config[field] = value;
        let text = with("config", Some(&config.to_string()));
        assert!(text.contains("config"), "{field}: {text}");
    }
    assert!(with("adjectives", Some("[]")).contains("adjectives"));
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.safetensors");
    let checkpoint = parse(small_file()).unwrap();
    checkpoint.write(&path, Precision::Fp32).unwrap();
    let again = Checkpoint::read(&path, &Device::flex()).unwrap();
    assert_eq!(again.metadata, checkpoint.metadata);
    assert_eq!(again.tensors(), checkpoint.tensors());

    checkpoint.write(&path, Precision::Fp16).unwrap();
    let half = Checkpoint::read(&path, &Device::flex()).unwrap().tensors();
    for (name, values) in checkpoint.tensors() {
        for (a, b) in values.numbers.iter().zip(&half[&name].numbers) {
            assert!((a - b).abs() <= a.abs() * 1e-3 + 1e-6, "{name}: {a} {b}");
        }
    }
}

#[test]
fn a_folded_network_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("folded.safetensors");
    let mut checkpoint = parse(small_file()).unwrap();
    checkpoint.network = checkpoint.network.folded();
    let error = checkpoint.write(&path, Precision::Fp32).unwrap_err();
    assert!(matches!(error, CheckpointError::Folded { .. }), "{error}");
    assert!(!path.exists());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let checkpoint = parse(small_file()).unwrap();
    let error = checkpoint.write(Path::new("no/such/folder/x.safetensors"), Precision::Fp32);
    assert!(error.unwrap_err().to_string().contains("no/such/folder"));
}

/// The seeded weights of a backbone as others publish it: with a classifier and counters.
pub fn published(kind: BackboneKind, prefix: &str) -> Vec<u8> {
    let config = Config::new(Task::NoReference, kind);
    let text = TextSize {
        adjectives: 1,
        width: 1,
        centred: false,
    };
    let network = Network::new(&config, text, &Device::flex());
    let mut tensors: HashMap<String, (Vec<usize>, Vec<u8>)> =
        bpclip_core::checkpoint::expected_tensors(network)
            .into_iter()
            .filter_map(|(name, shape)| {
                let name = name.strip_prefix("backbone.")?.to_owned();
                let numbers = seed::tensor(&name, &shape);
                let bytes = numbers.iter().flat_map(|v| v.to_le_bytes()).collect();
                Some((format!("{prefix}{name}"), (shape, bytes)))
            })
            .collect();
    tensors.insert(format!("{prefix}fc.weight"), (vec![2, 3], vec![0; 24]));
    tensors.insert(format!("{prefix}classifier.bias"), (vec![2], vec![0; 8]));
    let views = tensors.iter().map(|(name, (shape, data))| {
        (
            name,
            TensorView::new(Dtype::F32, shape.clone(), data).unwrap(),
        )
    });
    safetensors::serialize(views, None).unwrap()
}

#[test]
fn every_backbone_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let (source, out) = (
        folder.path().join("in.safetensors"),
        folder.path().join("out.safetensors"),
    );
    for (kind, prefix) in
        BackboneKind::ALL
            .into_iter()
            .zip(["", "module.", "", "backbone.", "", ""])
    {
        std::fs::write(&source, published(kind, prefix)).unwrap();
        let imported = import(&source, &out).unwrap();
        assert_eq!(imported.backbone, kind);
        assert_eq!(imported.left_out.len(), 2);
        let bytes = std::fs::read(&out).unwrap();
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        assert_eq!(
            header.metadata().as_ref().unwrap()["architecture"],
            kind.to_string()
        );
        let file = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.len(), imported.tensors);
        let (name, view) = file.iter().next().unwrap();
        let numbers: Vec<f32> = view
            .data()
            .as_chunks()
            .0
            .iter()
            .map(|b| f32::from_le_bytes(*b))
            .collect();
        assert_eq!(numbers, seed::tensor(name, view.shape()));
    }
}

/// PyTorch's own files, new and old: read, and said to be of no backbone.
#[test]
fn pickles_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.safetensors");
    for source in ["tests/golden/tiny.pth", "tests/golden/tiny_legacy.pth"] {
        let text = import(Path::new(source), &out).unwrap_err().to_string();
        assert!(
            text.contains(source) && text.contains("no backbone"),
            "{text}"
        );
        assert!(!out.exists());
    }
    let broken = folder.path().join("broken.pth");
    std::fs::write(&broken, b"PK\x03\x04 not really").unwrap();
    assert!(
        import(&broken, &out)
            .unwrap_err()
            .to_string()
            .contains("broken.pth")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        prop_assert!(parse(&bytes).is_err());
    }

    /// Bits flipped in the header or cut off: read, or refused with the file's name, never a panic.
    #[test]
    fn a_damaged_file_never_panics(
        flips in proptest::collection::vec((0_usize..1 << 17, 0_u8..8), 1..8),
        cut in proptest::option::of(0.0_f64..1.0),
    ) {
        let mut bytes = small_file().to_vec();
        for (at, bit) in flips {
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
        }
        if let Some(cut) = cut {
            bytes.truncate((bytes.len() as f64 * cut) as usize);
        }
        if let Err(error) = parse(&bytes) {
            prop_assert!(error.to_string().contains("some.safetensors"));
        }
    }
}
