//! Counterfactual re-runs: the same luck under changed spend.

use super::figures::{Capacity, Figures};
use crate::calendar::{WEEK, WEEKS, in_data};
use crate::drivers::Rates;
use crate::luck::Luck;
use crate::market::Market;
use crate::plan::{Change, Variation};
use crate::stream::{Purpose, Stream};
use crate::table::{Rows, Table};
use crate::tally::Tally;
use crate::world::{Lead, World};

/// Counts of one luck under every plan the truth needs.
#[derive(Debug)]
pub(crate) struct Reruns {
    pub(crate) factual: Tally,
    pub(crate) without_all: Tally,
    /// Without channel `c`.
    pub(crate) without: Vec<Tally>,
    /// With a tenth more on channel `c`.
    pub(crate) more: Vec<Tally>,
}

/// Rates of inquiries under a changed plan.
fn rates(market: &Market, change: Change) -> Rates {
    market.effects.rates(&market.company, &market.plan.changed(change))
}

/// Counts under a changed plan.
fn rerun(market: &Market, luck: &Luck, change: Change) -> Tally {
    world(market, luck, change).tally(market, luck)
}

fn world(market: &Market, luck: &Luck, change: Change) -> World {
    World::run(market, luck, &rates(market, change), market.company.leads_per_rep_week)
}

impl Reruns {
    /// Runs every plan; `progress` is told the share done.
    pub(crate) fn all(market: &Market, luck: &Luck, progress: &dyn Fn(f64)) -> Self {
        let channels = 0..market.company.channels.len();
        let total = 2.0 + 2.0 * channels.len() as f64;
        let done = std::cell::Cell::new(0.0);
        let run = |change| {
            let tally = rerun(market, luck, change);
            done.set(done.get() + 1.0);
            progress(done.get() / total);
            tally
        };
        Self {
            factual: run(Change::Nothing),
            without_all: run(Change::AllOff),
            without: channels.clone().map(|c| run(Change::Scale(c, 0.0))).collect(),
            more: channels.map(|c| run(Change::Scale(c, 1.1))).collect(),
        }
    }
}

/// What limited capacity costs: how leads fared, and what the same company wins when every lead is taken up at once.
pub(crate) fn capacity(market: &Market, luck: &Luck, factual: &Tally) -> Capacity {
    let lived = world(market, luck, Change::Nothing);
    let handed = || lived.chunks.iter().flatten().filter(|l| l.mql.is_some_and(in_data));
    let count = |leads: &mut dyn Iterator<Item = &Lead>| leads.count() as u64;
    let free = World::run(market, luck, &rates(market, Change::Nothing), u32::MAX).tally(market, luck);
    Capacity {
        reps: market.team.iter().sum(),
        leads_per_rep_week: market.company.leads_per_rep_week,
        handed_over: count(&mut handed()),
        waited_a_week_or_more: count(&mut handed().filter(|l| l.taken_up.is_some_and(|(_, weeks)| weeks > 0))),
        given_up: count(&mut handed().filter(|l| l.taken_up.is_none())),
        lost_to_capacity: Figures::of(&(free.in_data() - factual.in_data())),
    }
}

/// Weeks after a variation in which its effect is still counted.
const AFTERMATH: i32 = 8;

/// Planned variations as finished experiments: the true difference in MQLs between variation and no variation, read with the
/// noise of a test of its size.
///
/// `lift` is what the spend in question brought: MQLs lost by a pause or cut, gained by a push, from the start of the
/// variation until eight weeks after it, or the end of the data.
pub(crate) fn experiments(market: &Market, luck: &Luck) -> Rows {
    let mut rows = Rows::new(Table::Experiments);
    let factual = world(market, luck, Change::Nothing);
    for (n, v) in market.variations.iter().enumerate().filter(|(_, v)| v.factor != 0.4) {
        let undone = world(market, luck, Change::Without(*v));
        let (with, without) = (mqls(market, &factual, v), mqls(market, &undone, v));
        let effect = (with - without) as f64 * if v.factor < 1.0 { -1.0 } else { 1.0 };
        // A test compares two periods or groups of about this many leads.
        let se = (2.0 * without.max(1) as f64).sqrt() * 0.6;
        let mut s = Stream::new(market.company.seed, Purpose::Office, n as u64, 9_000);
        let read = ((effect + se * s.normal()) * 10.0).round() / 10.0;
        let names = v.regions(market.company.regions.len()).map(|r| market.company.regions[r].name);
        let geos = names.collect::<Vec<_>>().join(";");
        rows.id("x", n as u32, 3).text(market.company.channels[v.channel].name);
        rows.text(if v.factor == 0.0 { "holdout" } else { "scale" });
        rows.day(v.start * 7).day((v.start + v.weeks) * 7 - 1).text(&geos);
        rows.number(read).number((se * 10.0).round() / 10.0).text("mql");
        let usual = market.plan.changed(Change::Without(*v));
        let weeks = v.start..v.start + v.weeks;
        let spend = |r: usize| weeks.clone().map(|w| usual.at(v.channel, r, w)).sum::<i64>();
        rows.number(v.factor).amount(v.regions(market.company.regions.len()).map(spend).sum());
        rows.day(read_end(v) * 7 - 1);
    }
    rows
}

/// Week after the last one that is read: eight weeks on, or the end of the data.
fn read_end(v: &Variation) -> i32 {
    (v.start + v.weeks + AFTERMATH).min(WEEKS)
}

/// MQLs of the variation's regions from its start until its aftermath ends.
fn mqls(market: &Market, world: &World, v: &Variation) -> i64 {
    let window = v.start * WEEK..read_end(v) * WEEK;
    let leads = world.chunks.iter().flatten();
    let regions: Vec<usize> = v.regions(market.company.regions.len()).collect();
    let inside = |l: &&Lead| {
        regions.contains(&usize::from(market.accounts[l.account as usize].region))
            && l.mql.is_some_and(|at| window.contains(&at))
    };
    leads.filter(inside).count() as i64
}
