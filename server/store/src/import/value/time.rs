//! Moments: ISO 8601, or a given format, in UTC, with an offset, or local to a time zone.

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::check_year;
use super::date::{DateStyle, civil, date_part, day, iso};
use crate::import::trouble::{Code, Why, shown};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// How the times of a column are written.
#[derive(Debug, Clone)]
pub struct TimeStyle {
    /// The date part; a custom format covers the whole cell.
    pub date: DateStyle,
    /// Zone of times without an offset; `None` means UTC.
    pub zone: Option<TimeZone>,
}

/// A moment, and whether the clocks showed it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// UTC microseconds since 1970.
    pub us: i64,
    /// True where daylight saving ended and the earlier of two moments was taken.
    pub folded: bool,
}

/// Parses a moment; a date alone means its midnight.
///
/// # Errors
/// Local times that daylight saving skipped, years outside 1990..=2100, and what is no time.
pub fn moment(cell: &str, style: &TimeStyle) -> Result<Moment, Why> {
    let text = cell.trim();
    if let DateStyle::Custom(format) = &style.date {
        return custom(text, format, style.zone.as_ref());
    }
    let wrong = || {
        let accepted = "a time such as 2026-01-31T09:30:00Z, or a mapping with the format of this column";
        Why::new(Code::NotADate, format!("`{}` is not a time", shown(cell)), accepted)
    };
    let date = date_part(text);
    let date_day = match iso(date.as_bytes()) {
        Some(found) => check_year(found.to_civil().0, cell).map(|()| found)?,
        None => day(date, &style.date).map_err(|w| if w.code == Code::NotADate { wrong() } else { w })?,
    };
    let rest = text.get(date.len() + 1..).unwrap_or("");
    let (clock, offset) = clock(rest).ok_or_else(wrong)?;
    let local = i64::from(date_day.0) * DAY + clock;
    match (offset, &style.zone) {
        (Some(offset), _) => Ok(Moment { us: local - offset, folded: false }),
        (None, None) => Ok(Moment { us: local, folded: false }),
        (None, Some(zone)) => in_zone(cell, local, zone).and_then(|m| m.ok_or_else(wrong)),
    }
}

/// `HH:MM[:SS[.ffffff]]`, optionally AM or PM, optionally `Z`, `UTC` or an offset: microseconds of the day, and of the offset.
fn clock(text: &str) -> Option<(i64, Option<i64>)> {
    let text = text.trim();
    if text.is_empty() {
        return Some((0, None));
    }
    let end = text.bytes().position(|b| !(b.is_ascii_digit() || matches!(b, b':' | b'.' | b','))).unwrap_or(text.len());
    let (time, tail) = (&text[..end], text[end..].trim());
    let (time, fraction) = match time.split_once(['.', ',']) {
        Some((time, fraction)) => (time, fraction),
        None => (time, ""),
    };
    let mut numbers = time.split(':');
    let mut number = |max: i64| -> Option<i64> {
        let part = numbers.next()?;
        let ok = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<i64>().ok().filter(|n| ok && *n <= max)
    };
    let (mut hour, minute) = (number(23)?, number(59)?);
    let second = if time.matches(':').count() >= 2 { number(60)? } else { 0 };
    if time.matches(':').count() > 2 || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros = fraction.bytes().take(6).fold((0i64, 100_000i64), |(n, p), b| (n + i64::from(b - b'0') * p, p / 10)).0;
    let tail = match tail.get(..2).map(str::to_ascii_uppercase).as_deref() {
        Some(half @ ("AM" | "PM")) => {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if half == "PM" { 12 } else { 0 };
            tail[2..].trim()
        }
        _ => tail,
    };
    Some(((hour * 3_600 + minute * 60 + second) * SECOND + micros, offset(tail)?))
}

