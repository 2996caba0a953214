//! Parameters of attribution as text: the same names for the API, the pages and the command line.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tandem_models::attribution::{CustomWeights, Order, Settings};
use tandem_store::{JourneyUnit, JourneyValue};
use utoipa::IntoParams;

use super::super::error::{AnalysisError, Result};
use super::super::request::day;
use super::ask::{Ask, OutcomeStage, models};

/// Models and policies.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, IntoParams, clap::Args)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AttributionParams {
    /// Models, comma-separated; first,last,linear,time_decay,markov unless told.
    #[serde(alias = "model")]
    #[arg(long = "model", alias = "models", value_name = "NAME[,NAME]")]
    pub models: Option<String>,
    /// What counts as an outcome: won, opportunity, sql, sal or mql; won unless told.
    #[arg(long, value_name = "STAGE")]
    pub outcome: Option<String>,
    /// What won deals are worth: revenue or margin; revenue unless told.
    #[arg(long, value_name = "WORTH")]
    pub value: Option<String>,
    /// Whose way a journey is: account or contact; account unless told.
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// First day of outcomes.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Last day of outcomes.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Days before the outcome in which a touch counts, 0 for no limit; 365 unless told.
    #[arg(long, value_name = "DAYS")]
    pub lookback: Option<u32>,
    /// Half-life of time decay in days; 7 unless told.
    #[arg(long, value_name = "DAYS")]
    pub half_life: Option<f64>,
    /// Order of the Markov chain, 1 to 4 or auto (the best penalised out-of-sample AUC); 1 unless told.
    #[arg(long, value_name = "K")]
    pub order: Option<String>,
    /// Bootstrap resamples behind the intervals of data-driven models, 0 to 1000; 200 unless told.
    #[arg(long, value_name = "N")]
    pub resamples: Option<usize>,
    /// Seed of the bootstrap; 1 unless told.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How repeated touches of a channel count: identity, exposure, first or frequency; identity unless told.
    #[arg(long, value_name = "POLICY")]
    pub repeats: Option<String>,
    /// Direct traffic: keep, remove_if_not_all or remove_if_last_and_not_all; keep unless told.
    #[arg(long, value_name = "POLICY")]
    pub direct: Option<String>,
    /// Whose touches count for a deal: all_contacts, contact_roles or primary_role; all_contacts unless told.
    #[arg(long, value_name = "POLICY")]
    pub mapping: Option<String>,
    /// Which entry to a stage counts when it was entered again: first or last; first unless told.
    #[arg(long, value_name = "POLICY")]
    pub reentry: Option<String>,
    /// Weights of the model `custom`, as first=30,lead=30,mql=0,sal=0,sql=10,opportunity=20,closed=0,rest=10; those not
    /// named are 0, and they are scaled to sum 1.
    #[arg(long, value_name = "STAGE=WEIGHT,..")]
    pub weights: Option<String>,
}

impl AttributionParams {
    /// Checks them all.
    ///
    /// # Errors
    /// `Rejected` names the parameter and what it accepts.
    pub fn ask(&self) -> Result<Ask> {
        let outcome = self.outcome.as_deref().map(str::parse).transpose()?.unwrap_or_default();
        let value = word("value", self.value.as_deref(), "revenue and margin")?.unwrap_or(JourneyValue::Revenue);
        if value == JourneyValue::Margin && outcome != OutcomeStage::Won {
            return Err(AnalysisError::rejected("value", "only deals won have a margin; stages are counted"));
        }
        let (from, to) = (day("from", self.from.as_deref())?, day("to", self.to.as_deref())?);
        if let (Some(a), Some(b)) = (from, to)
            && a > b
        {
            return Err(AnalysisError::rejected("to", format!("{b} lies before `from`, {a}")));
        }
        let unit = word("unit", self.unit.as_deref(), "account and contact")?.unwrap_or(JourneyUnit::Account);
        Ok(Ask { models: models(self.models.as_deref())?, outcome, value, unit, from, to, settings: self.settings()? })
    }

