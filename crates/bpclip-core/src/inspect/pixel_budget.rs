//! How much is measured at once.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A stock of pixels, from which work takes as many as it is large and waits until there are enough.
/// What is larger than the stock waits until it is alone.
pub(super) struct PixelBudget {
    whole: u64,
    left: Mutex<u64>,
    returned: Condvar,
}

/// A share of the stock, given back when it is dropped.
pub(super) struct Permit<'a> {
    budget: &'a PixelBudget,
    taken: u64,
}

impl PixelBudget {
    pub fn new(whole: u64) -> Self {
        Self {
            whole,
            left: Mutex::new(whole),
            returned: Condvar::new(),
        }
    }

    /// Waits for so many pixels.
    pub fn take(&self, pixels: u64) -> Permit<'_> {
        let taken = pixels.min(self.whole);
        let mut left = self.lock();
        while *left < taken {
            left = self
                .returned
                .wait(left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *left -= taken;
        Permit {
            budget: self,
            taken,
        }
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.budget.lock() += self.taken;
        self.budget.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn no_more_is_out_than_there_is_and_what_is_larger_goes_alone() {
        let budget = PixelBudget::new(10);
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for pixels in [3, 4, 50, 6, 10, 2, 5, 11] {
                let (budget, now, most) = (&budget, &now, &most);
                scope.spawn(move || {
                    let _permit = budget.take(pixels);
                    let held = pixels.min(10);
                    let out = now.fetch_add(held, Ordering::SeqCst) + held;
                    most.fetch_max(out, Ordering::SeqCst);
                    std::thread::yield_now();
                    now.fetch_sub(held, Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= 10);
        assert_eq!(*budget.lock(), 10);
    }
}
