//! Text: the embedded fonts, how wide a line is, and how it wraps.

pub mod escape;
pub mod font;
pub mod wrap;

pub use escape::{clean, escape};
pub use font::{Weight, width};
pub use wrap::{Wrapped, shorten, wrap};
