//! AdamW over a network, with a rate for its backbone and one for the rest, the gradient's norm
//! clipped over all, and a running mean of the weights.

use bpclip_core::checkpoint::TensorValues;
use bpclip_core::checkpoint::names::Path;
use bpclip_core::model::Network;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::{AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState, Optimizer};
use burn::tensor::{Gradients, Tensor, TensorData};
use std::collections::BTreeMap;

/// Learning rates of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearningRates {
    /// Of the backbone.
    pub backbone: f64,
    /// Of everything else.
    pub rest: f64,
}

/// What changes a network, and what it remembers of the steps before.
pub struct Optimiser {
    adamw: AdamW,
    grad_clip_norm: f64,
    ema_decay: f64,
    steps: usize,
    states: BTreeMap<String, AdamWState<1>>,
    ema: BTreeMap<String, Tensor<1>>,
    /// What it started from, flat, and the share of it in what is validated and kept.
    start: (f64, BTreeMap<String, Tensor<1>>),
}

/// Why a saved state does not fit a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// It is another file of tensors.
    #[error("it is no state of a run")]
    NoState,
    /// A weight is missing or of another size.
    #[error("it lacks the weight `{0}`")]
    NoWeight(String),
    /// AdamW's first moment of a weight is missing.
    #[error("it lacks the first moment of `{0}`")]
    NoMoment(String),
}

/// The first part of the names under which a saved state keeps its tensors.
mod part {
    pub const WEIGHT: &str = "weight.";
    pub const FIRST: &str = "first.";
    pub const SECOND: &str = "second.";
    pub const AVERAGE: &str = "average.";
}

impl Optimiser {
    /// Before the first step. `grad_clip_norm` is the largest norm of a gradient (0: any),
    /// `ema_decay` that of the running mean (0: none is kept).
    pub fn new(weight_decay: f64, grad_clip_norm: f64, ema_decay: f64) -> Self {
        let adamw = AdamWConfig::new()
            // PyTorch's.
            .with_epsilon(1e-8)
            .with_weight_decay(weight_decay as f32)
            .build();
        Self {
            adamw,
            grad_clip_norm,
            ema_decay,
            steps: 0,
            states: BTreeMap::new(),
            ema: BTreeMap::new(),
            start: (0.0, BTreeMap::new()),
        }
    }

    /// Keeps a share of a network's weights in what [`Optimiser::averaged`] gives: a mean of both
    /// knows what the start knew and what was learned (M. Wortsman et al., "Robust fine-tuning of
    /// zero-shot models", CVPR 2022).
    #[must_use]
    pub fn with_start(mut self, network: &Network, share: f64) -> Self {
        if share > 0.0 {
            self.start = (share, weights(&network.valid()));
        }
        self
    }

    /// Changes a network by its gradients. Returns it with the norm of the gradient before it
    /// was clipped; where that is no number, nothing is changed.
    pub fn step(
        &mut self,
        network: Network,
        gradients: &Gradients,
        rates: LearningRates,
    ) -> (Network, f32) {
        let norm = norm(&network, gradients);
        if !norm.is_finite() {
            return (network, norm);
        }
        let scale = match self.grad_clip_norm {
            clip if clip > 0.0 => (clip / (f64::from(norm) + 1e-6)).min(1.0),
            _ => 1.0,
        };
        self.steps += 1;
        // The mean follows closely at first, as there is little yet to average.
        let count = self.steps as f64;
        let decay = self.ema_decay.min((1.0 + count) / (10.0 + count));
        let network = network.map(&mut Change {
            path: Path::default(),
            gradients,
            rates,
            scale,
            decay,
            optimiser: self,
        });
        (network, norm)
    }

    /// The network to validate and to keep: of the running mean, where there is one. It is off
    /// the autodiff device.
    pub fn averaged(&self, network: &Network) -> Network {
        let network = network.valid();
        let (share, start) = &self.start;
        // Nothing but what was trained has a mean; the rest is as it was.
        let trained = match self.ema.is_empty() {
            false => put(network, |name| self.ema.get(name).cloned()),
            true => network,
        };
        if start.is_empty() {
            return trained;
        }
        let mut now = weights(&trained);
        put(trained, |name| {
            let (now, start) = (now.remove(name)?, start.get(name)?.clone());
            Some(now * (1.0 - share) + start * *share)
        })
    }

    /// Everything that the next step rests on, by name, flat.
    pub fn state(&self, network: &Network) -> BTreeMap<String, TensorValues> {
        let named = weights(network).into_iter();
        let mut state: BTreeMap<String, TensorValues> = named
            .map(|(name, tensor)| (format!("{}{name}", part::WEIGHT), flat(tensor)))
            .collect();
        for (name, AdamWState { momentum }) in &self.states {
            let moments = [
                (part::FIRST, &momentum.moment_1),
                (part::SECOND, &momentum.moment_2),
            ];
            for (part, moment) in moments {
                state.insert(format!("{part}{name}"), flat(moment.clone()));
            }
        }
        for (name, mean) in &self.ema {
            state.insert(format!("{}{name}", part::AVERAGE), flat(mean.clone()));
        }
        state
    }

