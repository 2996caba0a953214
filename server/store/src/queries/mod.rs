//! The questions the product asks, one file each: a request in, typed rows out. Each has its `.sql` file in `queries/`.

pub mod campaigns;
pub mod catalog;
pub mod experiments;
pub mod freshness;
pub mod funnel;
mod fx;
pub mod journeys;
pub mod overview;
pub mod panel;
pub mod reconciliation;
mod run;
mod staged;
pub mod text;

pub(crate) use fx::Fx;
pub(crate) use run::Asker;
pub(crate) use staged::stages;
