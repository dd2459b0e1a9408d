//! Graphics adapters, through wgpu or CUDA.

use super::check::check;
use super::{DeviceChoice, DeviceError, Selected, cpu, tuning};
use crate::guard::guard;
use burn::tensor::wgpu::{WgpuBackend, wgpu};
use burn::tensor::{Device, DeviceKind};
use std::error::Error;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A graphics adapter: a GPU with the driver that speaks for it. [`adapters`] lists them.
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
            let found = guard(|| probe(backends, api)).unwrap_or_default();
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
                let device = self.start().map_err(|source| DeviceError::Broken {
                    name: self.name.clone(),
                    source,
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

    fn start(&self) -> Result<Device, Box<dyn Error + Send + Sync>> {
        tuning::configure();
        let options = Device::wgpu_options()
            .device_kind(self.kind.clone())
            .graphics_api(self.api);
        let device = guard(|| options.init())??;
        check(&device)?;
        Ok(device)
    }
}

/// The adapter of a number, or the first.
pub(super) fn numbered(index: Option<usize>) -> Result<Selected, DeviceError> {
    let adapters = adapters();
    let count = adapters.len();
    match (adapters.into_iter().nth(index.unwrap_or(0)), index) {
        (Some(adapter), _) => adapter.open(),
        (None, Some(index)) if count > 0 => Err(DeviceError::NoSuchAdapter { index, count }),
        (None, _) => Err(DeviceError::NoAdapter),
    }
}

/// The first real GPU that works, else the CPU and why.
pub(super) fn auto() -> Selected {
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
pub(super) fn cuda(index: usize) -> Result<Selected, DeviceError> {
    let name = format!("cuda:{index}");
    let broken = |source| DeviceError::Broken {
        name: name.clone(),
        source,
    };
    tuning::configure();
    let device = guard(|| Device::cuda(index)).map_err(|panic| broken(panic.into()))?;
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
