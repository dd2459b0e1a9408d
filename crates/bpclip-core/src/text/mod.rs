//! What places words among a checkpoint's [adjectives](crate::adjective).
//!
//! A [`TextEncoder`] turns a sentence into a vector: CLIP's (`clip`), the paper's, or MiniLM
//! (`minilm`), whose weights are part of the program with feature `bundled`. [`open`] makes one
//! ready. A [`TextSpace`] is the space in which a checkpoint keeps its adjectives: it places
//! further words there, says how far they are from the adjectives, and makes the space of a new
//! list ([`read_list`]) for training. All of it computes on the CPU: it is little, and a GPU would
//! first have to compile for it.
//!
//! To compare a word with pictures: [`open`] the encoder that [`TextSide::encoder`] names, make a
//! space with [`TextSpace::of`], [`place`](TextSpace::place) the word, and ask
//! [`Placed::mean_similarity`] for each picture. The first page of this crate's documents has that
//! as code.

mod affine_span;
mod batch;
mod clip;
mod encoder;
mod error;
mod kind;
mod list;
mod minilm;
mod open;
mod side;
mod sizes;
mod space;
mod vector;

pub use crate::adjective::{Adjective, dimension_value, dimensions, fitting, standard, telling};
pub use clip::Clip;
pub use encoder::{TextEncoder, Tokens};
pub use error::TextError;
pub use kind::EncoderKind;
pub use list::{parse_list, read_list, write_list};
pub use minilm::MiniLm;
pub use open::open;
pub use side::TextSide;
pub use space::{Placed, TextSpace};
