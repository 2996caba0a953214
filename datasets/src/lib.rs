//! A simulated business-to-business company with planted truth: canonical tables, and what each channel really caused.
//!
//! ```no_run
//! use tandem_datasets::{Company, Format, Preset, simulate};
//! let summary = simulate(&Company::new(Preset::Small, 7), "company".as_ref(), Format::Csv, &|_, _| ())?;
//! println!("{} touches", summary.rows("touches"));
//! # Ok::<(), tandem_datasets::SimulateError>(())
//! ```
//!
//! The generating equations are in `docs/simulator.md`.

mod account;
mod calendar;
mod channel;
mod company;
mod drivers;
mod emit;
mod error;
mod life;
mod luck;
mod market;
mod office;
mod plan;
mod sales;
mod season;
mod simulate;
mod stream;
mod table;
mod tally;
mod truth;
mod world;

pub use channel::{Channel, Flight};
pub use company::{Company, Preset, Region};
pub use error::SimulateError;
pub use simulate::{Summary, simulate};
pub use table::Format;
pub use truth::{
    Capacity, ChannelTruth, Curve, Definitions, Effect, Eventual, Expected, Figures, Returns, Truth, YearEffect,
};
