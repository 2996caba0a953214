//! Calendar dates: ISO, day first, month first, ISO weeks, or a given format.

use jiff::fmt::strtime::BrokenDownTime;
use tandem_models::domain::period::Day;

use super::check_year;
use crate::import::trouble::{Code, Why, shown};

/// How the dates of a column are written. ISO (`2026-01-05`, `2026/01/05`, `20260105`, `2026-W02`) is always read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateStyle {
    /// Nothing but ISO.
    Iso,
    /// `05.01.2026`, `5/1/2026`, `05-01-2026`: the fifth of January.
    DayFirst,
    /// `01/05/2026`, `1-5-2026`: the fifth of January.
    MonthFirst,
    /// A strftime format from the mapping.
    Custom(String),
}

impl DateStyle {
    /// Finds the style of a column from sample cells.
    ///
    /// # Errors
    /// Where every date could be read day first and month first.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Result<Self, Why> {
        let (mut day_first, mut month_first, mut either) = (0u32, 0u32, None);
        for cell in cells {
            let Some((a, b, _, separator)) = parts(date_part(cell)) else { continue };
            match (a, b) {
                _ if separator == b'.' => day_first += 1,
                (13..=31, 1..=12) => day_first += 1,
                (1..=12, 13..=31) => month_first += 1,
                _ => either = either.or(Some(cell)),
            }
        }
        match (day_first, month_first, either) {
            (0, 0, None) => Ok(Self::Iso),
            (0, 0, Some(cell)) => Err(Why::new(
                Code::AmbiguousDate,
                format!("`{}`, like all dates of this column, can be read day first and month first", shown(cell)),
                "a mapping that gives this column format = \"%d/%m/%Y\" or \"%m/%d/%Y\"",
            )),
            (d, m, _) if d >= m => Ok(Self::DayFirst),
            _ => Ok(Self::MonthFirst),
        }
    }

    /// How a date of this style looks, for messages.
    #[must_use]
    pub fn example(&self) -> String {
        match self {
            Self::Iso => "2026-01-31".into(),
            Self::DayFirst => "31/01/2026".into(),
            Self::MonthFirst => "01/31/2026".into(),
            Self::Custom(format) => format!("a date written as {format}"),
        }
    }
}

/// Parses a date; a time of day behind it is ignored.
///
/// # Errors
/// Dates that the calendar lacks, week 53 of a year with 52, years outside 1990..=2100, and what is no date.
pub fn day(cell: &str, style: &DateStyle) -> Result<Day, Why> {
    let text = cell.trim();
    if let DateStyle::Custom(format) = style {
        return custom_day(text, format);
    }
    let text = date_part(text);
    if let Some(day) = iso(text.as_bytes()) {
        return check_year(day.to_civil().0, cell).map(|()| day);
    }
    if let Some((year, week)) = iso_week(text) {
        check_year(year, cell)?;
        return monday_of(year, week).ok_or_else(|| no_week(cell, year, week));
    }
    let wrong = || {
        let accepted = format!("{}, or a mapping with the format of this column", style.example());
        Why::new(Code::NotADate, format!("`{}` is not a date", shown(cell)), accepted)
    };
    let (a, b, year, _) = parts(text).ok_or_else(wrong)?;
    let (day, month) = match style {
        DateStyle::DayFirst => (a, b),
        DateStyle::MonthFirst => (b, a),
        _ => return Err(wrong()),
    };
    check_year(year, cell)?;
    civil(year, month, day).ok_or_else(wrong)
}

fn custom_day(text: &str, format: &str) -> Result<Day, Why> {
    let wrong = || {
        let reason = format!("`{}` is not a date written as {format}", shown(text));
        Why::new(Code::NotADate, reason, format!("dates written as {format}"))
    };
    let whole_weeks = format.contains("%V") && !["%u", "%a", "%A", "%w"].iter().any(|d| format.contains(d));
    let parsed = if whole_weeks {
        BrokenDownTime::parse(format!("{format} %u"), format!("{text} 1"))
    } else {
        BrokenDownTime::parse(format, text)
    };
    let mut parsed = parsed.map_err(|_| wrong())?;
    if parsed.day().is_none() && parsed.month().is_some() && parsed.day_of_year().is_none() {
        // A month stands for its first day.
        parsed.set_day(Some(1)).map_err(|_| wrong())?;
    }
    let date = parsed.to_date().map_err(|_| match (whole_weeks, parsed.iso_week_year(), parsed.iso_week()) {
        (true, Some(year), Some(53)) => no_week(text, i32::from(year), 53),
        _ => wrong(),
    })?;
    check_year(i32::from(date.year()), text)?;
    civil(i32::from(date.year()), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())
        .ok_or_else(wrong)
}

fn no_week(cell: &str, year: i32, week: u32) -> Why {
    let reason = format!("`{}`: the year {year} has no week {week}", shown(cell));
    Why::new(Code::NoWeek53, reason, "ISO weeks 01 to 52, and 53 in years that have it, such as 2020 and 2026")
}

/// What stands before a `T` or a space.
pub(super) fn date_part(text: &str) -> &str {
    text.split([' ', 'T']).next().unwrap_or(text)
}

