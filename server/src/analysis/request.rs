//! What a fit is asked for, from the command line, the API or a page alike.

use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;
use tandem_models::mmm::spec::Spec;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};

/// How parameters are estimated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// Ridge regression on transformed media with block bootstrap: a first answer in about a second.
    #[default]
    Ridge,
    /// Posterior sampling by NUTS.
    Bayes,
}

impl Estimator {
    /// As written in JSON and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Estimator::Ridge => "ridge",
            Estimator::Bayes => "bayes",
        }
    }
}

/// A fit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FitRequest {
    /// Outcome to explain: a name from `GET /api/v1/kpis`. May be left out beside `refresh_of`.
    #[serde(default)]
    pub kpi: String,
    /// A run whose outcome, estimator, spec, first day and scales are taken over, on the data as they are now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_of: Option<String>,
    /// How parameters are estimated; ridge unless told, and as the earlier run where one is refreshed.
    #[serde(default)]
    pub estimator: Estimator,
    /// Seed of everything random; the spec's, or 1, unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The spec as an object with the keys of `SPEC.toml`; defaults unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub spec: Option<serde_json::Value>,
    /// Whether the store's experiments on this outcome are left out; Bayes uses them unless told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_experiments: bool,
    /// First day of the panel, `YYYY-MM-DD`; all the data unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day of the panel, inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl FitRequest {
    /// The spec with the seed in it.
    ///
    /// # Errors
    /// Names the unknown key or wrong value.
    pub fn spec(&self) -> Result<Spec> {
        let mut spec = match &self.spec {
            Some(value) => {
                serde_json::from_value(value.clone()).map_err(|e| AnalysisError::rejected("spec", e.to_string()))?
            }
            None => Spec::default(),
        };
        if let Some(seed) = self.seed {
            spec.seed = seed;
        }
        Ok(spec)
    }

    /// First and last day.
    ///
    /// # Errors
    /// Names the date that is none, or the order that is wrong.
    pub fn days(&self) -> Result<(Option<Day>, Option<Day>)> {
        let (from, to) = (day("from", self.from.as_deref())?, day("to", self.to.as_deref())?);
        match (from, to) {
            (Some(a), Some(b)) if a > b => Err(AnalysisError::rejected("to", format!("{b} lies before `from`, {a}"))),
            both => Ok(both),
        }
    }
}

/// Reads a day, naming the parameter where it is none.
///
/// # Errors
/// `Rejected` with the parameter's name.
pub fn day(field: &str, text: Option<&str>) -> Result<Option<Day>> {
    text.map(|t| t.parse().map_err(|e: String| AnalysisError::rejected(field, e))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_of_the_spec_is_named() {
        let request = FitRequest { spec: Some(serde_json::json!({"seeed": 1})), ..FitRequest::default() };
        let wrong = request.spec().expect_err("refused").to_string();
        assert!(wrong.contains("seeed"), "{wrong}");
        let request = FitRequest { spec: Some(serde_json::json!({"seed": 4})), seed: Some(9), ..FitRequest::default() };
        assert_eq!(request.spec().map(|s| s.seed).ok(), Some(9));
    }

    #[test]
    fn days_in_the_wrong_order_are_refused() {
        let request =
            FitRequest { from: Some("2026-02-01".into()), to: Some("2026-01-01".into()), ..FitRequest::default() };
        assert!(request.days().is_err());
    }
}
