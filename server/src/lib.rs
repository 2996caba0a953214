//! The Tandem server and command line: parses what is asked, calls store and models, and hands out what they answer.

pub mod analysis;
pub mod app;
pub mod cli;
pub mod config;
pub mod export;
pub mod figures;
pub mod http;
pub mod jobs;

/// Version of the program, part of every run and every validator.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
