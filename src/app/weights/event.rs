use super::state::{FetchEnd, LocalEntry};
use bpclip_catalogue::Progress;

/// What a thread tells of the catalogue.
#[derive(Debug)]
pub enum Event {
    /// What is there, or why that cannot be said.
    Here(Result<Vec<LocalEntry>, String>),
    /// A fetch goes on.
    Progress(&'static str, Progress),
    Ended(FetchEnd),
}
