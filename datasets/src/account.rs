//! Accounts of the market: region, segment, appetite, fit, people and the rep who owns them.

use rayon::prelude::*;

use crate::company::Company;
use crate::stream::{Purpose, Stream};

/// Size class of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    Small,
    Mid,
    Enterprise,
}

impl Segment {
    /// Name in the tables.
    pub(crate) fn name(self) -> &'static str {
        ["smb", "mid-market", "enterprise"][self as usize]
    }

    /// Share of accounts.
    const SHARES: [f64; 3] = [0.52, 0.34, 0.14];

    /// Median days from opportunity to decision.
    pub(crate) fn cycle_days(self) -> f64 {
        [38.0, 62.0, 105.0][self as usize]
    }

    /// (contacts, appetite, deal size) against the mean account, before normalising.
    fn relative(self) -> (f64, f64, f64) {
        [(0.55, 0.75, 0.40), (1.15, 1.15, 1.0), (2.3, 1.6, 2.6)][self as usize]
    }
}

/// Industries, most frequent first.
pub(crate) const INDUSTRIES: [&str; 8] =
    ["manufacturing", "software", "financial services", "healthcare", "retail", "logistics", "energy", "public sector"];

/// One account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) region: u16,
    pub(crate) segment: Segment,
    pub(crate) industry: u8,
    pub(crate) contacts: u16,
    /// Rep who works its leads, an index over all reps.
    pub(crate) rep: u32,
    /// Index of its first contact over all accounts.
    pub(crate) first_contact: u32,
    /// Appetite: inquiries against the mean account; sums to the number of accounts.
    pub(crate) appetite: f64,
    /// Multiplier on the chance to win, mean 1.
    pub(crate) fit: f64,
    /// Mean deal amount, EUR.
    pub(crate) deal: f64,
}

/// Draws all accounts; reps are assigned later, once the sales team is sized.
pub(crate) fn draw(company: &Company) -> Vec<Account> {
    let regions: Vec<f64> = company.regions.iter().map(|r| r.share).collect();
    let industries: Vec<f64> = (0..INDUSTRIES.len()).map(|i| 1.0 / (i as f64 + 2.0)).collect();
    let expected: f64 = [Segment::Small, Segment::Mid, Segment::Enterprise]
        .iter()
        .map(|s| Segment::SHARES[*s as usize] * s.relative().0)
        .sum();
    let mut accounts: Vec<Account> = (0..company.accounts)
        .into_par_iter()
        .map(|i| {
            let mut s = Stream::new(company.seed, Purpose::Account, u64::from(i), 0);
            let segment = [Segment::Small, Segment::Mid, Segment::Enterprise][s.pick(&Segment::SHARES)];
            let (people, appetite, deal) = segment.relative();
            let contacts = 1 + s.poisson((company.contacts_per_account - 1.0).max(0.0) * people / expected);
            Account {
                region: s.pick(&regions) as u16,
                segment,
                industry: s.pick(&industries) as u8,
                contacts: contacts.min(400) as u16,
                rep: 0,
                first_contact: 0,
                appetite: appetite * (0.8 * s.normal()).exp(),
                fit: (0.35 * s.normal() - 0.061).exp(),
                deal,
            }
        })
        .collect();
    let n = f64::from(company.accounts);
    let appetite: f64 = accounts.iter().map(|a| a.appetite).sum();
    let weighted: f64 = accounts.iter().map(|a| a.appetite * a.deal).sum();
    let mut next = 0;
    for account in &mut accounts {
        account.deal *= company.mean_deal * appetite / weighted;
        account.appetite *= n / appetite;
        account.first_contact = next;
        next += u32::from(account.contacts);
    }
    accounts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company::Preset;

    #[test]
    fn accounts_have_the_people_and_appetite_asked_for() {
        let company = Company::new(Preset::Small, 5);
        let accounts = draw(&company);
        let people: f64 = accounts.iter().map(|a| f64::from(a.contacts)).sum::<f64>() / accounts.len() as f64;
        assert!((people / company.contacts_per_account - 1.0).abs() < 0.1, "{people} contacts an account");
        let appetite: f64 = accounts.iter().map(|a| a.appetite).sum::<f64>();
        assert!((appetite - f64::from(company.accounts)).abs() < 1e-6 * appetite);
    }
}
