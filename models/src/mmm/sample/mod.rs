//! The posterior by Hamiltonian sampling: the density laid out for speed, and a driver over `nuts-rs`.

mod bend;
mod block;
mod build;
mod carry;
mod correlations;
mod couple;
mod curve;
mod density;
mod dispatch;
mod driver;
mod error;
mod expand;
mod fit;
mod follow;
mod frame;
mod fused;
mod hill;
pub(crate) mod lanes;
mod linear;
mod noise;
mod places;
pub mod problem;
mod ready;
mod rows;
mod runs;
mod simulate;
mod square;

pub use driver::{Cancel, ChainDraws, Progress, Settled, Step};
pub use error::SampleError;
pub use fit::{Sampled, fit, fit_design, fit_settled, refit};
pub use frame::Frame;
pub(crate) use noise::FREEDOM_RATE;
pub use simulate::prior;

#[cfg(test)]
pub(crate) mod testbed;
#[cfg(test)]
mod tests;
