//! Texts to vectors, as transformers makes them, and weights files that are refused.

use super::golden::{self, File, floats};
use super::tokens::small;
use bpclip_core::text::{Clip, EncoderKind, MiniLm, TextEncoder, TextError, open};
use safetensors::tensor::Dtype;
use std::path::Path;

/// The largest difference, relative to the largest number of each vector.
fn off(found: &[Vec<f32>], expected: &[Vec<f32>]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let rows = found.iter().zip(expected).map(|(found, expected)| {
        assert_eq!(found.len(), expected.len());
        let scale = expected
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let pairs = found.iter().zip(expected);
        pairs.fold(0.0_f32, |most, (a, b)| most.max((a - b).abs())) / scale
    });
    rows.fold(0.0, f32::max)
}

fn check(case: &str, encoder: &dyn TextEncoder, tolerance: f32) {
    let texts = golden::texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = encoder.encode(&texts).unwrap();
    let expected = golden::vectors(case);
    let most = off(&together, &expected);
    println!("{case}: off by {most:.1e}");
    assert!(most < tolerance, "{case}: off by {most:.1e}");
    assert_eq!(encoder.width(), expected[0].len());

    // Each alone is what it is among the others.
    let alone: Vec<Vec<f32>> = texts
        .iter()
        .flat_map(|text| encoder.encode(&[*text]).unwrap())
        .collect();
    assert!(off(&alone, &together) < 1e-5);
}

/// A whole CLIP's file: with the picture side and the numbers of the positions.
#[test]
fn clip_of_rn50() {
    let mut tensors = golden::seeded("clip-rn50");
    for name in [
        "vision_model.layer1.0.conv1.weight",
        "visual_projection.weight",
    ] {
        tensors.insert(name.into(), floats(name, &[3, 2]));
    }
    tensors.insert("logit_scale".into(), floats("logit_scale", &[]));
    let positions = (0..77_i64).flat_map(i64::to_le_bytes).collect();
    tensors.insert(
        "text_model.embeddings.position_ids".into(),
        (Dtype::I64, vec![1, 77], positions),
    );
    let bytes = golden::file(&tensors);
    drop(tensors);
    let clip = Clip::parse(&bytes, Path::new("rn50")).unwrap();
    assert_eq!(clip.width(), 1024);
    check("clip-rn50", &clip, 1e-4);
}

/// The file of a `CLIPTextModelWithProjection`, from the disk.
#[test]
fn clip_of_vit_b32() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    std::fs::write(&path, golden::file(&golden::seeded("clip-vit-b32"))).unwrap();
    let clip = open(EncoderKind::Clip, Some(&path)).unwrap();
    assert_eq!(clip.width(), 512);
    check("clip-vit-b32", clip.as_ref(), 1e-4);
}

#[test]
fn minilm_of_seeded_weights() {
    let bytes = golden::file(&golden::seeded("minilm-seeded"));
    let minilm = MiniLm::parse(&bytes, Path::new("seeded")).unwrap();
    check("minilm-seeded", &minilm, 1e-4);
}

/// 16 bits against the original's 32.
#[test]
fn minilm_as_bundled() {
    check("minilm", &MiniLm::bundled().unwrap(), 5e-3);
}

/// A file under the names that OpenAI gave, with `prefix` before them, as OpenCLIP writes it.
pub fn openai(file: &File, prefix: &str) -> File {
    let mut renamed = File::new();
    let rows = |name: &str| file[name].1[0];
    for (name, (dtype, shape, bytes)) in file {
        let plain = name
            .replace("text_model.encoder.layers.", "transformer.resblocks.")
            .replace("text_model.embeddings.token_embedding", "token_embedding")
            .replace("text_model.final_layer_norm", "ln_final")
            .replace("layer_norm1", "ln_1")
            .replace("layer_norm2", "ln_2")
            .replace("self_attn.", "attn.")
            .replace("mlp.fc1", "mlp.c_fc")
            .replace("mlp.fc2", "mlp.c_proj");
        let (plain, shape, bytes) = match plain.as_str() {
            "text_model.embeddings.position_embedding.weight" => (
                "positional_embedding".to_owned(),
                shape.clone(),
                bytes.clone(),
            ),
            "text_projection.weight" => {
                let (rows, columns) = (shape[0], shape[1]);
                let cell = |at: usize| {
                    let (column, row) = (at / rows, at % rows);
                    bytes[4 * (row * columns + column)..][..4].to_vec()
                };
                let turned = (0..rows * columns).flat_map(cell).collect();
                ("text_projection".to_owned(), vec![columns, rows], turned)
            }
            name if name.contains("attn.k_proj") || name.contains("attn.v_proj") => continue,
            name if name.contains("attn.q_proj.") => {
                let original = |of: &str| {
                    let name = name.replace("transformer.resblocks.", "text_model.encoder.layers.");
                    name.replace("attn.q_proj", &format!("self_attn.{of}_proj"))
                };
                let all = ["q", "k", "v"]
                    .map(|of| file[&original(of)].2.clone())
                    .concat();
                let mut shape = shape.clone();
                shape[0] = 3 * rows(&original("q"));
                (name.replace("q_proj.", "in_proj_"), shape, all)
            }
            _ => (plain, shape.clone(), bytes.clone()),
        };
        renamed.insert(format!("{prefix}{plain}"), (*dtype, shape, bytes));
    }
    renamed
}

