//! Calendar positions without a clock: days since 1970-01-01 and Monday weeks.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day as days since 1970-01-01 (a Thursday), proleptic Gregorian.
///
/// In JSON it is an ISO 8601 date, `"2026-11-23"`; a bare number of days is read too, as files of earlier builds have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The Monday-week number this day lies in: weeks since the week of 1969-12-29.
    #[must_use]
    pub fn week(self) -> i32 {
        (self.0 + 3).div_euclid(7)
    }

    /// The Monday that opens `week`.
    #[must_use]
    pub fn of_week(week: i32) -> Day {
        Day(week * 7 - 3)
    }

    /// From a civil date. `month` is 1..=12, `day` 1..=31; out-of-range values roll over as the algorithm does.
    ///
    /// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
    #[must_use]
    pub fn from_civil(year: i32, month: u32, day: u32) -> Day {
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let m = month as i32;
        let doy = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + day as i32 - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        Day(era * 146_097 + doe - 719_468)
    }

    /// The civil date `(year, month 1..=12, day 1..=31)`. Source: as [`Day::from_civil`], `civil_from_days`.
    #[must_use]
    pub fn to_civil(self) -> (i32, u32, u32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
        let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
        (yoe + era * 400 + i32::from(month <= 2), month, day)
    }

    /// Day of the year, 1..=366.
    #[must_use]
    pub fn day_of_year(self) -> u32 {
        let (year, _, _) = self.to_civil();
        (self.0 - Day::from_civil(year, 1, 1).0 + 1) as u32
    }
}

impl std::fmt::Display for Day {
    /// ISO 8601, `YYYY-MM-DD`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (y, m, d) = self.to_civil();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    /// ISO 8601, `YYYY-MM-DD`; a date that the calendar lacks is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not a calendar date; write it as YYYY-MM-DD, for example 2026-01-05");
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().filter(|p| p.bytes().all(|b| b.is_ascii_digit())).ok_or_else(wrong);
        let (y, m, d) = (next()?, next()?, next()?);
        let parse = |p: &str| p.parse::<u32>().map_err(|_| wrong());
        let (y, m, d) = (parse(y)?, parse(m)?, parse(d)?);
        if y > 9999 || !(1..=12).contains(&m) || !(1..=31).contains(&d) {
            return Err(wrong());
        }
        let day = Day::from_civil(y as i32, m, d);
        if day.to_civil() == (y as i32, m, d) { Ok(day) } else { Err(wrong()) }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Written)
    }
}

/// Reads a day as it may be written.
struct Written;

impl Visitor<'_> for Written {
    type Value = Day;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a date as YYYY-MM-DD")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, days: i64) -> Result<Day, E> {
        i32::try_from(days).map(Day).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, days: u64) -> Result<Day, E> {
        i32::try_from(days).map(Day).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_round_trip_over_four_centuries() {
        for n in (-80_000..80_000).step_by(13) {
            let (y, m, d) = Day(n).to_civil();
            assert_eq!(Day::from_civil(y, m, d), Day(n));
        }
        assert_eq!(Day::from_civil(1970, 1, 1), Day(0));
        assert_eq!(Day::from_civil(2018, 4, 2).day_of_year(), 92);
    }

    #[test]
    fn weeks_open_on_monday() {
        let monday = Day::from_civil(2026, 11, 23);
        assert_eq!(Day::of_week(monday.week()), monday);
        assert_eq!(Day(monday.0 + 6).week(), monday.week());
        assert_eq!(Day(monday.0 - 1).week(), monday.week() - 1);
    }

    #[test]
    fn a_date_the_calendar_lacks_is_refused() {
        assert!("2026-02-30".parse::<Day>().is_err());
        assert!("2026-2".parse::<Day>().is_err());
        assert_eq!("2024-02-29".parse::<Day>().map(|d| d.to_string()), Ok("2024-02-29".into()));
    }
    #[test]
    fn a_day_is_a_date_in_json_and_the_bare_number_of_older_files_is_read() {
        let day = Day::from_civil(2026, 11, 23);
        assert_eq!(serde_json::to_value(day).expect("json"), "2026-11-23");
        let read = |text: &str| serde_json::from_str::<Day>(text);
        assert_eq!(read("\"2026-11-23\"").expect("a date"), day);
        assert_eq!((read("20780").expect("days"), read("-3").expect("days")), (day, Day(-3)));
        for wrong in ["\"2026-11-31\"", "\"20780\"", "4294967296", "1.5", "null"] {
            assert!(read(wrong).is_err(), "negative control: {wrong}");
        }
    }
}
