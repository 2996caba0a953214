//! Long work: a queue that survives a restart, one worker at lower priority, progress as events, cancel.

pub mod live;
mod priority;