#[test]
fn names_of_openai_mean_the_same() {
    let encode = |file: &File| {
        let clip = Clip::parse(&golden::file(file), Path::new("small")).unwrap();
        assert_eq!(clip.width(), 16);
        clip.encode(&["a dreamy photo", "a photo"]).unwrap()
    };
    let expected = encode(&small());
    for prefix in ["", "text."] {
        let mut file = openai(&small(), prefix);
        assert!(file.contains_key(&format!(
            "{prefix}transformer.resblocks.0.attn.in_proj_weight"
        )));
        // What belongs to the picture side is passed over.
        file.insert("visual.conv1.weight".into(), floats("x", &[2, 3, 3, 3]));
        assert_eq!(encode(&file), expected);
        file.remove(&format!("{prefix}transformer.resblocks.0.ln_1.bias"));
        let error = Clip::parse(&golden::file(&file), Path::new("small")).unwrap_err();
        assert!(error.to_string().contains("layer_norm1.bias"), "{error}");
    }
}

/// The small CLIP with something wrong, and what is said of it.
fn error(wrong: impl FnOnce(&mut File)) -> String {
    let mut tensors = small();
    wrong(&mut tensors);
    let error = Clip::parse(&golden::file(&tensors), Path::new("some.safetensors"));
    let text = error.expect_err("an error").to_string();
    assert!(text.contains("some.safetensors"), "names no file: {text}");
    text
}

#[test]
fn wrong_weights_are_named() {
    let (projection, bias) = (
        "text_projection.weight",
        "text_model.encoder.layers.0.self_attn.q_proj.bias",
    );
    for name in [projection, bias] {
        assert!(error(|all| drop(all.remove(name))).contains(name));
        let nan = error(|all| {
            let bytes = &mut all.get_mut(name).unwrap().2;
            bytes[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        });
        assert!(nan.contains(name), "{nan}");
    }
    let misshapen = error(|all| drop(all.insert(bias.into(), floats(bias, &[63]))));
    for part in [bias, "[63]", "[64]"] {
        assert!(misshapen.contains(part), "{misshapen}");
    }
    let vocabulary = "text_model.embeddings.token_embedding.weight";
    let short = error(|all| drop(all.insert(vocabulary.into(), floats(vocabulary, &[100, 64]))));
    for part in [vocabulary, "[100, 64]", "[49408, 64]"] {
        assert!(short.contains(part), "{short}");
    }
    let flat = error(|all| drop(all.insert(projection.into(), floats(projection, &[16]))));
    assert!(flat.contains(projection) && flat.contains("[16]"), "{flat}");
    let narrow = error(|all| drop(all.insert(projection.into(), floats(projection, &[16, 60]))));
    assert!(narrow.contains("60"), "{narrow}");
    let extra = "text_model.encoder.layers.0.self_attn.gate";
    assert!(error(|all| drop(all.insert(extra.into(), floats(extra, &[1])))).contains(extra));
    let deeper = "text_model.encoder.layers.1.layer_norm1.bias";
    let gap = error(|all| drop(all.insert(deeper.into(), floats(deeper, &[64]))));
    assert!(
        gap.contains("text_model.encoder.layers.1.self_attn"),
        "{gap}"
    );
    assert!(error(File::clear).contains(projection));
}

/// Hugging Face's own names of BERT are said, not ours.
#[test]
fn minilm_says_the_names_of_the_file() {
    let mut tensors = golden::seeded("minilm-seeded");
    for name in [
        "encoder.layer.3.attention.self.query.weight",
        "encoder.layer.5.output.LayerNorm.bias",
    ] {
        let kept = tensors.remove(name).unwrap();
        let error = MiniLm::parse(&golden::file(&tensors), Path::new("x")).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        tensors.insert(name.into(), kept);
    }
}

#[test]
fn what_cannot_be_opened_is_said() {
    let without = open(EncoderKind::Clip, None).err().expect("an error");
    assert!(matches!(without, TextError::NoWeights(EncoderKind::Clip)));
    for kind in EncoderKind::ALL {
        assert_eq!(kind.to_string().parse::<EncoderKind>().unwrap(), kind);
        let path = Path::new("no/such/model.safetensors");
        let error = open(kind, Some(path)).err().expect("an error").to_string();
        assert!(error.contains("no/such/model.safetensors"), "{error}");
        let error = open(kind, Some(Path::new("Cargo.toml")))
            .err()
            .expect("an error");
        assert!(error.to_string().contains("Cargo.toml"), "{error}");
    }
    let unknown = "word2vec".parse::<EncoderKind>().unwrap_err().to_string();
    assert!(
        unknown.contains("word2vec") && unknown.contains("minilm"),
        "{unknown}"
    );
}
