//! One deal's credit touch by touch: what a salesperson can open and argue with.

use serde::Serialize;
use tandem_models::attribution::Sharing;
use tandem_models::domain::journey::{DAY_US, Journey, JourneySink, Milestones, Outcome, Party};
use tandem_models::domain::money::Cents;
use tandem_store::{JourneyRequest, JourneyScope, Store};
use utoipa::ToSchema;

use super::super::amount::Amount;
use super::super::error::{AnalysisError, Result};
use super::super::meta::{Meta, Tabular};
use super::ask::{Ask, OutcomeStage};
use super::listed::{Ending, TouchRow, moment, named};
use super::stored;
use crate::export::{Kind, Table};

/// A deal's touches with their weights under each rule.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DealCredit {
    /// Deal id.
    pub deal: String,
    /// Its name in the CRM.
    pub name: Option<String>,
    /// Account.
    pub account: String,
    /// How it stands.
    pub ended: Ending,
    /// When it closed, or the end of the data.
    pub on: String,
    /// What is shared: its value where it was won, otherwise 0.
    pub value: Amount,
    /// Stages of the account on the way, in order of time.
    pub milestones: Vec<MilestoneRow>,
    /// Models, in the order of each touch's `credit`.
    pub models: Vec<String>,
    /// Touches that may take credit, in order of time. For each model weights sum to 1 and values to the deal's value.
    pub touches: Vec<DealTouch>,
    /// Touches of the account up to the outcome that the policies leave out.
    pub left_out: usize,
    /// What the figures share.
    pub meta: Meta,
}

/// A stage on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MilestoneRow {
    /// Stage.
    pub stage: String,
    /// When it was entered, UTC.
    pub at: String,
    /// Contact who entered it, where known.
    pub contact: Option<String>,
}

/// One touch with what it takes under each model.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DealTouch {
    /// The touch.
    #[serde(flatten)]
    pub touch: TouchRow,
    /// Days before the outcome.
    pub days_before: f64,
    /// One entry a model.
    pub credit: Vec<TouchShare>,
}

/// A touch's part under one model.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct TouchShare {
    /// Weight, 0 to 1.
    pub weight: f64,
    /// Value.
    pub value: Amount,
}

#[derive(Default)]
struct Kept {
    journeys: Vec<Journey>,
    contacts: Vec<String>,
}

impl JourneySink for Kept {
    fn party(&mut self, party: Party<'_>) {
        self.contacts = party.contacts.to_vec();
    }

    fn journey(&mut self, journey: &Journey) {
        self.journeys.push(journey.clone());
    }
}

/// Credit of deal `id` under the rules of `ask`.
///
/// # Errors
/// `NotFound` for a deal that is not there, `Rejected` for a data-driven model or a stage as outcome.
pub fn deal(store: &Store, ask: &Ask, id: &str) -> Result<DealCredit> {
    if ask.outcome != OutcomeStage::Won {
        return Err(AnalysisError::rejected("outcome", "a deal is credited for being won; leave it out"));
    }
    let wanted = JourneyRequest { scope: JourneyScope::Everyone, lookback_days: None, ..ask.journeys() };
    let facts = store.deal(&wanted.dataset, id)?;
    let facts = facts.ok_or_else(|| AnalysisError::NotFound(format!("there is no deal `{id}`")))?;
    let request = JourneyRequest { only: Some(vec![facts.account.clone()]), ..wanted };
    let mut kept = Kept::default();
    let (names, streamed) = stored::stream(store, &request, &mut kept)?;
    let place = streamed.deals.iter().position(|d| d == id).map(|i| i as u64 + 1);
    let journey = kept.journeys.iter().find(|j| Some(j.deal) == place).ok_or_else(|| {
        AnalysisError::Model(format!(
            "deal `{id}` is won and has no closing time, or lies outside `from` and `to`; it has no journey"
        ))
    })?;
    let mut shared = Vec::with_capacity(ask.models.len());
    for &kind in &ask.models {
        let mut sharing = Sharing::new(kind, &ask.settings, names.channels.names())
            .map_err(|e| AnalysisError::rejected("models", e.to_string()))?;
        shared.push(sharing.of(journey));
    }
    let campaigns = store.campaigns(&request.dataset)?;
    let contact = |n: u32| kept.contacts.get(n as usize).cloned();
    let eligible = shared.first().map(Vec::as_slice).unwrap_or_default();
    let touches = eligible.iter().enumerate().map(|(i, first)| {
        let t = first.touch;
        let (campaign, campaign_name) = named(names.campaigns.name(t.campaign), t.campaign, &campaigns);
        DealTouch {
            touch: TouchRow {
                at: moment(t.at_us),
                contact: contact(t.contact).unwrap_or_default(),
                channel: names.channels.name(t.channel).unwrap_or_default().to_owned(),
                campaign,
                campaign_name,
            },
            days_before: (journey.end_us - t.at_us) as f64 / DAY_US as f64,
            credit: shared
                .iter()
                .map(|s| TouchShare { weight: s[i].weight, value: Amount(s[i].value_minor) })
                .collect(),
        }
    });
    let value = match journey.outcome {
        Outcome::Won { value_minor } => Amount(value_minor),
        _ => Amount(0),
    };
    Ok(DealCredit {
        deal: id.to_owned(),
        name: facts.name,
        account: facts.account,
        ended: journey.outcome.into(),
        on: moment(journey.end_us),
        value,
        milestones: milestones(&journey.milestones, &contact),
        models: ask.models.iter().map(|m| m.id().to_owned()).collect(),
        touches: touches.collect(),
        left_out: journey.touches.len() - eligible.len(),
        meta: stored::meta(store, ask, streamed)?,
    })
}

fn milestones(m: &Milestones, contact: &dyn Fn(u32) -> Option<String>) -> Vec<MilestoneRow> {
    let [mql, sal, sql, ..] = m.extra;
    let all = [("inquiry", m.lead), ("mql", mql), ("sal", sal), ("sql", sql), ("opportunity", m.opportunity)];
    let mut found: Vec<_> = all.into_iter().filter_map(|(stage, entry)| Some((stage, entry?))).collect();
    found.sort_by_key(|(_, e)| e.at_us);
    let row = |(stage, e): (&str, tandem_models::domain::journey::Entry)| MilestoneRow {
        stage: stage.into(),
        at: moment(e.at_us),
        contact: e.contact.and_then(contact),
    };
    found.into_iter().map(row).collect()
}

impl Tabular for DealCredit {
    fn table(&self) -> Table {
        let columns = [
            ("deal", Kind::Text),
            ("model", Kind::Text),
            ("at", Kind::Text),
            ("contact", Kind::Text),
            ("channel", Kind::Text),
            ("campaign", Kind::Text),
            ("days_before", Kind::Number(2)),
            ("weight", Kind::Number(6)),
            ("value", Kind::Money),
        ];
        let mut table = Table::new("deal-credit", &columns);
        for (m, model) in self.models.iter().enumerate() {
            for t in &self.touches {
                let share = t.credit.get(m);
                table.push(vec![
                    self.deal.as_str().into(),
                    model.as_str().into(),
                    t.touch.at.as_str().into(),
                    t.touch.contact.as_str().into(),
                    t.touch.channel.as_str().into(),
                    t.touch.campaign.as_deref().into(),
                    t.days_before.into(),
                    share.map(|s| s.weight).into(),
                    share.map_or(Cents(0), |s| s.value.cents()).into(),
                ]);
            }
        }
        self.meta.put_on(&mut table);
        table
    }
}
