//! Drill-down: a rule's credit by campaign, region, segment, or period of touch or outcome. Rows add up to the report.

use serde::{Deserialize, Serialize};
use tandem_models::attribution::ledger::Ledger;
use tandem_models::attribution::{ModelKind, Sharing};
use tandem_models::domain::journey::{DAY_US, Interner, Journey, JourneySink, Outcome, Party, Touch};
use tandem_models::domain::period::Day;
use tandem_store::Store;
use utoipa::ToSchema;

use super::super::amount::Amount;
use super::super::error::{AnalysisError, Result};
use super::super::meta::{Meta, Tabular};
use super::answer::Sum;
use super::ask::Ask;
use super::stored;
use crate::export::{Kind, Table};

/// What credit is told apart by, beside the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Campaign of the touch.
    Campaign,
    /// Region of the account.
    Region,
    /// Segment of the account.
    Segment,
    /// Month of the touch.
    TouchMonth,
    /// Quarter of the touch.
    TouchQuarter,
    /// Month of the outcome.
    OutcomeMonth,
    /// Quarter of the outcome.
    OutcomeQuarter,
}

/// Credit in parts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartedCredit {
    /// What it is told apart by.
    pub by: By,
    /// One entry a model.
    pub models: Vec<PartedModel>,
    /// What the figures share.
    pub meta: Meta,
}

/// One model's credit in parts: rows and `unattributed` add up to `total`, to the cent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartedModel {
    /// Id.
    pub model: String,
    /// Name as shown.
    pub label: String,
    /// One row a key and channel, ascending.
    pub rows: Vec<PartedRow>,
    /// Outcomes without an eligible touch.
    pub unattributed: Sum,
    /// All outcomes.
    pub total: Sum,
}

/// Credit of one channel under one key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartedRow {
    /// Campaign id, region, segment or period; empty where the data name none.
    pub key: String,
    /// The campaign's name; otherwise the key.
    pub name: String,
    /// Channel.
    pub channel: String,
    /// Attributed outcomes.
    pub conversions: f64,
    /// Attributed value.
    pub value: Amount,
}

/// Separates key and channel in the name of a ledger's row: no id holds it.
const SEP: char = '\u{1f}';

struct Parts {
    by: By,
    models: Vec<(ModelKind, Sharing, Ledger)>,
    /// Key and channel (or campaign and channel by number) as rows of the ledgers.
    rows: Interner,
    region: String,
    segment: String,
    keys: Vec<u32>,
    weights: Vec<f64>,
    text: String,
}

impl Parts {
    fn row(&mut self, journey: &Journey, touch: &Touch) -> u32 {
        use std::fmt::Write;
        self.text.clear();
        let _ = match self.by {
            By::Campaign => write!(self.text, "{}", touch.campaign),
            By::Region => write!(self.text, "{}", self.region),
            By::Segment => write!(self.text, "{}", self.segment),
            By::TouchMonth | By::TouchQuarter => write!(self.text, "{}", period(touch.at_us, self.by)),
            By::OutcomeMonth | By::OutcomeQuarter => write!(self.text, "{}", period(journey.end_us, self.by)),
        };
        let _ = write!(self.text, "{SEP}{}", touch.channel);
        self.rows.intern(&self.text)
    }
}

/// `2026-03` or `2026-Q1`.
fn period(at_us: i64, by: By) -> String {
    let (year, month, _) = Day(at_us.div_euclid(DAY_US) as i32).to_civil();
    match by {
        By::TouchQuarter | By::OutcomeQuarter => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
        _ => format!("{year:04}-{month:02}"),
    }
}

impl JourneySink for Parts {
    fn party(&mut self, party: Party<'_>) {
        self.region = party.region.unwrap_or_default().to_owned();
        self.segment = party.segment.unwrap_or_default().to_owned();
    }

