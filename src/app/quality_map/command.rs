//! What can be asked of the quality maps.

use crate::app::gallery::FrameId;
use bpclip_core::inspect::tiles::Aspect;
use bpclip_core::model::Task;

/// Something for the quality maps to do. The last ones are what follows from commands to others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Maps the selected frame by the network that is shown, in the place of what is being mapped.
    Begin,
    /// Ends the map in the making; what was seen stays.
    Stop,
    /// What the maps show.
    Aspect(Aspect),
    /// Pixels of a tile's side.
    TileSide(u32),
    /// The worker is another one: what is in the making begins anew.
    Restart,
    /// Maps of an older version of this frame do not hold any more.
    FrameChanged(FrameId),
    /// Maps against the old reference do not hold any more.
    ReferenceChanged,
    /// Maps in the making begin anew, and if the network is another one than before, or only of
    /// another size, those of its task too.
    NetworkChanged { task: Task, other: bool },
}
