//! The compute device: what there is, which one is used, and why.
//!
//! [`cpu`] is always there; [`select`] opens what a [`DeviceChoice`] asks for. GPUs need feature
//! `gpu` (Vulkan, Metal, DirectX 12) or `cuda` (NVIDIA), and with `gpu` there is `adapters`, which
//! lists the graphics adapters. With `remote`, the device of another machine that runs `bpclip serve` is one
//! too. What comes back is a [`Selected`]: a checkpoint is read onto its
//! [`device`](Selected::device), then both make a [`Scorer`](crate::Scorer).

#[cfg(any(feature = "gpu", feature = "remote", test))]
mod check;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(feature = "remote")]
mod remote;
#[cfg(feature = "gpu")]
mod tuning;

#[cfg(feature = "gpu")]
pub use gpu::{Adapter, adapters};
#[cfg(feature = "remote")]
pub use remote::{shown_token, token};
#[cfg(feature = "keep-tuning")]
pub use tuning::keep_tuning_in;

use crate::choice::serde_as_text;
use crate::guard::{Panic, guard};
use burn::tensor::Device;
use std::error::Error;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The device that is wanted. As text, also in JSON: `auto`, `cpu`, `gpu`, `gpu:N`, `cuda:N`,
/// `remote:HOST:PORT`, as the program `bpclip` takes it with `--device`; `cuda` alone is `cuda:0`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A real GPU if there is one that works, else the CPU. Never CUDA.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU of this number, from 0, in `adapters` and in `bpclip devices`, software ones
    /// included; without a number the first. Needs feature `gpu`.
    Gpu(Option<usize>),
    /// The NVIDIA card of this number, from 0, through CUDA. Needs feature `cuda`.
    Cuda(usize),
    /// What `bpclip serve` computes on at this `HOST:PORT`. Its token stands in the environment variable
    /// `BPCLIP_TOKEN`. Needs feature `remote`.
    Remote(String),
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu(None) => f.write_str("gpu"),
            Self::Gpu(Some(index)) => write!(f, "gpu:{index}"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Remote(address) => write!(f, "remote:{address}"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(address) = text.strip_prefix("remote:") {
            return match is_address(address) {
                true => Ok(Self::Remote(address.to_owned())),
                false => Err(format!("`{address}` is no HOST:PORT")),
            };
        }
        let (kind, index) = match text.split_once(':') {
            Some((kind, index)) => {
                let index = index
                    .parse()
                    .map_err(|_| format!("`{index}` is no device number"))?;
                (kind, Some(index))
            }
            None => (text, None),
        };
        match (kind, index) {
            ("auto", None) => Ok(Self::Auto),
            ("cpu", None) => Ok(Self::Cpu),
            ("gpu", index) => Ok(Self::Gpu(index)),
            ("cuda", index) => Ok(Self::Cuda(index.unwrap_or(0))),
            _ => Err(format!(
                "`{text}` is none of auto, cpu, gpu, gpu:N, cuda:N, remote:HOST:PORT"
            )),
        }
    }
}

/// Whether a text is a host, by name or number, and a port.
fn is_address(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    text.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty()
            && host.chars().all(known)
            && port.parse::<u16>().is_ok_and(|port| port > 0)
    })
}

serde_as_text!(DeviceChoice);

/// Why a device that was asked for by name cannot be used.
#[derive(Debug, Error)]
#[allow(missing_docs)] // the message says what each field is
pub enum DeviceError {
    /// No graphics adapter answers.
    #[error("no GPU was found (no Vulkan, Metal or DirectX 12 adapter answers); use --device cpu")]
    NoAdapter,
    /// There is none of this number.
    #[error("there is no gpu:{index}; `bpclip devices` lists the {count} there are")]
    NoSuchAdapter { index: usize, count: usize },
    /// It is there and does not work.
    #[error("{name} does not work: {source}")]
    Broken {
        name: String,
        source: Box<dyn Error + Send + Sync>,
    },
    /// This program was built for the CPU alone.
    #[error("this program was built for the CPU alone; build it with feature `gpu`")]
    NoGpu,
    /// This program was built without CUDA.
    #[error(
        "this program was built without CUDA; build it with `--features cuda`, or use --device gpu"
    )]
    NoCuda,
    /// This program was built without remote devices.
    #[error("this program was built without remote devices; build it with `--features remote`")]
    NoRemote,
    /// There is nothing to show to a server.
    #[error("{name} asks for a token: set BPCLIP_TOKEN to that of its `bpclip serve`")]
    NoToken { name: String },
}

