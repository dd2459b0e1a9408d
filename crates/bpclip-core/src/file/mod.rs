//! Files as this program reads and writes them: read only where a file is, written whole or not
//! at all, and never where nobody asked for it.

mod open;
mod write;

pub use open::{FileBytes, open_file, open_own, read_file, read_text};
pub use write::{remove_pending, remove_unfinished, write_to, write_whole};
