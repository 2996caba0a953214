//! Parameters of the models, with their defaults and ranges.

use serde::{Deserialize, Serialize};

use super::policy::Policy;
use crate::domain::journey::EXTRA_MILESTONES;

/// Order of the Markov chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// 1 to 4.
    Fixed(usize),
    /// The order of the best penalised out-of-sample AUC among 1 to 4.
    Auto,
}

/// Bootstrap over accounts (or over the journeys of a path table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Resamples; 0 leaves intervals out.
    pub resamples: usize,
    /// Same seed, same data: same intervals.
    pub seed: u64,
}

impl Default for Bootstrap {
    /// 200 resamples, seed 1.
    fn default() -> Self {
        Bootstrap { resamples: 200, seed: 1 }
    }
}

/// Weights of the custom model on milestones; each finite and `>= 0`, scaled to sum 1, at least one above 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomWeights {
    /// First touch.
    pub first: f64,
    /// Lead creation.
    pub lead: f64,
    /// Up to six further stages, as numbered in [`crate::domain::journey::Milestones::extra`].
    pub extra: [f64; EXTRA_MILESTONES],
    /// Opportunity creation.
    pub opportunity: f64,
    /// The last touch before closing.
    pub closed: f64,
    /// Shared by all other touches.
    pub rest: f64,
}

impl Default for CustomWeights {
    /// The weights of the full path.
    fn default() -> Self {
        CustomWeights { first: 22.5, lead: 22.5, extra: [0.0; 6], opportunity: 22.5, closed: 22.5, rest: 10.0 }
    }
}

/// All settings of an attribution report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which touches are eligible.
    pub policy: Policy,
    /// Half-life of time decay in days, above 0. Default 7 for compatibility; 30 to 90 suit long cycles.
    pub half_life_days: f64,
    /// Weights of the custom model.
    pub custom: CustomWeights,
    /// Order of the Markov chain. Default 1.
    pub order: Order,
    /// Intervals of data-driven models.
    pub bootstrap: Bootstrap,
    /// Whether the out-of-sample AUC of paths is computed beside Markov credit. Default yes.
    pub out_of_sample_auc: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            policy: Policy::default(),
            half_life_days: 7.0,
            custom: CustomWeights::default(),
            order: Order::Fixed(1),
            bootstrap: Bootstrap::default(),
            out_of_sample_auc: true,
        }
    }
}

impl Settings {
    /// Checks ranges.
    ///
    /// # Errors
    /// Names the first field out of range and what it accepts.
    pub fn check(&self) -> Result<(), SettingsError> {
        let refuse = |field, accepts| Err(SettingsError { field, accepts });
        if !(self.half_life_days.is_finite() && self.half_life_days > 0.0) {
            return refuse("half_life_days", "a number of days above 0, for example 7 or 30");
        }
        if self.policy.lookback_days == Some(0) {
            return refuse("policy.lookback_days", "1 or more, or nothing for no limit");
        }
        if matches!(self.order, Order::Fixed(k) if !(1..=4).contains(&k)) {
            return refuse("order", "1, 2, 3, 4 or `auto`");
        }
        if self.bootstrap.resamples > 10_000 {
            return refuse("bootstrap.resamples", "0 to 10000");
        }
        let CustomWeights { first, lead, extra, opportunity, closed, rest } = self.custom;
        let all = [first, lead, opportunity, closed, rest].into_iter().chain(extra);
        if all.clone().any(|w| !w.is_finite() || w < 0.0) || all.sum::<f64>() <= 0.0 {
            return refuse("custom", "weights of 0 or more, at least one above 0");
        }
        Ok(())
    }
}

/// A setting out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is out of range; it accepts {accepts}")]
pub struct SettingsError {
    /// The field at fault.
    pub field: &'static str,
    /// What would be accepted.
    pub accepts: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_in_range_and_a_wrong_field_is_named() {
        assert_eq!(Settings::default().check(), Ok(()));
        let wrong = Settings { order: Order::Fixed(5), ..Settings::default() };
        assert!(wrong.check().is_err_and(|e| e.to_string().contains("`order`") && e.to_string().contains("auto")));
        let custom = CustomWeights { first: 0.0, lead: 0.0, extra: [0.0; 6], opportunity: 0.0, closed: 0.0, rest: 0.0 };
        assert!(Settings { custom, ..Settings::default() }.check().is_err());
        assert!(Settings { half_life_days: f64::NAN, ..Settings::default() }.check().is_err());
    }
}
