//! Memory that a thread keeps between calls.

use std::cell::Cell;

thread_local! {
    static SPARE: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// Hands `len` numbers of no particular value to `work`.
pub fn with<T>(len: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    let mut numbers = SPARE.take();
    if numbers.len() < len {
        numbers = vec![0.0; len];
    }
    let result = work(&mut numbers[..len]);
    SPARE.set(numbers);
    result
}
