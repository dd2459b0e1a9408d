//! The files that are part of the program: the released checkpoints and the weights of the text
//! encoder, as `weights/README.md` describes them. A crate of its own, so that 88 MB are put into a
//! program once and not at every change of it.

/// The released no-reference checkpoint, a safetensors file.
pub static NO_REFERENCE: &[u8] = include_bytes!("../../../weights/bpclip-nr.safetensors");

/// The released full-reference checkpoint, a safetensors file.
pub static FULL_REFERENCE: &[u8] = include_bytes!("../../../weights/bpclip-fr.safetensors");

/// all-MiniLM-L6-v2 of 16 bits, a safetensors file.
pub static MINILM: &[u8] = include_bytes!("../../../weights/minilm.safetensors");
