//! One world of the company: which inquiries happen under a plan, who takes them up and what they become.

use rayon::prelude::*;

use crate::calendar::{Secs, WEEK, slot, week_of};
use crate::drivers::Rates;
use crate::life::{Draws, Fate, Path, fate};
use crate::luck::{Candidate, Luck};
use crate::market::Market;
use crate::sales::{self, HandOff, TakenUp};
use crate::tally::Tally;

/// Accounts worked on as one unit; also the unit of output.
pub(crate) const CHUNK: usize = 1_024;

/// An inquiry that happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lead {
    pub(crate) account: u32,
    pub(crate) k: u16,
    /// 0 without direct cause, `1 + c` caused by channel `c`.
    pub(crate) source: u8,
    pub(crate) at: Secs,
    pub(crate) mql: Option<Secs>,
    pub(crate) taken_up: TakenUp,
}

/// What happened under a plan: leads by chunk of accounts, in order of account and time.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) chunks: Vec<Vec<Lead>>,
}

impl World {
    /// What happens under `rates` with this luck.
    ///
    /// `a_week` is how many leads a rep can take up in a week.
    pub(crate) fn run(market: &Market, luck: &Luck, rates: &Rates, a_week: u32) -> Self {
        let bound = &market.effects.bound;
        let happens = |c: &&Candidate| {
            let region = usize::from(market.accounts[c.account as usize].region);
            let rate = rates.at(usize::from(c.source), region, slot(week_of(c.at)));
            f64::from(c.threshold) * bound[usize::from(c.source)] < rate
        };
        let lead = |c: &Candidate| {
            let mql = Draws::of(luck.seed, c.account, c.k).mql_at(c.at);
            Lead { account: c.account, k: c.k, source: c.source, at: c.at, mql, taken_up: None }
        };
        let mut chunks: Vec<Vec<Lead>> =
            luck.chunks.par_iter().map(|chunk| chunk.iter().filter(happens).map(lead).collect()).collect();
        let mut by_rep: Vec<Vec<HandOff>> = vec![Vec::new(); market.team.iter().sum::<u32>() as usize];
        for (n, chunk) in chunks.iter().enumerate() {
            for (i, lead) in chunk.iter().enumerate() {
                if let Some(at) = lead.mql {
                    // A cheap number of its own: the draws are made again where the lead's fate is asked.
                    let pick_up = (lead.at.rem_euclid(9_973) as f32 + 0.5) / 9_973.0;
                    let rep = market.accounts[lead.account as usize].rep as usize;
                    by_rep[rep].push(HandOff { at, home: (n as u32, i as u32), pick_up });
                }
            }
        }
        for queue in sales::take_up(&mut by_rep, a_week) {
            for ((n, i), taken_up) in queue {
                chunks[n as usize][i as usize].taken_up = taken_up;
            }
        }
        Self { chunks }
    }

    /// Counts of this world.
    pub(crate) fn tally(&self, market: &Market, luck: &Luck) -> Tally {
        self.chunks
            .par_iter()
            .map(|chunk| {
                let mut tally = Tally::default();
                for leads in chunk.chunk_by(|a, b| a.account == b.account) {
                    let fates = fates(market, luck.seed, leads);
                    leads.iter().zip(&fates).for_each(|(lead, (draws, fate))| count(&mut tally, lead, draws, fate));
                }
                tally
            })
            .reduce(Tally::default, Tally::add)
    }
}

fn count(tally: &mut Tally, lead: &Lead, draws: &Draws, fate: &Fate) {
    if let Some(t) = tally.at(lead.at) {
        t.inquiries += 1;
    }
    if let Some(t) = lead.mql.filter(|_| draws.path() != Path::SkipsMql).and_then(|at| tally.at(at)) {
        t.mqls += 1;
    }
    if let Some(t) = fate.sql.and_then(|at| tally.at(at)) {
        t.sqls += 1;
    }
    let Some(deal) = &fate.deal else { return };
    if let Some(t) = tally.at(deal.opened) {
        t.opportunities += 1;
        t.pipeline += deal.amount;
    }
    if let Some(t) = tally.at(deal.closed).filter(|_| deal.won) {
        t.deals += 1;
        t.revenue += deal.amount;
        t.margin += deal.margin;
    }
}

/// Quiet after a lost deal and after a won one.
const AFTER_LOSS: Secs = WEEK;
const AFTER_WIN: Secs = 8 * WEEK;

