//! The compute device: what there is, which one is used, and why.

mod kernels;

use burn::tensor::wgpu::{WgpuBackend, wgpu};
use burn::tensor::{Device, DeviceKind, Tensor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, OnceLock, PoisonError};
use thiserror::Error;

/// What a user asks for with `--device`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum DeviceChoice {
    /// A real GPU if there is one that works, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU of this number in `bpclip devices`, software ones included; without a number
    /// the first.
    Gpu(Option<usize>),
    /// The NVIDIA card of this number, through CUDA.
    Cuda(usize),
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Gpu(None) => f.write_str("gpu"),
            Self::Gpu(Some(index)) => write!(f, "gpu:{index}"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
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
            _ => Err(format!("`{text}` is none of auto, cpu, gpu, gpu:N, cuda:N")),
        }
    }
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Why a device that was asked for by name cannot be used.
#[derive(Debug, Error)]
pub enum DeviceError {
    /// No graphics adapter answers.
    #[error("no GPU was found (no Vulkan, Metal or DirectX 12 adapter answers); use --device cpu")]
    NoAdapter,
    /// There is none of this number.
    #[error("there is no gpu:{index}; `bpclip devices` lists the {count} there are")]
    NoSuchAdapter {
        /// The number asked for.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// It is there and does not work.
    #[error("{name} does not work: {reason}")]
    Broken {
        /// The device.
        name: String,
        /// What it said.
        reason: String,
    },
    /// This program was built without CUDA.
    #[error(
        "this program was built without CUDA; build it with `--features cuda`, or use --device gpu"
    )]
    NoCuda,
}

/// A device that is ready to compute.
#[derive(Clone, Debug)]
pub struct Selected {
    /// What Burn computes on.
    pub device: Device,
    /// What to call it: `cpu`, `gpu:0`, `cuda:0`.
    pub id: DeviceChoice,
    /// Its name for a person, with the driver or the API.
    pub name: String,
    /// Why it and no other, where that is worth saying.
    pub why: Option<String>,
}

impl Selected {
    /// Whether it is the CPU itself.
    pub fn is_cpu(&self) -> bool {
        self.id == DeviceChoice::Cpu
    }
}

/// A graphics adapter.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// Its number in `gpu:N`.
    pub index: usize,
    /// Name, API and driver.
    pub name: String,
    /// Whether it only imitates a GPU on the CPU.
    pub software: bool,
    kind: DeviceKind,
    api: WgpuBackend,
}

/// The graphics APIs that are tried, best first. OpenGL is none of them: its compute is poor,
/// and asking for it without a display crashes some drivers.
const APIS: [(wgpu::Backends, WgpuBackend); 3] = [
    (wgpu::Backends::VULKAN, WgpuBackend::Vulkan),
    (wgpu::Backends::METAL, WgpuBackend::Metal),
    (wgpu::Backends::DX12, WgpuBackend::Dx12),
];

/// The graphics adapters of the API that is used here: the first of Vulkan, Metal and DirectX 12
/// with a real GPU, else the first with any adapter. Opens none of them, and asks only once.
pub fn adapters() -> Vec<Adapter> {
    static FOUND: OnceLock<Vec<Adapter>> = OnceLock::new();
    let find = || {
        let mut software_only = Vec::new();
        for (backends, api) in APIS {
            let found = quietly(|| probe(backends, api)).unwrap_or_default();
            if found.iter().any(|adapter| !adapter.software) {
                return found;
            }
            if software_only.is_empty() {
                software_only = found;
            }
        }
        software_only
    };
    FOUND.get_or_init(find).clone()
}

fn probe(backends: wgpu::Backends, api: WgpuBackend) -> Vec<Adapter> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    // Each kind counts from zero on its own.
    let (mut discrete, mut integrated, mut virtual_) = (0.., 0.., 0..);
    pollster::block_on(instance.enumerate_adapters(backends))
        .iter()
        .filter_map(|adapter| {
            let info = adapter.get_info();
            let kind = match info.device_type {
                wgpu::DeviceType::DiscreteGpu => DeviceKind::DiscreteGpu(discrete.next()?),
                wgpu::DeviceType::IntegratedGpu => DeviceKind::IntegratedGpu(integrated.next()?),
                wgpu::DeviceType::VirtualGpu => DeviceKind::VirtualGpu(virtual_.next()?),
                wgpu::DeviceType::Cpu => DeviceKind::Cpu,
                wgpu::DeviceType::Other => return None,
            };
            Some((kind, info))
        })
        .enumerate()
        .map(|(index, (kind, info))| Adapter {
            index,
            name: format!("{} ({}, {})", info.name, info.backend, info.driver),
            software: kind == DeviceKind::Cpu,
            kind,
            api,
        })
        .collect()
}

