//! Won revenue of the CRM beside the ledger, month by month, to the cent.

use std::collections::BTreeMap;

use serde::Serialize;
use tandem_models::domain::money::Cents;
use tandem_models::domain::period::Day;

use super::{Asker, text};
use crate::engine::some;
use crate::error::Result;

/// One month in one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReconciledMonth {
    /// First day of the month.
    pub month: Option<Day>,
    /// Currency, where stated.
    pub currency: Option<String>,
    /// Won in the CRM.
    pub won: Cents,
    /// Gross margin of won deals that state one.
    pub margin: Cents,
    /// Won deals.
    pub deals: u64,
    /// Booked in the ledger, where one was imported.
    pub ledger: Cents,
    /// Ledger entries.
    pub entries: u64,
}

impl ReconciledMonth {
    /// Ledger minus CRM.
    #[must_use]
    pub fn difference(&self) -> Cents {
        Cents(self.ledger.0 - self.won.0)
    }
}

/// Months in which anything was won or booked, ascending; `from` and `to` bound the days, both included.
pub(crate) fn months(
    ask: &Asker<'_>,
    dataset: &str,
    from: Option<Day>,
    to: Option<Day>,
) -> Result<Vec<ReconciledMonth>> {
    let mut all: BTreeMap<(Day, Option<String>), ReconciledMonth> = BTreeMap::new();
    ask.each(&text::RECONCILIATION, &ask.params().text("dataset", dataset), |c, i| {
        let day = Day(c.int("date_day")?.value(i));
        if from.is_some_and(|d| day < d) || to.is_some_and(|d| day > d) {
            return Ok(());
        }
        let (year, month, _) = day.to_civil();
        let (month, currency) = (Day::from_civil(year, month, 1), some(c.text("currency")?, i).map(str::to_owned));
        let sums = all.entry((month, currency.clone())).or_default();
        let big = |name: &str| c.big(name).map(|a| a.value(i));
        (sums.month, sums.currency) = (Some(month), currency);
        sums.won.0 += big("won_minor")?;
        sums.margin.0 += big("margin_minor")?;
        sums.deals += big("deals")?.unsigned_abs();
        sums.ledger.0 += big("ledger_minor")?;
        sums.entries += big("entries")?.unsigned_abs();
        Ok(())
    })?;
    Ok(all.into_values().collect())
}
