//! Leads of a stage and the deals that follow them, for what a lead is eventually worth.

use std::collections::HashMap;

use tandem_models::domain::period::Day;
use tandem_models::mmm::staged::{Deal, Fate, Lead, Stages};

use super::{Asker, Fx, text};
use crate::engine::some;
use crate::error::Result;

/// Leads of `stage` and all deals of a dataset, known up to `last`; money in the reporting currency.
pub(crate) fn stages(ask: &Asker<'_>, dataset: &str, stage: &str, last: Day, currency: &str) -> Result<Stages> {
    let fx = Fx::of(ask, dataset, currency)?;
    let params = || ask.params().text("dataset", dataset);
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut number = |account: &str| -> u32 {
        let next = numbers.len() as u32;
        *numbers.entry(account.to_owned()).or_insert(next)
    };
    let mut out = Stages { last: last.0, ..Stages::default() };
    ask.each(&text::STAGED_LEADS, &params().text("stage", stage), |c, i| {
        let (account, entered) = (number(c.text("account_id")?.value(i)), c.int("entered_day")?.value(i));
        if entered <= last.0 {
            out.leads.push(Lead { account, entered });
        }
        Ok(())
    })?;
    ask.each(&text::STAGED_DEALS, &params(), |c, i| {
        let opened = c.int("opened_day")?.value(i);
        let closed = some(c.int("closed_day")?, i);
        let fate = match (c.text("status")?.value(i), closed) {
            ("won", Some(day)) => Fate::Won(day),
            ("lost", Some(day)) => Fate::Lost(day),
            _ => Fate::Open,
        };
        let minor =
            fx.minor(c.big("amount_minor")?.value(i), some(c.text("currency")?, i), Day(closed.unwrap_or(opened)));
        if opened <= last.0 {
            let account = number(c.text("account_id")?.value(i));
            out.deals.push(Deal { account, opened, fate, amount: minor as f64 / 100.0 });
        }
        Ok(())
    })?;
    Ok(out)
}
