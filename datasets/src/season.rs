//! What moves demand beside spend: the year, the slow growth of the market and competitors.

use crate::calendar::{FIRST_SPEND_WEEK, GRID, LAST_LEAD_WEEK, civil};
use crate::company::Company;
use crate::stream::{Purpose, Stream};

/// Effect of one unit of competitor pressure on demand: `exp(-0.10 x)`.
pub(crate) const COMPETITOR_EFFECT: f64 = -0.10;
/// Growth of demand without marketing, a year.
pub(crate) const GROWTH: f64 = 0.05;
/// Effect of a whole week of holidays on demand.
pub(crate) const HOLIDAY_EFFECT: f64 = -0.35;

/// Share of the week's working days that are holidays nearly everywhere (24 December to 1 January, 1 May, Easter Monday left out).
pub(crate) fn holidays(week: i32) -> f64 {
    let off = (0..5).filter(|d| {
        let day = civil(week * 7 + d);
        matches!((day.month(), day.day()), (12, 24..=31) | (1, 1) | (5, 1))
    });
    off.count() as f64 / 5.0
}

/// Season of business demand without holidays: two waves a year, peaks in spring and autumn, lows in summer and at new year.
pub(crate) fn demand(week: i32) -> f64 {
    let day = f64::from(civil(week * 7 + 3).day_of_year());
    let wave = |per_year: f64, peak: f64| (std::f64::consts::TAU * per_year * (day - peak) / 365.25).cos();
    (0.08 * wave(1.0, 300.0) + 0.11 * wave(2.0, 98.0)).exp()
}

/// Competitor pressure by region over the grid: an AR(1) around 0 with campaigns now and then, in its own unit.
pub(crate) fn competitors(company: &Company) -> Vec<Vec<f64>> {
    let market: Vec<f64> = series(company.seed, 0);
    (0..company.regions.len())
        .map(|r| {
            series(company.seed, r as u64 + 1).iter().zip(&market).map(|(own, all)| 0.8 * own + 0.6 * all).collect()
        })
        .collect()
}

fn series(seed: u64, entity: u64) -> Vec<f64> {
    let mut stream = Stream::new(seed, Purpose::Competitor, entity, 0);
    let (mut level, mut campaign) = (0.0, 0i32);
    (0..GRID)
        .map(|_| {
            level = 0.8 * level + 0.45 * stream.normal();
            if stream.chance(0.03) {
                campaign = 5;
            }
            campaign -= 1;
            level + if campaign >= 0 { 1.5 } else { 0.0 }
        })
        .collect()
}

/// Common multiplier on every source of demand, `[region][week]` over the grid.
pub(crate) fn market(competitors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let year: Vec<f64> =
        (FIRST_SPEND_WEEK..LAST_LEAD_WEEK).map(|w| demand(w) * (1.0 + HOLIDAY_EFFECT * holidays(w))).collect();
    competitors
        .iter()
        .map(|pressure| year.iter().zip(pressure).map(|(y, p)| y * (COMPETITOR_EFFECT * p).exp()).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn christmas_is_a_holiday_and_june_is_not() {
        assert!(holidays(25) > 0.5, "the week of Monday 2023-12-25");
        assert_eq!(holidays(155), 0.0);
    }

    #[test]
    fn the_year_has_peaks_in_spring_and_autumn() {
        let at = |week: i32| demand(week);
        assert!(at(14) > at(6) && at(40) > at(28), "October above August, April above January");
    }
}
