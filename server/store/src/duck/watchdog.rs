//! One thread that interrupts queries at their deadlines.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Instant;

use duckdb::InterruptHandle;

/// Deadlines by time; the number keeps equal times apart.
type Deadlines = BTreeMap<(Instant, u64), Arc<InterruptHandle>>;

/// Holds the deadlines; its thread ends when it is dropped.
pub(super) struct Watchdog {
    deadlines: Mutex<Deadlines>,
    changed: Condvar,
    next: AtomicU64,
}

impl Watchdog {
    /// Starts the thread.
    pub fn start() -> Arc<Self> {
        let dog = Arc::new(Self { deadlines: Mutex::default(), changed: Condvar::new(), next: AtomicU64::new(0) });
        let weak = Arc::downgrade(&dog);
        std::thread::spawn(move || watch(&weak));
        dog
    }

    /// Interrupts `handle` at `deadline` unless the guard is dropped before.
    pub fn guard(self: &Arc<Self>, deadline: Instant, handle: Arc<InterruptHandle>) -> Guard {
        let key = (deadline, self.next.fetch_add(1, Ordering::Relaxed));
        self.deadlines.lock().unwrap_or_else(PoisonError::into_inner).insert(key, handle);
        self.changed.notify_one();
        Guard { dog: Arc::clone(self), key }
    }
}

fn watch(weak: &Weak<Watchdog>) {
    // Wakes at least this often to see whether the store was closed.
    let idle = std::time::Duration::from_millis(200);
    while let Some(dog) = weak.upgrade() {
        let mut deadlines = dog.deadlines.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        // A query may start between two interrupts, so an expired deadline barks until its guard is gone.
        for (_, handle) in deadlines.range(..=(now, u64::MAX)) {
            handle.interrupt();
        }
        let expired = deadlines.range(..=(now, u64::MAX)).next().is_some();
        let wait = match deadlines.range((now, u64::MAX)..).next() {
            _ if expired => std::time::Duration::from_millis(5),
            Some(((at, _), _)) => at.saturating_duration_since(now).min(idle),
            None => idle,
        };
        deadlines = dog.changed.wait_timeout(deadlines, wait).unwrap_or_else(PoisonError::into_inner).0;
        drop(deadlines);
    }
}

/// A running deadline.
pub(super) struct Guard {
    dog: Arc<Watchdog>,
    key: (Instant, u64),
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.dog.deadlines.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
