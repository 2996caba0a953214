//! Statistics of Tandem: what happened (attribution), what caused it (marketing-mix models) and what to do next (budget).
//!
//! No I/O, clock, SQL, HTTP or drawing; everything stochastic takes a seed and gives the same bits for the same input.

pub mod attribution;
pub mod domain;
pub mod health;
pub mod mmm;
pub mod optimizer;
pub mod response;
