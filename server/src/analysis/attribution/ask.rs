//! What attribution is asked for, checked: models, outcome, policies, window.

use serde::{Deserialize, Serialize};
use tandem_models::attribution::{ModelKind, Settings};
use tandem_models::domain::period::Day;
use tandem_store::{JourneyOutcome, JourneyRequest, JourneyScope, JourneyUnit, JourneyValue};
use utoipa::ToSchema;

use super::super::error::{AnalysisError, Result};

/// Models shown unless told.
pub const USUAL: [ModelKind; 5] =
    [ModelKind::First, ModelKind::Last, ModelKind::Linear, ModelKind::TimeDecay, ModelKind::Markov];

/// What counts as an outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeStage {
    /// Deals won, worth their amounts or their gross margin.
    #[default]
    Won,
    /// Accounts that reached the opportunity stage, counted.
    Opportunity,
    /// Accounts that became sales-qualified, counted.
    Sql,
    /// Accounts that sales accepted, counted.
    Sal,
    /// Accounts that became marketing-qualified, counted.
    Mql,
}

impl OutcomeStage {
    /// All, the last of the funnel first.
    pub const ALL: [OutcomeStage; 5] =
        [OutcomeStage::Won, OutcomeStage::Opportunity, OutcomeStage::Sql, OutcomeStage::Sal, OutcomeStage::Mql];

    /// As in queries and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.journeys().as_str()
    }

    /// As the store names it.
    #[must_use]
    pub fn journeys(self) -> JourneyOutcome {
        match self {
            OutcomeStage::Won => JourneyOutcome::Won,
            OutcomeStage::Opportunity => JourneyOutcome::Opportunity,
            OutcomeStage::Sql => JourneyOutcome::Sql,
            OutcomeStage::Sal => JourneyOutcome::Sal,
            OutcomeStage::Mql => JourneyOutcome::Mql,
        }
    }
}

impl std::str::FromStr for OutcomeStage {
    type Err = AnalysisError;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == text).ok_or_else(|| {
            AnalysisError::rejected(
                "outcome",
                format!("`{text}` is not accepted; won, opportunity, sql, sal and mql are"),
            )
        })
    }
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ask {
    /// Models, each once, in the order shown.
    pub models: Vec<ModelKind>,
    /// Outcome.
    pub outcome: OutcomeStage,
    /// What won deals are worth.
    pub value: JourneyValue,
    /// Whose way a journey is.
    pub unit: JourneyUnit,
    /// First day of outcomes.
    pub from: Option<Day>,
    /// Last day of outcomes.
    pub to: Option<Day>,
    /// Policies and parameters of the models.
    pub settings: Settings,
}

impl Default for Ask {
    fn default() -> Self {
        Ask {
            models: USUAL.to_vec(),
            outcome: OutcomeStage::Won,
            value: JourneyValue::Revenue,
            unit: JourneyUnit::Account,
            from: None,
            to: None,
            settings: Settings::default(),
        }
    }
}

impl Ask {
    /// The journeys that the models read, and no more: rules read winners, models of paths all that ended, the hazard
    /// model everyone.
    #[must_use]
    pub fn journeys(&self) -> JourneyRequest {
        let scope = if self.models.contains(&ModelKind::Hazard) {
            JourneyScope::Everyone
        } else if self.models.iter().any(|k| k.data_driven()) {
            JourneyScope::Ended
        } else {
            JourneyScope::Reached
        };
        JourneyRequest {
            outcome: self.outcome.journeys(),
            value: self.value,
            unit: self.unit,
            from: self.from,
            to: self.to,
            scope,
            lookback_days: self.settings.policy.lookback_days,
            mapping: self.settings.policy.mapping,
            reentry: self.settings.policy.reentry,
            ..JourneyRequest::default()
        }
    }

    /// What is credited, as answers name it.
    #[must_use]
    pub fn kpi(&self) -> &'static str {
        match (self.outcome, self.value) {
            (OutcomeStage::Won, JourneyValue::Revenue) => "won_revenue",
            (OutcomeStage::Won, JourneyValue::Margin) => "won_margin",
            (stage, _) => stage.as_str(),
        }
    }

    /// The same with rules only, for what data-driven credit cannot say.
    ///
    /// # Errors
    /// `Rejected` names a data-driven model that was asked for.
    pub fn rules(self, given: bool, what: &str) -> Result<Ask> {
        let learned: Vec<&str> = self.models.iter().filter(|k| k.data_driven()).map(|k| k.id()).collect();
        if given && !learned.is_empty() {
            return Err(AnalysisError::rejected(
                "models",
                format!(
                    "{} shares out all outcomes together and has no credit {what}; rules such as linear, w or full_path do",
                    learned.join(", ")
                ),
            ));
        }
        let models = self.models.iter().copied().filter(|k| !k.data_driven()).collect();
        Ok(Ask { models, ..self })
    }
}

/// Reads a list of model ids, comma-separated.
///
/// # Errors
/// Names the id that is none.
pub fn models(list: Option<&str>) -> Result<Vec<ModelKind>> {
    let Some(list) = list.filter(|l| !l.trim().is_empty()) else { return Ok(USUAL.to_vec()) };
    let mut kinds: Vec<ModelKind> = Vec::new();
    for id in list.split(',') {
        let kind = id.parse().map_err(|e: String| AnalysisError::rejected("model", e))?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}
