//! Costly answers kept by what they were made from, so that the second reader waits for nothing.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Kept = Arc<dyn Any + Send + Sync>;

/// The place of one answer; whoever makes it holds the lock.
type Place = Arc<Mutex<Option<Kept>>>;

/// Uses so far, and by key the last use with the place.
type Uses = (u64, HashMap<String, (u64, Place)>);

/// Kept answers by key; the key names data version, run and parameters, so nothing in it can go stale.
pub struct Cache {
    at_most: usize,
    kept: Mutex<Uses>,
}

impl Cache {
    /// A cache of `at_most` answers; the one not asked for longest goes first.
    #[must_use]
    pub fn new(at_most: usize) -> Self {
        Self { at_most: at_most.max(1), kept: Mutex::default() }
    }

    /// The kept answer, or the one that `make` gives now.
    ///
    /// Of several that ask at once one makes it and the others wait for that. `make` must not ask for its own key.
    ///
    /// # Errors
    /// Those of `make`; an error is not kept, and the next who waits tries again.
    pub fn get<T: Send + Sync + 'static, E>(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let place = self.place(key);
        let mut held = place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = held.as_ref().and_then(|kept| kept.clone().downcast().ok()) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        *held = Some(made.clone());
        Ok(made)
    }

    /// The kept answer, if it is there.
    pub fn peek<T: Send + Sync + 'static>(&self, key: &str) -> Option<Arc<T>> {
        let place = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.0 += 1;
            let now = kept.0;
            let (used, place) = kept.1.get_mut(key)?;
            *used = now;
            place.clone()
        };
        // One that is being made is not there yet.
        let found = place.try_lock().ok()?.clone();
        found?.downcast().ok()
    }

    /// The place of a key, made where there is none; the one not asked for longest goes for it.
    fn place(&self, key: &str) -> Place {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let now = kept.0;
        let (used, place) = kept.1.entry(key.to_owned()).or_default();
        *used = now;
        let place = place.clone();
        if kept.1.len() > self.at_most {
            let oldest = kept.1.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                kept.1.remove(&oldest);
            }
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn the_second_time_nothing_is_made_and_another_key_is() {
        let cache = Cache::new(2);
        let mut made = 0;
        for key in ["a", "a", "b", "a"] {
            let _ = cache.get::<_, Infallible>(key, || {
                made += 1;
                Ok(made)
            });
        }
        assert_eq!(made, 2);
    }

    #[test]
    fn of_two_that_ask_at_once_one_makes_it() {
        let (cache, made) = (Cache::new(2), std::sync::atomic::AtomicUsize::new(0));
        let ask = || {
            let found = cache.get::<_, Infallible>("a", || {
                std::thread::sleep(std::time::Duration::from_millis(50));
                Ok(made.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
            });
            *found.unwrap_or_else(|never| match never {})
        };
        let answers = std::thread::scope(|s| [s.spawn(ask), s.spawn(ask)].map(|t| t.join().expect("no panic")));
        assert_eq!((answers, made.into_inner()), ([0, 0], 1));
    }

    #[test]
    fn the_one_not_asked_for_longest_goes_first_and_errors_are_not_kept() {
        let cache = Cache::new(2);
        for key in ["a", "b", "a", "c"] {
            let _ = cache.get::<_, Infallible>(key, || Ok(key.to_owned()));
        }
        assert!(cache.peek::<String>("a").is_some() && cache.peek::<String>("b").is_none());
        assert!(cache.get::<String, _>("x", || Err("no")).is_err());
        assert!(cache.peek::<String>("x").is_none());
    }
}
