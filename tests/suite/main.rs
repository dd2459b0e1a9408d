//! All integration tests, as one program: it links the library once.

mod golden;
mod seed;
