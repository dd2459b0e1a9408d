//! A stock that many threads take from.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A stock of bytes, or of whatever else costs memory, that is shared. Whoever takes from it waits
/// until there is enough, in the order in which they came; what can never be had is refused at once.
///
/// Nobody may take while he holds a [`Permit`] of the same stock, as two could then wait for each
/// other: [`Permit::grow`] never waits. Nor does a thousandth of the stock: a window's settings do not
/// stand behind pictures.
pub struct Budget {
    measure: fn() -> u64,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    whole: u64,
    taken: u64,
    /// Numbers of those who wait: the next to be given out, and the next whose turn it is.
    number: u64,
    turn: u64,
}

/// More than the whole stock was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more is needed than the {whole} bytes of memory there may be")]
pub struct Beyond {
    /// All there is, where nobody holds any.
    pub whole: u64,
}

/// A share of a [`Budget`], given back when it is dropped.
pub struct Permit<'a> {
    budget: &'a Budget,
    taken: u64,
}

impl Budget {
    /// A stock as large as `measure` says whenever nobody holds or awaits any of it.
    pub const fn new(measure: fn() -> u64) -> Self {
        Self {
            measure,
            state: Mutex::new(State {
                whole: 0,
                taken: 0,
                number: 0,
                turn: 0,
            }),
            returned: Condvar::new(),
        }
    }

    /// Waits for so much of it, but never on a thread of Rayon's pool: what it waits for may be the
    /// work that it has put aside to come here.
    ///
    /// # Errors
    /// There is never so much.
    pub fn take(&self, amount: u64) -> Result<Permit<'_>, Beyond> {
        let mut state = self.lock();
        if state.taken == 0 && state.number == state.turn {
            state.whole = (self.measure)();
        }
        let whole = state.whole;
        if amount > whole {
            return Err(Beyond { whole });
        }
        let at_once = amount <= whole / 1000 || rayon::current_thread_index().is_some();
        if !at_once {
            let number = state.number;
            state.number += 1;
            while state.turn != number || state.taken.saturating_add(amount) > whole {
                state = self
                    .returned
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            state.turn += 1;
            self.returned.notify_all();
        }
        state.taken += amount;
        Ok(Permit {
            budget: self,
            taken: amount,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// How much it is.
    pub fn amount(&self) -> u64 {
        self.taken
    }

    /// Makes it so much in all, if that can be had at once; says whether it could.
    ///
    /// # Errors
    /// There is never so much.
    pub fn grow(&mut self, amount: u64) -> Result<bool, Beyond> {
        let mut state = self.budget.lock();
        let whole = state.whole;
        if amount > whole {
            return Err(Beyond { whole });
        }
        let others = state.taken - self.taken;
        let granted = amount <= self.taken || others.saturating_add(amount) <= whole;
        if granted {
            state.taken = others + amount;
            self.taken = amount;
            self.budget.returned.notify_all();
        }
        Ok(granted)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.budget.lock().taken -= self.taken;
        self.budget.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn no_more_is_out_than_there_is_and_everybody_gets_his_share() {
        let budget = Budget::new(|| 10);
        let (now, most, served) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for amount in [3, 4, 10, 6, 10, 2, 5, 1, 9, 8] {
                let (budget, now, most, served) = (&budget, &now, &most, &served);
                scope.spawn(move || {
                    for _ in 0..50 {
                        let _permit = budget.take(amount).unwrap();
                        let out = now.fetch_add(amount, Ordering::SeqCst) + amount;
                        most.fetch_max(out, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(amount, Ordering::SeqCst);
                        served.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 10);
        assert_eq!(served.into_inner(), 500);
        assert_eq!(budget.lock().taken, 0);
    }

    #[test]
    fn what_can_never_be_had_is_refused_at_once() {
        let budget = Budget::new(|| 10);
        let held = budget.take(10).unwrap();
        assert_eq!(budget.take(11).err(), Some(Beyond { whole: 10 }));
        drop(held);
        assert!(budget.take(10).is_ok());
    }

    #[test]
    fn what_is_small_never_waits() {
        let budget = Budget::new(|| 5000);
        let _all = budget.take(5000).unwrap();
        assert_eq!(budget.take(5).unwrap().amount(), 5);
    }

    #[test]
    fn a_share_grows_where_there_is_room() {
        let budget = Budget::new(|| 10);
        let mut one = budget.take(2).unwrap();
        let two = budget.take(5).unwrap();
        assert_eq!(one.grow(5), Ok(true));
        assert_eq!(one.grow(6), Ok(false));
        assert_eq!(one.grow(11), Err(Beyond { whole: 10 }));
        assert_eq!(one.grow(1), Ok(true), "it gives some back");
        drop(two);
        assert_eq!(one.grow(10), Ok(true));
        drop(one);
        assert_eq!(budget.lock().taken, 0);
    }

    #[test]
    fn it_is_measured_anew_when_all_is_back() {
        static FREE: AtomicU64 = AtomicU64::new(10);
        let budget = Budget::new(|| FREE.load(Ordering::SeqCst));
        let held = budget.take(1).unwrap();
        FREE.store(5, Ordering::SeqCst);
        assert!(budget.take(6).is_ok());
        drop(held);
        assert_eq!(budget.take(6).err(), Some(Beyond { whole: 5 }));
    }

    /// The only thread of a pool would wait for itself.
    #[test]
    fn nobody_waits_on_a_thread_of_the_pool() {
        let budget = Budget::new(|| 10);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        pool.unwrap().install(|| {
            let _held = budget.take(8).unwrap();
            assert!(budget.take(8).is_ok());
        });
    }
}
