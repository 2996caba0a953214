//! What a job that runs in this process has said so far: numbered events that a late listener can replay.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

/// One thing that happened, numbered from 1 within its job.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// Position; given back as `Last-Event-ID` to continue after it.
    pub id: u64,
    /// `progress` or `state`.
    pub kind: &'static str,
    /// What happened.
    pub data: Value,
}

impl Event {
    /// Whether nothing can follow it.
    #[must_use]
    pub fn ends(&self) -> bool {
        let status = self.data.get("status").and_then(Value::as_str);
        self.kind == "state" && !matches!(status, Some("queued" | "running"))
    }
}

/// Events and the wish to stop, shared by worker and listeners.
#[derive(Debug)]
pub struct Live {
    stop: Arc<AtomicBool>,
    events: Mutex<Vec<Event>>,
    latest: watch::Sender<u64>,
}

impl Default for Live {
    fn default() -> Self {
        Self { stop: Arc::default(), events: Mutex::default(), latest: watch::channel(0).0 }
    }
}

impl Live {
    /// Asks the worker to stop soon.
    pub fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The flag that models look at.
    #[must_use]
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// Whether stopping was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Adds an event. Progress replaces progress, so that a long job keeps a short list.
    pub fn say(&self, kind: &'static str, data: Value) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let id = *self.latest.borrow() + 1;
        if kind == "progress" && events.last().is_some_and(|last| last.kind == "progress") {
            events.pop();
        }
        events.push(Event { id, kind, data });
        self.latest.send_replace(id);
    }

    /// Events after `id`. A number that was never given here is of an earlier process: all events are news then.
    #[must_use]
    pub fn after(&self, id: u64) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let known = id <= *self.latest.borrow();
        events.iter().filter(|e| e.id > id || !known).cloned().collect()
    }

    /// Whether the last word was said.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).last().is_some_and(Event::ends)
    }

    /// Told whenever there is something new.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.latest.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_that_comes_back_gets_only_what_it_missed() {
        let live = Live::default();
        live.say("state", "running".into());
        live.say("progress", 0.1.into());
        live.say("progress", 0.2.into());
        assert!(!live.is_over());
        live.say("state", serde_json::json!({"status": "done"}));
        let ids: Vec<u64> = live.after(0).iter().map(|e| e.id).collect();
        assert_eq!(ids, [1, 3, 4], "progress that was overtaken is not kept");
        assert_eq!(live.after(3).len(), 1);
        assert!(live.after(4).is_empty() && live.is_over());
        assert_eq!(live.after(90).len(), 3, "a number of an earlier process");
    }
}
