//! Marketing-mix models: what share of the outcome each channel's spend caused.

pub mod prior;
