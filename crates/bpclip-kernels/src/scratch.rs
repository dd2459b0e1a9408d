//! Memory that a thread keeps between calls.

use std::cell::RefCell;

thread_local! {
    /// One for every depth of calls within calls.
    static SPARE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// Hands `len` numbers of no particular value to `work`, which may ask for further ones.
pub fn with<T>(len: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    let spare = SPARE.with_borrow_mut(Vec::pop);
    let mut numbers = spare.unwrap_or_default();
    if numbers.len() < len {
        numbers = vec![0.0; len];
    }
    let result = work(&mut numbers[..len]);
    SPARE.with_borrow_mut(|spare| spare.push(numbers));
    result
}
