//! Values: from the text of a cell to exactly one typed value, or to the reason why not.

pub mod date;
pub mod email;
pub mod money;
pub mod number;
pub mod time;
pub mod words;

use super::trouble::{Code, Why};

/// First and last year that a date may have.
pub const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// Refuses a year that no campaign can have.
pub(crate) fn check_year(year: i32, text: &str) -> Result<(), Why> {
    if YEARS.contains(&year) {
        return Ok(());
    }
    let hint = match year {
        ..=1 => "; exports write an empty date like this",
        9999.. => "; exports write `never` like this",
        _ => "",
    };
    let reason = format!("`{}` lies in the year {year:04}{hint}", super::trouble::shown(text));
    Err(Why::new(Code::YearOutOfRange, reason, "years from 1990 to 2100, or an empty cell where the column allows it"))
}

/// Whether a numeric or date cell says "nothing here" in one of the ways exports do.
#[must_use]
pub fn is_blank(cell: &str) -> bool {
    matches!(cell, "" | "-" | "--" | "—" | "NA" | "N/A" | "n/a" | "na" | "#N/A" | "null" | "NULL" | "None" | "NaT")
}
