//! What a model can be given beside media: experiments, levers, effects that move, a brand stock, each on planted truth.
#![allow(clippy::unwrap_used)]

mod brand;
#[path = "../mmm/data.rs"]
#[allow(dead_code)]
mod data;
mod drift;
mod experiments;
mod fit;
mod knots;
mod levers;
mod prior;
mod tally;
