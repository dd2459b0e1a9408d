//! What a shoot is made of: which pictures are of one burst ([`groups`]), and what its photographer
//! keeps ([`Taste`]). Plain numbers in, plain numbers out: where they come from (a network, what the
//! camera noted) is the caller's business.

#![warn(missing_docs)]

mod agreement;
mod bracket;
mod group;
mod likeness;
mod natural;
mod random;
mod ridge;
mod taste;

pub use agreement::Agreement;
pub use group::{Frame, Group, Kind, Rule, groups};
pub use likeness::likeness;
pub use natural::natural;
pub use taste::{LEAST_MARKS, LEAST_OF_EACH, Mark, Sight, Taste, TooFew};
