//! OpenAI's own names of CLIP's text side, which OpenCLIP kept: under those that Hugging Face
//! gives the same tensors.

use crate::checkpoint::names::transpose;
use crate::checkpoint::{CheckpointError, TensorValues, Tensors};
use std::collections::BTreeMap;

/// What stands before the names where the text side is a module of its own.
const PREFIXES: [&str; 2] = ["", "text."];

/// The text side under Hugging Face's names, or `None` for a file that has none of OpenAI's.
///
/// # Errors
/// A tensor is no float or holds something that is no number.
pub fn renamed(
    tensors: &Tensors<'_>,
) -> Result<Option<BTreeMap<String, TensorValues>>, CheckpointError> {
    let is_there = |prefix: &&str| tensors.shape(&format!("{prefix}token_embedding.weight"));
    let Some(prefix) = PREFIXES.iter().find(|prefix| is_there(prefix).is_some()) else {
        return Ok(None);
    };
    let mut renamed = BTreeMap::new();
    for name in tensors.names() {
        let Some(own) = name.strip_prefix(prefix).and_then(own_name) else {
            continue;
        };
        let Some(values) = tensors.take(&name)? else {
            continue;
        };
        match own {
            Own::As(own) => {
                renamed.insert(own, values);
            }
            // Kept as `[width, T]`, to be multiplied from the right.
            Own::Transposed(own) => {
                renamed.insert(own, transposed(values));
            }
            // The three in one, one below the other.
            Own::Stacked(owns) => {
                let rows = values.shape.first().map_or(0, |rows| rows / owns.len());
                let part = (values.numbers.len() / owns.len()).max(1);
                let shape: Vec<usize> = std::iter::once(rows)
                    .chain(values.shape.iter().skip(1).copied())
                    .collect();
                for (own, numbers) in owns.into_iter().zip(values.numbers.chunks(part)) {
                    let (shape, numbers) = (shape.clone(), numbers.to_vec());
                    renamed.insert(own, TensorValues { shape, numbers });
                }
            }
        }
    }
    Ok(Some(renamed))
}

/// A tensor's name at Hugging Face, and how it is kept there.
enum Own {
    As(String),
    Transposed(String),
    Stacked([String; 3]),
}

fn own_name(name: &str) -> Option<Own> {
    let model = |name: String| Own::As(format!("text_model.{name}"));
    Some(match name {
        "token_embedding.weight" => model("embeddings.token_embedding.weight".into()),
        "positional_embedding" => model("embeddings.position_embedding.weight".into()),
        "text_projection" => Own::Transposed("text_projection.weight".into()),
        "ln_final.weight" => model("final_layer_norm.weight".into()),
        "ln_final.bias" => model("final_layer_norm.bias".into()),
        _ => {
            let (index, part) = name
                .strip_prefix("transformer.resblocks.")?
                .split_once('.')?;
            let layer = |part: String| format!("text_model.encoder.layers.{index}.{part}");
            if let Some(kind) = part.strip_prefix("attn.in_proj_") {
                return Some(Own::Stacked(
                    ["q", "k", "v"].map(|of| layer(format!("self_attn.{of}_proj.{kind}"))),
                ));
            }
            let (part, kind) = part.rsplit_once('.')?;
            let own = match part {
                "attn.out_proj" => "self_attn.out_proj",
                "ln_1" => "layer_norm1",
                "ln_2" => "layer_norm2",
                "mlp.c_fc" => "mlp.fc1",
                "mlp.c_proj" => "mlp.fc2",
                _ => return None,
            };
            Own::As(layer(format!("{own}.{kind}")))
        }
    })
}

/// A matrix with rows and columns exchanged; anything else as it is, to be refused by its shape.
fn transposed(values: TensorValues) -> TensorValues {
    let [rows, columns] = values.shape[..] else {
        return values;
    };
    TensorValues {
        shape: vec![columns, rows],
        numbers: transpose(&values.numbers, rows, columns),
    }
}
