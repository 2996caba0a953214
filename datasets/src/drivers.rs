//! From spend to demand: adstock, saturation, brand stock and the rate of inquiries of every source.

use crate::account::Account;
use crate::calendar::{FIRST_SPEND_WEEK, GRID, WEEKS, slot};
use crate::channel::Channel;
use crate::company::Company;
use crate::life;
use crate::plan::Plan;
use crate::season;

/// Weekly retention of the brand stock: half of it is left after 26 weeks.
pub(crate) const BRAND_RETENTION: f64 = 0.973_7;

/// The fixed part of the causal model: effect sizes and scales, set on the plan as it happened.
#[derive(Debug, Clone)]
pub(crate) struct Effects {
    /// Inquiries a week of a mean account: `[0]` without marketing, `[1 + c]` of a fully saturated channel `c`.
    pub(crate) beta: Vec<f64>,
    /// Half saturation a channel, EUR a week and a million people.
    pub(crate) half: Vec<f64>,
    /// Half saturation of the brand stock.
    brand_half: f64,
    /// Upper bound of the rate of each source in any week, region and plan; candidates are drawn at this rate.
    pub(crate) bound: Vec<f64>,
    market: Vec<Vec<f64>>,
    millions: Vec<f64>,
    brand_lift: f64,
}

/// Rates of inquiries a mean account has a week, `[source][region][week]`; source 0 is demand without direct cause.
#[derive(Debug, Clone)]
pub(crate) struct Rates(Vec<Vec<Vec<f64>>>);

impl Rates {
    /// Rate of a source in a region and grid position.
    pub(crate) fn at(&self, source: usize, region: usize, slot: usize) -> f64 {
        self.0[source][region][slot]
    }
}

/// `x^s / (x^s + k^s)`.
fn hill(x: f64, half: f64, slope: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let powered = (x / half).powf(slope);
    powered / (1.0 + powered)
}

/// Geometric adstock normalised to sum 1: `a_t = keep a_(t-1) + (1 - keep) x_t`, empty before the first week.
fn adstock(x: &[f64], keep: f64) -> Vec<f64> {
    let mut carried = 0.0;
    let mut step = |x: &f64| {
        carried = keep * carried + (1.0 - keep) * x;
        carried
    };
    x.iter().map(&mut step).collect()
}

impl Effects {
    /// Scales every effect so that the plan returns what each channel was planned to return.
    pub(crate) fn calibrate(company: &Company, plan: &Plan, accounts: &[Account], competitors: &[Vec<f64>]) -> Self {
        let millions: Vec<f64> = company.regions.iter().map(|r| f64::from(r.population) / 1e6).collect();
        let people: f64 = millions.iter().sum();
        let mean_week = |c: usize| plan.total(c) as f64 / 100.0 / f64::from(WEEKS) / people;
        let half: Vec<f64> =
            company.channels.iter().enumerate().map(|(c, ch)| ch.half * mean_week(c).max(1e-9)).collect();
        let brand_half =
            company.channels.iter().enumerate().map(|(c, ch)| ch.brand * mean_week(c)).sum::<f64>().max(1e-9);
        let mut effects = Self {
            beta: vec![1.0; company.channels.len() + 1],
            half,
            brand_half,
            bound: Vec::new(),
            market: season::market(competitors),
            millions,
            brand_lift: 0.0,
        };
        let mut appetite = vec![0.0; company.regions.len()];
        accounts.iter().for_each(|a| appetite[usize::from(a.region)] += a.appetite);
        // With beta 1 and no brand, rates tell the inquiries one unit of beta causes.
        let unit = effects.rates(company, plan);
        let inquiries = |source: usize| -> f64 {
            let per_region = |r: usize| (slot(0)..slot(WEEKS)).map(|s| unit.at(source, r, s)).sum::<f64>();
            appetite.iter().enumerate().map(|(r, a)| a * per_region(r)).sum()
        };
        let years = f64::from(WEEKS) / 52.0;
        let wanted = |source: usize| match source.checked_sub(1) {
            None => company.baseline_revenue * years,
            Some(c) => company.channels[c].planned_roas * plan.total(c) as f64 / 100.0,
        };
        effects.beta = (0..effects.beta.len())
            .map(|s| {
                let quality = s.checked_sub(1).map_or(1.0, |c| company.channels[c].quality);
                wanted(s) / (company.mean_deal * life::conversion(quality) * inquiries(s).max(1e-300))
            })
            .collect();
        effects.brand_lift = company.brand_lift;
        let peak = effects.market.iter().flatten().copied().fold(0.0, f64::max);
        let growth = 1.0 + season::GROWTH * f64::from(crate::calendar::LAST_LEAD_WEEK) / 52.0;
        effects.bound = effects.beta.iter().map(|b| b * peak).collect();
        effects.bound[0] *= growth * (1.0 + company.brand_lift);
        effects
    }

    /// Saturated effect of a channel in a region over the grid, `0..1`.
    fn saturation(&self, channel: &Channel, c: usize, plan: &Plan, r: usize) -> Vec<f64> {
        let per_million: Vec<f64> = plan.series(c, r).iter().map(|x| *x as f64 / 100.0 / self.millions[r]).collect();
        adstock(&per_million, channel.retention).into_iter().map(|x| hill(x, self.half[c], channel.slope)).collect()
    }

    /// Rates of inquiries under a plan.
    pub(crate) fn rates(&self, company: &Company, plan: &Plan) -> Rates {
        let regions = 0..company.regions.len();
        let baseline = regions.clone().map(|r| {
            let mut stock = vec![0.0; GRID];
            for (c, channel) in company.channels.iter().enumerate() {
                for (s, x) in stock.iter_mut().zip(plan.series(c, r)) {
                    *s += channel.brand * *x as f64 / 100.0 / self.millions[r];
                }
            }
            let brand = adstock(&stock, BRAND_RETENTION);
            (0..GRID)
                .map(|s| {
                    let lift = 1.0 + self.brand_lift * hill(brand[s], self.brand_half, 1.0);
                    let growth = 1.0 + season::GROWTH * f64::from(s as i32 + FIRST_SPEND_WEEK) / 52.0;
                    self.beta[0] * self.market[r][s] * growth * lift
                })
                .collect()
        });
        let mut all = vec![baseline.collect::<Vec<Vec<f64>>>()];
        for (c, channel) in company.channels.iter().enumerate() {
            let of_region = |r: usize| {
                let effect = self.saturation(channel, c, plan, r);
                (0..GRID).map(|s| self.beta[c + 1] * self.market[r][s] * effect[s]).collect()
            };
            all.push(regions.clone().map(of_region).collect());
        }
        Rates(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hill_is_a_half_at_its_half_saturation() {
        assert_eq!(hill(3.0, 3.0, 1.7), 0.5);
        assert_eq!(hill(0.0, 3.0, 1.7), 0.0);
    }

    #[test]
    fn adstock_loses_nothing_of_a_pulse() {
        let mut pulse = vec![0.0; 80];
        pulse[0] = 5.0;
        assert!((adstock(&pulse, 0.7).iter().sum::<f64>() - 5.0).abs() < 1e-9);
    }
}
