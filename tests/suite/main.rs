//! All integration tests, as one program: it links the library once.

mod checkpoint;
mod command_line;
mod device;
mod golden;
mod image;
mod seed;
mod window;