impl Adapter {
    /// Opens the adapter, once in the life of the program, and lets it compute something known.
    ///
    /// # Errors
    /// The driver refuses, panics, or computes wrongly.
    pub fn open(&self) -> Result<Selected, DeviceError> {
        /// The runtime can be told its options only once for an adapter.
        static OPEN: Mutex<Vec<(usize, Device)>> = Mutex::new(Vec::new());
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let known = open.iter().find(|(index, _)| *index == self.index);
        let device = match known {
            Some((_, device)) => device.clone(),
            None => {
                let device = self.start().map_err(|reason| DeviceError::Broken {
                    name: self.name.clone(),
                    reason,
                })?;
                open.push((self.index, device.clone()));
                device
            }
        };
        Ok(Selected {
            device,
            id: DeviceChoice::Gpu(Some(self.index)),
            name: self.name.clone(),
            why: None,
        })
    }

    fn start(&self) -> Result<Device, String> {
        kernels::keep();
        let options = Device::wgpu_options()
            .device_kind(self.kind.clone())
            .graphics_api(self.api);
        let device = quietly(|| options.init())?.map_err(|error| error.to_string())?;
        check(&device)?;
        Ok(device)
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

/// The device for a choice. `auto` always finds one and says why it is the CPU where it is.
///
/// # Errors
/// A device asked for by name is not there or does not work.
pub fn select(choice: DeviceChoice) -> Result<Selected, DeviceError> {
    match choice {
        DeviceChoice::Cpu => Ok(cpu()),
        DeviceChoice::Auto => Ok(auto()),
        DeviceChoice::Gpu(index) => {
            let adapters = adapters();
            let count = adapters.len();
            match (adapters.into_iter().nth(index.unwrap_or(0)), index) {
                (Some(adapter), _) => adapter.open(),
                (None, Some(index)) if count > 0 => {
                    Err(DeviceError::NoSuchAdapter { index, count })
                }
                (None, _) => Err(DeviceError::NoAdapter),
            }
        }
        DeviceChoice::Cuda(index) => cuda(index),
    }
}

fn auto() -> Selected {
    let adapters = adapters();
    let mut why = match adapters.first() {
        None => "no GPU was found".to_owned(),
        Some(adapter) => format!("{} is no real GPU", adapter.name),
    };
    for adapter in adapters.iter().filter(|adapter| !adapter.software) {
        match adapter.open() {
            Ok(selected) => return selected,
            Err(error) => why = error.to_string(),
        }
    }
    Selected {
        why: Some(why),
        ..cpu()
    }
}

#[cfg(feature = "cuda")]
fn cuda(index: usize) -> Result<Selected, DeviceError> {
    let name = format!("cuda:{index}");
    let broken = |reason| DeviceError::Broken {
        name: name.clone(),
        reason,
    };
    kernels::keep();
    let device = quietly(|| Device::cuda(index)).map_err(broken)?;
    check(&device).map_err(broken)?;
    let title = device
        .identity()
        .map_or_else(|| name.clone(), |identity| identity.name);
    Ok(Selected {
        device,
        id: DeviceChoice::Cuda(index),
        name: format!("{title} (CUDA)"),
        why: None,
    })
}

#[cfg(not(feature = "cuda"))]
fn cuda(_index: usize) -> Result<Selected, DeviceError> {
    Err(DeviceError::NoCuda)
}

/// Lets a device compute a small product whose result is known.
fn check(device: &Device) -> Result<(), String> {
    let sum = quietly(|| {
        let ones = Tensor::<2>::ones([16, 16], device);
        ones.clone().matmul(ones).sum().into_scalar::<f32>()
    })?;
    if sum == 4096.0 {
        Ok(())
    } else {
        Err(format!("it computes {sum} where 4096 is right"))
    }
}

/// Runs what may panic inside a driver or the compute runtime, which report some failures only
/// that way, and gives the panic's words instead.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .map_err(|payload| panic_text(payload.as_ref()))
}

/// The words of a panic.
pub(crate) fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("it failed without a word").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_its_text() {
        for text in ["auto", "cpu", "gpu", "gpu:2", "cuda:1"] {
            assert_eq!(text.parse::<DeviceChoice>().unwrap().to_string(), text);
        }
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        for text in ["", "gpu:x", "cpu:1", "tpu"] {
            assert!(text.parse::<DeviceChoice>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_cpu_computes() {
        check(&cpu().device).unwrap();
    }

    #[test]
    #[cfg(not(feature = "cuda"))]
    fn cuda_without_its_feature_is_said() {
        assert!(matches!(
            select(DeviceChoice::Cuda(0)),
            Err(DeviceError::NoCuda)
        ));
    }
}
