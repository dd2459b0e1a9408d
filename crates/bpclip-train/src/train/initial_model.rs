//! The network that a training starts from, on a device that keeps gradients.

use super::{Settings, Start, TrainError};
use bpclip_catalogue::open_encoder;
use bpclip_core::checkpoint::{
    Checkpoint, Filled, Label, Metadata, TensorValues, Tensors, fill_known, read_bytes,
};
use bpclip_core::image::SizePolicy;
use bpclip_core::model::{Config, Network, Task, TextSize};
use bpclip_core::text::{self, Adjective, TextError, TextSpace};
use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use std::collections::BTreeMap;
use std::path::Path;

/// Shorter side in pixels at which a checkpoint that starts fresh is scored.
const SHORTER_SIDE: u32 = 512;
/// The opening of a new full-reference mask's last bias: it begins mostly open.
const OPEN_MASK: f32 = 1.0;

/// A network to train and what its checkpoints will say.
pub struct InitialModel {
    /// On the autodiff device.
    pub network: Network,
    /// `training` and `heldout` are those of what it started from.
    pub metadata: Metadata,
}

/// Makes the network that `settings` ask for. `mean` is that of the labels, 0 to 1, where a new
/// regression starts.
///
/// # Errors
/// A checkpoint or a file of weights cannot be read or does not fit.
pub fn initial_model(
    settings: &Settings,
    mean: f32,
    device: &Device,
) -> Result<InitialModel, TrainError> {
    let cpu = Device::flex();
    let from = match &settings.start {
        Start::Bundled => Checkpoint::bundled(settings.task, &cpu)?,
        Start::Checkpoint(path) => Checkpoint::read(path, &cpu)?,
        // Only its adjectives and their text features are taken over.
        Start::Fresh => Checkpoint::bundled(settings.task, &cpu)?,
    };
    let mut metadata = from.metadata.clone();
    let mut tensors = from.tensors();
    let fresh = settings.start == Start::Fresh;
    if fresh {
        tensors.retain(|name, _| name.starts_with("text_"));
        metadata.config = Config {
            weight_branch: settings.weight_branch,
            direction: settings.direction,
            text_branch: settings.text_branch,
            ..Config::new(settings.task, settings.backbone)
        };
        metadata.size = SizePolicy::at_most(Some(SHORTER_SIDE));
        metadata.training = BTreeMap::new();
        if let Some(path) = &settings.weights {
            tensors.extend(backbone(path)?);
        }
    }
    if let Some((space, adjectives)) = space(settings, &metadata)? {
        tensors.retain(|name, _| !name.starts_with("text_"));
        tensors.extend(space.tensors());
        metadata.text = space.source();
        metadata.adjectives = adjectives;
    }
    // From a checkpoint of the other task all is taken over that has the same shape.
    let other = metadata.config.task != settings.task;
    metadata.config.task = settings.task;
    metadata.heldout = None;
    metadata.distribution = None;
    metadata.certainty = None;
    metadata.label = Label {
        range: [0.0, 1.0],
        ..metadata.label
    };
    let text = TextSize {
        adjectives: metadata.adjectives.len(),
        width: text_width(&tensors),
        centred: metadata.text.centred,
    };
    let device = device.clone().autodiff();
    device.seed(settings.seed);
    let network = Network::new(&metadata.config, text, &device);
    if other || fresh {
        if settings.task == Task::FullReference {
            for level in 0..bpclip_core::model::LEVELS {
                let name = format!("glp.{level}.mask.2.bias");
                tensors.insert(name, single(OPEN_MASK));
            }
        }
        if fresh {
            tensors.insert("score.fc2.bias".to_owned(), single(mean));
        }
    }
    let Filled {
        module: network,
        missing,
        unused,
    } = fill_known(network, tensors);
    if fresh && let Some(path) = &settings.weights {
        let strange = missing.iter().chain(&unused);
        if let Some(name) = strange
            .into_iter()
            .find(|name| name.starts_with("backbone."))
        {
            return Err(TrainError::OtherBackbone {
                path: path.clone(),
                backbone: settings.backbone,
                missing: name.clone(),
            });
        }
    }
    settle(&network);
    let network = network.recomputing(settings.recompute);
    let network = match settings.backbone_lr {
        0.0 => network.with_backbone_frozen(),
        _ => network,
    };
    Ok(InitialModel { network, metadata })
}

/// The text space that the settings ask for, with its adjectives, if it is another one than that of
/// the start.
fn space(
    settings: &Settings,
    from: &Metadata,
) -> Result<Option<(TextSpace, Vec<Adjective>)>, TrainError> {
    let Settings {
        adjective_list,
        text_encoder,
        encoder,
        ..
    } = settings;
    if adjective_list.is_none() && text_encoder.is_none() && encoder.is_none() {
        return Ok(None);
    }
    let kind = match text_encoder {
        Some(kind) => *kind,
        None => from.text.encoder.parse().map_err(TextError::from)?,
    };
    let list = match adjective_list {
        Some(path) => text::read_list(path)?,
        None => from.adjectives.clone(),
    };
    let encoder = open_encoder(kind, encoder.as_deref(), None)?;
    let space = TextSpace::new(encoder, &list, &from.text.template)?;
    Ok(Some((space, list)))
}

/// Draws the random weights now, in order: Burn would draw each when it is first used, after other
/// random numbers.
fn settle(network: &Network) {
    struct Settle;
    impl ModuleVisitor for Settle {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            param.val();
        }
    }
    network.visit(&mut Settle);
}

fn single(value: f32) -> TensorValues {
    TensorValues {
        shape: vec![1],
        numbers: vec![value],
    }
}

/// `T`, which the text features tell.
fn text_width(tensors: &BTreeMap<String, TensorValues>) -> usize {
    let shape = tensors.get("text_features").map(|t| t.shape.as_slice());
    match shape {
        Some([_, width]) => *width,
        _ => 0,
    }
}

/// A backbone file's tensors under the names that they have in a checkpoint.
fn backbone(path: &Path) -> Result<BTreeMap<String, TensorValues>, TrainError> {
    let bytes = read_bytes(path)?;
    let tensors = Tensors::parse(&bytes, path)?.all()?;
    Ok(tensors
        .into_iter()
        .map(|(name, values)| (format!("backbone.{name}"), values))
        .collect())
}
