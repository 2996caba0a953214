//! Journeys: every account's touches, stages and deals, streamed one outcome at a time. Memory holds one account.

mod account;
mod names;

use serde::{Deserialize, Serialize};
use tandem_models::attribution::AccountMapping;
use tandem_models::domain::journey::{DAY_US, Journey, JourneySink, Outcome, Reentry};
use tandem_models::domain::money::Cents;
use tandem_models::domain::period::Day;

use super::{Asker, Fx, freshness, text};
use crate::engine::{Columns, some};
use crate::error::Result;
use crate::lake::AsOf;
use crate::schema::MAIN;
use account::{Account, Deal, Role, Stage, TouchFact};
pub use names::TouchNames;
pub(crate) use names::touch_names;

/// The outcome that journeys lead to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyOutcome {
    /// A deal that is won: one journey a deal.
    #[default]
    Won,
    /// The account's entry to the stage: one journey an account, counted and not valued.
    Opportunity,
    /// As above.
    Sql,
    /// As above.
    Sal,
    /// As above.
    Mql,
}

impl JourneyOutcome {
    /// As stored and written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            JourneyOutcome::Won => "won",
            JourneyOutcome::Opportunity => "opportunity",
            JourneyOutcome::Sql => "sql",
            JourneyOutcome::Sal => "sal",
            JourneyOutcome::Mql => "mql",
        }
    }
}

/// What a won deal is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyValue {
    /// Its amount.
    #[default]
    Revenue,
    /// Its gross margin; deals that state none are worth 0 and counted in [`JourneyReport::without_margin`].
    Margin,
}

/// Which journeys are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JourneyRequest {
    /// Dataset.
    pub dataset: String,
    /// Outcome.
    pub outcome: JourneyOutcome,
    /// What won deals are worth.
    pub value: JourneyValue,
    /// First day of outcomes; earlier ones give no journey.
    pub from: Option<Day>,
    /// Last day of outcomes; later ones give no journey.
    pub to: Option<Day>,
    /// Whether accounts that did not reach the outcome are given too, as lost or open: models of paths need them, rules
    /// do not and are several times faster without.
    pub everyone: bool,
    /// Days before the end beyond which touches are not worth carrying; the policy of the models has the last word.
    pub lookback_days: Option<u32>,
    /// Whose touches count for a deal.
    pub mapping: AccountMapping,
    /// Which entry to a stage counts.
    pub reentry: Reentry,
    /// Which batches are seen.
    pub as_of: AsOf,
}

impl Default for JourneyRequest {
    fn default() -> Self {
        JourneyRequest {
            dataset: MAIN.into(),
            outcome: JourneyOutcome::Won,
            value: JourneyValue::Revenue,
            from: None,
            to: None,
            everyone: false,
            lookback_days: None,
            mapping: AccountMapping::AllContacts,
            reentry: Reentry::First,
            as_of: AsOf::Latest,
        }
    }
}

/// What was streamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JourneyReport {
    /// Accounts read.
    pub accounts: u64,
    /// Journeys given to the sink.
    pub journeys: u64,
    /// Journeys that reached the outcome.
    pub won: u64,
    /// What those are worth: the total that credit must add up to.
    pub value: Cents,
    /// Won deals without a stated margin, where margin was asked for.
    pub without_margin: u64,
    /// Won deals without a closing time; they give no journey.
    pub without_end: u64,
    /// Touches read.
    pub touches: u64,
    /// Id of each deal, by [`Journey::deal`] minus 1.
    pub deals: Vec<String>,
    /// Version of the data.
    pub data_version: String,
}

