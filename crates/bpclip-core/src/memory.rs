//! How much memory there still is, and what of it reading may take.
//!
//! All that comes from files takes its room from one stock, [`READING`]: the files' own bytes, what
//! decoders need, pictures until they are at their scored size, checkpoints until they are a network.
//! So many pictures that each fit do not end the process together, and one that does not fit is
//! refused by what its header claims.

mod budget;

pub use budget::{Beyond, Budget, Permit};

use std::fs;

/// What everything that is read may take together: half of what was free when nothing was being read.
pub static READING: Budget = Budget::new(for_reading);

/// Bytes that reading may take where the system does not tell what is free.
const USUAL: u64 = 8 << 30;

/// Half of what is free: the network needs the rest.
fn for_reading() -> u64 {
    available().map_or(USUAL, |free| free / 2)
}

/// Bytes of memory that this process can still have: of the machine's without swapping, of its own
/// (`ulimit -v`) and of its container's. `None` where the system tells nothing (all but Linux).
pub fn available() -> Option<u64> {
    // The number behind a name in one of the system's tables, times `unit`.
    let number = |file: &str, name: &str, unit: u64| {
        let table = fs::read_to_string(file).ok()?;
        let value = table.lines().find_map(|line| line.strip_prefix(name))?;
        let number: u64 = value.split_whitespace().next()?.parse().ok()?;
        number.checked_mul(unit)
    };
    let less = |most: Option<u64>, used: Option<u64>| Some(most?.saturating_sub(used?));
    let ends = [
        number("/proc/meminfo", "MemAvailable:", 1024),
        less(
            number("/proc/self/limits", "Max address space", 1),
            number("/proc/self/status", "VmSize:", 1024),
        ),
        less(
            number("/sys/fs/cgroup/memory.max", "", 1),
            number("/sys/fs/cgroup/memory.current", "", 1),
        ),
    ];
    ends.into_iter().flatten().min()
}