    /// Takes up what [`Optimiser::state`] gave after `steps` steps, and gives the network the
    /// weights that it had.
    ///
    /// # Errors
    /// Names a weight that is missing or of another size.
    pub fn restore(
        &mut self,
        network: Network,
        steps: usize,
        mut state: BTreeMap<String, TensorValues>,
    ) -> Result<Network, StateError> {
        let mut missing = None;
        let device = network.devices().into_iter().next().unwrap_or_default();
        let inner = device.clone().inner();
        let tensor = |values: TensorValues| {
            let count = values.numbers.len();
            Tensor::<1>::from_data(TensorData::new(values.numbers, [count]), &inner)
        };
        let network = put(network, |name| {
            let found = state.remove(&format!("{}{name}", part::WEIGHT));
            if found.is_none() {
                missing.get_or_insert(name.to_owned());
            }
            found.map(tensor)
        });
        if let Some(name) = missing {
            return Err(StateError::NoWeight(name));
        }
        self.steps = steps;
        let mut firsts = BTreeMap::new();
        for (name, values) in state {
            if let Some(name) = name.strip_prefix(part::FIRST) {
                firsts.insert(name.to_owned(), tensor(values));
            } else if let Some(name) = name.strip_prefix(part::SECOND) {
                let first = firsts
                    .remove(name)
                    .ok_or_else(|| StateError::NoMoment(name.to_owned()))?;
                let momentum = AdaptiveMomentumState::new(steps, first, tensor(values));
                self.states.insert(name.to_owned(), AdamWState { momentum });
            } else if let Some(name) = name.strip_prefix(part::AVERAGE) {
                self.ema.insert(name.to_owned(), tensor(values));
            }
        }
        Ok(network)
    }

    /// Steps taken.
    pub fn steps(&self) -> usize {
        self.steps
    }
}

/// All weights of a network by name, flat.
fn weights(network: &Network) -> BTreeMap<String, Tensor<1>> {
    struct Weights(Path, BTreeMap<String, Tensor<1>>);
    impl ModuleVisitor for Weights {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.0.enter(name, container);
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.0.exit();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let count = param.val().shape().num_elements();
            self.1.insert(self.0.tensor(), param.val().reshape([count]));
        }
    }
    let mut weights = Weights(Path::default(), BTreeMap::new());
    network.visit(&mut weights);
    weights.1
}

fn flat(tensor: Tensor<1>) -> TensorValues {
    let numbers: Vec<f32> = tensor.into_data().iter().collect();
    TensorValues {
        shape: vec![numbers.len()],
        numbers,
    }
}

/// The Euclidean norm of all gradients together, in one transfer from the device.
fn norm(network: &Network, gradients: &Gradients) -> f32 {
    struct Squares<'a>(&'a Gradients, Vec<Tensor<1>>);
    impl ModuleVisitor for Squares<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if let Some(gradient) = param.val().grad(self.0) {
                self.1.push((gradient.clone() * gradient).sum());
            }
        }
    }
    let mut squares = Squares(gradients, Vec::new());
    network.visit(&mut squares);
    if squares.1.is_empty() {
        return 0.0;
    }
    let squares: Vec<f32> = Tensor::cat(squares.1, 0).into_data().iter().collect();
    squares.into_iter().map(f64::from).sum::<f64>().sqrt() as f32
}

/// Gives parameters other numbers, flat, by their name; those without stay.
fn put(network: Network, numbers: impl FnMut(&str) -> Option<Tensor<1>>) -> Network {
    struct Put<F>(Path, F);
    impl<F: FnMut(&str) -> Option<Tensor<1>>> ModuleMapper for Put<F> {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.0.enter(name, container);
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.0.exit();
        }
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let (id, old, mapper) = param.consume();
            let shape = old.shape();
            let new = match (self.1)(&self.0.tensor()) {
                Some(new) if new.shape().num_elements() == shape.num_elements() => {
                    like(new.reshape(shape), &old)
                }
                _ => old,
            };
            Param::from_mapped_value(id, new, mapper)
        }
    }
    network.map(&mut Put(Path::default(), numbers))
}

/// New numbers in the place of a parameter: on its device, with gradients where it has them.
fn like<const D: usize>(new: Tensor<D>, old: &Tensor<D>) -> Tensor<D> {
    if !old.device().is_autodiff() {
        return new;
    }
    let new = Tensor::from_inner(new);
    if old.is_require_grad() {
        new.require_grad()
    } else {
        new
    }
}

/// A step's walk through the network.
struct Change<'a> {
    path: Path,
    gradients: &'a Gradients,
    rates: LearningRates,
    scale: f64,
    decay: f64,
    optimiser: &'a mut Optimiser,
}

impl ModuleMapper for Change<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.enter(name, container);
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, old, mapper) = param.consume();
        let Some(gradient) = old.grad(self.gradients) else {
            return Param::from_mapped_value(id, old, mapper);
        };
        let name = self.path.tensor();
        let rate = if name.starts_with("backbone.") {
            self.rates.backbone
        } else {
            self.rates.rest
        };
        let shape = old.shape();
        let count = [shape.num_elements()];
        let gradient = gradient.reshape(count) * self.scale;
        let state = self.optimiser.states.remove(&name);
        let (new, state) =
            self.optimiser
                .adamw
                .step(rate, old.clone().inner().reshape(count), gradient, state);
        if let Some(state) = state {
            self.optimiser.states.insert(name.clone(), state);
        }
        if self.optimiser.ema_decay > 0.0 {
            let mean = match self.optimiser.ema.remove(&name) {
                Some(mean) => mean * self.decay + new.clone() * (1.0 - self.decay),
                None => new.clone(),
            };
            self.optimiser.ema.insert(name, mean);
        }
        Param::from_mapped_value(id, like(new.reshape(shape), &old), mapper)
    }
}
