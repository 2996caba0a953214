//! Marketing-mix models end to end: recovery of planted truth, real data, refusals, determinism.

mod answers;
mod budget;
mod data;
mod ridge;
mod spec;
