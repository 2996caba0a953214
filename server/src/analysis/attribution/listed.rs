//! Journeys one by one: who, by which touches, to which outcome. A page is read at a time; the rest is only counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tandem_models::attribution::policy::Filter;
use tandem_models::domain::journey::{DAY_US, Journey, JourneySink, NO_CAMPAIGN, Outcome, Party};
use tandem_models::domain::period::Day;
use tandem_store::{Campaign, JourneyScope, Store};
use utoipa::ToSchema;

use super::super::amount::Amount;
use super::super::error::Result;
use super::super::meta::{Meta, Tabular};
use super::ask::Ask;
use super::stored;
use crate::export::{Cell, Kind, Table};

/// Touches listed of one journey; its path and their number are always whole up to this many.
pub const MOST_TOUCHES: usize = 200;

/// How a journey ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Reached the outcome.
    Won,
    /// Closed without.
    Lost,
    /// Not decided yet.
    Open,
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Won { .. } => Ending::Won,
            Outcome::Lost => Ending::Lost,
            Outcome::Open => Ending::Open,
        }
    }
}

/// Which journeys are listed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListAsk {
    /// Only those that ended so.
    pub ended: Option<Ending>,
    /// Only those with a touch on this channel.
    pub channel: Option<String>,
    /// Only those of this account.
    pub account: Option<String>,
    /// Journeys skipped.
    pub start: usize,
    /// Journeys listed.
    pub limit: usize,
}

/// Some of the journeys.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Journeys {
    /// In order of account and deal.
    pub data: Vec<JourneyRow>,
    /// Journeys that match, listed or not.
    pub total: usize,
    /// What the figures share.
    pub meta: Meta,
}

/// One journey.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JourneyRow {
    /// Account.
    pub account: String,
    /// Deal; absent for stages and for accounts without a deal.
    pub deal: Option<String>,
    /// How it ended.
    pub ended: Ending,
    /// Day of the outcome, or the last day of the data.
    pub on: String,
    /// Value, where it was won.
    pub value: Amount,
    /// Days from the first eligible touch to the end; absent without one.
    pub days: Option<i64>,
    /// Eligible touches.
    pub touch_count: usize,
    /// Channels in order, split by ` > `.
    pub path: String,
    /// The touches, the first 200.
    pub touches: Vec<TouchRow>,
}

/// One touch.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TouchRow {
    /// When, UTC.
    pub at: String,
    /// Contact.
    pub contact: String,
    /// Channel.
    pub channel: String,
    /// Campaign id, where known.
    pub campaign: Option<String>,
    /// The campaign's name, where known.
    pub campaign_name: Option<String>,
}

struct Found {
    row: JourneyRow,
    deal: u64,
    /// Channel and campaign by number, named after the stream.
    touches: Vec<(u32, u32)>,
}

struct List<'a> {
    ask: &'a ListAsk,
    filter: Filter,
    /// Number of the channel that must occur.
    channel: Option<u32>,
    account: String,
    contacts: Vec<String>,
    found: Vec<Found>,
    total: usize,
}

impl JourneySink for List<'_> {
    fn party(&mut self, party: Party<'_>) {
        self.account.clear();
        self.account.push_str(party.account);
        self.contacts.clear();
        self.contacts.extend_from_slice(party.contacts);
    }

    fn journey(&mut self, journey: &Journey) {
        let ended = Ending::from(journey.outcome);
        if self.ask.ended.is_some_and(|wanted| wanted != ended) {
            return;
        }
        let path = self.filter.apply(journey);
        if self.channel.is_some_and(|c| path.iter().all(|e| e.touch.channel != c)) {
            return;
        }
        self.total += 1;
        if self.total <= self.ask.start || self.found.len() >= self.ask.limit {
            return;
        }
        let days = path.first().map(|e| (journey.end_us - e.touch.at_us).div_euclid(DAY_US));
        let value = match journey.outcome {
            Outcome::Won { value_minor } => Amount(value_minor),
            _ => Amount(0),
        };
        let shown = &path[..path.len().min(MOST_TOUCHES)];
        let touch = |e: &tandem_models::attribution::policy::Eligible| TouchRow {
            at: moment(e.touch.at_us),
            contact: self.contacts.get(e.touch.contact as usize).cloned().unwrap_or_default(),
            channel: String::new(),
            campaign: None,
            campaign_name: None,
        };
        let row = JourneyRow {
            account: self.account.clone(),
            deal: None,
            ended,
            on: Day(journey.end_us.div_euclid(DAY_US) as i32).to_string(),
            value,
            days,
            touch_count: path.len(),
            path: String::new(),
            touches: shown.iter().map(touch).collect(),
        };
        let touches = shown.iter().map(|e| (e.touch.channel, e.touch.campaign)).collect();
        self.found.push(Found { row, deal: journey.deal, touches });
    }
}

