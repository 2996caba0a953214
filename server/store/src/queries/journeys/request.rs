//! Which journeys are asked for.

use serde::{Deserialize, Serialize};
use tandem_models::attribution::AccountMapping;
use tandem_models::domain::journey::Reentry;
use tandem_models::domain::period::Day;

use crate::lake::AsOf;
use crate::schema::MAIN;

/// The outcome that journeys lead to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyOutcome {
    /// A deal that is won: one journey a deal.
    #[default]
    Won,
    /// The account's entry to the stage: one journey an account, counted and not valued.
    Opportunity,
    /// As above.
    Sql,
    /// As above.
    Sal,
    /// As above.
    Mql,
}

impl JourneyOutcome {
    /// As stored and written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            JourneyOutcome::Won => "won",
            JourneyOutcome::Opportunity => "opportunity",
            JourneyOutcome::Sql => "sql",
            JourneyOutcome::Sal => "sal",
            JourneyOutcome::Mql => "mql",
        }
    }
}

/// What a won deal is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyValue {
    /// Its amount.
    #[default]
    Revenue,
    /// Its gross margin; deals that state none are worth 0 and counted in [`super::JourneyReport::without_margin`].
    Margin,
}

/// Whose way a journey is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyUnit {
    /// The account's: all contacts that [`JourneyRequest::mapping`] lets count.
    #[default]
    Account,
    /// The contact's. A stage is reached by the contact who entered it; a deal, which is won once, by its primary contact
    /// (contacts with a role, then all, where it names none).
    Contact,
}

/// Which accounts give journeys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JourneyScope {
    /// Those that reached the outcome, and only those journeys: all that rules read.
    #[default]
    Reached,
    /// Those that ended either way, without what is still open: all that models of paths read.
    Ended,
    /// Every account with a touch, open ones as censored: what the hazard model reads.
    Everyone,
}

impl JourneyScope {
    /// As the queries take it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            JourneyScope::Reached => "reached",
            JourneyScope::Ended => "ended",
            JourneyScope::Everyone => "everyone",
        }
    }
}

/// Which journeys are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JourneyRequest {
    /// Dataset.
    pub dataset: String,
    /// Outcome.
    pub outcome: JourneyOutcome,
    /// What won deals are worth.
    pub value: JourneyValue,
    /// Whose way a journey is.
    pub unit: JourneyUnit,
    /// First day of outcomes; earlier ones give no journey.
    pub from: Option<Day>,
    /// Last day of outcomes; later ones give no journey.
    pub to: Option<Day>,
    /// Which accounts give journeys.
    pub scope: JourneyScope,
    /// Days before the end beyond which touches are not worth carrying; the policy of the models has the last word.
    pub lookback_days: Option<u32>,
    /// Whose touches count for a deal.
    pub mapping: AccountMapping,
    /// Which entry to a stage counts.
    pub reentry: Reentry,
    /// Only these accounts.
    pub only: Option<Vec<String>>,
    /// Which batches are seen.
    pub as_of: AsOf,
}

impl Default for JourneyRequest {
    fn default() -> Self {
        JourneyRequest {
            dataset: MAIN.into(),
            outcome: JourneyOutcome::Won,
            value: JourneyValue::Revenue,
            unit: JourneyUnit::Account,
            from: None,
            to: None,
            scope: JourneyScope::Reached,
            lookback_days: None,
            mapping: AccountMapping::AllContacts,
            reentry: Reentry::First,
            only: None,
            as_of: AsOf::Latest,
        }
    }
}
