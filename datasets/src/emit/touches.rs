//! Touches: everyday exposure of all contacts, the touch that caused an inquiry, and the searching of those who have intent.

use super::exposure::Exposure;
use super::people::FirstSeen;
use crate::calendar::{DAY, END, Secs, in_data, week_of};
use crate::life::{Draws, Fate};
use crate::luck::time_in_week;
use crate::market::Market;
use crate::stream::{Purpose, Stream};
use crate::table::Rows;
use crate::world::Lead;

/// Weights of organic search and direct among touches of buyers with intent.
const UNPAID_CAPTURE: [f64; 2] = [0.26, 0.22];

struct Touch {
    at: Secs,
    contact: u16,
    channel: u8,
}

/// The contact who asks: early contacts more often.
pub(super) fn asker(draws: &Draws, contacts: u16) -> u16 {
    ((draws.detail[0].powf(1.6) * f64::from(contacts)) as u16).min(contacts.saturating_sub(1))
}

/// Writes the touches of account `i` in order of time and tells when each contact was first seen.
pub(super) fn write(
    market: &Market,
    exposure: &Exposure,
    i: u32,
    leads: &[Lead],
    fates: &[(Draws, Fate)],
    rows: &mut Rows,
) -> Vec<FirstSeen> {
    let account = &market.accounts[i as usize];
    let region = usize::from(account.region);
    let mut s = Stream::new(market.company.seed, Purpose::Touch, u64::from(i), 0);
    let mut all = Vec::new();
    // People of accounts with appetite are on the web more: exposure and intent go together, as in life.
    let everyday = market.company.background_touches * (0.6 + 0.4 * account.appetite.min(4.0));
    for contact in 0..account.contacts {
        for _ in 0..s.poisson(everyday) {
            let (channel, week) = exposure.draw(region, &mut s);
            all.push(Touch { at: time_in_week(&mut s, week), contact, channel: channel as u8 });
        }
    }
    let scene = Scene { market, exposure, region, contacts: account.contacts };
    for (lead, (draws, fate)) in leads.iter().zip(fates) {
        of_lead(&scene, lead, draws, fate, &mut s, &mut all);
    }
    all.retain(|t| in_data(t.at));
    all.sort_unstable_by_key(|t| (t.at, t.contact, t.channel));
    let mut seen: Vec<FirstSeen> = vec![None; usize::from(account.contacts)];
    for (lead, (draws, _)) in leads.iter().zip(fates).filter(|(l, _)| l.at < 0) {
        let person = usize::from(asker(draws, account.contacts));
        let known = source_channel(exposure, lead);
        seen[person] = seen[person].filter(|(at, _)| *at <= lead.at).or(Some((lead.at, known)));
    }
    for (n, touch) in all.iter().enumerate() {
        let (channel, kind) = exposure.channels[usize::from(touch.channel)];
        let number = account.first_contact + u32::from(touch.contact);
        let first = &mut seen[usize::from(touch.contact)];
        *first = first.or(Some((touch.at, channel)));
        rows.sub_id("t", i, n as u32).id("c", number, 7).id("a", i, 6).text(channel);
        match exposure.campaign(usize::from(touch.channel), region, week_of(touch.at)) {
            Some(campaign) => rows.id("k", campaign, 4),
            None => rows.text(""),
        };
        rows.time(touch.at).text(kind);
    }
    seen
}

/// Channel a lead is known by where no touch was recorded.
fn source_channel(exposure: &Exposure, lead: &Lead) -> &'static str {
    usize::from(lead.source).checked_sub(1).map_or("direct", |c| exposure.channels[c].0)
}

/// Where an account's touches happen.
struct Scene<'a> {
    market: &'a Market,
    exposure: &'a Exposure,
    region: usize,
    contacts: u16,
}

/// Adds the touches around one inquiry.
fn of_lead(scene: &Scene, lead: &Lead, draws: &Draws, fate: &Fate, s: &mut Stream, all: &mut Vec<Touch>) {
    let Scene { market, exposure, region, contacts } = *scene;
    let running = |channel: usize, at: Secs| {
        in_data(at) && (channel >= exposure.paid || market.plan.at(channel, region, week_of(at)) > 0)
    };
    let weights: Vec<f64> = market.company.channels.iter().map(|c| c.capture).chain(UNPAID_CAPTURE).collect();
    let who = asker(draws, contacts);
    // The cause, where tracking saw it: some time before, longer for channels that carry over.
    let cause = usize::from(lead.source).checked_sub(1);
    if let Some(c) = cause {
        let channel = &market.company.channels[c];
        let days = 1.0 + 7.0 * channel.retention / (1.0 - channel.retention) * s.uniform() * 2.0;
        let at = lead.at - (days.min(60.0) * f64::from(DAY)) as Secs - s.below(40_000) as Secs;
        if s.chance(channel.visible) && running(c, at) {
            all.push(Touch { at, contact: who, channel: c as u8 });
        }
    }
    // The way in: whoever wants to ask searches or types the name, whatever made them want it.
    let way_in = cause.filter(|_| s.chance(0.35)).unwrap_or_else(|| s.pick(&weights));
    let at = lead.at - 60 - s.below(1_800) as Secs;
    let way_in = if running(way_in, at) { way_in } else { exposure.channels.len() - 1 };
    all.push(Touch { at, contact: who, channel: way_in as u8 });
    // Research by the buying group: the further the deal goes, the more of it.
    let (depth, until) = match (&fate.deal, fate.sql, lead.mql) {
        (Some(deal), _, _) => (6.0, deal.closed),
        (None, Some(sql), _) => (3.5, sql + 20 * DAY),
        (None, None, Some(mql)) => (2.2, mql + 10 * DAY),
        _ => (1.2, lead.at + 10 * DAY),
    };
    let from = lead.at - 28 * DAY;
    for _ in 0..s.poisson(depth * market.company.intent_touches) {
        // Denser near the inquiry than towards the decision.
        let at = from + (f64::from(until - from) * s.uniform().powf(1.4)) as Secs;
        let channel = s.pick(&weights);
        let contact = if s.chance(0.55) { who } else { s.below(usize::from(contacts)) as u16 };
        if at < END && running(channel, at) {
            all.push(Touch { at, contact, channel: channel as u8 });
        }
    }
}
