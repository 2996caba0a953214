//! The company's calendar: 156 Monday weeks ending on Sunday 2026-06-28, with history before and a sequel after.

use std::fmt::Write as _;

use jiff::civil::{Date, date};

/// Seconds after the first Monday's midnight (UTC); negative before.
pub(crate) type Secs = i32;

/// Seconds of a day.
pub(crate) const DAY: Secs = 86_400;
/// Seconds of a week.
pub(crate) const WEEK: Secs = 7 * DAY;
/// Weeks with data: three years of 52 weeks.
pub(crate) const WEEKS: i32 = 156;
/// End of the data (exclusive), Monday 2026-06-29 00:00 UTC.
pub(crate) const END: Secs = WEEKS * WEEK;
/// First week of spend: two years before the data, so that adstock and brand start in a steady state.
pub(crate) const FIRST_SPEND_WEEK: i32 = -104;
/// First week of inquiries: deals that close early in the data began here.
pub(crate) const FIRST_LEAD_WEEK: i32 = -60;
/// Week after the last inquiry: carry-over of the last spend still acts here.
pub(crate) const LAST_LEAD_WEEK: i32 = WEEKS + 52;
/// Weeks of the spend and driver grid.
pub(crate) const GRID: usize = (LAST_LEAD_WEEK - FIRST_SPEND_WEEK) as usize;
/// Monday of week 0.
const FIRST_MONDAY: Date = date(2023, 7, 3);
/// 2023-07-03 as days since 1970-01-01.
const FIRST_MONDAY_EPOCH: i32 = 19_541;

/// Position of week `w` in the grid.
pub(crate) fn slot(w: i32) -> usize {
    (w - FIRST_SPEND_WEEK) as usize
}

/// Monday-week number of a time.
pub(crate) fn week_of(at: Secs) -> i32 {
    at.div_euclid(WEEK)
}

/// Day number (0 = first Monday) of a time.
pub(crate) fn day_of(at: Secs) -> i32 {
    at.div_euclid(DAY)
}

/// Days since 1970-01-01 of day `d`.
pub(crate) fn epoch_day(d: i32) -> i32 {
    FIRST_MONDAY_EPOCH + d
}

/// The civil date of day `d`.
pub(crate) fn civil(d: i32) -> Date {
    FIRST_MONDAY + jiff::Span::new().days(i64::from(d))
}

/// Whether data is written for this time.
pub(crate) fn in_data(at: Secs) -> bool {
    (0..END).contains(&at)
}

/// An office hour (Monday to Friday, 8 to 19) not before `at`; of two times the later stays the later.
///
/// Nine to nineteen stays; what happens from the evening to nine is done between eight and nine.
pub(crate) fn to_office_hours(at: Secs) -> Secs {
    const HOUR: Secs = 3_600;
    let (day, second) = (day_of(at), at.rem_euclid(DAY));
    let weekday = day.rem_euclid(7);
    if weekday < 5 && (9 * HOUR..19 * HOUR).contains(&second) {
        return at;
    }
    let morning = if second < 9 * HOUR { day } else { day + 1 };
    let morning = if morning.rem_euclid(7) < 5 { morning } else { morning + 7 - morning.rem_euclid(7) };
    let night = if morning.rem_euclid(7) == 0 { 62 } else { 14 };
    let nine = morning * DAY + 9 * HOUR;
    nine - 1 - (nine - 1 - at) / night
}

/// ISO dates of all days anyone may ask for, written once because formatting ten million times is slow.
#[derive(Debug)]
pub(crate) struct DateNames {
    first: i32,
    names: Vec<String>,
}

impl DateNames {
    /// All days from the first spend to two years after the data.
    pub(crate) fn new() -> Self {
        let first = FIRST_SPEND_WEEK * 7;
        let last = (LAST_LEAD_WEEK + 104) * 7;
        Self { first, names: (first..last).map(|d| civil(d).to_string()).collect() }
    }

    /// `YYYY-MM-DD` of day `d`.
    pub(crate) fn day(&self, d: i32) -> &str {
        &self.names[(d - self.first) as usize]
    }

    /// Appends `YYYY-MM-DDTHH:MM:SSZ` to `out`.
    pub(crate) fn push_time(&self, at: Secs, out: &mut String) {
        let s = at.rem_euclid(DAY);
        out.push_str(self.day(day_of(at)));
        // Writing into a String cannot fail.
        let _ = write!(out, "T{:02}:{:02}:{:02}Z", s / 3_600, s / 60 % 60, s % 60);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_runs_from_a_monday_to_sunday_28_june_2026() {
        assert_eq!(FIRST_MONDAY.weekday(), jiff::civil::Weekday::Monday);
        assert_eq!(civil(day_of(END) - 1), date(2026, 6, 28));
        let epoch = date(1970, 1, 1).until(FIRST_MONDAY).map(|s| s.get_days());
        assert_eq!(epoch.ok(), Some(FIRST_MONDAY_EPOCH));
    }

    #[test]
    fn times_are_written_as_the_canonical_tables_ask() {
        let mut text = String::new();
        DateNames::new().push_time(-1, &mut text);
        assert_eq!(text, "2023-07-02T23:59:59Z");
    }

    #[test]
    fn office_hours_keep_order_and_never_go_back() {
        let mut last = Secs::MIN;
        for at in (-WEEK..2 * WEEK).step_by(611) {
            let office = to_office_hours(at);
            assert!(office >= at && office >= last, "{at} -> {office}");
            assert!(office.rem_euclid(WEEK) < 5 * DAY && (28_800..68_400).contains(&office.rem_euclid(DAY)));
            last = office;
        }
    }
}
