//! The spend that was planned and paid: channel x region x week in cents, with flights, seasons and planned variations.

use crate::calendar::{FIRST_SPEND_WEEK, GRID, LAST_LEAD_WEEK, WEEKS, slot};
use crate::channel::{Channel, Flight};
use crate::company::Company;
use crate::season;
use crate::stream::{Purpose, Stream};

/// Spend in cents, laid out `[channel][region][week]` over the whole grid.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    cents: Vec<i64>,
    regions: usize,
}

/// A planned variation: one channel at `factor` of its plan for some weeks in one region, or in `across` regions from it on, so
/// that its effect can be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Variation {
    pub(crate) channel: usize,
    pub(crate) region: usize,
    pub(crate) across: usize,
    pub(crate) start: i32,
    pub(crate) weeks: i32,
    pub(crate) factor: f64,
}

impl Variation {
    /// Regions it is made in, of `regions` in all.
    pub(crate) fn regions(self, regions: usize) -> impl Iterator<Item = usize> {
        (0..self.across).map(move |i| (self.region + i) % regions)
    }
}

/// A counterfactual change of spend inside the three years of data; history and sequel stay as they are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    /// As it happened.
    Nothing,
    /// One channel times a factor: 0 removes it, 1.1 adds a tenth.
    Scale(usize, f64),
    /// No spend at all.
    AllOff,
    /// A planned variation had not been made.
    Without(Variation),
}

/// Planned variations a channel gets: a pause, a cut and a push, each in another region and year.
const FACTORS: [f64; 3] = [0.0, 0.4, 1.9];

/// A channel above this share of spend is worth a test that can decide something, in a company with leads enough for one:
/// paused for a quarter everywhere but in one region.
const LARGE: f64 = 0.2;
/// Accounts that give leads enough.
const ACCOUNTS: u32 = 5_000;

/// All planned variations of the company.
pub(crate) fn variations(company: &Company) -> Vec<Variation> {
    let regions = company.regions.len();
    let mut all = Vec::new();
    for channel in 0..company.channels.len() {
        let mut stream = Stream::new(company.seed, Purpose::Variation, channel as u64, 0);
        let first_region = stream.below(regions);
        for (year, factor) in FACTORS.into_iter().enumerate() {
            let weeks = 8 + stream.below(5) as i32;
            let start = year as i32 * 52 + 4 + stream.below(52 - 8 - weeks as usize) as i32;
            let large = factor == 0.0 && company.channels[channel].share > LARGE && company.accounts >= ACCOUNTS;
            let (across, weeks) = if large && regions > 1 { (regions - 1, 13) } else { (1, weeks) };
            all.push(Variation { channel, region: (first_region + year) % regions, across, start, weeks, factor });
        }
    }
    all
}

/// How strongly a channel is on in `week`, around 1; `shift` staggers regions, `budget_year` re-draws the level each year.
fn flight(channel: &Channel, week: i32, shift: i32) -> f64 {
    let of_quarter = week.rem_euclid(13);
    match channel.flight {
        Flight::Always { follows_season } => season::demand(week).powf(follows_season),
        Flight::Bursts { on, off } => {
            if (week + shift).rem_euclid(on + off) < on {
                1.0
            } else {
                0.12
            }
        }
        Flight::Peaks { every } => match (week + shift).rem_euclid(every) {
            0 => 1.0,
            1 => 0.45,
            _ => 0.10,
        },
        Flight::QuarterStart => {
            if (of_quarter + shift).rem_euclid(13) < 6 {
                1.0
            } else {
                0.25
            }
        }
    }
}

impl Plan {
    /// Draws the plan of a company.
    pub(crate) fn draw(company: &Company, variations: &[Variation]) -> Self {
        let regions = company.regions.len();
        let mut cents = Vec::with_capacity(company.channels.len() * regions * GRID);
        for (c, channel) in company.channels.iter().enumerate() {
            let mut raw = Vec::with_capacity(regions * GRID);
            for (r, region) in company.regions.iter().enumerate() {
                let mut stream = Stream::new(company.seed, Purpose::Plan, c as u64, r as u64);
                let shift = stream.below(13) as i32;
                let mut half_year = 1.0;
                for week in FIRST_SPEND_WEEK..LAST_LEAD_WEEK {
                    // Budgets are re-decided twice a year in each region, apart from each other.
                    if (week + shift).rem_euclid(26) == 0 {
                        half_year = (0.32 * stream.normal()).exp();
                    }
                    let noise = (0.22 * stream.normal() - 0.024).exp();
                    let growth = 1.0 + 0.06 * f64::from(week) / 52.0;
                    let tested: f64 = variations
                        .iter()
                        .filter(|v| v.channel == c && (v.start..v.start + v.weeks).contains(&week))
                        .filter(|v| v.regions(regions).any(|region| region == r))
                        .map(|v| v.factor)
                        .product();
                    raw.push(region.spend_share * flight(channel, week, shift) * half_year * noise * growth * tested);
                }
            }
            let in_data: f64 = (0..regions).map(|r| raw[r * GRID..][slot(0)..slot(WEEKS)].iter().sum::<f64>()).sum();
            let scale = company.annual_spend * channel.share * f64::from(WEEKS) / 52.0 * 100.0 / in_data.max(1e-300);
            cents.extend(raw.iter().map(|x| (x * scale).round() as i64));
        }
        Self { cents, regions }
    }

