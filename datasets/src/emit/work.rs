//! What reps do with leads: calls, mails and meetings, and their word on each lead.

use super::Chunk;
use super::pipeline::deal_numbers;
use super::touches::asker;
use crate::calendar::{DAY, Secs, in_data, to_office_hours};
use crate::life::{Draws, Fate};
use crate::market::Market;
use crate::stream::{Purpose, Stream};
use crate::world::Lead;

const KINDS: [&str; 3] = ["call", "email", "meeting"];

/// Writes activities and feedback on the leads of account `i`.
pub(super) fn write(market: &Market, i: u32, leads: &[Lead], fates: &[(Draws, Fate)], out: &mut Chunk) {
    let account = &market.accounts[i as usize];
    let mut s = Stream::new(market.company.seed, Purpose::Work, u64::from(i), 0);
    let (mut done, mut said) = (0, 0);
    for ((lead, (draws, fate)), deal) in leads.iter().zip(fates).zip(deal_numbers(fates)) {
        let Some((worked, waited)) = lead.taken_up else { continue };
        let person = account.first_contact + u32::from(asker(draws, account.contacts));
        for (kind, at, of_deal) in acts(&mut s, worked, fate) {
            if !in_data(at) {
                continue;
            }
            let row = out.activities.sub_id("v", i, done).id("c", person, 7).id("a", i, 6);
            match deal.filter(|_| of_deal) {
                Some(number) => row.sub_id("o", i, number),
                None => row.text(""),
            };
            row.id("r", account.rep, 3).text(KINDS[kind]).time(at);
            done += 1;
        }
        let given = to_office_hours(worked + 3_600 + s.below(2 * DAY as usize) as Secs);
        let speaks = s.chance(0.75);
        let (verdict, reason) = verdict(&mut s, market, lead, waited, fate);
        if speaks && in_data(given) {
            let row = out.feedback.sub_id("f", i, said).id("c", person, 7).id("r", account.rep, 3);
            row.text(verdict).text(reason).time(given);
            said += 1;
        }
    }
}

/// Kind and time of each act; the first is the taking up itself.
fn acts(s: &mut Stream, worked: Secs, fate: &Fate) -> Vec<(usize, Secs, bool)> {
    let mut all = vec![(s.pick(&[0.6, 0.4]), worked, false)];
    for _ in 0..s.poisson(1.4) {
        let at = to_office_hours(worked + (s.uniform() * 9.0 * f64::from(DAY)) as Secs);
        all.push((s.pick(&[0.45, 0.55]), at, false));
    }
    if let Some(sql) = fate.sql {
        all.push((2, sql, false));
    }
    if let Some(deal) = &fate.deal {
        for _ in 0..1 + s.poisson(3.0) {
            let at = deal.opened + (s.uniform() * f64::from(deal.closed - deal.opened).max(0.0)) as Secs;
            all.push((s.pick(&[0.25, 0.35, 0.4]), to_office_hours(at).min(deal.closed.max(deal.opened)), true));
        }
    }
    all.sort_unstable_by_key(|(kind, at, _)| (*at, *kind));
    all
}

/// What the rep says of a lead.
fn verdict(s: &mut Stream, market: &Market, lead: &Lead, waited: u8, fate: &Fate) -> (&'static str, &'static str) {
    if fate.joined_open_deal {
        return ("rejected", "deal already open");
    }
    if fate.sql.is_some() || (fate.sal.is_some() && s.chance(0.45)) {
        return ("accepted", "");
    }
    let quality = market.quality_of(lead);
    let weights =
        [1.2, 0.6 + 1.5 * (1.0 - quality).max(0.0), 0.8, 0.5 + 0.5 * f64::from(waited), 0.4 / quality.max(0.2)];
    let reasons = ["no budget", "not a buyer", "no project", "no response", "wrong contact data"];
    ("rejected", reasons[s.pick(&weights)])
}
