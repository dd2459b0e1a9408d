//! What the system tells the program to do: Ctrl+C (SIGINT), SIGTERM, and SIGHUP, which a closed
//! terminal sends. The first one ends the work at hand in order where a command can do that within a
//! second; any other ends the program at once, without a temporary file.

use super::print::say;
use bpclip_core::file::remove_pending;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The signal that was heeded; 0: none yet.
static HEEDED: AtomicI32 = AtomicI32::new(0);
/// What the first signal does, once a command has said it.
static ON_FIRST: Mutex<Option<Box<dyn FnOnce() + Send>>> = Mutex::new(None);

const INTERRUPT: i32 = 2;
/// How long a command may take to end in order. Decoders and networks cannot be asked to stop.
const PATIENCE: Duration = Duration::from_millis(800);

/// Begins to listen. A file that grows beyond what the user may write is an error from now on.
///
/// # Errors
/// The system refuses.
pub fn listen() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGHUP, SIGTERM, SIGXFSZ};
        // Whoever takes the signal is told by an error too.
        signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
        let mut wanted = vec![INTERRUPT, SIGTERM];
        if !is_ignored(SIGHUP) {
            wanted.push(SIGHUP);
        }
        let mut signals = signal_hook::iterator::Signals::new(wanted)?;
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || signals.forever().for_each(heed))?;
    }
    #[cfg(not(unix))]
    ctrlc::set_handler(|| heed(INTERRUPT)).map_err(std::io::Error::other)?;
    Ok(())
}

/// Has the first signal do something instead of ending the program.
pub fn on_first(work: impl FnOnce() + Send + 'static) {
    *first() = Some(Box::new(work));
}

/// A flag that the first signal sets. A command that has not ended soon after is ended: files appear
/// whole or not at all anyway.
pub fn flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    on_first(move || {
        flag.store(true, Ordering::Relaxed);
        std::thread::spawn(|| {
            std::thread::sleep(PATIENCE);
            say!("interrupted: what was in the making was not written");
            end(HEEDED.load(Ordering::Relaxed));
        });
    });
    stop
}

/// Whether one came that the command heeds.
pub fn came() -> bool {
    HEEDED.load(Ordering::Relaxed) != 0
}

/// The exit code of a program that a signal ended, as a shell says it: 130 after Ctrl+C, 143 after
/// SIGTERM, 129 after SIGHUP.
pub fn exit_code() -> u8 {
    code(HEEDED.load(Ordering::Relaxed))
}

fn code(signal: i32) -> u8 {
    (128 + signal) as u8
}

fn first() -> MutexGuard<'static, Option<Box<dyn FnOnce() + Send>>> {
    ON_FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

fn heed(signal: i32) {
    let work = first().take();
    match work {
        Some(work) => {
            HEEDED.store(signal, Ordering::Relaxed);
            work();
        }
        None => end(signal),
    }
}

fn end(signal: i32) -> ! {
    remove_pending();
    std::process::exit(code(signal).into());
}

/// Whether a signal is ignored since before the program began, as `nohup` has SIGHUP be; so it is
/// taken to be where the system does not tell (all but Linux).
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
    ignored.is_none_or(|set| set >> (signal - 1) & 1 == 1)
}
