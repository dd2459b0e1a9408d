//! A network that is ready.

use super::message::ModelInfo;
use crate::checkpoint;
use crate::image::SizePolicy;
use crate::inspect::Scorer;
use std::path::PathBuf;
use std::sync::Arc;

/// A network that is ready, and what is told of it.
pub(super) struct Ready {
    pub scorer: Scorer,
    pub model: Arc<ModelInfo>,
}

impl Ready {
    pub fn new(file: Option<PathBuf>, scorer: Scorer, size: Option<SizePolicy>) -> Self {
        let model = Arc::new(ModelInfo {
            checkpoint: scorer.name.clone(),
            fingerprint: checkpoint::fingerprint(file.as_deref(), scorer.task())
                .unwrap_or_default(),
            file,
            metadata: scorer.metadata.clone(),
            size: scorer.size,
            text: Arc::clone(&scorer.text),
            device: scorer.device().name.clone(),
        });
        let mut ready = Self { scorer, model };
        ready.resize(size);
        ready
    }

    /// Scores at this size from now on, or at the checkpoint's own.
    pub fn resize(&mut self, size: Option<SizePolicy>) {
        self.scorer.size = size.unwrap_or(self.scorer.metadata.size);
        self.describe();
    }

    /// Writes down anew at what size and where it scores.
    pub fn describe(&mut self) {
        self.model = Arc::new(ModelInfo {
            size: self.scorer.size,
            device: self.scorer.device().name.clone(),
            ..ModelInfo::clone(&self.model)
        });
    }
}
