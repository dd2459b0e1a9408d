//! `bpclip devices`: what there is to compute on, and what of it works.

use super::Outcome;
use super::print::show;
use bpclip_core::device::{self, DeviceChoice};
use clap::Args;

/// List the devices that can compute, and whether they work
#[derive(Debug, Args)]
pub struct Options {}

pub fn run(_: &Options) -> anyhow::Result<Outcome> {
    let cpu = device::cpu();
    show!("cpu     works   {}", cpu.name);
    let adapters = device::adapters();
    for adapter in &adapters {
        let imitation = if adapter.software {
            ", software: slower than the CPU itself"
        } else {
            ""
        };
        match adapter.open() {
            Ok(_) => show!(
                "gpu:{}   works   {}{imitation}",
                adapter.index,
                adapter.name
            ),
            Err(error) => show!("gpu:{}   broken  {error}", adapter.index),
        }
    }
    if adapters.is_empty() {
        show!("gpu     none    no Vulkan, Metal or DirectX 12 adapter answers");
    }
    match device::select(DeviceChoice::Cuda(0)) {
        Ok(cuda) => show!("cuda:0  works   {}", cuda.name),
        Err(device::DeviceError::NoCuda) => {
            show!("cuda    none    not built in (`--features cuda`)")
        }
        Err(error) => show!("cuda:0  broken  {error}"),
    }
    let chosen = device::select(DeviceChoice::Auto)?;
    match chosen.why {
        Some(why) => show!("auto is {}: {why}", chosen.id),
        None => show!("auto is {}", chosen.id),
    }
    Ok(Outcome::Done)
}
