//! Panics of code that is not ours, as errors.
//!
//! Decoders panic on hostile bytes, and compute runtimes report a lost device in no other way.
//! Neither may end a batch or a window.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// A panic that was caught, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Panic(pub(crate) String);

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`. If it panics, the words come back as an error and are not printed as well.
///
/// What `work` has changed halfway must not be used after an error; the caller sees to that. The
/// printing is held back by a panic hook in front of the one that is set when this is first called;
/// panics on other threads, those of a pool too, are printed as ever.
///
/// # Errors
/// `work` panicked.
pub fn guard<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.try_with(Cell::get).unwrap_or(false) {
                before(panic);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|payload| Panic(panic_text(payload.as_ref())))
}

/// The words of a panic.
pub fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("it failed without a word").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_keeps_its_words() {
        assert_eq!(guard(|| 7), Ok(7));
        let error = guard(|| -> u8 { panic!("row {} is missing", 3) }).unwrap_err();
        assert_eq!(error.to_string(), "row 3 is missing");
        let error = guard(|| -> u8 { std::panic::panic_any(7) }).unwrap_err();
        assert_eq!(error.to_string(), "it failed without a word");
        // One within another leaves the outer one as it was.
        let both = guard(|| (guard(|| -> u8 { panic!("inner") }), GUARDED.get()));
        assert!(matches!(both, Ok((Err(_), true))));
        assert!(!GUARDED.get());
    }
}
