//! What the worker tells of quality maps.

use bpclip_core::inspect::worker::{ModelInfo, RequestId, Tiles};
use std::sync::Arc;

/// Tiles of the map of a request, and who looked at them; or why there are no more.
#[derive(Debug)]
pub struct Event {
    pub id: RequestId,
    pub tiles: Result<(Tiles, Arc<ModelInfo>), String>,
}
