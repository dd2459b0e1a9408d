use bpclip_core::inspect::worker::ModelInfo;
use bpclip_core::text::Placed;
use std::sync::Arc;

/// The user's words were placed in the text space of a network, or could not be.
#[derive(Debug)]
pub struct Event {
    pub model: Arc<ModelInfo>,
    pub words: Vec<String>,
    pub placed: Result<Vec<Placed>, String>,
}
