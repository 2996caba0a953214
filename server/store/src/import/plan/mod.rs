//! What each column of a file means: recognised from headers, or told by a mapping.

pub mod detect;
pub mod mapping;
pub mod resolve;
pub mod wide_layouts;

use super::value::money::Places;
use super::value::number::Mark;
use super::value::time::TimeStyle;
use crate::schema::{Column, Table};

/// How rows of a file become rows of canonical tables.
#[derive(Debug)]
pub enum Plan {
    /// One row becomes one row of a table.
    Table(TablePlan),
    /// One row (a period, and a geo) becomes rows of `spend`, `outcomes`, `controls` and `geos`.
    Wide(WidePlan),
}

/// Plan of a table.
#[derive(Debug)]
pub struct TablePlan {
    /// The table.
    pub table: Table,
    /// One entry for each of the table's columns, in their order.
    pub columns: Vec<Filled>,
    /// What to do with fractions of a cent.
    pub places: Places,
}

/// A column of a canonical table and where its values come from.
#[derive(Debug)]
pub struct Filled {
    /// The canonical column.
    pub column: &'static Column,
    /// Its source.
    pub from: From,
}

/// Where values come from.
#[derive(Debug)]
pub enum From {
    /// A column of the file.
    Cell(Cell),
    /// The same value in every row.
    Value(String),
    /// An id made from the other values of the row.
    Derived,
    /// Nowhere: empty, or the column's default.
    Absent,
}

/// A column of the file, with the way its cells are written.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Position in the row.
    pub index: usize,
    /// Name in the header.
    pub name: String,
    /// Decimal mark of numbers.
    pub mark: Mark,
    /// Style of dates and times, with the zone of times that have no offset.
    pub time: TimeStyle,
}

/// Plan of a wide table.
#[derive(Debug)]
pub struct WidePlan {
    /// Dataset of all its rows.
    pub dataset: String,
    /// The period.
    pub date: Cell,
    /// The geo, where there is one.
    pub geo: Option<Cell>,
    /// People per geo.
    pub population: Option<Cell>,
    /// The outcome; media and controls may come without one.
    pub kpi: Option<Kpi>,
    /// Paid channels.
    pub channels: Vec<Channel>,
    /// Channels with exposure only.
    pub organic: Vec<(String, Cell)>,
    /// Numeric controls.
    pub controls: Vec<(String, Cell)>,
    /// Columns of words, each word a control of its own.
    pub levels: Vec<Cell>,
    /// ISO 4217 code of all amounts.
    pub currency: String,
}

/// The outcome of a wide table.
#[derive(Debug)]
pub struct Kpi {
    /// Its name.
    pub name: String,
    /// `revenue` or `count`.
    pub unit: &'static str,
    /// Its column.
    pub cell: Cell,
    /// Revenue of one unit, for counts.
    pub value_per_unit: Option<Cell>,
}

/// A paid channel of a wide table.
#[derive(Debug)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Spend.
    pub spend: Cell,
    /// Impressions, clicks or the like.
    pub exposure: Option<Cell>,
    /// Whether the unrounded spend is kept as exposure, because cents would be too coarse.
    pub fine: bool,
}
