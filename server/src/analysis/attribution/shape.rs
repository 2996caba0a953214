//! What journeys look like: the commonest paths, how long they are, how many days they take.

use std::collections::BTreeMap;

use serde::Serialize;
use tandem_models::attribution::policy::Filter;
use tandem_models::domain::journey::{DAY_US, Journey, JourneySink, Outcome, Party};
use tandem_models::domain::period::Day;
use tandem_store::{JourneyRequest, JourneyScope, Store};
use utoipa::ToSchema;

use super::super::amount::Amount;
use super::super::error::Result;
use super::super::meta::{Meta, Tabular};
use super::ask::Ask;
use super::stored;
use crate::export::{Kind, Table};

/// Distinct paths held at most; beyond, further ones are counted together as `other paths`.
const MOST_PATHS: usize = 1_000_000;

/// The paths of the store in ChannelAttribution's form, commonest first, and how long journeys are.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Shape {
    /// Distinct paths, those with most conversions first.
    pub data: Vec<PathCount>,
    /// Distinct paths in all.
    pub total: usize,
    /// Journeys won, by number of eligible touches.
    pub lengths: BTreeMap<u32, u64>,
    /// Journeys won, by whole days from the first eligible touch.
    pub days: BTreeMap<u32, u64>,
    /// The ten deals won last; empty for stages.
    pub deals: Vec<NewDeal>,
    /// What the figures share.
    pub meta: Meta,
}

/// A deal won lately.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NewDeal {
    /// Deal id.
    pub deal: String,
    /// Account.
    pub account: String,
    /// Day it was won.
    pub on: String,
    /// Value.
    pub value: Amount,
    /// Eligible touches.
    pub touches: usize,
}

/// Deals listed.
const NEWEST: usize = 10;

/// End, deal by number, account, value, touches.
type Newest = (i64, u64, String, i64, usize);

/// One distinct path: a row of a path table.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PathCount {
    /// Channels in order, split by ` > `.
    pub path: String,
    /// Journeys that reached the outcome this way.
    pub total_conversions: u64,
    /// Their value.
    pub total_conversion_value: Amount,
    /// Journeys that ended without.
    pub total_null: u64,
}

#[derive(Default, Clone, Copy)]
struct Counted {
    won: u64,
    value: i64,
    lost: u64,
}

struct Counts {
    filter: Filter,
    paths: BTreeMap<Vec<u32>, Counted>,
    other: Counted,
    lengths: BTreeMap<u32, u64>,
    days: BTreeMap<u32, u64>,
    key: Vec<u32>,
    account: String,
    newest: Vec<Newest>,
}

impl Counts {
    /// Keeps the newest deals, sorting now and then.
    fn won(&mut self, journey: &Journey, value: i64, touches: usize) {
        if journey.deal == 0 || (self.newest.len() >= NEWEST && journey.end_us < self.newest[NEWEST - 1].0) {
            return;
        }
        self.newest.push((journey.end_us, journey.deal, self.account.clone(), value, touches));
        if self.newest.len() >= 2 * NEWEST {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.newest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        self.newest.truncate(NEWEST);
    }
}

impl JourneySink for Counts {
    fn party(&mut self, party: Party<'_>) {
        self.account.clear();
        self.account.push_str(party.account);
    }

    fn journey(&mut self, journey: &Journey) {
        if journey.outcome == Outcome::Open {
            return;
        }
        let path = self.filter.apply(journey);
        self.key.clear();
        self.key.extend(path.iter().map(|e| e.touch.channel));
        if let Outcome::Won { value_minor } = journey.outcome {
            *self.lengths.entry(path.len() as u32).or_default() += 1;
            if let Some(first) = path.first() {
                let days = (journey.end_us - first.touch.at_us).div_euclid(DAY_US);
                *self.days.entry(days as u32).or_default() += 1;
            }
            self.won(journey, value_minor, self.key.len());
        }
        let room = self.paths.len() < MOST_PATHS;
        let counted = match self.paths.get_mut(&self.key) {
            Some(known) => known,
            None if room => self.paths.entry(self.key.clone()).or_default(),
            None => &mut self.other,
        };
        match journey.outcome {
            Outcome::Won { value_minor } => {
                counted.won += 1;
                counted.value += value_minor;
            }
            _ => counted.lost += 1,
        }
    }
}

/// Distinct paths to the outcome of `ask`, the `limit` commonest.
///
/// # Errors
/// As [`stored::attribute`].
pub fn shape(store: &Store, ask: &Ask, limit: usize) -> Result<Shape> {
    let request = JourneyRequest { scope: JourneyScope::Ended, ..ask.journeys() };
    let names = stored::names(store, &request)?;
    let mut sink = Counts {
        filter: Filter::new(&ask.settings.policy, names.channels.names()),
        paths: BTreeMap::new(),
        other: Counted::default(),
        lengths: BTreeMap::new(),
        days: BTreeMap::new(),
        key: Vec::new(),
        account: String::new(),
        newest: Vec::new(),
    };
    let (names, streamed) = stored::stream(store, &request, &mut sink)?;
    let mut all: Vec<(&Vec<u32>, &Counted)> = sink.paths.iter().collect();
    all.sort_by(|a, b| b.1.won.cmp(&a.1.won).then(b.1.lost.cmp(&a.1.lost)).then(a.0.cmp(b.0)));
    let row = |path: String, c: &Counted| PathCount {
        path,
        total_conversions: c.won,
        total_conversion_value: Amount(c.value),
        total_null: c.lost,
    };
    let name =
        |path: &[u32]| path.iter().map(|&c| names.channels.name(c).unwrap_or("?")).collect::<Vec<_>>().join(" > ");
    let mut data: Vec<PathCount> = all.iter().take(limit).map(|(path, c)| row(name(path), c)).collect();
    if sink.other.won + sink.other.lost > 0 && data.len() < limit {
        data.push(row("(other paths)".into(), &sink.other));
    }
    let total = sink.paths.len();
    sink.sort();
    let deals = sink.newest.into_iter().filter_map(|(end_us, deal, account, value, touches)| {
        let deal = streamed.deals.get((deal as usize).checked_sub(1)?)?.clone();
        let on = Day(end_us.div_euclid(DAY_US) as i32).to_string();
        Some(NewDeal { deal, account, on, value: Amount(value), touches })
    });
    let deals = deals.collect();
    let meta = stored::meta(store, ask, streamed)?;
    Ok(Shape { data, total, lengths: sink.lengths, days: sink.days, deals, meta })
}

impl Tabular for Shape {
    fn table(&self) -> Table {
        let columns = [
            ("path", Kind::Text),
            ("total_conversions", Kind::Int),
            ("total_conversion_value", Kind::Money),
            ("total_null", Kind::Int),
        ];
        let mut table = Table::new("paths", &columns);
        for r in &self.data {
            table.push(vec![
                r.path.as_str().into(),
                (r.total_conversions as i64).into(),
                r.total_conversion_value.cents().into(),
                (r.total_null as i64).into(),
            ]);
        }
        self.meta.put_on(&mut table);
        table
    }
}
