/// Something for the metrics to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Opens their section, or closes it; only an open one measures.
    Open(bool),
}
