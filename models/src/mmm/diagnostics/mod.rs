//! What a fit says about itself: convergence, fit, influence, and how much of each number is prior.

mod convergence;
mod psis;

pub use convergence::{Convergence, convergence};
pub use psis::{Smoothed, smooth};
