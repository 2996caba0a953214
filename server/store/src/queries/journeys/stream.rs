//! Turns the touches and facts of one account after the other into journeys.

use tandem_models::domain::journey::{DAY_US, Journey, JourneySink, Outcome, Party, unit_of};
use tandem_models::domain::period::Day;

use super::account::{Account, DealStatus, TouchFact};
use super::facts::Facts;
use super::{JourneyOutcome, JourneyReport, JourneyRequest, JourneyScope, JourneyUnit, JourneyValue, TouchNames};
use crate::engine::{Columns, some};
use crate::error::Result;
use crate::queries::Fx;
use duckdb::arrow::record_batch::RecordBatch;
use tandem_models::attribution::AccountMapping;

/// One account at a time.
pub(super) struct Stream<'a> {
    pub request: &'a JourneyRequest,
    /// End of the data: nothing is known after it, so what is undecided then is censored there.
    pub end_us: i64,
    pub fx: Fx,
    pub account: Account,
    pub journey: Journey,
    pub report: JourneyReport,
    pub open: bool,
}

impl Stream<'_> {
    /// Adds a batch of touches in order of account; accounts without touches come in between from `facts`.
    pub fn touches(
        &mut self,
        batch: &RecordBatch,
        facts: &mut Facts,
        names: &mut TouchNames,
        sink: &mut dyn JourneySink,
    ) -> Result<()> {
        let c = Columns(batch);
        let (accounts, at, id) = (c.text("account_id")?, c.big("at_us")?, c.text("touch_id")?);
        let (contacts, channels, campaigns) = (c.text("contact_id")?, c.text("channel")?, c.text("campaign_id")?);
        for i in 0..batch.num_rows() {
            let account = accounts.value(i);
            if !self.open || self.account.id != account {
                self.close(sink);
                self.without_touches(Some(account), facts, sink)?;
                self.begin(account, facts)?;
            }
            self.report.touches += 1;
            let contact = self.account.contacts.number(contacts.value(i));
            let touch = names.touch(channels.value(i), some(campaigns, i), at.value(i), contact);
            self.account.add_touch(TouchFact { touch }, id.value(i));
        }
        Ok(())
    }

    /// Gives the accounts of `facts` that come before `until` (all that are left for `None`).
    pub fn without_touches(
        &mut self,
        until: Option<&str>,
        facts: &mut Facts,
        sink: &mut dyn JourneySink,
    ) -> Result<()> {
        while let Some(next) = facts.next_account()?.filter(|next| until.is_none_or(|until| *next < until)) {
            let next = next.to_owned();
            self.begin(&next, facts)?;
            self.close(sink);
        }
        Ok(())
    }

    fn begin(&mut self, account: &str, facts: &mut Facts) -> Result<()> {
        self.account.open(account);
        self.open = true;
        self.report.accounts += 1;
        facts.take(&mut self.account, &self.fx)
    }

    /// Gives the journeys of the account that was read, if there is one.
    pub fn close(&mut self, sink: &mut dyn JourneySink) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        self.account.sort();
        sink.party(Party {
            account: &self.account.id,
            region: self.account.region.as_deref(),
            segment: self.account.segment.as_deref(),
            contacts: self.account.contacts.names(),
        });
        match (self.request.outcome, self.request.unit) {
            (JourneyOutcome::Won, _) => self.deals(sink),
            (stage, JourneyUnit::Account) => self.stage(stage, None, sink),
            (stage, JourneyUnit::Contact) => {
                (0..self.account.contacts.names().len() as u32).for_each(|c| self.stage(stage, Some(c), sink));
            }
        }
    }

    /// One journey a deal; an account without deals that is asked for is open.
    fn deals(&mut self, sink: &mut dyn JourneySink) {
        let scope = self.request.scope;
        for d in 0..self.account.deals.len() {
            let deal = &self.account.deals[d];
            let (outcome, end_us) = match (deal.status, deal.closed_us) {
                (DealStatus::Won, None) => {
                    self.report.without_end += 1;
                    continue;
                }
                (DealStatus::Won, Some(end)) => {
                    let value = match self.request.value {
                        JourneyValue::Revenue => deal.amount,
                        JourneyValue::Margin => deal.margin.unwrap_or(0),
                    };
                    (Outcome::Won { value_minor: value }, end)
                }
                (DealStatus::Lost, end) => (Outcome::Lost, end.unwrap_or(self.end_us)),
                (DealStatus::Open, _) => (Outcome::Open, self.end_us),
            };
            let wanted = match outcome {
                Outcome::Won { .. } => true,
                Outcome::Lost => scope != JourneyScope::Reached,
                Outcome::Open => scope == JourneyScope::Everyone,
            };
            if !wanted || !self.inside(end_us) {
                continue;
            }
            let won = matches!(outcome, Outcome::Won { .. });
            if won && self.request.value == JourneyValue::Margin && deal.margin.is_none() {
                self.report.without_margin += 1;
            }
            self.report.deals.push(deal.id.clone());
            self.fill(Some(d), None, outcome, end_us);
            self.give(sink);
        }
        if self.account.deals.is_empty() && scope == JourneyScope::Everyone && !self.account.touches.is_empty() {
            self.fill(None, None, Outcome::Open, self.end_us);
            self.give(sink);
        }
    }

    /// One journey an account, or one of its contacts, ending where the stage is entered.
    fn stage(&mut self, stage: JourneyOutcome, contact: Option<u32>, sink: &mut dyn JourneySink) {
        let mut entries = self.account.entries(stage.as_str(), None);
        entries.retain(|e| contact.is_none() || e.contact == contact);
        let touched = || self.account.touches.iter().any(|t| contact.is_none_or(|c| t.touch.contact == c));
        match self.request.reentry.pick(&entries, i64::MAX) {
            Some(entry) if self.inside(entry.at_us) => {
                self.fill(None, contact, Outcome::Won { value_minor: 0 }, entry.at_us);
                self.give(sink);
            }
            None if self.request.scope == JourneyScope::Everyone && touched() => {
                self.fill(None, contact, Outcome::Open, self.end_us);
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

    fn fill(&mut self, deal: Option<usize>, contact: Option<u32>, outcome: Outcome, end_us: i64) {
        let from = self.request.lookback_days.map_or(i64::MIN, |d| end_us.saturating_sub(i64::from(d) * DAY_US));
        self.journey.clear();
        // A contact is drawn with its account: journeys of one buying group are not independent.
        self.journey.unit = unit_of(&self.account.id);
        self.journey.deal = deal.map_or(0, |_| self.report.deals.len() as u64);
        self.journey.outcome = outcome;
        self.journey.end_us = end_us;
        let mapping = match self.request.unit {
            JourneyUnit::Account => self.request.mapping,
            JourneyUnit::Contact => AccountMapping::PrimaryRole,
        };
        let chosen = deal.and_then(|d| self.account.members(d, mapping));
        let counts = |who: u32| chosen.as_ref().is_none_or(|c| c.contains(&who)) && contact.is_none_or(|c| c == who);
        let touches = self.account.touches.iter().map(|t| t.touch);
        self.journey.touches.extend(touches.filter(|t| t.at_us >= from && t.at_us <= end_us && counts(t.contact)));
        self.journey.milestones = self.account.milestones(deal, contact, self.request.reentry, end_us);
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
