//! The `bpclip` program.

use std::process::ExitCode;

/// Pages that were paid for once are kept: a network's outputs are large, and the system's allocator
/// hands each back and has it zeroed anew.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    bpclip::cli::run()
}
