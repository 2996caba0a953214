//! How leads and deals ended, or that they have not yet.

use std::collections::HashMap;

use super::{Fate, Stages};

/// What a time since entry ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Not ended when the data end.
    Open,
    /// The event: a lead its deal, a deal won.
    Event,
    /// Something else: another lead took over, the deal lost.
    Other,
}

/// How one lead or deal ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// Days since entry.
    pub time: i32,
    /// What happened then.
    pub end: End,
    /// Its account.
    pub account: u32,
}

/// When each lead got its deal: the first of its account opened on its day or later and before the account's next lead. Where
/// the next lead comes first, it takes over.
///
/// The other way to share a deal out, over all leads before it, needs leads from before the data and waits of years: each
/// deal early in the data would be shared by too few, and each young lead be promised what the oldest had.
pub(super) fn lead_endings(stages: &Stages) -> Vec<Ending> {
    let mut accounts: HashMap<u32, (Vec<i32>, Vec<i32>)> = HashMap::new();
    for lead in stages.leads.iter().filter(|l| l.entered <= stages.last) {
        accounts.entry(lead.account).or_default().0.push(lead.entered);
    }
    for deal in stages.deals.iter().filter(|d| d.opened <= stages.last) {
        if let Some(account) = accounts.get_mut(&deal.account) {
            account.1.push(deal.opened);
        }
    }
    let mut out = Vec::with_capacity(stages.leads.len());
    for (account, (mut leads, mut deals)) in accounts {
        leads.sort_unstable();
        deals.sort_unstable();
        for (i, &entered) in leads.iter().enumerate() {
            let next = leads.get(i + 1).copied();
            let deal = deals.get(deals.partition_point(|day| *day < entered)).copied();
            let (day, end) = match (deal, next) {
                (Some(deal), Some(next)) if deal >= next => (next, End::Other),
                (Some(deal), _) => (deal, End::Event),
                (None, Some(next)) => (next, End::Other),
                (None, None) => (stages.last, End::Open),
            };
            out.push(Ending { time: day - entered, end, account });
        }
    }
    out.sort_by_key(|e| (e.time, e.account));
    out
}

/// When each deal was won or lost.
pub(super) fn deal_endings(stages: &Stages) -> Vec<Ending> {
    let known = stages.deals.iter().filter(|d| d.opened <= stages.last);
    let mut out: Vec<Ending> = known
        .map(|d| {
            let (day, end) = match d.fate {
                Fate::Won(day) if day <= stages.last => (day, End::Event),
                Fate::Lost(day) if day <= stages.last => (day, End::Other),
                _ => (stages.last, End::Open),
            };
            Ending { time: (day - d.opened).max(0), end, account: d.account }
        })
        .collect();
    out.sort_by_key(|e| e.time);
    out
}
