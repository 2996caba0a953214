//! Axes: few ticks on round numbers, no frame, units once.

pub mod ticks;
pub mod time;
pub mod value;

pub use time::TimeAxis;
pub use value::ValueAxis;