/// Nothing, `Z`, `UTC`, `GMT`, `+02`, `+0200` or `+02:00`.
fn offset(text: &str) -> Option<Option<i64>> {
    if text.is_empty() {
        return Some(None);
    }
    if ["Z", "UTC", "GMT"].iter().any(|w| text.eq_ignore_ascii_case(w)) {
        return Some(Some(0));
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = if digits.len() == 4 { digits[2..].parse().ok()? } else { 0 };
    (hours <= 18 && minutes <= 59).then_some(Some(sign * (hours * 3_600 + minutes * 60) * SECOND))
}

fn custom(text: &str, format: &str, zone: Option<&TimeZone>) -> Result<Moment, Why> {
    let wrong = || {
        let reason = format!("`{}` is not a time written as {format}", shown(text));
        Why::new(Code::NotADate, reason, format!("times written as {format}"))
    };
    let parsed = BrokenDownTime::parse(format, text).map_err(|_| wrong())?;
    let date = parsed.to_date().map_err(|_| wrong())?;
    check_year(i32::from(date.year()), text)?;
    let time = parsed.to_time().unwrap_or_else(|_| jiff::civil::Time::midnight());
    let found = civil(i32::from(date.year()), date.month().unsigned_abs().into(), date.day().unsigned_abs().into());
    let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let local =
        i64::from(found.ok_or_else(wrong)?.0) * DAY + seconds * SECOND + i64::from(time.subsec_nanosecond()) / 1_000;
    match (parsed.offset(), zone) {
        (Some(offset), _) => Ok(Moment { us: local - i64::from(offset.seconds()) * SECOND, folded: false }),
        (None, None) => Ok(Moment { us: local, folded: false }),
        (None, Some(zone)) => in_zone(text, local, zone).and_then(|m| m.ok_or_else(wrong)),
    }
}

/// A local moment in a zone; `None` where it cannot be expressed.
fn in_zone(cell: &str, local: i64, zone: &TimeZone) -> Result<Option<Moment>, Why> {
    let Ok(as_if_utc) = jiff::Timestamp::from_microsecond(local) else { return Ok(None) };
    let civil: DateTime = jiff::tz::Offset::UTC.to_datetime(as_if_utc);
    let (offset, folded) = match zone.to_ambiguous_timestamp(civil).offset() {
        AmbiguousOffset::Unambiguous { offset } => (offset, false),
        AmbiguousOffset::Fold { before, .. } => (before, true),
        AmbiguousOffset::Gap { .. } => {
            let reason =
                format!("`{}` does not exist: the clocks of this time zone were put forward over it", shown(cell));
            return Err(Why::new(Code::DaylightGap, reason, "times with an offset such as +01:00, or in UTC"));
        }
    };
    Ok(Some(Moment { us: local - i64::from(offset.seconds()) * SECOND, folded }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(cell: &str) -> Result<String, Code> {
        read(cell, None)
    }

    fn read(cell: &str, zone: Option<TimeZone>) -> Result<String, Code> {
        let found = moment(cell, &TimeStyle { date: DateStyle::Iso, zone }).map_err(|w| w.code)?;
        Ok(jiff::Timestamp::from_microsecond(found.us).map(|t| t.to_string()).unwrap_or_default())
    }

    #[test]
    fn times_are_read_with_and_without_an_offset() {
        for cell in ["2026-01-05T09:30:00Z", "2026-01-05 09:30", "2026-01-05T11:30:00+02:00", "2026-01-05 9:30 AM"] {
            assert_eq!(utc(cell).as_deref(), Ok("2026-01-05T09:30:00Z"), "{cell}");
        }
        assert_eq!(utc("2026-01-05T09:30:00.250-0130").as_deref(), Ok("2026-01-05T11:00:00.25Z"));
        assert_eq!(utc("2026-01-05").as_deref(), Ok("2026-01-05T00:00:00Z"));
        assert_eq!(utc("2026-01-05 12:05 AM").as_deref(), Ok("2026-01-05T00:05:00Z"));
        for cell in
            ["2026-01-05T25:00", "2026-01-05T09", "yesterday", "2026-01-05 09:30 CET", "", "2026-13-01T00:00:00Z"]
        {
            assert_eq!(utc(cell), Err(Code::NotADate), "{cell}");
        }
        assert_eq!(utc("0001-01-01T00:00:00Z"), Err(Code::YearOutOfRange));
    }

    #[test]
    fn an_hour_that_daylight_saving_skipped_is_refused_and_a_doubled_one_is_flagged() {
        let berlin = || TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").ok();
        assert_eq!(read("2026-03-29 02:30", berlin()), Err(Code::DaylightGap));
        assert_eq!(read("2026-03-29 03:30", berlin()).as_deref(), Ok("2026-03-29T01:30:00Z"));
        let style = TimeStyle { date: DateStyle::Iso, zone: berlin() };
        assert_eq!(moment("2026-10-25 02:30", &style).map(|m| m.folded), Ok(true));
        assert_eq!(moment("2026-10-25 03:30", &style).map(|m| m.folded), Ok(false));
        assert_eq!(utc("2026-03-29 02:30").as_deref(), Ok("2026-03-29T02:30:00Z"), "UTC has no such hour");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            for date in [DateStyle::Iso, DateStyle::DayFirst, DateStyle::Custom("%d/%m/%Y %H:%M".into())] {
                let _ = day(&text, &date);
                let _ = moment(&text, &TimeStyle { date, zone: None });
            }
        }
    }
}
