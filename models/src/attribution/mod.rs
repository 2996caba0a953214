//! Attribution: how credit for outcomes that happened is shared over touches. Never called causal.
//!
//! Rules read one journey at a time and allocate each outcome's value to the cent; data-driven models read all paths,
//! give exact solutions where one exists, and carry bootstrap intervals.

pub mod breakdown;
pub mod credit;
mod data_driven;
pub mod hazard;
pub mod intervals;
pub mod kind;
pub mod ledger;
pub mod markov;
pub mod milestones;
pub mod path_table;
pub mod paths;
pub mod poisson;
pub mod policy;
pub mod report;
pub mod rules;
pub mod settings;
pub mod shapley;

pub use breakdown::{Breakdown, BreakdownError, Sharing, TouchCredit};
pub use credit::{Amount, ChannelCredit, Credit, Interval, Note};
pub use kind::{ModelKind, Needs};
pub use path_table::{PathTable, PathTableReader};
pub use policy::{AccountMapping, DirectTraffic, Policy, Repeats};
pub use report::{Attribution, AttributionError, JourneyCounts, Report, Sums, over_paths};
pub use settings::{Bootstrap, CustomWeights, Order, Settings};