    fn journey(&mut self, journey: &Journey) {
        let Outcome::Won { value_minor } = journey.outcome else { return };
        for m in 0..self.models.len() {
            let credit = self.models[m].1.of(journey);
            let mut keys = std::mem::take(&mut self.keys);
            keys.clear();
            keys.extend(credit.iter().map(|c| self.row(journey, &c.touch)));
            self.weights.clear();
            self.weights.extend(credit.iter().map(|c| c.weight));
            self.models[m].2.share(&keys, &self.weights, 1, value_minor);
            self.keys = keys;
        }
    }
}

/// Credit of the rules in `ask` told apart by `by`.
///
/// # Errors
/// As [`stored::attribute`]; a data-driven model shares out all outcomes together and is refused.
pub fn parted(store: &Store, ask: &Ask, by: By) -> Result<PartedCredit> {
    let request = ask.journeys();
    let channels = stored::names(store, &request)?.channels;
    let sharing = |&kind: &ModelKind| {
        let sharing = Sharing::new(kind, &ask.settings, channels.names());
        sharing.map(|s| (kind, s, Ledger::new(0))).map_err(|e| AnalysisError::rejected("models", e.to_string()))
    };
    let mut sink = Parts {
        by,
        models: ask.models.iter().map(sharing).collect::<Result<_>>()?,
        rows: Interner::new(),
        region: String::new(),
        segment: String::new(),
        keys: Vec::new(),
        weights: Vec::new(),
        text: String::new(),
    };
    let (names, streamed) = stored::stream(store, &request, &mut sink)?;
    let campaigns = store.campaigns(&request.dataset)?;
    let named = |row: &str| {
        let (key, channel) = row.split_once(SEP).unwrap_or((row, ""));
        let channel = channel.parse().ok().and_then(|c| names.channels.name(c)).unwrap_or_default().to_owned();
        if by != By::Campaign {
            return (key.to_owned(), key.to_owned(), channel);
        }
        let id = key.parse().ok().and_then(|c| names.campaigns.name(c)).unwrap_or_default();
        (id.to_owned(), campaigns.get(id).map_or_else(|| id.to_owned(), |c| c.name.clone()), channel)
    };
    let models = sink.models.iter().map(|(kind, _, ledger)| {
        let credit = ledger.credit(kind.id(), sink.rows.names());
        let mut rows: Vec<PartedRow> = credit
            .channels
            .iter()
            .map(|c| {
                let (key, name, channel) = named(&c.channel);
                PartedRow { key, name, channel, conversions: c.conversions, value: Amount(c.value_minor) }
            })
            .collect();
        rows.sort_by(|a, b| (&a.key, &a.channel).cmp(&(&b.key, &b.channel)));
        PartedModel {
            model: kind.id().into(),
            label: kind.label().into(),
            rows,
            unattributed: credit.unattributed.into(),
            total: credit.total.into(),
        }
    });
    Ok(PartedCredit { by, models: models.collect(), meta: stored::meta(store, ask, streamed)? })
}

impl Tabular for PartedCredit {
    fn table(&self) -> Table {
        let columns = [
            ("model", Kind::Text),
            ("key", Kind::Text),
            ("name", Kind::Text),
            ("channel", Kind::Text),
            ("conversions", Kind::Number(4)),
            ("value", Kind::Money),
        ];
        let mut table = Table::new("attribution-by", &columns);
        for m in &self.models {
            let model = || m.model.as_str().into();
            for r in &m.rows {
                let texts = [r.key.as_str(), &r.name, &r.channel].map(Into::into);
                let row = std::iter::once(model()).chain(texts);
                table.push(row.chain([r.conversions.into(), r.value.cents().into()]).collect());
            }
            for (name, sum) in [("unattributed", m.unattributed), ("total", m.total)] {
                let texts = [name, name, ""].map(Into::into);
                let row = std::iter::once(model()).chain(texts);
                table.push(row.chain([sum.conversions.into(), sum.value.cents().into()]).collect());
            }
        }
        self.meta.put_on(&mut table);
        table
    }
}