/// What became of the leads of one account, in their order, with the numbers they were drawn from.
pub(crate) fn fates(market: &Market, seed: u64, leads: &[Lead]) -> Vec<(Draws, Fate)> {
    let mut order: Vec<usize> = (0..leads.len()).filter(|i| leads[*i].taken_up.is_some()).collect();
    order.sort_by_key(|i| (leads[*i].taken_up, leads[*i].k));
    let mut all: Vec<(Draws, Fate)> =
        leads.iter().map(|l| (Draws::of(seed, l.account, l.k), Fate::default())).collect();
    let mut busy = Secs::MIN;
    for i in order {
        let Some((worked, waited)) = leads[i].taken_up else { continue };
        let account = &market.accounts[leads[i].account as usize];
        let told = fate(&all[i].0, account, market.quality(leads[i].source), worked, f64::from(waited), busy);
        if let Some(deal) = &told.deal {
            busy = deal.closed + if deal.won { AFTER_WIN } else { AFTER_LOSS };
        }
        all[i].1 = told;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::company::{Company, Preset};
    use crate::plan::Change;

    fn world(a_week: u32) -> (Market, Luck, World) {
        let market = Market::draw(&Company::new(Preset::Small, 11));
        let luck = Luck::draw(&market, 0);
        let rates = market.effects.rates(&market.company, &market.plan);
        let world = World::run(&market, &luck, &rates, a_week);
        (market, luck, world)
    }

    /// Most leads that one rep took up in one week.
    fn busiest(market: &Market, world: &World) -> u32 {
        let mut weeks: HashMap<(u32, i32), u32> = HashMap::new();
        for lead in world.chunks.iter().flatten() {
            if let Some((at, _)) = lead.taken_up {
                *weeks.entry((market.accounts[lead.account as usize].rep, week_of(at))).or_default() += 1;
            }
        }
        weeks.into_values().max().unwrap_or(0)
    }

    #[test]
    fn no_rep_takes_up_more_leads_in_a_week_than_capacity_allows() {
        let (market, _, limited) = world(4);
        assert_eq!(busiest(&market, &limited), 4);
        // Negative control: without a limit some rep would.
        let (market, _, free) = world(u32::MAX);
        assert!(busiest(&market, &free) > 4);
    }

    #[test]
    fn less_capacity_wins_less() {
        let won = |a_week| {
            let (market, luck, world) = world(a_week);
            world.tally(&market, &luck).in_data().deals
        };
        assert!(won(2) < won(4) && won(4) < won(u32::MAX));
    }

    #[test]
    fn stages_follow_each_other_but_for_a_few_taken_back() {
        let (market, luck, world) = world(4);
        let (mut sqls, mut reversed) = (0, 0);
        for leads in world.chunks.iter().flat_map(|c| c.chunk_by(|a, b| a.account == b.account)) {
            for (lead, (_, fate)) in leads.iter().zip(fates(&market, luck.seed, leads)) {
                let deal = fate.deal.as_ref();
                let times =
                    [Some(lead.at), lead.mql, fate.sal, fate.sql, deal.map(|d| d.opened), deal.map(|d| d.closed)];
                let passed: Vec<Secs> = times.into_iter().flatten().collect();
                assert!(passed.is_sorted(), "{passed:?}");
                sqls += u32::from(fate.sql.is_some());
                reversed += u32::from(fate.reversed.is_some());
            }
        }
        assert!(reversed > 0 && reversed * 10 < sqls, "{reversed} of {sqls}");
    }

    #[test]
    fn removing_a_channel_removes_its_own_inquiries_and_no_others() {
        let mut company = Company::new(Preset::Small, 11);
        company.brand_lift = 0.0;
        let market = Market::draw(&company);
        let luck = Luck::draw(&market, 0);
        let run = |change| {
            let rates = market.effects.rates(&company, &market.plan.changed(change));
            World::run(&market, &luck, &rates, 4).chunks.concat()
        };
        let (with, without) = (run(Change::Nothing), run(Change::Scale(1, 0.0)));
        let ids = |leads: &[Lead], own: bool| -> Vec<(u32, u16)> {
            leads.iter().filter(|l| (l.source == 2) == own).map(|l| (l.account, l.k)).collect()
        };
        assert_eq!(ids(&with, false), ids(&without, false));
        // Carry-over from before the data is all that is left of it.
        assert!(ids(&without, true).len() * 2 < ids(&with, true).len());
    }
}
