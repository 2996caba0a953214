//! Flat tables out: one typed table, written as CSV, as a spreadsheet, as Parquet or Arrow, or as text for a terminal.

pub mod columnar;
pub mod csv;
pub mod table;
pub mod text;
pub mod xlsx;

pub use table::{Cell, Column, Kind, Table};
