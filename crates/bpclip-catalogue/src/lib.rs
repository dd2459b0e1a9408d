//! The catalogue of known weights: what they are for, whose they are, and how to have them.
//!
//! [`ENTRIES`] is the table. A [`Store`] is the user's folder of fetched weights: it says what is
//! there, proves a file against the catalogue, and fetches one, whole or not at all, where the
//! user has said so. Nothing here asks anybody and nothing here starts by itself: whoever calls
//! [`Store::fetch`] has shown the entry's size, licence and address first.

#![warn(missing_docs)]

mod download;
mod encoder;
mod entry;
mod error;
mod fetch;
pub mod folders;
mod hash;
mod lock;
mod part;
mod proof;
mod store;
mod table;

pub use download::TransferError;
pub use encoder::{open_encoder, open_space};
pub use entry::{Digest, Entry, Origin, Size, entry};
pub use error::CatalogueError;
pub use fetch::{Fetched, Progress};
pub use proof::{Proof, Verdict};
pub use store::{MIRROR, State, Store};
pub use table::ENTRIES;
