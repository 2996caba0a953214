//! An axis of days, with ticks on months or weeks.

use crate::date::{month_year, week};
use crate::layout::Rect;
use crate::svg::{Anchor, Paint, Scene, Type};
use tandem_models::domain::period::Day;

/// An axis from one day to another.
#[derive(Debug, Clone, Copy)]
pub struct TimeAxis {
    first: Day,
    last: Day,
}

impl TimeAxis {
    /// Over `dates`, which need not be sorted; one day wide when they hold none.
    #[must_use]
    pub fn over(dates: &[Day]) -> TimeAxis {
        let first = dates.iter().min().copied().unwrap_or(Day(0));
        TimeAxis { first, last: dates.iter().max().copied().unwrap_or(first).max(Day(first.0 + 1)) }
    }

    /// Where `day` stands in `plot`.
    #[must_use]
    pub fn x(&self, day: Day, plot: &Rect) -> f64 {
        plot.x + f64::from(day.0 - self.first.0) / f64::from(self.last.0 - self.first.0) * plot.width
    }

    fn ticks(&self, width: f64) -> Vec<(Day, String)> {
        let days = self.last.0 - self.first.0;
        if days <= 84 {
            let weeks = self.first.week()..=self.last.week();
            let step = (f64::from(days) / 7.0 * 40.0 / width).ceil().max(1.0) as usize;
            return weeks.map(Day::of_week).filter(|d| *d >= self.first).step_by(step).map(|d| (d, week(d))).collect();
        }
        let fits = (width / 84.0).floor().max(1.0);
        let months = f64::from(days) / 30.44;
        let step = [1, 2, 3, 6, 12, 24, 60, 120].into_iter().find(|s| months / f64::from(*s) <= fits).unwrap_or(240);
        let (year, month, _) = self.first.to_civil();
        let start = year * 12 + month as i32 - 1;
        (start..=start + months as i32 + 2)
            .filter(|m| m.rem_euclid(step) == 0)
            .map(|m| Day::from_civil(m.div_euclid(12), m.rem_euclid(12) as u32 + 1, 1))
            .filter(|d| *d >= self.first && *d <= self.last)
            .map(|d| (d, month_year(d)))
            .collect()
    }

    /// Short ticks and labels below `plot`.
    pub fn draw_bottom(&self, scene: &mut Scene, plot: &Rect) {
        let tokens = scene.tokens();
        let style = Type::small(tokens.quiet).at(Anchor::Middle);
        let mut free = f64::NEG_INFINITY;
        for (day, label) in self.ticks(plot.width) {
            let x = self.x(day, plot);
            scene.line((x, plot.bottom()), (x, plot.bottom() + 4.0), Paint::stroke(tokens.axis, 1.0));
            let half = style.width(&label) / 2.0;
            let centre = x.max(plot.x - 8.0 + half).min(scene.size().width - 8.0 - half);
            if centre - half > free {
                scene.text(centre, plot.bottom() + 18.0, &label, &style);
                free = centre + half + 10.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_weeks_get_months_and_a_quarter_gets_weeks() {
        let day = |t: &str| t.parse::<Day>().expect("a date");
        let long = TimeAxis::over(&[day("2023-01-02"), day("2025-12-29")]);
        assert_eq!(long.ticks(600.0).first().map(|t| t.1.clone()), Some("Jul 2023".into()));
        let short = TimeAxis::over(&[day("2026-02-09"), day("2026-03-30")]);
        assert_eq!(short.ticks(600.0)[0].1, "W07");
    }
}
