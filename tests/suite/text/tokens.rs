//! Texts to numbers, as transformers' and OpenAI's tokenizers have them.

use super::golden::{self, File, floats};
use bpclip_core::text::{Clip, MiniLm, TextEncoder};
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

/// A CLIP of one narrow layer: the tokenizer is the same for all.
pub fn small() -> File {
    let layer = |name: &str| format!("text_model.encoder.layers.0.{name}");
    let mut shapes = vec![
        (
            "text_model.embeddings.token_embedding.weight".to_owned(),
            vec![49_408, 64],
        ),
        (
            "text_model.embeddings.position_embedding.weight".to_owned(),
            vec![77, 64],
        ),
        ("text_model.final_layer_norm.weight".to_owned(), vec![64]),
        ("text_model.final_layer_norm.bias".to_owned(), vec![64]),
        ("text_projection.weight".to_owned(), vec![16, 64]),
        (layer("mlp.fc1.weight"), vec![8, 64]),
        (layer("mlp.fc1.bias"), vec![8]),
        (layer("mlp.fc2.weight"), vec![64, 8]),
        (layer("mlp.fc2.bias"), vec![64]),
    ];
    for name in ["layer_norm1", "layer_norm2"] {
        shapes.push((layer(&format!("{name}.weight")), vec![64]));
        shapes.push((layer(&format!("{name}.bias")), vec![64]));
    }
    for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
        shapes.push((layer(&format!("self_attn.{name}.weight")), vec![64, 64]));
        shapes.push((layer(&format!("self_attn.{name}.bias")), vec![64]));
    }
    shapes
        .into_iter()
        .map(|(name, shape)| (name.clone(), floats(&name, &shape)))
        .collect()
}

static CLIP: LazyLock<Mutex<Clip>> = LazyLock::new(|| {
    let bytes = golden::file(&small());
    Mutex::new(Clip::parse(&bytes, Path::new("small")).unwrap())
});

/// Every text of the table whose tokens are not as in `column`.
fn differences(encoder: &dyn TextEncoder, column: &str, context: usize) -> Vec<String> {
    let table = golden::json();
    let rows = table["tokens"].as_array().unwrap();
    assert!(rows.len() >= 200);
    let compare = |row: &Value| {
        let text = row["text"].as_str().unwrap();
        let expected: Vec<u32> = serde_json::from_value(row[column].clone()).unwrap();
        let tokens = encoder.tokens(text).unwrap();
        assert_eq!(tokens.is_cut(), tokens.count > context, "{text}");
        let ids = tokens.ids;
        (ids != expected).then(|| format!("{text:?} is {ids:?}, not {expected:?}"))
    };
    rows.iter().filter_map(compare).collect()
}

#[test]
fn clip_reads_as_the_originals() {
    let off = differences(&*CLIP.lock().unwrap(), "clip", 77);
    assert!(off.is_empty(), "{}", off.join("\n"));
}

#[test]
fn minilm_reads_as_the_original() {
    let off = differences(&MiniLm::bundled().unwrap(), "minilm", 256);
    assert!(off.is_empty(), "{}", off.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_tokens(text in r"([a-zA-Zé&#;x0-9' <|>\PC]{0,8}){0,20}") {
        let tokens = CLIP.lock().unwrap().tokens(&text).unwrap();
        prop_assert!((2..=77).contains(&tokens.ids.len()));
        prop_assert_eq!(tokens.ids.first(), Some(&49_406));
        prop_assert_eq!(tokens.ids.last(), Some(&49_407));
    }
}
