//! One deal: its account, so that its journey can be asked for alone.

use serde::Serialize;

use crate::engine::some;
use crate::error::Result;
use crate::queries::{Asker, text};

/// What a deal is called and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DealFacts {
    /// Account.
    pub account: String,
    /// Its name in the CRM.
    pub name: Option<String>,
    /// `open`, `won` or `lost`.
    pub status: String,
}

/// The deal with that id, if there is one.
pub(crate) fn deal(ask: &Asker<'_>, dataset: &str, id: &str) -> Result<Option<DealFacts>> {
    let mut found = None;
    ask.each(&text::DEAL_ACCOUNT, &ask.params().text("dataset", dataset).text("deal", id), |c, i| {
        found = Some(DealFacts {
            account: c.text("account_id")?.value(i).to_owned(),
            name: some(c.text("name")?, i).map(str::to_owned),
            status: c.text("status")?.value(i).to_owned(),
        });
        Ok(())
    })?;
    Ok(found)
}