/// A moment as `2026-03-04T05:06:07Z`.
pub(super) fn moment(at_us: i64) -> String {
    jiff::Timestamp::from_microsecond(at_us)
        .map_or_else(|_| String::new(), |t| t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// Journeys to the outcome of `ask`, those that match `list`.
///
/// # Errors
/// As [`stored::attribute`].
pub fn journeys(store: &Store, ask: &Ask, list: &ListAsk) -> Result<Journeys> {
    let scope = match list.ended {
        Some(Ending::Won) => JourneyScope::Reached,
        Some(Ending::Lost) => JourneyScope::Ended,
        _ => JourneyScope::Everyone,
    };
    let request =
        tandem_store::JourneyRequest { scope, only: list.account.as_ref().map(|a| vec![a.clone()]), ..ask.journeys() };
    let names = stored::names(store, &request)?;
    let channel = match &list.channel {
        // A channel without a touch is on no path.
        Some(name) => Some(names.channels.get(name).unwrap_or(u32::MAX)),
        None => None,
    };
    let mut sink = List {
        ask: list,
        filter: Filter::new(&ask.settings.policy, names.channels.names()),
        channel,
        account: String::new(),
        contacts: Vec::new(),
        found: Vec::new(),
        total: 0,
    };
    let (names, streamed) = stored::stream(store, &request, &mut sink)?;
    let campaigns = store.campaigns(&request.dataset)?;
    let data = sink.found.into_iter().map(|mut f| {
        f.row.deal = streamed.deals.get((f.deal as usize).wrapping_sub(1)).cloned();
        for (row, (channel, campaign)) in f.row.touches.iter_mut().zip(&f.touches) {
            row.channel = names.channels.name(*channel).unwrap_or_default().to_owned();
            (row.campaign, row.campaign_name) = named(names.campaigns.name(*campaign), *campaign, &campaigns);
        }
        f.row.path = f.row.touches.iter().map(|t| t.channel.as_str()).collect::<Vec<_>>().join(" > ");
        f.row
    });
    Ok(Journeys { data: data.collect(), total: sink.total, meta: stored::meta(store, ask, streamed.clone())? })
}

/// Id and name of a touch's campaign.
pub(super) fn named(
    id: Option<&str>,
    number: u32,
    campaigns: &BTreeMap<String, Campaign>,
) -> (Option<String>, Option<String>) {
    let id = id.filter(|_| number != NO_CAMPAIGN);
    (id.map(str::to_owned), id.and_then(|id| campaigns.get(id)).map(|c| c.name.clone()))
}

impl Tabular for Journeys {
    fn table(&self) -> Table {
        let columns = [
            ("account", Kind::Text),
            ("deal", Kind::Text),
            ("ended", Kind::Text),
            ("on", Kind::Date),
            ("value", Kind::Money),
            ("days", Kind::Int),
            ("touches", Kind::Int),
            ("path", Kind::Text),
        ];
        let mut table = Table::new("journeys", &columns);
        for j in &self.data {
            let ended = match j.ended {
                Ending::Won => "won",
                Ending::Lost => "lost",
                Ending::Open => "open",
            };
            table.push(vec![
                j.account.as_str().into(),
                j.deal.as_deref().into(),
                ended.into(),
                super::super::tables::date(&j.on),
                j.value.cents().into(),
                j.days.map_or(Cell::Empty, Cell::Int),
                j.touch_count.into(),
                j.path.as_str().into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}
