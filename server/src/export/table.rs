//! A flat table with typed columns and the facts that every row shares.

use tandem_models::domain::money::Cents;
use tandem_models::domain::period::Day;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// Whole numbers.
    Int,
    /// Numbers written with so many decimals.
    Number(u8),
    /// Money, two decimals, exact.
    Money,
    /// Calendar days.
    Date,
    /// Yes or no.
    Bool,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing known.
    Empty,
    /// Words.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Number(f64),
    /// Money.
    Money(Cents),
    /// A day.
    Date(Day),
    /// Yes or no.
    Bool(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(x: f64) -> Self {
        if x.is_finite() { Cell::Number(x) } else { Cell::Empty }
    }
}

impl From<i64> for Cell {
    fn from(n: i64) -> Self {
        Cell::Int(n)
    }
}

impl From<usize> for Cell {
    fn from(n: usize) -> Self {
        Cell::Int(n as i64)
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Cell::Bool(yes)
    }
}

impl From<Cents> for Cell {
    fn from(amount: Cents) -> Self {
        Cell::Money(amount)
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Self {
        Cell::Date(day)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// Name and kind of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Header, snake case.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// Rows under typed columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Name, for the file and the sheet.
    pub name: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// What holds for every row (currency, unit, period, interval, run, data version): repeated as columns in files.
    pub facts: Vec<(String, String)>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(name: &str, columns: &[(&str, Kind)]) -> Self {
        let columns = columns.iter().map(|(name, kind)| Column { name: (*name).into(), kind: *kind }).collect();
        Self { name: name.into(), columns, rows: Vec::new(), facts: Vec::new() }
    }

    /// Adds a row; cells beyond the columns are cut, missing ones are empty.
    pub fn push(&mut self, mut row: Vec<Cell>) {
        row.resize(self.columns.len(), Cell::Empty);
        self.rows.push(row);
    }

    /// Headers with those of the facts behind them.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| c.name.as_str()).chain(self.facts.iter().map(|(name, _)| name.as_str()))
    }
}

/// A number with `decimals` places and no negative zero.
#[must_use]
pub fn fixed(x: f64, decimals: u8) -> String {
    let text = format!("{x:.*}", usize::from(decimals));
    let zero = text.bytes().all(|b| matches!(b, b'-' | b'0' | b'.'));
    if zero { text.trim_start_matches('-').to_owned() } else { text }
}