    /// The 0-based series of one channel in one region over the grid, cents.
    pub(crate) fn series(&self, channel: usize, region: usize) -> &[i64] {
        &self.cents[(channel * self.regions + region) * GRID..][..GRID]
    }

    /// Spend of a cell in cents.
    pub(crate) fn at(&self, channel: usize, region: usize, week: i32) -> i64 {
        self.series(channel, region)[slot(week)]
    }

    /// Spend of a channel in the three years, all regions, cents.
    pub(crate) fn total(&self, channel: usize) -> i64 {
        (0..self.regions).map(|r| self.series(channel, r)[slot(0)..slot(WEEKS)].iter().sum::<i64>()).sum()
    }

    /// Spend of a channel in data year 0, 1 or 2, all regions, cents.
    pub(crate) fn of_year(&self, channel: usize, year: i32) -> i64 {
        let weeks = slot(year * 52)..slot(year * 52 + 52);
        (0..self.regions).map(|r| self.series(channel, r)[weeks.clone()].iter().sum::<i64>()).sum()
    }

    /// The plan after a change.
    pub(crate) fn changed(&self, change: Change) -> Self {
        let mut plan = self.clone();
        let regions = self.regions;
        let mut scale = |channel: usize, region: usize, weeks: std::ops::Range<i32>, factor: f64| {
            let from = (channel * regions + region) * GRID;
            for cents in &mut plan.cents[from + slot(weeks.start)..from + slot(weeks.end)] {
                *cents = (*cents as f64 * factor).round() as i64;
            }
        };
        match change {
            Change::Nothing => {}
            Change::Scale(channel, factor) => (0..regions).for_each(|r| scale(channel, r, 0..WEEKS, factor)),
            Change::AllOff => {
                for channel in 0..self.cents.len() / (regions * GRID) {
                    (0..regions).for_each(|r| scale(channel, r, 0..WEEKS, 0.0));
                }
            }
            Change::Without(v) if v.factor > 0.0 => {
                v.regions(regions).for_each(|r| scale(v.channel, r, v.start..v.start + v.weeks, 1.0 / v.factor));
            }
            // A paused channel would have spent what it spent in the weeks around the pause.
            Change::Without(v) => {
                for region in v.regions(regions) {
                    let near: Vec<i64> = (v.start - v.weeks..v.start + 2 * v.weeks)
                        .filter(|w| !(v.start..v.start + v.weeks).contains(w) && *w < LAST_LEAD_WEEK)
                        .map(|w| self.at(v.channel, region, w))
                        .collect();
                    let mean = near.iter().sum::<i64>() / near.len().max(1) as i64;
                    let from = (v.channel * regions + region) * GRID;
                    plan.cents[from + slot(v.start)..from + slot(v.start + v.weeks)].fill(mean);
                }
            }
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company::Preset;

    #[test]
    fn spend_meets_the_yearly_budget_and_shares() {
        let company = Company::new(Preset::Small, 3);
        let plan = Plan::draw(&company, &variations(&company));
        for (c, channel) in company.channels.iter().enumerate() {
            let wanted = company.annual_spend * 3.0 * channel.share;
            assert!((plan.total(c) as f64 / 100.0 - wanted).abs() < 10.0, "{}", channel.name);
            assert_eq!((0..3).map(|y| plan.of_year(c, y)).sum::<i64>(), plan.total(c));
        }
    }

    #[test]
    fn a_company_with_leads_enough_pauses_its_largest_channels_in_all_regions_but_one() {
        let large = |preset| {
            let all = variations(&Company::new(preset, 3));
            let wide: Vec<usize> = all.iter().filter(|v| v.across > 1).map(|v| v.channel).collect();
            assert!(all.iter().filter(|v| v.across > 1).all(|v| v.factor == 0.0 && v.across == 3 && v.weeks == 13));
            wide
        };
        assert_eq!(large(Preset::Demo), [0, 1]);
        assert!(large(Preset::Tiny).is_empty(), "negative control: too few leads to read");
        let company = Company::new(Preset::Demo, 3);
        let all = variations(&company);
        let plan = Plan::draw(&company, &all);
        let v = all[0];
        let undone = plan.changed(Change::Without(v));
        let tested: Vec<usize> = v.regions(4).collect();
        for r in 0..4 {
            assert_eq!(plan.at(0, r, v.start) == 0, tested.contains(&r));
            assert!(undone.at(0, r, v.start) > 0);
        }
    }

    #[test]
    fn a_removed_channel_keeps_its_history_and_leaves_others_alone() {
        let company = Company::new(Preset::Tiny, 3);
        let plan = Plan::draw(&company, &variations(&company));
        let without = plan.changed(Change::Scale(1, 0.0));
        assert_eq!((without.total(1), without.total(0)), (0, plan.total(0)));
        assert_eq!(without.at(1, 0, -1), plan.at(1, 0, -1));
    }
}
