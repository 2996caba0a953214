//! Stopping a query from another thread.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

type Hook = Box<dyn Fn() + Send + Sync>;

/// A token that can be cancelled once, from any thread; clones share it.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Inner>);

#[derive(Default)]
struct Inner {
    cancelled: AtomicBool,
    next: AtomicU64,
    hooks: Mutex<BTreeMap<u64, Hook>>,
}

impl Cancel {
    /// A token that nobody has cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops everything that runs under this token, now and later.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        for hook in self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner).values() {
            hook();
        }
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Calls `hook` on cancellation, as long as the guard lives. A token cancelled already calls it at once.
    pub(crate) fn on_cancel(&self, hook: impl Fn() + Send + Sync + 'static) -> Hooked {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let mut hooks = self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_cancelled() {
            hook();
        }
        hooks.insert(id, Box::new(hook));
        Hooked { cancel: self.clone(), id }
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cancel({})", self.is_cancelled())
    }
}

/// Keeps a hook registered.
pub(crate) struct Hooked {
    cancel: Cancel,
    id: u64,
}

impl Drop for Hooked {
    fn drop(&mut self) {
        self.cancel.0.hooks.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
