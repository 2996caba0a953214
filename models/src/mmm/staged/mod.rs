//! Staged outcome: what a unit of an early stage is eventually worth in won revenue, with its uncertainty.
//!
//! value = deals per lead x chance to be won x size of a won deal. Leads and deals that are too young to have got there are
//! right-censored, not lost: both stages are cumulative incidences (Aalen and Johansen 1978) over the time since entry.
//! Of several leads of one account the last before a deal has it. Uncertainty is a Bayesian bootstrap over accounts
//! (Rubin 1981), because leads and deals of one account rise and fall together. That is the average lead; what a channel's
//! leads are worth over it is a prior ([`qualities`]), because leads that spend brings are not the average one.

mod endings;
mod incidence;
mod quality;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Exp1};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::interval::Interval;
use endings::{deal_endings, lead_endings};
use incidence::incidence;
pub use quality::{Quality, qualities};

/// A lead entering the stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lead {
    /// Its account.
    pub account: u32,
    /// Day of entry.
    pub entered: i32,
}

/// How a deal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Won on this day.
    Won(i32),
    /// Lost on this day.
    Lost(i32),
    /// Not decided yet.
    Open,
}

/// A deal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deal {
    /// Its account.
    pub account: u32,
    /// Day it was opened.
    pub opened: i32,
    /// How it stands.
    pub fate: Fate,
    /// Amount in major units of one currency.
    pub amount: f64,
}

/// What is known up to the last day of the data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stages {
    /// Leads of the stage, those after `last` left out.
    pub leads: Vec<Lead>,
    /// Deals.
    pub deals: Vec<Deal>,
    /// Last day known.
    pub last: i32,
}

/// What a lead is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadValue {
    /// Deals that a lead leads to: of an account's leads the last before a deal has it.
    pub deals_per_lead: Interval,
    /// Chance that a deal is won in the end.
    pub win_rate: Interval,
    /// Mean amount of a won deal.
    pub deal_size: Interval,
    /// Won revenue per lead in the end, the product of the three.
    pub value: Interval,
    /// Median days from the last lead to its deal, and from deal to decision; `None` where fewer than half get there.
    pub median_days: [Option<f64>; 2],
    /// Leads and deals it was told from.
    pub counts: [usize; 2],
    /// Draws of `value`, for the draws of a fit.
    #[serde(skip)]
    pub draws: Vec<f64>,
}

/// Fewest won deals that a size and a rate can be told from.
const FEWEST: usize = 10;