/// Streams journeys into `sink`, by account. Channels and campaigns are numbered by `names`, which grows as needed.
pub(crate) fn journeys(
    ask: &Asker<'_>,
    request: &JourneyRequest,
    currency: &str,
    names: &mut TouchNames,
    sink: &mut dyn JourneySink,
) -> Result<JourneyReport> {
    let end_us = data_end(ask, &request.dataset)?;
    let fx = Fx::of(ask, &request.dataset, currency)?;
    let params = ask
        .params()
        .text("dataset", request.dataset.as_str())
        .text("outcome", request.outcome.as_str())
        .int("everyone", request.everyone);
    let mut stream = Stream {
        request,
        end_us,
        fx,
        account: Account::default(),
        journey: Journey::empty(),
        report: JourneyReport::default(),
    };
    ask.batches(&text::JOURNEYS, &params, &mut |batch| {
        let facts = Facts::of(Columns(batch))?;
        for i in 0..batch.num_rows() {
            stream.fact(&facts, i, names, sink);
        }
        Ok(())
    })?;
    stream.close_account(sink);
    Ok(stream.report)
}

/// The end of the data: nothing is known after it, so what is undecided then is censored there.
fn data_end(ask: &Asker<'_>, dataset: &str) -> Result<i64> {
    let tables = ["touches", "stage_events", "opportunities"];
    let all = freshness::freshness(ask)?;
    let last =
        all.iter().filter(|t| t.dataset == dataset && tables.contains(&t.table.as_str())).filter_map(|t| t.last).max();
    Ok(last.map_or(0, |day| i64::from(day.0 + 1) * DAY_US - 1))
}

struct Facts<'a> {
    account: &'a duckdb::arrow::array::StringArray,
    fact: &'a duckdb::arrow::array::Int32Array,
    at: &'a duckdb::arrow::array::Int64Array,
    id: &'a duckdb::arrow::array::StringArray,
    contact: &'a duckdb::arrow::array::StringArray,
    name: &'a duckdb::arrow::array::StringArray,
    reference: &'a duckdb::arrow::array::StringArray,
    amount: &'a duckdb::arrow::array::Int64Array,
    margin: &'a duckdb::arrow::array::Int64Array,
    closed: &'a duckdb::arrow::array::Int64Array,
    primary: &'a duckdb::arrow::array::Int32Array,
}

impl<'a> Facts<'a> {
    fn of(c: Columns<'a>) -> Result<Self> {
        Ok(Facts {
            account: c.text("account_id")?,
            fact: c.int("fact")?,
            at: c.big("at_us")?,
            id: c.text("id")?,
            contact: c.text("contact_id")?,
            name: c.text("name")?,
            reference: c.text("ref")?,
            amount: c.big("amount_minor")?,
            margin: c.big("margin_minor")?,
            closed: c.big("closed_us")?,
            primary: c.int("is_primary")?,
        })
    }
}

struct Stream<'a> {
    request: &'a JourneyRequest,
    end_us: i64,
    fx: Fx,
    account: Account,
    journey: Journey,
    report: JourneyReport,
}