/// `YYYY-MM-DD`, with `/` or `.` for `-`, or `YYYYMMDD`.
pub(super) fn iso(b: &[u8]) -> Option<Day> {
    let digits = |from: usize, to: usize| {
        b.get(from..to)?.iter().try_fold(0u32, |n, c| c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0')))
    };
    match b.len() {
        10 if b[4] == b[7] && matches!(b[4], b'-' | b'/' | b'.') => {
            civil(digits(0, 4)? as i32, digits(5, 7)?, digits(8, 10)?)
        }
        8 => civil(digits(0, 4)? as i32, digits(4, 6)?, digits(6, 8)?),
        _ => None,
    }
}

/// `YYYY-Www` or `YYYYWww`, to year and week.
fn iso_week(text: &str) -> Option<(i32, u32)> {
    let (year, week) = text.split_once(['W', 'w'])?;
    let year = year.trim_end_matches('-');
    let ok = year.len() == 4 && (1..=2).contains(&week.len()) && week.bytes().all(|b| b.is_ascii_digit());
    if ok { Some((year.parse().ok()?, week.parse().ok()?)) } else { None }
}

/// Monday of an ISO week, where the year has it.
fn monday_of(year: i32, week: u32) -> Option<Day> {
    // 4 January always lies in week 1.
    let first = Day::of_week(Day::from_civil(year, 1, 4).week());
    let last_week = (Day::from_civil(year, 12, 28).0 - first.0) / 7 + 1;
    (1..=last_week).contains(&(week as i32)).then(|| Day(first.0 + 7 * (week as i32 - 1)))
}

/// A date that the calendar has.
pub(super) fn civil(year: i32, month: u32, day: u32) -> Option<Day> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let found = Day::from_civil(year, month, day);
    (found.to_civil() == (year, month, day)).then_some(found)
}

/// `a/b/YYYY` with `/`, `.` or `-`: both numbers, the year and the separator.
fn parts(text: &str) -> Option<(u32, u32, i32, u8)> {
    let separator = text.bytes().find(|b| matches!(b, b'/' | b'.' | b'-'))?;
    let mut numbers = text.split(separator as char);
    let mut number = |lengths: std::ops::RangeInclusive<usize>| -> Option<u32> {
        let part = numbers.next()?;
        (lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let (a, b, year) = (number(1..=2)?, number(1..=2)?, number(4..=4)?);
    numbers.next().is_none().then_some((a, b, year as i32, separator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, style: &DateStyle) -> Result<String, Code> {
        day(cell, style).map(|d| d.to_string()).map_err(|w| w.code)
    }

    #[test]
    fn dates_are_read_in_their_style_and_refused_in_another() {
        for cell in ["2026-01-05", "2026/01/05", "20260105", "2026-01-05 00:00:00", "2026-01-05T10:00:00Z", "2026-W02"]
        {
            assert_eq!(read(cell, &DateStyle::Iso).as_deref(), Ok("2026-01-05"), "{cell}");
        }
        assert_eq!(read("05.01.2026", &DateStyle::DayFirst).as_deref(), Ok("2026-01-05"));
        assert_eq!(read("1/5/2026", &DateStyle::MonthFirst).as_deref(), Ok("2026-01-05"));
        assert_eq!(read("13/01/2026", &DateStyle::MonthFirst), Err(Code::NotADate));
        assert_eq!(read("1/5/2026", &DateStyle::Iso), Err(Code::NotADate));
        let format = DateStyle::Custom("%d %b %Y".into());
        assert_eq!(read("5 Jan 2026", &format).as_deref(), Ok("2026-01-05"));
        assert_eq!(read("2026-01-05", &format), Err(Code::NotADate));
        assert_eq!(read("2026-01", &DateStyle::Custom("%Y-%m".into())).as_deref(), Ok("2026-01-01"));
    }

    #[test]
    fn week_53_exists_only_in_long_years() {
        assert_eq!(read("2020-W53", &DateStyle::Iso).as_deref(), Ok("2020-12-28"));
        assert_eq!(read("2026-W53", &DateStyle::Iso).as_deref(), Ok("2026-12-28"));
        assert_eq!(read("2021-W53", &DateStyle::Iso), Err(Code::NoWeek53));
        let format = DateStyle::Custom("%G-%V".into());
        assert_eq!(read("2020-53", &format).as_deref(), Ok("2020-12-28"));
        assert_eq!(read("2021-53", &format), Err(Code::NoWeek53));
    }

    #[test]
    fn years_0001_and_9999_and_dates_the_calendar_lacks_are_refused() {
        assert_eq!(read("0001-01-01", &DateStyle::Iso), Err(Code::YearOutOfRange));
        assert_eq!(read("9999-12-31", &DateStyle::Iso), Err(Code::YearOutOfRange));
        assert_eq!(read("31.12.9999", &DateStyle::DayFirst), Err(Code::YearOutOfRange));
        assert_eq!(read("2026-02-30", &DateStyle::Iso), Err(Code::NotADate));
        assert_eq!(read("2024-02-29", &DateStyle::Iso).as_deref(), Ok("2024-02-29"));
    }

    #[test]
    fn the_style_comes_from_dates_that_leave_no_choice() {
        let of = |cells: &[&str]| DateStyle::of(cells.iter().copied()).map_err(|w| w.code);
        assert_eq!(of(&["01/02/2026", "13/02/2026"]), Ok(DateStyle::DayFirst));
        assert_eq!(of(&["01/02/2026", "02/13/2026"]), Ok(DateStyle::MonthFirst));
        assert_eq!(of(&["01.02.2026"]), Ok(DateStyle::DayFirst));
        assert_eq!(of(&["2026-01-02"]), Ok(DateStyle::Iso));
        assert_eq!(of(&["01/02/2026", "03/04/2026"]), Err(Code::AmbiguousDate));
    }
}