/// What a lead is worth, from `draws` resamplings of accounts; `None` where fewer than ten deals were won.
#[must_use]
pub fn lead_value(stages: &Stages, draws: usize, seed: u64) -> Option<LeadValue> {
    let won: Vec<&Deal> =
        stages.deals.iter().filter(|d| matches!(d.fate, Fate::Won(at) if at <= stages.last)).collect();
    if won.len() < FEWEST || stages.leads.is_empty() {
        return None;
    }
    let (leads, deals) = (lead_endings(stages), deal_endings(stages));
    let accounts =
        stages.leads.iter().map(|l| l.account).chain(stages.deals.iter().map(|d| d.account)).max()? as usize + 1;
    let each: Vec<[f64; 3]> = (0..draws)
        .into_par_iter()
        .map(|d| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(d as u64);
            let weights: Vec<f64> = (0..accounts).map(|_| Exp1.sample(&mut rng)).collect();
            let weight = |account: u32| weights[account as usize];
            let (money, count) = won.iter().fold((0.0, 0.0), |(m, n), d| {
                let w = weight(d.account);
                (m + w * d.amount, n + w)
            });
            [incidence(&leads, &weight).0, incidence(&deals, &weight).0, money / count]
        })
        .collect();
    let of = |i: usize| Interval::from_draws(each.iter().map(|e| e[i]));
    let values: Vec<f64> = each.iter().map(|e| e[0] * e[1] * e[2]).collect();
    Some(LeadValue {
        deals_per_lead: of(0),
        win_rate: of(1),
        deal_size: of(2),
        value: Interval::from_draws(values.iter().copied()),
        median_days: [incidence(&leads, &|_| 1.0).1, incidence(&deals, &|_| 1.0).1],
        counts: [leads.len(), deals.len()],
        draws: values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4,000 accounts with a lead each over 600 days: 30% get a deal after 20 to 60 days, 40% of deals are won after 50 to
    /// 150 days at 1,000 on average, the others lost after 30 to 90.
    fn planted(last: i32) -> Stages {
        use rand::RngExt;
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut stages = Stages { last, ..Stages::default() };
        for account in 0..4000 {
            let entered = rng.random_range(0..600);
            if entered <= last {
                stages.leads.push(Lead { account, entered });
            }
            if rng.random_bool(0.3) {
                let opened = entered + rng.random_range(20..60);
                let fate = if rng.random_bool(0.4) {
                    Fate::Won(opened + rng.random_range(50..150))
                } else {
                    Fate::Lost(opened + rng.random_range(30..90))
                };
                stages.deals.push(Deal { account, opened, fate, amount: rng.random_range(500.0..1500.0) });
            }
        }
        stages
    }

    #[test]
    fn leads_too_young_to_be_won_are_not_counted_as_lost() {
        // half of what will be decided is not: the data end at day 300 of leads that enter until day 600
        let told = lead_value(&planted(300), 400, 1).expect("a value");
        let truth = 0.3 * 0.4 * 1000.0;
        assert!(told.value.p05 < truth && truth < told.value.p95, "{told:?}");
        assert!((told.deals_per_lead.mean - 0.3).abs() < 0.03 && (told.win_rate.mean - 0.4).abs() < 0.05, "{told:?}");
        let median = told.median_days[0].expect("half get there");
        assert!((35.0..45.0).contains(&median), "{median}");
        // negative control: revenue won so far over leads so far is far too low, and outside the interval
        let young = planted(300);
        let won: f64 =
            young.deals.iter().filter(|d| matches!(d.fate, Fate::Won(at) if at <= 300)).map(|d| d.amount).sum();
        let naive = won / young.leads.len() as f64;
        assert!(naive < told.value.p05, "{naive} {told:?}");
    }

    #[test]
    fn leads_of_one_account_share_its_deal() {
        let mut stages = planted(2000);
        let alone = lead_value(&stages, 100, 1).expect("a value");
        let twice: Vec<Lead> = stages.leads.clone();
        stages.leads.extend(twice);
        let shared = lead_value(&stages, 100, 1).expect("a value");
        assert!((shared.deals_per_lead.mean / alone.deals_per_lead.mean - 0.5).abs() < 1e-9);
        assert!((shared.value.mean / alone.value.mean - 0.5).abs() < 1e-9, "twice the leads, the same revenue");
    }

    #[test]
    fn leads_of_before_the_data_do_not_make_those_in_it_worth_more() {
        // accounts that come back again and again for six years, of which the last two are known
        use rand::RngExt;
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut stages = Stages { last: 2190, ..Stages::default() };
        let mut all = 0;
        for account in 0..1500 {
            let mut day = rng.random_range(0..200);
            while day < 2190 {
                all += i32::from(day >= 1460);
                let opened = day + rng.random_range(5..25);
                if day >= 1460 {
                    stages.leads.push(Lead { account, entered: day });
                }
                if rng.random_bool(0.1) && opened >= 1460 {
                    let fate = if rng.random_bool(0.4) { Fate::Won(opened + 60) } else { Fate::Lost(opened + 40) };
                    stages.deals.push(Deal { account, opened, fate, amount: 1000.0 });
                }
                day += rng.random_range(30..300);
            }
        }
        let told = lead_value(&stages, 300, 2).expect("a value");
        let truth = 0.1 * 0.4 * 1000.0;
        assert!(told.value.p05 < truth && truth < told.value.p95, "{truth} {told:?}, {all} leads");
        // negative control: a deal shared by all leads before it promises young leads what only the oldest had
        let next = |l: &Lead| stages.deals.iter().any(|d| d.account == l.account && d.opened >= l.entered);
        let ever = stages.leads.iter().filter(|l| next(l)).count() as f64 / stages.leads.len() as f64;
        assert!(ever > 2.0 * told.deals_per_lead.p95, "{ever}");
    }

    #[test]
    fn few_won_deals_give_no_value_and_a_seed_gives_the_same_draws() {
        let mut few = planted(2000);
        few.deals.truncate(8);
        assert_eq!(lead_value(&few, 10, 1), None);
        assert_eq!(lead_value(&planted(300), 20, 7), lead_value(&planted(300), 20, 7));
        assert_ne!(lead_value(&planted(300), 20, 7), lead_value(&planted(300), 20, 8));
    }
}
