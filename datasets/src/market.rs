//! The company with its market: all that no change of plan alters.

use crate::account::{self, Account};
use crate::company::Company;
use crate::drivers::Effects;
use crate::plan::{Plan, Variation, variations};
use crate::sales;
use crate::season;
use crate::world::Lead;

/// The company with everything that no change of plan alters.
#[derive(Debug)]
pub(crate) struct Market {
    pub(crate) company: Company,
    pub(crate) accounts: Vec<Account>,
    pub(crate) competitors: Vec<Vec<f64>>,
    pub(crate) variations: Vec<Variation>,
    pub(crate) plan: Plan,
    pub(crate) effects: Effects,
    /// Reps by region.
    pub(crate) team: Vec<u32>,
}

impl Market {
    /// Draws the company, its plan and its market.
    pub(crate) fn draw(company: &Company) -> Self {
        let mut accounts = account::draw(company);
        let competitors = season::competitors(company);
        let variations = variations(company);
        let plan = Plan::draw(company, &variations);
        let effects = Effects::calibrate(company, &plan, &accounts, &competitors);
        let team = sales::hire(company, &effects.rates(company, &plan), &mut accounts);
        Self { company: company.clone(), accounts, competitors, variations, plan, effects, team }
    }

    /// Quality of a lead by its source.
    pub(crate) fn quality_of(&self, lead: &Lead) -> f64 {
        self.quality(lead.source)
    }

    /// Quality of inquiries of a source: 1 for demand without direct cause.
    pub(crate) fn quality(&self, source: u8) -> f64 {
        usize::from(source).checked_sub(1).map_or(1.0, |c| self.company.channels[c].quality)
    }
}
