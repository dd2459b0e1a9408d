//! How many threads compute.

use super::Usage;
use super::print::say;
use crate::app::background;
use std::env;
use std::thread::available_parallelism;

/// The environment variables by which a user says how many, the first one first.
const WISHES: [&str; 2] = ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"];
/// Threads for each core at most: more only wait for each other, and many thousands never start.
const EACH_CORE: usize = 16;

/// Starts the threads on which everything computes: as many as the user asks for within reason, else
/// one a core. Those behind a window leave it the right of way.
///
/// # Errors
/// The system does not start so many.
pub fn start(behind_a_window: bool) -> Result<(), Usage> {
    let most = EACH_CORE * available_parallelism().map_or(1, usize::from);
    let wish = WISHES.iter().find_map(|name| {
        let wish = env::var(name).ok()?.parse::<usize>().ok()?;
        Some((name, wish))
    });
    let wish = wish.filter(|(_, wish)| *wish > 0);
    if let Some((name, wish)) = wish.filter(|(_, wish)| *wish > most) {
        say!("{name} is {wish}: {most} threads compute, {EACH_CORE} a core at most");
    }
    // Without a wish, or with 0, it is one a core.
    let threads = wish.map_or(0, |(_, wish)| wish.min(most));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = match behind_a_window {
        true => pool.start_handler(|_| background::give_way()),
        false => pool,
    };
    pool.build_global().map_err(|error| {
        let what = "the threads to compute on cannot be started";
        Usage(format!(
            "{what}: {error}; a smaller RAYON_NUM_THREADS may help"
        ))
    })
}
