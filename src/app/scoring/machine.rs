//! On what scores are computed, and by which networks.

use bpclip_core::device::DeviceChoice;
use bpclip_core::inspect::worker::ModelInfo;
use bpclip_core::model::Task;
use bpclip_core::text::Adjective;
use std::path::Path;
use std::sync::Arc;

/// The device and the networks.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The device that was asked for last.
    pub chosen: DeviceChoice,
    /// The name of the device that scores.
    pub name: String,
    pub id: Option<DeviceChoice>,
    /// Why it and no other.
    pub why: Option<String>,
    /// The device that is being made ready meanwhile.
    pub preparing: Option<String>,
    /// The no-reference network.
    pub no_reference: Option<Arc<ModelInfo>>,
    /// The full-reference network, once it was wanted.
    pub full_reference: Option<Arc<ModelInfo>>,
}

impl Machine {
    /// The network of a task, once known.
    pub fn network(&self, task: Task) -> Option<&Arc<ModelInfo>> {
        match task {
            Task::NoReference => self.no_reference.as_ref(),
            Task::FullReference => self.full_reference.as_ref(),
        }
    }

    /// The words of a task's network; none until it is known.
    pub fn adjectives(&self, task: Task) -> &[Adjective] {
        self.network(task)
            .map_or(&[], |model| &model.metadata.adjectives)
    }

    /// Whether a network is that of this epoch, whose checkpoint is at `path`.
    pub fn uses(&self, path: &Path, epoch: u32) -> bool {
        let networks = [&self.no_reference, &self.full_reference];
        let name = path.display().to_string();
        networks.into_iter().flatten().any(|model| {
            let of = model.metadata.training.get("epochs");
            model.checkpoint == name && of.and_then(serde_json::Value::as_u64) == Some(epoch.into())
        })
    }
}
