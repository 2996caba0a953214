//! The regular grid of periods: Monday weeks or calendar months.

use tandem_models::domain::period::Day;

/// A run of consecutive periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    pub step: Step,
    /// Number of the first period: Monday weeks since 1970, or months since year 0.
    pub first: i32,
    pub count: usize,
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Week,
    Month,
}

/// How often rows come, read off their dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// Days, to be added up to weeks.
    Daily,
    Weekly,
    Monthly,
}

impl Rhythm {
    /// Reads the rhythm off ascending distinct days: months where the closest two are at least 28 days apart, days where
    /// most follow each other, weeks otherwise.
    pub fn of(days: &[Day]) -> Rhythm {
        let mut gaps: Vec<i32> = days.windows(2).map(|w| w[1].0 - w[0].0).collect();
        gaps.sort_unstable();
        match (gaps.first(), gaps.get(gaps.len() / 2)) {
            (Some(shortest), _) if *shortest >= 28 => Rhythm::Monthly,
            (_, Some(1)) => Rhythm::Daily,
            _ => Rhythm::Weekly,
        }
    }

    pub fn step(self) -> Step {
        if self == Rhythm::Monthly { Step::Month } else { Step::Week }
    }
}

impl Step {
    /// Number of the period a day lies in.
    pub fn period(self, day: Day) -> i32 {
        match self {
            Step::Week => day.week(),
            Step::Month => {
                let (year, month, _) = day.to_civil();
                year * 12 + month as i32 - 1
            }
        }
    }

    /// First day of a period.
    pub fn start(self, period: i32) -> Day {
        match self {
            Step::Week => Day::of_week(period),
            Step::Month => Day::from_civil(period.div_euclid(12), period.rem_euclid(12) as u32 + 1, 1),
        }
    }

    /// Last day of a period.
    pub fn end(self, period: i32) -> Day {
        Day(self.start(period + 1).0 - 1)
    }

    /// A period as people write it.
    pub fn name(self, period: i32) -> String {
        match self {
            Step::Week => format!("week of {}", self.start(period)),
            Step::Month => self.start(period).to_string()[..7].to_owned(),
        }
    }

    /// Several periods as people write them, the first five in full.
    pub fn names(self, periods: &[i32]) -> String {
        let mut list: Vec<String> = periods.iter().take(5).map(|p| self.name(*p)).collect();
        if periods.len() > 5 {
            list.push(format!("and {} more", periods.len() - 5));
        }
        list.join(", ")
    }
}

impl Grid {
    /// From the first to the last of `days`, both inside `from..=to` with their whole period; `None` where nothing is left.
    pub fn over(step: Step, first: Day, last: Day, from: Option<Day>, to: Option<Day>) -> Option<Grid> {
        let (mut a, mut b) = (step.period(first), step.period(last));
        while from.is_some_and(|d| step.start(a) < d) && a <= b {
            a += 1;
        }
        while to.is_some_and(|d| step.end(b) > d) && b >= a {
            b -= 1;
        }
        (a <= b).then(|| Grid { step, first: a, count: (b - a + 1) as usize })
    }

    pub fn len(&self) -> usize {
        self.count
    }

    /// Index of the period a day lies in.
    pub fn index(&self, day: Day) -> Option<usize> {
        usize::try_from(self.step.period(day) - self.first).ok().filter(|i| *i < self.count)
    }

    pub fn start(&self, index: usize) -> Day {
        self.step.start(self.first + index as i32)
    }

    pub fn period_days(&self) -> u32 {
        match self.step {
            Step::Week => 7,
            Step::Month => 30,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &[&str]) -> Vec<Day> {
        text.iter().map(|d| d.parse().expect("a date")).collect()
    }

    #[test]
    fn rhythms_are_read_off_dates() {
        assert_eq!(Rhythm::of(&days(&["2026-01-31", "2026-02-28", "2026-03-31"])), Rhythm::Monthly);
        assert_eq!(Rhythm::of(&days(&["2026-01-05", "2026-01-12", "2026-01-26"])), Rhythm::Weekly);
        assert_eq!(Rhythm::of(&days(&["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-09"])), Rhythm::Daily);
    }

    #[test]
    fn a_grid_keeps_only_periods_that_lie_whole_inside_the_bounds() {
        let bounds = |from: &str, to: &str| (from.parse().ok(), to.parse().ok());
        let (from, to) = bounds("2026-01-06", "2026-02-01");
        let [first, last] = days(&["2026-01-05", "2026-03-30"])[..] else { unreachable!() };
        let grid = Grid::over(Step::Week, first, last, from, to).expect("weeks");
        assert_eq!((grid.start(0).to_string(), grid.len()), ("2026-01-12".to_owned(), 3));
        let months = Grid::over(Step::Month, first, last, from, None).expect("months");
        assert_eq!((months.start(0).to_string(), months.len()), ("2026-02-01".to_owned(), 2));
        assert_eq!(Grid::over(Step::Week, first, first, None, Some(Day(first.0 + 5))), None);
    }

    #[test]
    fn weeks_that_begin_on_another_weekday_still_fall_one_to_a_grid_week() {
        let sundays: Vec<i32> = (0..60).map(|i| Step::Week.period(Day(3 + 7 * i))).collect();
        assert!(sundays.windows(2).all(|w| w[1] == w[0] + 1));
    }
}
