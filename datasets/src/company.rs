//! What a simulated company is: its size, money, sales team, regions and channels.

use std::str::FromStr;

use crate::channel::{self, Channel};
use crate::error::SimulateError;

/// A size of company to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// A few hundred kilobytes: the committed sample.
    Tiny,
    /// About 45 thousand touches.
    Small,
    /// About 250 thousand touches: the company `tandem demo` opens with.
    Demo,
    /// About a million touches.
    Medium,
    /// About ten million touches and a million contacts.
    Large,
}

impl Preset {
    /// Every preset, smallest first.
    pub const ALL: [Preset; 5] = [Preset::Tiny, Preset::Small, Preset::Demo, Preset::Medium, Preset::Large];

    /// Name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Preset::Tiny => "tiny",
            Preset::Small => "small",
            Preset::Demo => "demo",
            Preset::Medium => "medium",
            Preset::Large => "large",
        }
    }
}

impl FromStr for Preset {
    type Err = SimulateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|p| p.name() == text).ok_or_else(|| SimulateError::Choice {
            field: "preset",
            given: text.to_owned(),
            accepted: "tiny, small, demo, medium, large",
        })
    }
}

/// A sales region; its name is the `geo` of spend and controls and the `region` of accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Name in every table.
    pub name: &'static str,
    /// Share of accounts.
    pub share: f64,
    /// Working population.
    pub population: u32,
    /// Share of spend; not proportional to accounts, as in life.
    pub spend_share: f64,
}

/// A company to simulate. Start from [`Company::new`] and change what matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Company {
    /// Preset it was made from, named in the truth.
    pub preset: Preset,
    /// Every random number follows from this.
    pub seed: u64,
    /// Accounts in the market, `1..=2_000_000`.
    pub accounts: u32,
    /// Mean contacts of an account, `>= 1`.
    pub contacts_per_account: f64,
    /// Mean yearly spend over all channels, EUR.
    pub annual_spend: f64,
    /// Yearly revenue without any marketing that effects are scaled to, EUR.
    pub baseline_revenue: f64,
    /// Mean amount of a deal, EUR.
    pub mean_deal: f64,
    /// Everyday touches of a contact over the three years.
    pub background_touches: f64,
    /// Multiplier on touches of buyers with intent.
    pub intent_touches: f64,
    /// Leads one rep can take up in a week, `>= 1`.
    pub leads_per_rep_week: u32,
    /// Sales capacity as a multiple of the expected hand-offs; at 1.3 to 1.6 good weeks overflow.
    pub capacity_slack: f64,
    /// How much a full brand stock raises demand without marketing: 0.5 = by half.
    pub brand_lift: f64,
    /// Worlds with other luck over which expected effects are averaged; 0 leaves them out.
    pub replicates: u32,
    /// Regions; shares sum to 1.
    pub regions: Vec<Region>,
    /// Paid channels; shares sum to 1.
    pub channels: Vec<Channel>,
}

impl Company {
    /// A company of the preset's size.
    #[must_use]
    pub fn new(preset: Preset, seed: u64) -> Self {
        // Large teams even out luck and are staffed closer to demand.
        let capacity_slack = match preset {
            Preset::Tiny | Preset::Small => 1.6,
            Preset::Demo => 1.45,
            Preset::Medium => 1.35,
            Preset::Large => 1.3,
        };
        // accounts, contacts each, spend a year, baseline revenue a year, deal, background and intent touches,
        // leads a rep and week, replicate worlds
        let (accounts, per, spend, base, deal, background, intent, load, replicates) = match preset {
            Preset::Tiny => (220, 3.2, 1.5e6, 3.0e6, 300_000.0, 1.2, 0.45, 3, 64),
            Preset::Small => (2_500, 4.8, 6.4e6, 14.0e6, 210_000.0, 1.6, 0.55, 4, 32),
            Preset::Demo => (6_000, 5.0, 8.2e6, 19.0e6, 130_000.0, 5.2, 0.8, 6, 4),
            Preset::Medium => (20_000, 5.0, 8.8e6, 22.0e6, 42_000.0, 7.2, 0.8, 8, 6),
            Preset::Large => (200_000, 5.0, 36.0e6, 95.0e6, 20_000.0, 7.5, 0.8, 12, 0),
        };
        let region = |name, share, population, spend_share| Region { name, share, population, spend_share };
        Self {
            preset,
            seed,
            accounts,
            contacts_per_account: per,
            annual_spend: spend,
            baseline_revenue: base,
            mean_deal: deal,
            background_touches: background,
            intent_touches: intent,
            leads_per_rep_week: load,
            capacity_slack,
            brand_lift: 0.6,
            replicates,
            regions: vec![
                region("dach", 0.38, 51_000_000, 0.40),
                region("uki", 0.27, 35_500_000, 0.25),
                region("benelux", 0.19, 14_800_000, 0.17),
                region("nordics", 0.16, 13_900_000, 0.18),
            ],
            channels: channel::defaults(),
        }
    }

    /// Refuses a company that cannot be simulated, naming the field.
    ///
    /// # Errors
    /// [`SimulateError::Field`] with what would be accepted.
    pub fn check(&self) -> Result<(), SimulateError> {
        let refuse = |field, accepted| Err(SimulateError::Field { field, accepted });
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let sums_to_one = |sum: f64| (sum - 1.0).abs() < 1e-6;
        if !(1..=2_000_000).contains(&self.accounts) {
            return refuse("accounts", "1 to 2,000,000");
        }
        if !(1.0..=100.0).contains(&self.contacts_per_account) {
            return refuse("contacts_per_account", "1 to 100");
        }
        if ![self.annual_spend, self.baseline_revenue, self.mean_deal].into_iter().all(positive) {
            return refuse("annual_spend, baseline_revenue, mean_deal", "amounts above 0");
        }
        if ![self.background_touches, self.intent_touches, self.brand_lift]
            .into_iter()
            .all(|x| (0.0..=1e3).contains(&x))
        {
            return refuse("background_touches, intent_touches, brand_lift", "0 to 1,000");
        }
        if self.leads_per_rep_week == 0 || !positive(self.capacity_slack) {
            return refuse("leads_per_rep_week, capacity_slack", "numbers above 0");
        }
        if self.regions.is_empty() || !sums_to_one(self.regions.iter().map(|r| r.share).sum()) {
            return refuse("regions", "1 or more regions whose shares sum to 1");
        }
        if self.channels.is_empty()
            || self.channels.len() > 40
            || !sums_to_one(self.channels.iter().map(|c| c.share).sum())
        {
            return refuse("channels", "1 to 40 channels whose shares sum to 1");
        }
        let sound = |c: &Channel| {
            positive(c.half)
                && c.slope >= 1.0
                && (0.0..1.0).contains(&c.retention)
                && c.planned_roas >= 0.0
                && c.brand >= 0.0
        };
        if !self.channels.iter().all(sound) {
            return refuse("channels", "half > 0, slope >= 1, retention in 0..1, planned_roas >= 0, brand >= 0");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_sound_company() {
        for preset in Preset::ALL {
            assert!(Company::new(preset, 1).check().is_ok());
            assert_eq!(preset.name().parse::<Preset>().ok(), Some(preset));
        }
    }

    #[test]
    fn a_company_without_accounts_is_refused_by_name() {
        let none = Company { accounts: 0, ..Company::new(Preset::Tiny, 1) };
        assert!(none.check().is_err_and(|e| e.to_string().contains("accounts")));
    }
}
