//! The sales team: reps own accounts and take up a limited number of leads a week, first come first served.

use rayon::prelude::*;

use crate::account::Account;
use crate::calendar::{Secs, WEEK, to_office_hours, week_of};
use crate::company::Company;
use crate::drivers::Rates;
use crate::life;

/// Weeks after which a lead that nobody took up is given up.
pub(crate) const PATIENCE: i32 = 5;

/// A lead handed to sales.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HandOff {
    pub(crate) at: Secs,
    /// Where the lead is kept: chunk and position.
    pub(crate) home: (u32, u32),
    /// Its own random number for the hour it is taken up.
    pub(crate) pick_up: f32,
}

/// When a lead was taken up and how many whole weeks it waited; `None` where nobody did.
pub(crate) type TakenUp = Option<(Secs, u8)>;

/// Sizes the team to the inquiries expected under the plan as it happened, and gives every account its rep.
///
/// Returns the number of reps of each region; reps are numbered through, region by region.
pub(crate) fn hire(company: &Company, rates: &Rates, accounts: &mut [Account]) -> Vec<u32> {
    use crate::calendar::{WEEKS, slot};
    let mut appetite = vec![0.0; company.regions.len()];
    accounts.iter().for_each(|a| appetite[usize::from(a.region)] += a.appetite);
    let team: Vec<u32> = (0..company.regions.len())
        .map(|r| {
            let inquiries: f64 = (0..=company.channels.len())
                .map(|s| (slot(0)..slot(WEEKS)).map(|t| rates.at(s, r, t)).sum::<f64>())
                .sum::<f64>();
            let a_week = appetite[r] * inquiries * life::MQL / f64::from(WEEKS);
            (a_week * company.capacity_slack / f64::from(company.leads_per_rep_week)).round().max(1.0) as u32
        })
        .collect();
    let first: Vec<u32> = team.iter().scan(0, |sum, n| Some(std::mem::replace(sum, *sum + n))).collect();
    // Territories of equal appetite: each account goes to the rep of its region who has least so far.
    let mut load: Vec<Vec<f64>> = team.iter().map(|n| vec![0.0; *n as usize]).collect();
    for account in accounts.iter_mut() {
        let region = usize::from(account.region);
        let mine = &mut load[region];
        let least = (0..mine.len()).min_by(|a, b| mine[*a].total_cmp(&mine[*b])).unwrap_or(0);
        mine[least] += account.appetite;
        account.rep = first[region] + least as u32;
    }
    team
}

/// Runs one rep's queue. Leads come in any order; answers come in the order of the sorted queue.
fn queue(leads: &mut [HandOff], a_week: u32) -> Vec<((u32, u32), TakenUp)> {
    leads.sort_unstable_by_key(|l| (l.at, l.home));
    let (mut week, mut used) = (i32::MIN, 0);
    leads
        .iter()
        .map(|lead| {
            let ready = to_office_hours(lead.at);
            let arrived = week_of(ready);
            if arrived > week {
                (week, used) = (arrived, 0);
            } else if used == a_week {
                (week, used) = (week + 1, 0);
            }
            let waited = week - arrived;
            if waited > PATIENCE {
                return (lead.home, None);
            }
            used += 1;
            // Within the rest of Friday's working week, early rather than late.
            let u = f64::from(lead.pick_up);
            let from = if waited > 0 { week * WEEK + 8 * 3_600 } else { ready };
            let left = f64::from((week * WEEK + 4 * 86_400 + 17 * 3_600 - from).max(0));
            (lead.home, Some((to_office_hours(from + (left * u * u) as Secs), waited as u8)))
        })
        .collect()
}

/// Runs all queues: `by_rep[i]` are the leads of rep `i`.
pub(crate) fn take_up(by_rep: &mut [Vec<HandOff>], a_week: u32) -> Vec<Vec<((u32, u32), TakenUp)>> {
    by_rep.par_iter_mut().map(|leads| queue(leads, a_week)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(at: Secs, n: u32) -> HandOff {
        HandOff { at, home: (0, n), pick_up: 0.5 }
    }

    #[test]
    fn nobody_takes_up_more_than_the_week_allows_and_the_rest_waits() {
        let mut leads: Vec<HandOff> = (0..10).map(|n| lead(1_000 + n as Secs, n)).collect();
        let taken = queue(&mut leads, 3);
        let weeks: Vec<Option<(i32, u8)>> = taken.iter().map(|(_, t)| t.map(|(at, w)| (week_of(at), w))).collect();
        assert_eq!(weeks[2], Some((0, 0)));
        assert_eq!(weeks[3], Some((1, 1)));
        assert_eq!(weeks[9], Some((3, 3)));
    }

    #[test]
    fn a_lead_that_waits_too_long_is_given_up() {
        let mut leads: Vec<HandOff> = (0..9).map(|n| lead(0, n)).collect();
        let taken = queue(&mut leads, 1);
        assert_eq!(taken.iter().filter(|(_, t)| t.is_some()).count(), PATIENCE as usize + 1);
    }

    #[test]
    fn leads_are_taken_up_after_they_arrive() {
        let mut leads: Vec<HandOff> = (0..50).map(|n| lead(n as Secs * 40_000, n)).collect();
        for (home, taken) in queue(&mut leads, 4) {
            let arrived = home.1 as Secs * 40_000;
            assert!(taken.is_none_or(|(at, _)| at >= arrived));
        }
    }
}