impl Stream<'_> {
    fn fact(&mut self, f: &Facts<'_>, i: usize, names: &mut TouchNames, sink: &mut dyn JourneySink) {
        let account = f.account.value(i);
        if self.account.id != account || self.report.accounts == 0 {
            self.close_account(sink);
            self.account.open(account);
            self.report.accounts += 1;
        }
        let contact = some(f.contact, i).map(|c| self.account.contact(c));
        match f.fact.value(i) {
            0 => {
                let decided = some(f.closed, i).unwrap_or(f.at.value(i));
                let day = Day(decided.div_euclid(DAY_US) as i32);
                let money = |minor: i64| self.fx.minor(minor, some(f.reference, i), day);
                self.account.deals.push(Deal {
                    id: f.id.value(i).to_owned(),
                    status: account::DealStatus::of(f.name.value(i)),
                    created_us: f.at.value(i),
                    closed_us: some(f.closed, i),
                    amount: some(f.amount, i).map_or(0, money),
                    margin: some(f.margin, i).map(money),
                });
            }
            1 => {
                if let Some(stage) = Stage::of(f.name.value(i), f.at.value(i), contact, some(f.reference, i)) {
                    self.account.stages.push(stage);
                }
            }
            2 => self.account.roles.extend(contact.map(|contact| Role {
                deal: f.id.value(i).to_owned(),
                contact,
                primary: f.primary.value(i) == 1,
            })),
            _ => {
                self.report.touches += 1;
                let touch =
                    names.touch(f.name.value(i), some(f.reference, i), f.at.value(i), contact.unwrap_or(u32::MAX));
                self.account.add_touch(TouchFact { touch }, f.id.value(i));
            }
        }
    }

    /// Gives the journeys of the account that was read, if there is one.
    fn close_account(&mut self, sink: &mut dyn JourneySink) {
        if self.report.accounts == 0 {
            return;
        }
        self.account.sort();
        match self.request.outcome {
            JourneyOutcome::Won => self.deals(sink),
            stage => self.stage(stage, sink),
        }
    }

    /// One journey a deal; an account without deals that is asked for is open.
    fn deals(&mut self, sink: &mut dyn JourneySink) {
        for d in 0..self.account.deals.len() {
            let deal = &self.account.deals[d];
            let (outcome, end_us) = match (deal.status, deal.closed_us) {
                (account::DealStatus::Won, None) => {
                    self.report.without_end += 1;
                    continue;
                }
                (account::DealStatus::Won, Some(end)) => {
                    let value = match self.request.value {
                        JourneyValue::Revenue => deal.amount,
                        JourneyValue::Margin => deal.margin.unwrap_or(0),
                    };
                    (Outcome::Won { value_minor: value }, end)
                }
                (account::DealStatus::Lost, end) => (Outcome::Lost, end.unwrap_or(self.end_us)),
                (account::DealStatus::Open, _) => (Outcome::Open, self.end_us),
            };
            let won = matches!(outcome, Outcome::Won { .. });
            if !(won || self.request.everyone) || !self.inside(end_us) {
                continue;
            }
            if won && self.request.value == JourneyValue::Margin && deal.margin.is_none() {
                self.report.without_margin += 1;
            }
            self.report.deals.push(deal.id.clone());
            self.fill(Some(d), outcome, end_us);
            self.give(sink);
        }
        if self.account.deals.is_empty() && self.request.everyone && !self.account.touches.is_empty() {
            self.fill(None, Outcome::Open, self.end_us);
            self.give(sink);
        }
    }

    /// One journey an account, ending where it enters the stage.
    fn stage(&mut self, stage: JourneyOutcome, sink: &mut dyn JourneySink) {
        let entries = self.account.entries(stage.as_str(), None);
        match self.request.reentry.pick(&entries, i64::MAX) {
            Some(entry) if self.inside(entry.at_us) => {
                self.fill(None, Outcome::Won { value_minor: 0 }, entry.at_us);
                self.give(sink);
            }
            None if self.request.everyone && !self.account.touches.is_empty() => {
                self.fill(None, Outcome::Open, self.end_us);
                self.give(sink);
            }
            _ => {}
        }
    }

    fn inside(&self, end_us: i64) -> bool {
        let after = |day: Day| end_us >= i64::from(day.0) * DAY_US;
        let before = |day: Day| end_us < i64::from(day.0 + 1) * DAY_US;
        self.request.from.is_none_or(after) && self.request.to.is_none_or(before)
    }

    fn fill(&mut self, deal: Option<usize>, outcome: Outcome, end_us: i64) {
        let from = self.request.lookback_days.map_or(i64::MIN, |d| end_us.saturating_sub(i64::from(d) * DAY_US));
        self.journey.clear();
        self.journey.unit = self.report.accounts;
        self.journey.deal = deal.map_or(0, |_| self.report.deals.len() as u64);
        self.journey.outcome = outcome;
        self.journey.end_us = end_us;
        let chosen = deal.and_then(|d| self.account.members(d, self.request.mapping));
        let counts = |contact: u32| chosen.as_ref().is_none_or(|c| c.contains(&contact));
        let touches = self.account.touches.iter().map(|t| t.touch);
        self.journey.touches.extend(touches.filter(|t| t.at_us >= from && t.at_us <= end_us && counts(t.contact)));
        self.journey.milestones = self.account.milestones(deal, self.request.reentry, end_us);
    }

    fn give(&mut self, sink: &mut dyn JourneySink) {
        self.report.journeys += 1;
        if let Outcome::Won { value_minor } = self.journey.outcome {
            self.report.won += 1;
            self.report.value.0 += value_minor;
        }
        sink.journey(&self.journey);
    }
}
