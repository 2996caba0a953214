//! Where things go: rectangles, the frame of words around a figure, and labels that keep clear of each other.

pub mod frame;
pub mod place;
pub mod rect;
pub mod stack;

pub use frame::{Heading, draw_frame};
pub use place::{Wish, place};
pub use rect::Rect;
pub use stack::spread;
