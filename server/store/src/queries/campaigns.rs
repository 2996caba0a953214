//! Campaigns, and what was spent on them.

use std::collections::BTreeMap;

use serde::Serialize;
use tandem_models::domain::period::Day;

use super::{Asker, Fx, text};
use crate::engine::some;
use crate::error::Result;

/// A campaign as imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Campaign {
    /// Name.
    pub name: String,
    /// The channel it runs on.
    pub channel: String,
}

/// Spend on one campaign on one day, in the reporting currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CampaignSpend {
    /// Channel.
    pub channel: String,
    /// Campaign id; empty where the spend names none.
    pub campaign: String,
    /// Day.
    pub day: Day,
    /// Minor units.
    pub minor: i64,
}

/// Campaigns by id.
pub(crate) fn campaigns(ask: &Asker<'_>, dataset: &str) -> Result<BTreeMap<String, Campaign>> {
    let mut all = BTreeMap::new();
    ask.each(&text::CAMPAIGNS, &ask.params().text("dataset", dataset), |c, i| {
        let text = |name: &str| Ok::<_, crate::Error>(c.text(name)?.value(i).to_owned());
        all.insert(text("campaign_id")?, Campaign { name: text("name")?, channel: text("channel")? });
        Ok(())
    })?;
    Ok(all)
}

/// Spend by channel, campaign and day, credits included, ascending.
pub(crate) fn spend(ask: &Asker<'_>, dataset: &str, currency: &str) -> Result<Vec<CampaignSpend>> {
    let fx = Fx::of(ask, dataset, currency)?;
    let mut all = Vec::new();
    ask.each(&text::CAMPAIGN_SPEND, &ask.params().text("dataset", dataset), |c, i| {
        let day = Day(c.int("date_day")?.value(i));
        all.push(CampaignSpend {
            channel: c.text("channel")?.value(i).to_owned(),
            campaign: some(c.text("campaign_id")?, i).unwrap_or_default().to_owned(),
            day,
            minor: fx.minor(c.big("spend_minor")?.value(i), some(c.text("currency")?, i), day),
        });
        Ok(())
    })?;
    Ok(all)
}
