//! The server as its callers meet it: one binary, files that mirror the URLs, a real store behind.

mod access;
mod ahead;
mod app;
mod attribution;
mod charts;
mod cli;
mod crm;
mod events;
mod exports;
mod figures;
mod health;
mod idempotency;
mod imports;
mod jobs;
mod keys;
mod limits;
mod model;
mod openapi;
mod parser;
mod problems;
mod scenarios;
