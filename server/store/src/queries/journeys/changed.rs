//! Which accounts' journeys may differ between two batches.

use crate::engine::some;
use crate::error::Result;
use crate::queries::{Asker, Fx, text};

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedAccounts {
    /// These accounts, ascending; all others have the same journeys as before.
    Some(Vec<String>),
    /// Anything: rates of exchange or the reporting currency.
    All,
}

/// Compares what batch `after` let one see with what `ask` lets one see.
pub(crate) fn changed(ask: &Asker<'_>, after: u32, dataset: &str, currency: &str) -> Result<ChangedAccounts> {
    let before = Asker { as_of: after, ..*ask };
    if Fx::of(&before, dataset, currency)?.base() != Fx::of(ask, dataset, currency)?.base() {
        return Ok(ChangedAccounts::All);
    }
    let (mut accounts, mut all) = (Vec::new(), false);
    let params = ask.params().text("dataset", dataset).int("after", after);
    ask.each(&text::CHANGED_ACCOUNTS, &params, |c, i| {
        match some(c.text("account_id")?, i) {
            Some(id) => accounts.push(id.to_owned()),
            None => all = true,
        }
        Ok(())
    })?;
    Ok(if all { ChangedAccounts::All } else { ChangedAccounts::Some(accounts) })
}
