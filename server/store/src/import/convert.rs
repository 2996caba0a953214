//! One row of a file to one row of a canonical table, or the column and reason why not.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::build::Value;
use super::plan::{Cell, Filled, From, TablePlan};
use super::read::Row;
use super::tally::Tally;
use super::trouble::{Code, Why};
use super::value::date::{DateStyle, day};
use super::value::money::{Places, cents};
use super::value::number::{Mark, real};
use super::value::time::{TimeStyle, moment};
use super::value::{email, is_blank, words};
use crate::schema::{Column, Kind};

/// A refused cell: its name in the file, its text, and why.
#[derive(Debug)]
pub struct Refused {
    /// Column name.
    pub column: String,
    /// Its text.
    pub cell: String,
    /// Why.
    pub why: Why,
}

/// Converts a row; `values` is emptied first and ends with one value a column of the table.
///
/// # Errors
/// The first cell that cannot be taken.
pub fn row<'r>(
    plan: &'r TablePlan,
    row: &'r Row,
    values: &mut Vec<Value<'r>>,
    tally: &mut Tally,
) -> Result<(), Box<Refused>> {
    values.clear();
    let mut derived = None;
    for filled in &plan.columns {
        let value = match &filled.from {
            From::Cell(cell) => {
                let text = text_of(row, cell)?;
                let refused = |why| Box::new(Refused { column: cell.name.clone(), cell: text.to_owned(), why });
                one(filled.column, text, Some(cell), plan.places, row.line, tally).map_err(refused)?
            }
            From::Value(text) => one(filled.column, text, None, plan.places, row.line, tally)
                .map_err(|why| Box::new(Refused { column: filled.column.name.to_owned(), cell: text.clone(), why }))?,
            From::Absent => absent(filled.column),
            From::Derived => {
                derived = Some(values.len());
                Value::Null
            }
        };
        values.push(value);
    }
    if let Some(at) = derived {
        values[at] = Value::Text(Cow::Owned(derive(values, &plan.columns)));
    }
    Ok(())
}

/// The text of a cell, trimmed.
pub fn text_of<'r>(row: &'r Row, cell: &Cell) -> Result<&'r str, Box<Refused>> {
    let bytes = row.cells.get(cell.index).unwrap_or_default();
    std::str::from_utf8(bytes).map(str::trim).map_err(|_| {
        let why = Why::new(Code::Unreadable, "the cell is not text", "UTF-8 text");
        Box::new(Refused { column: cell.name.clone(), cell: String::from_utf8_lossy(bytes).into_owned(), why })
    })
}

fn absent(column: &Column) -> Value<'static> {
    column.default.map_or(Value::Null, |text| Value::Text(Cow::Borrowed(text)))
}

/// An empty cell where a value is needed.
pub fn empty(column: &str, accepted: &str) -> Why {
    Why::new(Code::EmptyCell, format!("`{column}` is empty"), accepted)
}

fn one<'r>(
    column: &Column,
    text: &'r str,
    cell: Option<&'r Cell>,
    places: Places,
    line: u64,
    tally: &mut Tally,
) -> Result<Value<'r>, Why> {
    let typed = !matches!(column.kind, Kind::Text);
    if text.is_empty() || (typed && is_blank(text)) {
        return if column.required { Err(empty(column.name, "a value in every row")) } else { Ok(absent(column)) };
    }
    let mark = cell.map_or(Mark::Point, |c| c.mark);
    Ok(match column.kind {
        Kind::Text if column.name == "email" => {
            tally.hit(Code::EmailsHashed, line);
            Value::Text(Cow::Owned(email::hashed(text)?))
        }
        Kind::Text if column.name == "currency" => Value::Text(Cow::Borrowed(words::currency(text)?)),
        Kind::Text => Value::Text(Cow::Borrowed(text)),
        Kind::Enum(list) => Value::Text(Cow::Borrowed(words::one_of(text, list)?)),
        Kind::Date => {
            if text.ends_with("W53") {
                tally.hit(Code::Week53, line);
            }
            Value::Date(day(text, cell.map_or(&DateStyle::Iso, |c| &c.time.date))?)
        }
        Kind::Time => {
            let found = match cell {
                Some(cell) => moment(text, &cell.time)?,
                None => moment(text, &TimeStyle { date: DateStyle::Iso, zone: None })?,
            };
            if found.folded {
                tally.hit(Code::DaylightFold, line);
            }
            Value::Time(found.us)
        }
        Kind::Money => {
            let (value, rounded) = cents(text, mark, places)?;
            if rounded {
                tally.hit(Code::Rounded, line);
            }
            Value::Money(value)
        }
        Kind::Number => Value::Number(real(text, mark)?),
        Kind::Int => Value::Int(whole(text, mark)?),
        Kind::Bool => Value::Bool(words::boolean(text)?),
    })
}

/// A whole number; `12.0` counts as one.
fn whole(text: &str, mark: Mark) -> Result<i64, Why> {
    let plain = text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(n) = text.parse().ok().filter(|_| plain) {
        return Ok(n);
    }
    let x = real(text, mark)?;
    if x.fract() == 0.0 {
        return Ok(x as i64);
    }
    Err(Why::new(Code::NotANumber, format!("`{text}` is not a whole number"), "a whole number such as 1234"))
}

/// An id from all other values: equal rows get equal ids, so importing them again doubles nothing.
fn derive(values: &[Value<'_>], columns: &[Filled]) -> String {
    let mut sha = Sha256::new();
    for (value, filled) in values.iter().zip(columns) {
        sha.update(filled.column.name);
        sha.update(format!("={value:?}\n"));
    }
    hex::encode(&sha.finalize()[..12])
}
