//! A device that is lost in the middle of a batch.

use crate::device::adapter;
use bpclip_core::checkpoint::Checkpoint;
use bpclip_core::device::{DeviceChoice, Selected};
use bpclip_core::image::{Limits, SizePolicy};
use bpclip_core::inspect::pipeline::{self, Job, Reference};
use bpclip_core::inspect::{Inspection, Scorer};
use bpclip_core::model::Task;
use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuSetup, wgpu};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

/// A device of its own on the first adapter, which can be taken away.
fn removable() -> (Selected, wgpu::Device) {
    let backends = wgpu::Backends::VULKAN | wgpu::Backends::METAL | wgpu::Backends::DX12;
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let adapters = pollster::block_on(instance.enumerate_adapters(backends));
    let adapter = adapters.into_iter().next().unwrap();
    let descriptor = wgpu::DeviceDescriptor {
        required_features: adapter.features() - wgpu::Features::MAPPABLE_PRIMARY_BUFFERS,
        required_limits: adapter.limits(),
        experimental_features: wgpu::ExperimentalFeatures::disabled(),
        ..wgpu::DeviceDescriptor::default()
    };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
    let backend = adapter.get_info().backend;
    let setup = WgpuSetup {
        instance,
        adapter,
        device: device.clone(),
        queue,
        backend,
    };
    let selected = Selected {
        device: Device::wgpu_options().setup(setup).init().unwrap(),
        id: DeviceChoice::Gpu(Some(0)),
        name: "the removable one".into(),
        why: None,
    };
    (selected, device)
}

#[test]
fn a_device_lost_in_mid_batch_costs_no_picture() {
    if adapter().is_none() {
        return;
    }
    let (selected, taken_away) = removable();
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&said);
    let read = |device: &Device| Checkpoint::bundled(Task::NoReference, device);
    let mut scorer = Scorer::new(read(&selected.device).unwrap(), selected)
        .or_on_cpu(read, move |text| {
            heard.lock().unwrap().push(text.to_owned())
        });
    scorer.size = SizePolicy::at_most(Some(64));
    // All of one size: as many as are looked at together, and a few more.
    let pictures = ["coffee", "coffee-noisy", "coffee-blurred", "coffee-jpeg10"];
    let first = scorer.together(64, 96);
    let job = |name: &&str| Job {
        path: format!("assets/samples/{name}.jpg").into(),
        reference: Reference::None,
    };
    let jobs: Vec<Job> = pictures.iter().cycle().take(first + 3).map(job).collect();
    let run = |scorer: &Scorer, at: &mut dyn FnMut(usize)| -> Vec<Inspection> {
        let mut answers = Vec::new();
        let (limits, cancel) = (Limits::default(), AtomicBool::new(false));
        pipeline::run(scorer, &jobs, &[], &limits, &cancel, |index, answer, _| {
            at(index);
            answers.push(answer.unwrap());
        });
        answers
    };
    let lost = run(&scorer, &mut |index| {
        assert_eq!(scorer.device().id == DeviceChoice::Cpu, index >= first);
        if index + 1 == first {
            taken_away.destroy();
        }
    });
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("the removable one failed"), "{said:?}");

    let cpu = bpclip_core::device::cpu();
    let mut right = Scorer::new(read(&cpu.device).unwrap(), cpu);
    right.size = scorer.size;
    let right = run(&right, &mut |_| {});
    for (lost, right) in lost.iter().zip(&right) {
        assert!(
            (lost.prediction.raw - right.prediction.raw).abs() < 1e-3,
            "{} {}",
            lost.prediction.raw,
            right.prediction.raw
        );
    }
    assert_eq!(lost.len(), first + 3);
    assert_eq!(
        lost[first..],
        right[first..],
        "as if it had never been elsewhere"
    );
}
