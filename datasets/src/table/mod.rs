//! Rows of the canonical tables, built column by column and written as CSV or Parquet.

mod csv_text;
mod parquet_batch;
mod schema;
mod writer;

use parquet::errors::ParquetError;

use crate::calendar::{DateNames, Secs};
use crate::error::SimulateError;

pub(crate) use schema::{Kind, Table};
pub(crate) use writer::{Encoded, TableWriter};

/// File format of the written tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated text, one file a table.
    Csv,
    /// Parquet with Snappy, one file a table.
    Parquet,
}

impl Format {
    /// File ending.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }
}

impl std::str::FromStr for Format {
    type Err = crate::SimulateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "csv" => Ok(Format::Csv),
            "parquet" => Ok(Format::Parquet),
            other => {
                Err(crate::SimulateError::Choice { field: "format", given: other.to_owned(), accepted: "csv, parquet" })
            }
        }
    }
}

/// Cells of one column. An empty text or `None` is an absent value.
#[derive(Debug)]
pub(crate) enum Column {
    Text {
        data: String,
        ends: Vec<i32>,
    },
    /// Times in seconds after the first Monday, days after it, or cents.
    Whole(Vec<Option<i64>>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

/// Rows of one table, filled cell by cell in the order of the table's columns.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) table: Table,
    pub(crate) columns: Vec<Column>,
    next: usize,
    pub(crate) len: usize,
}

impl Rows {
    /// No rows yet.
    pub(crate) fn new(table: Table) -> Self {
        let empty = |(_, kind): &(&str, Kind)| match kind {
            Kind::Text => Column::Text { data: String::new(), ends: Vec::new() },
            Kind::Time | Kind::Date | Kind::Amount | Kind::Count => Column::Whole(Vec::new()),
            Kind::Number => Column::Number(Vec::new()),
            Kind::Flag => Column::Flag(Vec::new()),
        };
        Self { table, columns: table.columns().iter().map(empty).collect(), next: 0, len: 0 }
    }

    fn advance(&mut self) -> &mut Column {
        let at = self.next;
        self.next += 1;
        if self.next == self.columns.len() {
            self.next = 0;
            self.len += 1;
        }
        &mut self.columns[at]
    }

    /// A text cell written by `write`.
    pub(crate) fn text_with(&mut self, write: impl FnOnce(&mut String)) -> &mut Self {
        if let Column::Text { data, ends } = self.advance() {
            write(data);
            ends.push(data.len() as i32);
        } else {
            debug_assert!(false, "not a text column of {:?}", self.table);
        }
        self
    }

    /// A text cell.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.text_with(|out| out.push_str(text))
    }

    /// A text cell: a prefix and a zero-padded number, as ids are.
    pub(crate) fn id(&mut self, prefix: &str, number: u32, width: usize) -> &mut Self {
        self.text_with(|out| push_id(out, prefix, number, width))
    }

    /// A text cell: an id inside another one, `prefix000012-3`.
    pub(crate) fn sub_id(&mut self, prefix: &str, owner: u32, number: u32) -> &mut Self {
        self.text_with(|out| {
            push_id(out, prefix, owner, 6);
            push_id(out, "-", number, 1);
        })
    }

    fn whole(&mut self, value: Option<i64>) -> &mut Self {
        match self.advance() {
            Column::Whole(values) => values.push(value),
            _ => debug_assert!(false, "not a whole-number column of {:?}", self.table),
        }
        self
    }

    /// A time.
    pub(crate) fn time(&mut self, at: Secs) -> &mut Self {
        self.whole(Some(i64::from(at)))
    }

    /// A time that may be absent.
    pub(crate) fn maybe_time(&mut self, at: Option<Secs>) -> &mut Self {
        self.whole(at.map(i64::from))
    }

    /// A date: days after the first Monday.
    pub(crate) fn day(&mut self, day: i32) -> &mut Self {
        self.whole(Some(i64::from(day)))
    }

    /// An amount in cents.
    pub(crate) fn amount(&mut self, cents: i64) -> &mut Self {
        self.whole(Some(cents))
    }

    /// A whole number.
    pub(crate) fn count(&mut self, n: i64) -> &mut Self {
        self.whole(Some(n))
    }

    /// A number.
    pub(crate) fn number(&mut self, x: f64) -> &mut Self {
        match self.advance() {
            Column::Number(values) => values.push(x),
            _ => debug_assert!(false, "not a number column of {:?}", self.table),
        }
        self
    }

    /// True or false.
    pub(crate) fn flag(&mut self, yes: bool) -> &mut Self {
        match self.advance() {
            Column::Flag(values) => values.push(yes),
            _ => debug_assert!(false, "not a flag column of {:?}", self.table),
        }
        self
    }

    /// The rows in the file format.
    ///
    /// # Errors
    /// Where columns do not fit together, which would be a fault of the simulator.
    pub(crate) fn encode(self, format: Format, dates: &DateNames) -> Result<Encoded, SimulateError> {
        debug_assert_eq!(self.next, 0, "a row of {:?} is cut short", self.table);
        let table = self.table.name();
        let encoded = match format {
            Format::Csv => {
                csv_text::encode(&self, dates).map(Encoded::Csv).map_err(|e| ParquetError::External(e.into()))
            }
            Format::Parquet => parquet_batch::encode(self).map(Encoded::Batch).map_err(ParquetError::from),
        };
        encoded.map_err(|source| SimulateError::Encode { table, source })
    }
}

/// Appends `prefix` and `number` padded to `width` digits; much faster than formatting ten million of them.
pub(crate) fn push_id(out: &mut String, prefix: &str, number: u32, width: usize) {
    out.push_str(prefix);
    let mut digits = [b'0'; 10];
    let (mut left, mut at) = (number, digits.len());
    while left > 0 {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    let from = at.min(digits.len() - width.clamp(1, digits.len()));
    digits[from..].iter().for_each(|d| out.push(char::from(*d)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_padded_and_never_cut() {
        let id = |n, width| {
            let mut out = String::new();
            push_id(&mut out, "a", n, width);
            out
        };
        assert_eq!([id(0, 1), id(42, 6), id(1_234_567, 3)], ["a0", "a000042", "a1234567"]);
    }
}
