//! BERT as MiniLM is one. Field names are the tensor names of Hugging Face's files, but for those
//! that Rust cannot say: `layer_norm` is `LayerNorm` there, and `self_attention` is `self`.

use crate::checkpoint::{CheckpointError, Tensors, fill_part};
use crate::model::attention::attend;
use crate::text::sizes::{heads, layers, matrix};
use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::gelu;
use burn::tensor::{Device, Int, Tensor};
use std::path::Path;

/// The width of a head in all-MiniLM-L6-v2: 12 of them share 384.
const HEAD: usize = 32;

/// Token numbers to the mean of their vectors.
#[derive(Module, Debug)]
pub struct MiniLmText {
    embeddings: Embeddings,
    encoder: Encoder,
}

#[derive(Module, Debug)]
struct Embeddings {
    word_embeddings: Embedding,
    position_embeddings: Embedding,
    token_type_embeddings: Embedding,
    layer_norm: LayerNorm,
}

#[derive(Module, Debug)]
struct Encoder {
    layer: Vec<Layer>,
}

#[derive(Module, Debug)]
struct Layer {
    attention: Attention,
    intermediate: Intermediate,
    output: Output,
}

#[derive(Module, Debug)]
struct Attention {
    self_attention: SelfAttention,
    output: Output,
}

#[derive(Module, Debug)]
struct SelfAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    heads: usize,
}

#[derive(Module, Debug)]
struct Intermediate {
    dense: Linear,
}

#[derive(Module, Debug)]
struct Output {
    dense: Linear,
    layer_norm: LayerNorm,
}

impl MiniLmText {
    /// Takes sizes and weights from a file; `vocabulary` is how many tokens there must be.
    pub fn read(
        tensors: &Tensors<'_>,
        origin: &Path,
        vocabulary: usize,
    ) -> Result<Self, CheckpointError> {
        let size = |name: &str| matrix(tensors, origin, name);
        let [context, width] = size("embeddings.position_embeddings.weight")?;
        let [types, _] = size("embeddings.token_type_embeddings.weight")?;
        let [inner, _] = size("encoder.layer.0.intermediate.dense.weight")?;
        let heads = heads(width, HEAD, origin, "embeddings.position_embeddings.weight")?;
        let device = &Device::flex();
        let embedding = |rows| EmbeddingConfig::new(rows, width).init(device);
        let linear = |from, to| LinearConfig::new(from, to).init(device);
        let output = |from| Output {
            dense: linear(from, width),
            layer_norm: norm(width, device),
        };
        let layer = || Layer {
            attention: Attention {
                self_attention: SelfAttention {
                    query: linear(width, width),
                    key: linear(width, width),
                    value: linear(width, width),
                    heads,
                },
                output: output(width),
            },
            intermediate: Intermediate {
                dense: linear(width, inner),
            },
            output: output(inner),
        };
        let count = layers(tensors, "encoder.layer");
        let network = Self {
            embeddings: Embeddings {
                word_embeddings: embedding(vocabulary),
                position_embeddings: embedding(context),
                token_type_embeddings: embedding(types),
                layer_norm: norm(width, device),
            },
            encoder: Encoder {
                layer: (0..count).map(|_| layer()).collect(),
            },
        };
        let in_file = |name: &str| {
            name.replace("layer_norm", "LayerNorm")
                .replace("self_attention", "self")
        };
        // The pooler is BERT's own; sentences are pooled by the mean.
        let belongs = |name: &str| !name.starts_with("pooler.") && !name.ends_with(".position_ids");
        fill_part(network, tensors, origin, in_file, belongs)
    }

    /// `T`.
    pub fn width(&self) -> usize {
        let [_, width] = self.embeddings.word_embeddings.weight.dims();
        width
    }

    /// The most tokens that it has positions for.
    pub fn context(&self) -> usize {
        let [context, _] = self.embeddings.position_embeddings.weight.dims();
        context
    }

    /// Token numbers `[B, N]` to vectors `[B, T]`.
    pub fn forward(&self, ids: Tensor<2, Int>) -> Tensor<2> {
        let [batch, _] = ids.dims();
        let mut x = self.embeddings.forward(ids);
        for layer in &self.encoder.layer {
            x = layer.forward(x);
        }
        x.mean_dim(1).reshape([batch, self.width()])
    }
}

impl Embeddings {
    fn forward(&self, ids: Tensor<2, Int>) -> Tensor<3> {
        let [_, count] = ids.dims();
        let rows = |of: &Embedding, count| of.weight.val().narrow(0, 0, count).unsqueeze::<3>();
        let positions = rows(&self.position_embeddings, count);
        // All of a single text is of the first type.
        let first = rows(&self.token_type_embeddings, 1);
        self.layer_norm
            .forward(self.word_embeddings.forward(ids) + positions + first)
    }
}

impl Layer {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let attention = &self.attention;
        let attended = attention.self_attention.forward(x.clone());
        let x = attention.output.forward(attended, x);
        let inner = gelu(self.intermediate.dense.forward(x.clone()));
        self.output.forward(inner, x)
    }
}

impl SelfAttention {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let (attended, _) = attend(
            self.query.forward(x.clone()),
            self.key.forward(x.clone()),
            self.value.forward(x),
            self.heads,
            None,
            None,
        );
        attended
    }
}

impl Output {
    fn forward(&self, x: Tensor<3>, residual: Tensor<3>) -> Tensor<3> {
        self.layer_norm.forward(self.dense.forward(x) + residual)
    }
}

fn norm(width: usize, device: &Device) -> LayerNorm {
    LayerNormConfig::new(width).with_epsilon(1e-12).init(device)
}
