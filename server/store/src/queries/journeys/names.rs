//! Channels and campaigns of touches, numbered.

use tandem_models::domain::journey::{Interner, NO_CAMPAIGN, Touch};

use crate::engine::some;
use crate::error::Result;
use crate::queries::{Asker, text};

/// Names that the indexes of a journey's touches stand for.
#[derive(Debug, Clone, Default)]
pub struct TouchNames {
    /// Channels.
    pub channels: Interner,
    /// Campaigns, by id.
    pub campaigns: Interner,
}

impl TouchNames {
    pub(super) fn touch(&mut self, channel: &str, campaign: Option<&str>, at_us: i64, contact: u32) -> Touch {
        let campaign = campaign.filter(|c| !c.is_empty()).map_or(NO_CAMPAIGN, |c| self.campaigns.intern(c));
        Touch { channel: self.channels.intern(channel), campaign, at_us, contact }
    }
}

/// All names in a dataset, in order of name, so that equal data gives equal numbers.
pub(crate) fn touch_names(ask: &Asker<'_>, dataset: &str) -> Result<TouchNames> {
    let mut names = TouchNames::default();
    ask.each(&text::TOUCH_NAMES, &ask.params().text("dataset", dataset), |c, i| {
        names.channels.intern(c.text("channel")?.value(i));
        if let Some(campaign) = some(c.text("campaign_id")?, i).filter(|c| !c.is_empty()) {
            names.campaigns.intern(campaign);
        }
        Ok(())
    })?;
    Ok(names)
}