/// A device that is ready to compute.
#[derive(Clone, Debug)]
pub struct Selected {
    /// What Burn, the tensor library, computes on; what
    /// [`Checkpoint::read`](crate::checkpoint::Checkpoint::read) and its like are given.
    pub device: Device,
    /// What to call it: `cpu`, `gpu:0`, `cuda:0`.
    pub id: DeviceChoice,
    /// Its name for a person, with the driver or the API.
    pub name: String,
    /// Why it is the CPU where a GPU would have been better: a sentence for a person.
    pub why: Option<String>,
}

impl Selected {
    /// Whether it is the CPU itself.
    pub fn is_cpu(&self) -> bool {
        self.id == DeviceChoice::Cpu
    }

    /// Runs `work` that computes on it: a device that is lost, or out of memory, says so only by a panic.
    ///
    /// # Errors
    /// The panic, in plain words where its own say nothing to a person.
    pub fn guard<T>(&self, work: impl FnOnce() -> T) -> Result<T, Panic> {
        let result = guard(work);
        #[cfg(feature = "remote")]
        let result = result.map_err(|panic| remote::in_words(&self.id, panic));
        result
    }
}

/// The CPU, which is always there.
pub fn cpu() -> Selected {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let plural = if threads == 1 { "" } else { "s" };
    Selected {
        device: Device::flex(),
        id: DeviceChoice::Cpu,
        name: format!("CPU ({threads} thread{plural})"),
        why: None,
    }
}

/// The device for a choice. `auto` always finds one and says in [`Selected::why`] why it is the CPU
/// where it is; without feature `gpu` it is the CPU without a word. Opening a GPU or another machine's device
/// can take seconds: it is tried out with a small product.
///
/// # Errors
/// A device asked for by name is not there, does not work, or needs a feature that this program
/// was built without.
pub fn select(choice: DeviceChoice) -> Result<Selected, DeviceError> {
    match choice {
        DeviceChoice::Cpu => Ok(cpu()),
        #[cfg(feature = "gpu")]
        DeviceChoice::Auto => Ok(gpu::auto()),
        #[cfg(not(feature = "gpu"))]
        DeviceChoice::Auto => Ok(cpu()),
        #[cfg(feature = "gpu")]
        DeviceChoice::Gpu(index) => gpu::numbered(index),
        #[cfg(not(feature = "gpu"))]
        DeviceChoice::Gpu(_) => Err(DeviceError::NoGpu),
        #[cfg(feature = "cuda")]
        DeviceChoice::Cuda(index) => gpu::cuda(index),
        #[cfg(not(feature = "cuda"))]
        DeviceChoice::Cuda(_) => Err(DeviceError::NoCuda),
        #[cfg(feature = "remote")]
        DeviceChoice::Remote(address) => remote::connect(address),
        #[cfg(not(feature = "remote"))]
        DeviceChoice::Remote(_) => Err(DeviceError::NoRemote),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_its_text() {
        for text in [
            "auto",
            "cpu",
            "gpu",
            "gpu:2",
            "cuda:1",
            "remote:gpu-box.lan:7431",
            "remote:[::1]:7431",
        ] {
            assert_eq!(text.parse::<DeviceChoice>().unwrap().to_string(), text);
        }
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        for text in [
            "",
            "gpu:x",
            "cpu:1",
            "tpu",
            "remote",
            "remote:host",
            "remote::7431",
            "remote:host:0",
            "remote:host/path:7431",
        ] {
            assert!(text.parse::<DeviceChoice>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_cpu_computes() {
        check::check(&cpu().device).unwrap();
    }

    #[test]
    #[cfg(not(feature = "cuda"))]
    fn cuda_without_its_feature_is_said() {
        assert!(matches!(
            select(DeviceChoice::Cuda(0)),
            Err(DeviceError::NoCuda)
        ));
    }

    #[test]
    #[cfg(not(feature = "remote"))]
    fn another_machine_without_its_feature_is_said() {
        assert!(matches!(
            select(DeviceChoice::Remote("localhost:1".into())),
            Err(DeviceError::NoRemote)
        ));
    }
}
