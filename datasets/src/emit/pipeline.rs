//! Stage events, opportunities and their buying groups.

use super::Chunk;
use super::touches::asker;
use crate::calendar::{END, Secs, in_data};
use crate::life::{Draws, Fate, Path};
use crate::market::Market;
use crate::table::Rows;
use crate::world::Lead;

const ROLES: [&str; 5] = ["champion", "decision maker", "economic buyer", "influencer", "user"];

/// Deals of an account that the CRM shows, numbered in the order of its leads: open or closed at some time within the data.
pub(super) fn deal_numbers(fates: &[(Draws, Fate)]) -> Vec<Option<u32>> {
    let mut next = 0;
    let shown = |fate: &Fate| fate.deal.as_ref().is_some_and(|d| d.opened < END && d.closed >= 0);
    fates
        .iter()
        .map(|(_, fate)| {
            shown(fate).then(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

/// Writes the pipeline of account `i`.
pub(super) fn write(market: &Market, i: u32, leads: &[Lead], fates: &[(Draws, Fate)], out: &mut Chunk) {
    let account = &market.accounts[i as usize];
    let mut events = 0;
    let wins: Vec<Secs> =
        fates.iter().filter_map(|(_, f)| f.deal.as_ref().filter(|d| d.won).map(|d| d.closed)).collect();
    for ((lead, (draws, fate)), deal) in leads.iter().zip(fates).zip(deal_numbers(fates)) {
        let person = account.first_contact + u32::from(asker(draws, account.contacts));
        for (stage, at, of_deal) in stages(lead, draws, fate) {
            if !in_data(at) {
                continue;
            }
            let row = out.stages.sub_id("s", i, events).id("c", person, 7).id("a", i, 6);
            match deal.filter(|_| of_deal) {
                Some(number) => row.sub_id("o", i, number),
                None => row.text(""),
            };
            row.text(stage).time(at);
            events += 1;
        }
        if let (Some(number), Some(deal)) = (deal, &fate.deal) {
            let closed = (deal.closed < END).then_some(deal.closed);
            let status = match (closed, deal.won) {
                (None, _) => "open",
                (Some(_), true) => "won",
                (Some(_), false) => "lost",
            };
            let customer = wins.iter().any(|won| *won <= deal.opened);
            let region = market.company.regions[usize::from(account.region)].name;
            let name = |text: &mut String| {
                text.push_str(["New business", "Expansion"][usize::from(customer)]);
                crate::table::push_id(text, " ", number + 1, 1);
            };
            let row = out.deals.sub_id("o", i, number).id("a", i, 6).text_with(name).amount(deal.amount);
            row.amount(deal.margin).text("EUR").time(deal.opened).maybe_time(closed).text(status);
            row.id("r", account.rep, 3).text(region);
            buying_group(i, number, account.first_contact, account.contacts, draws, &mut out.groups);
        }
    }
}

/// The stages of a lead in the order of time, with whether the deal is known by then.
fn stages(lead: &Lead, draws: &Draws, fate: &Fate) -> Vec<(&'static str, Secs, bool)> {
    let path = draws.path();
    let mut all = vec![("inquiry", lead.at, false)];
    let mut enter = |stage, at: Option<Secs>, of_deal| all.extend(at.map(|at| (stage, at, of_deal)));
    enter("mql", lead.mql.filter(|_| path != Path::SkipsMql), false);
    enter("sal", fate.sal.filter(|_| path != Path::SkipsSal), false);
    enter("mql", fate.recycled, false);
    enter("sql", fate.sql, false);
    enter("mql", fate.reversed.map(|r| r.0), false);
    enter("sql", fate.reversed.map(|r| r.1), false);
    if let Some(deal) = &fate.deal {
        enter("opportunity", Some(deal.opened), true);
        enter(if deal.won { "won" } else { "lost" }, Some(deal.closed), true);
    }
    all
}

fn buying_group(i: u32, deal: u32, first: u32, contacts: u16, draws: &Draws, rows: &mut Rows) {
    let size = (2 + (draws.detail[1] * 4.0) as u16).min(contacts);
    let who = asker(draws, contacts);
    for n in 0..size {
        let person = first + u32::from((who + n) % contacts);
        rows.sub_id("o", i, deal).id("c", person, 7).text(ROLES[usize::from(n) % ROLES.len()]).flag(n == 0);
    }
}
