//! Deals, stages, roles and attributes of a range of accounts, held while its touches stream past.

use duckdb::arrow::record_batch::RecordBatch;
use tandem_models::domain::journey::DAY_US;
use tandem_models::domain::period::Day;

use super::account::{Account, Deal, DealStatus, Role, Stage};
use crate::engine::{Columns, Params, some};
use crate::error::Result;
use crate::queries::{Asker, Fx, text};

/// Rows in order of account, taken one account after the other.
pub(super) struct Facts {
    batches: Vec<RecordBatch>,
    batch: usize,
    row: usize,
}

impl Facts {
    /// Reads them: some 30 times fewer than touches.
    pub fn read(ask: &Asker<'_>, params: &Params) -> Result<Facts> {
        let mut batches = Vec::new();
        ask.batches(&text::JOURNEY_FACTS, params, &mut |batch| {
            if batch.num_rows() > 0 {
                batches.push(batch.clone());
            }
            Ok(())
        })?;
        Ok(Facts { batches, batch: 0, row: 0 })
    }

    /// The account whose facts come next.
    pub fn next_account(&self) -> Result<Option<&str>> {
        let Some(batch) = self.batches.get(self.batch) else { return Ok(None) };
        Ok(Some(Columns(batch).text("account_id")?.value(self.row)))
    }

    /// Moves all facts of the open account into it, if its facts come next.
    pub fn take(&mut self, account: &mut Account, fx: &Fx) -> Result<()> {
        while let Some(batch) = self.batches.get(self.batch) {
            let columns = Columns(batch);
            let ids = columns.text("account_id")?;
            while self.row < batch.num_rows() && ids.value(self.row) == account.id {
                add(columns, self.row, account, fx)?;
                self.row += 1;
            }
            if self.row < batch.num_rows() {
                return Ok(());
            }
            (self.batch, self.row) = (self.batch + 1, 0);
        }
        Ok(())
    }
}

fn add(c: Columns<'_>, i: usize, account: &mut Account, fx: &Fx) -> Result<()> {
    let contact = some(c.text("contact_id")?, i).map(|id| account.contacts.number(id));
    let (name, reference) = (some(c.text("name")?, i), some(c.text("ref")?, i));
    let at = c.big("at_us")?.value(i);
    match c.int("fact")?.value(i) {
        0 => {
            let closed_us = some(c.big("closed_us")?, i);
            let day = Day(closed_us.unwrap_or(at).div_euclid(DAY_US) as i32);
            let money = |minor: i64| fx.minor(minor, reference, day);
            account.deals.push(Deal {
                id: c.text("id")?.value(i).to_owned(),
                status: DealStatus::of(name.unwrap_or_default()),
                created_us: at,
                closed_us,
                amount: some(c.big("amount_minor")?, i).map_or(0, money),
                margin: some(c.big("margin_minor")?, i).map(money),
            });
        }
        1 => account.stages.extend(Stage::of(name.unwrap_or_default(), at, contact, reference)),
        2 => {
            let (deal, primary) = (c.text("id")?.value(i).to_owned(), c.int("is_primary")?.value(i) == 1);
            account.roles.extend(contact.map(|contact| Role { deal, contact, primary }));
        }
        _ => {
            account.region = name.map(str::to_owned);
            account.segment = reference.map(str::to_owned);
        }
    }
    Ok(())
}
