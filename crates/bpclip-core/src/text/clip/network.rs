//! CLIP's text transformer. Field names are the tensor names of Hugging Face's files.

use crate::checkpoint::{CheckpointError, Tensors, fill_part};
use crate::model::attention::attend;
use crate::text::sizes::{heads, layers, matrix};
use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Bool, Device, Int, Tensor};
use std::path::Path;

/// The width of a head, in every CLIP that OpenAI published.
const HEAD: usize = 64;

/// Token numbers to a vector in the space that texts share with pictures.
#[derive(Module, Debug)]
pub struct ClipText {
    text_model: TextModel,
    text_projection: Linear,
}

#[derive(Module, Debug)]
struct TextModel {
    embeddings: Embeddings,
    encoder: Encoder,
    final_layer_norm: LayerNorm,
}

#[derive(Module, Debug)]
struct Embeddings {
    token_embedding: Embedding,
    position_embedding: Embedding,
}

#[derive(Module, Debug)]
struct Encoder {
    layers: Vec<Layer>,
}

#[derive(Module, Debug)]
struct Layer {
    self_attn: Attention,
    layer_norm1: LayerNorm,
    mlp: Mlp,
    layer_norm2: LayerNorm,
}

#[derive(Module, Debug)]
struct Attention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    out_proj: Linear,
    heads: usize,
}

#[derive(Module, Debug)]
struct Mlp {
    fc1: Linear,
    fc2: Linear,
}

impl ClipText {
    /// Takes sizes and weights from a file; `vocabulary` is how many tokens there must be.
    pub fn read(
        tensors: &Tensors<'_>,
        origin: &Path,
        vocabulary: usize,
    ) -> Result<Self, CheckpointError> {
        let size = |name: &str| matrix(tensors, origin, name);
        let [output, width] = size("text_projection.weight")?;
        let [context, _] = size("text_model.embeddings.position_embedding.weight")?;
        let [inner, _] = size("text_model.encoder.layers.0.mlp.fc1.weight")?;
        let heads = heads(width, HEAD, origin, "text_projection.weight")?;
        let device = &Device::flex();
        let layer = || Layer {
            self_attn: Attention::new(width, heads, device),
            layer_norm1: LayerNormConfig::new(width).init(device),
            mlp: Mlp {
                fc1: LinearConfig::new(width, inner).init(device),
                fc2: LinearConfig::new(inner, width).init(device),
            },
            layer_norm2: LayerNormConfig::new(width).init(device),
        };
        let count = layers(tensors, "text_model.encoder.layers");
        let network = Self {
            text_model: TextModel {
                embeddings: Embeddings {
                    token_embedding: EmbeddingConfig::new(vocabulary, width).init(device),
                    position_embedding: EmbeddingConfig::new(context, width).init(device),
                },
                encoder: Encoder {
                    layers: (0..count).map(|_| layer()).collect(),
                },
                final_layer_norm: LayerNormConfig::new(width).init(device),
            },
            text_projection: LinearConfig::new(width, output)
                .with_bias(false)
                .init(device),
        };
        let belongs = |name: &str| {
            (name.starts_with("text_model.") || name.starts_with("text_projection."))
                && !name.ends_with(".position_ids")
        };
        fill_part(network, tensors, origin, str::to_owned, belongs)
    }

    /// `T`.
    pub fn width(&self) -> usize {
        let [_, output] = self.text_projection.weight.dims();
        output
    }

    /// The most tokens that it reads.
    pub fn context(&self) -> usize {
        let [context, _] = self.text_model.embeddings.position_embedding.weight.dims();
        context
    }

    /// Token numbers `[B, N]` that end with the end-of-text token to vectors `[B, T]`.
    pub fn forward(&self, ids: Tensor<2, Int>) -> Tensor<2> {
        let [batch, count] = ids.dims();
        let model = &self.text_model;
        let positions = model.embeddings.position_embedding.weight.val();
        let positions = positions.narrow(0, 0, count).unsqueeze();
        let mut x = model.embeddings.token_embedding.forward(ids) + positions;
        // A token does not see what comes behind it.
        let later = Tensor::<2, Bool>::tril_mask([count, count], 0, &x.device());
        for layer in &model.encoder.layers {
            x = layer.forward(x, later.clone());
        }
        let [_, _, width] = x.dims();
        let end = x.narrow(1, count - 1, 1).reshape([batch, width]);
        let end = model.final_layer_norm.forward(end);
        self.text_projection.forward(end)
    }
}

impl Layer {
    fn forward(&self, x: Tensor<3>, later: Tensor<2, Bool>) -> Tensor<3> {
        let x = x.clone() + self.self_attn.forward(self.layer_norm1.forward(x), later);
        x.clone() + self.mlp.forward(self.layer_norm2.forward(x))
    }
}

impl Attention {
    fn new(width: usize, heads: usize, device: &Device) -> Self {
        let linear = || LinearConfig::new(width, width).init(device);
        Self {
            q_proj: linear(),
            k_proj: linear(),
            v_proj: linear(),
            out_proj: linear(),
            heads,
        }
    }

    fn forward(&self, x: Tensor<3>, later: Tensor<2, Bool>) -> Tensor<3> {
        let (attended, _) = attend(
            self.q_proj.forward(x.clone()),
            self.k_proj.forward(x.clone()),
            self.v_proj.forward(x),
            self.heads,
            Some(later),
            None,
        );
        self.out_proj.forward(attended)
    }
}

impl Mlp {
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = self.fc1.forward(x);
        // The quick GELU that OpenAI trained with.
        let x = x.clone() * sigmoid(x * 1.702);
        self.fc2.forward(x)
    }
}
