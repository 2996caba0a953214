//! Holidays and events: dates as written, and the days they stand for over a panel.

use serde::{Deserialize, Serialize};

use super::check_keys::{inside, span};
use super::{CheckedEvent, SpecProblem};
use crate::domain::panel::Panel;
use crate::domain::period::Day;

/// `[[baseline.event]]`: one column, the share of each period's days that the event covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSpec {
    /// Name as it will be shown; several entries with one name are one event that recurs.
    pub name: String,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, inclusive, `YYYY-MM-DD`; left out: one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// By what rule it comes again in every other year of the panel; left out: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Every>,
}

/// How a holiday finds its day in another year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// On the same date: Christmas, a national day.
    Year,
    /// On the same weekday of the month, counted from the month's first: Thanksgiving, Labor Day. A fifth weekday that a
    /// month lacks is its last.
    Weekday,
    /// As many days from Easter Sunday (Gregorian): Good Friday, Whit Monday.
    Easter,
}

impl Every {
    /// The day in `year` that is what `day` is in its own.
    fn in_year(self, day: Day, year: i32) -> Day {
        let (own, month, date) = day.to_civil();
        match self {
            Every::Year => {
                let leap_day = Day::from_civil(year, month, date);
                // 29 February is the 28th where there is none
                if leap_day.to_civil().1 == month { leap_day } else { Day(leap_day.0 - 1) }
            }
            Every::Weekday => {
                let first = Day::from_civil(year, month, 1);
                let wanted = (day.0 - first.0).rem_euclid(7);
                let nth = Day(first.0 + wanted + 7 * ((date as i32 - 1) / 7));
                if nth.to_civil().1 == month { nth } else { Day(nth.0 - 7) }
            }
            Every::Easter => Day(easter(year).0 + day.0 - easter(own).0),
        }
    }
}

/// Easter Sunday of `year`.
fn easter(year: i32) -> Day {
    // years of panels are 4-digit: the rule holds from 1583 on, and earlier ones are as good as any
    computus::gregorian(year).map_or(Day::from_civil(year, 4, 1), |d| Day::from_civil(d.year, d.month, d.day))
}

/// Events with their dates parsed; those that recur on every one of their days within the panel.
pub(super) fn events(specs: &[EventSpec], panel: &Panel) -> Result<Vec<CheckedEvent>, SpecProblem> {
    let mut out: Vec<CheckedEvent> = Vec::new();
    for (i, e) in specs.iter().enumerate() {
        let key = format!("baseline.event[{i}]");
        let (first, last) = span(&key, &e.from, e.to.as_deref())?;
        let days = match e.every {
            None => {
                inside(&key, (first, last), panel)?;
                vec![(first, last)]
            }
            Some(every) => {
                if last.0 - first.0 >= 365 {
                    let problem = format!("{first} to {last} is a year or more, and it comes again every year");
                    return Err(SpecProblem::new(format!("{key}.to"), problem, "a span of less than a year"));
                }
                occurrences(every, (first, last), panel)
            }
        };
        if days.is_empty() {
            let problem = format!("no day like {first} lies within the panel");
            return Err(SpecProblem::new(format!("{key}.from"), problem, "an event that falls within the panel"));
        }
        match out.iter_mut().find(|o| o.name == e.name) {
            Some(known) => known.days.extend(days),
            None => out.push(CheckedEvent { name: e.name.clone(), days }),
        }
    }
    Ok(out)
}

/// Every occurrence that touches the panel, in order.
fn occurrences(every: Every, (first, last): (Day, Day), panel: &Panel) -> Vec<(Day, Day)> {
    let (open, close) = (panel.periods[0], panel.periods[panel.n_periods() - 1].0 + panel.period_days as i32 - 1);
    (open.to_civil().0 - 1..=Day(close).to_civil().0)
        .map(|year| {
            let start = every.in_year(first, year);
            (start, Day(start.0 + last.0 - first.0))
        })
        .filter(|(a, z)| a.0 <= close && *z >= open)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a date")
    }

    fn moved(every: Every, from: &str, year: i32) -> String {
        every.in_year(day(from), year).to_string()
    }

    #[test]
    fn holidays_fall_where_the_calendar_has_them() {
        // dates of national calendars
        for (from, year, on) in [("2024-03-29", 2025, "2025-04-18"), ("2024-05-20", 2018, "2018-05-21")] {
            assert_eq!(moved(Every::Easter, from, year), on);
        }
        for (year, on) in [(2022, "2022-11-24"), (2023, "2023-11-23"), (2026, "2026-11-26")] {
            assert_eq!(moved(Every::Weekday, "2024-11-28", year), on);
        }
        assert_eq!(moved(Every::Year, "2024-12-24", 2019), "2019-12-24");
        assert_eq!(moved(Every::Year, "2024-02-29", 2023), "2023-02-28");
        // the fifth Monday of May 2023 is the last of May 2024
        assert_eq!(moved(Every::Weekday, "2023-05-29", 2024), "2024-05-27");
    }

    #[test]
    fn each_rule_keeps_a_day_of_its_own_year() {
        for every in [Every::Year, Every::Weekday, Every::Easter] {
            for offset in 0..1461 {
                let own = Day(day("2023-01-01").0 + offset);
                assert_eq!(every.in_year(own, own.to_civil().0), own, "{every:?}");
            }
        }
    }
}
