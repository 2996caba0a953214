//! Costly answers kept by what they were made from, so that the second reader waits for nothing.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Kept = Arc<dyn Any + Send + Sync>;

/// Uses so far, and by key the last use with the answer.
type Uses = (u64, HashMap<String, (u64, Kept)>);

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
    /// Two that ask at once may both make it: the answers are the same, and no one waits on another's work.
    ///
    /// # Errors
    /// Those of `make`; an error is not kept.
    pub fn get<T: Send + Sync + 'static, E>(
        &self,
        key: &str,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        if let Some(found) = self.peek(key) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let now = kept.0;
        kept.1.insert(key.to_owned(), (now, made.clone()));
        if kept.1.len() > self.at_most {
            let oldest = kept.1.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                kept.1.remove(&oldest);
            }
        }
        Ok(made)
    }

    /// The kept answer, if it is there.
    pub fn peek<T: Send + Sync + 'static>(&self, key: &str) -> Option<Arc<T>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        let now = kept.0;
        let (used, found) = kept.1.get_mut(key)?;
        *used = now;
        found.clone().downcast().ok()
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