    /// Policies and parameters of the models.
    ///
    /// # Errors
    /// As [`AttributionParams::ask`].
    pub fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::default();
        if let Some(days) = self.lookback {
            settings.policy.lookback_days = (days > 0).then_some(days);
        }
        settings.half_life_days = self.half_life.unwrap_or(settings.half_life_days);
        settings.order = match self.order.as_deref() {
            None => settings.order,
            Some("auto") => Order::Auto,
            Some(k @ ("1" | "2" | "3" | "4")) => Order::Fixed(usize::from(k.as_bytes()[0] - b'0')),
            Some(other) => {
                return Err(AnalysisError::rejected(
                    "order",
                    format!("`{other}` is not accepted; 1, 2, 3, 4 and auto are"),
                ));
            }
        };
        if let Some(n) = self.resamples {
            if n > 1000 {
                return Err(AnalysisError::rejected("resamples", format!("{n} is not accepted; 0 to 1000 is")));
            }
            settings.bootstrap.resamples = n;
        }
        settings.bootstrap.seed = self.seed.unwrap_or(settings.bootstrap.seed);
        let policy = &mut settings.policy;
        if let Some(repeats) = word("repeats", self.repeats.as_deref(), "identity, exposure, first and frequency")? {
            policy.repeats = repeats;
        }
        let directs = "keep, remove_if_not_all and remove_if_last_and_not_all";
        if let Some(direct) = word("direct", self.direct.as_deref(), directs)? {
            policy.direct = direct;
        }
        let mappings = "all_contacts, contact_roles and primary_role";
        if let Some(mapping) = word("mapping", self.mapping.as_deref(), mappings)? {
            policy.mapping = mapping;
        }
        if let Some(reentry) = word("reentry", self.reentry.as_deref(), "first and last")? {
            policy.reentry = reentry;
        }
        if let Some(text) = &self.weights {
            settings.custom = weights(text)?;
        }
        settings
            .check()
            .map_err(|e| AnalysisError::rejected(e.field, format!("is out of range; {} is accepted", e.accepts)))?;
        Ok(settings)
    }
}

/// One of a closed list of words.
fn word<T: DeserializeOwned>(field: &str, text: Option<&str>, accepted: &str) -> Result<Option<T>> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let found = serde_json::from_value(text.into());
    found.map(Some).map_err(|_| AnalysisError::rejected(field, format!("`{text}` is not accepted; {accepted} are")))
}

fn weights(text: &str) -> Result<CustomWeights> {
    let mut all = CustomWeights { first: 0.0, lead: 0.0, extra: [0.0; 6], opportunity: 0.0, closed: 0.0, rest: 0.0 };
    for part in text.split(',') {
        let wrong = || {
            AnalysisError::rejected(
                "weights",
                format!(
                    "`{part}` is not accepted; first, lead, mql, sal, sql, opportunity, closed and rest are, each as NAME=NUMBER"
                ),
            )
        };
        let (name, number) = part.split_once('=').ok_or_else(wrong)?;
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        *match name.trim() {
            "first" => &mut all.first,
            "lead" => &mut all.lead,
            "mql" => &mut all.extra[0],
            "sal" => &mut all.extra[1],
            "sql" => &mut all.extra[2],
            "opportunity" => &mut all.opportunity,
            "closed" => &mut all.closed,
            "rest" => &mut all.rest,
            _ => return Err(wrong()),
        } = number;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tandem_models::attribution::Repeats;

    fn params(change: impl Fn(&mut AttributionParams)) -> Result<Ask> {
        let mut params = AttributionParams::default();
        change(&mut params);
        params.ask()
    }

    #[test]
    fn nothing_told_is_the_default_and_words_become_policies() {
        assert_eq!(params(|_| {}).ok(), Some(Ask::default()));
        let ask = params(|p| {
            (p.repeats, p.weights) = (Some("frequency".into()), Some("first=1, sql=2,rest=0.5".into()));
            (p.lookback, p.unit) = (Some(0), Some("contact".into()));
        });
        let ask = ask.expect("accepted");
        let custom = ask.settings.custom;
        assert_eq!(
            (ask.settings.policy.repeats, custom.first, custom.extra[2], custom.rest),
            (Repeats::Frequency, 1.0, 2.0, 0.5)
        );
        assert_eq!((ask.settings.policy.lookback_days, ask.unit), (None, JourneyUnit::Contact));
    }

    #[test]
    fn every_wrong_word_is_named_with_what_is_accepted() {
        type Change = fn(&mut AttributionParams);
        let cases: [(&str, Change); 8] = [
            ("order", |p| p.order = Some("5".into())),
            ("repeats", |p| p.repeats = Some("all".into())),
            ("outcome", |p| p.outcome = Some("lost".into())),
            ("weights", |p| p.weights = Some("first".into())),
            ("custom", |p| p.weights = Some("first=0".into())),
            ("to", |p| (p.from, p.to) = (Some("2026-02-01".into()), Some("2026-01-01".into()))),
            ("value", |p| (p.value, p.outcome) = (Some("margin".into()), Some("sql".into()))),
            ("half_life_days", |p| p.half_life = Some(-1.0)),
        ];
        for (field, change) in cases {
            let text = params(change).expect_err(field).to_string();
            assert!(text.starts_with(&format!("`{field}`")), "{text}");
        }
    }
}
