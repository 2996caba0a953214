//! Credit of a rule by any key of a touch (campaign, region, segment, period), and one deal's credit touch by touch.

use super::credit::Credit;
use super::kind::ModelKind;
use super::ledger::Ledger;
use super::policy::Filter;
use super::rules::Rule;
use super::settings::{Settings, SettingsError};
use crate::domain::journey::{Journey, JourneySink, Outcome, Touch};
use crate::domain::money::split;

/// One touch's part of one deal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TouchCredit {
    /// The touch.
    pub touch: Touch,
    /// Its weight, `0..=1`; all of a deal sum to 1.
    pub weight: f64,
    /// Its value, minor units; all of a deal sum to the deal's value.
    pub value_minor: i64,
}

/// Why a rule cannot be applied touch by touch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BreakdownError {
    /// Data-driven credit is a share of all outcomes and belongs to no single deal.
    #[error(
        "`{0}` shares out all outcomes together and says nothing of a single deal; choose a rule such as linear, w or full_path"
    )]
    NotARule(ModelKind),
    /// A setting out of range.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// A rule with its policy, applied to one journey at a time: the same weights that reports add up.
#[derive(Debug, Clone)]
pub struct Sharing {
    rule: Rule,
    filter: Filter,
    weights: Vec<f64>,
}

impl Sharing {
    /// For channels numbered as in `channels`.
    ///
    /// # Errors
    /// A data-driven model, or a setting out of range.
    pub fn new(kind: ModelKind, settings: &Settings, channels: &[String]) -> Result<Self, BreakdownError> {
        settings.check()?;
        let rule = Rule::of(kind, settings).ok_or(BreakdownError::NotARule(kind))?;
        Ok(Sharing { rule, filter: Filter::new(&settings.policy, channels), weights: Vec::new() })
    }

    /// The vector of a deal's touches with weight and value; empty where it has no eligible touch. Journeys that are not
    /// won show the weights their value would be shared by, with values of 0.
    pub fn of(&mut self, journey: &Journey) -> Vec<TouchCredit> {
        let path = self.filter.apply(journey).to_vec();
        self.rule.weights(journey, &path, |c| self.filter.is_direct(c), &mut self.weights);
        let value = match journey.outcome {
            Outcome::Won { value_minor } => value_minor,
            Outcome::Lost | Outcome::Open => 0,
        };
        let values = split(value, &self.weights).unwrap_or_else(|| vec![0; path.len()]);
        let rows = path.iter().zip(&self.weights).zip(values);
        rows.map(|((e, &weight), value_minor)| TouchCredit { touch: e.touch, weight, value_minor }).collect()
    }
}

/// Adds up a rule's credit by a key of the touch.
pub struct Breakdown<K> {
    sharing: Sharing,
    ledger: Ledger,
    kind: ModelKind,
    key: K,
}

impl<K: Fn(&Journey, &Touch) -> u32> Breakdown<K> {
    /// `key` gives the number of a touch's campaign, region, week ...; keys are best dense from 0.
    ///
    /// # Errors
    /// As [`Sharing::new`].
    pub fn new(kind: ModelKind, settings: &Settings, channels: &[String], key: K) -> Result<Self, BreakdownError> {
        Ok(Breakdown { sharing: Sharing::new(kind, settings, channels)?, ledger: Ledger::new(0), kind, key })
    }

    /// Credit by key; `names[k]` names key `k`.
    #[must_use]
    pub fn finish(&self, names: &[String]) -> Credit {
        self.ledger.credit(self.kind.id(), names)
    }
}

impl<K: Fn(&Journey, &Touch) -> u32> JourneySink for Breakdown<K> {
    fn journey(&mut self, journey: &Journey) {
        if let Outcome::Won { value_minor } = journey.outcome {
            let credit = self.sharing.of(journey);
            let keys: Vec<u32> = credit.iter().map(|c| (self.key)(journey, &c.touch)).collect();
            let weights: Vec<f64> = credit.iter().map(|c| c.weight).collect();
            self.ledger.share(&keys, &weights, 1, value_minor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::Attribution;
    use crate::domain::journey::DAY_US;
    use proptest::prelude::*;

    fn names(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("c{i}")).collect()
    }

    proptest! {
        #[test]
        fn deals_add_up_to_the_report_and_campaigns_to_their_channel(
            deals in prop::collection::vec((prop::collection::vec((0u32..3, 0u32..2), 0..7), 0i64..1_000_000), 1..30),
        ) {
            let settings = Settings::default();
            let mut report = Attribution::new(&[ModelKind::Position], &settings, &names(3)).expect("settings");
            let mut sharing = Sharing::new(ModelKind::Position, &settings, &names(3)).expect("a rule");
            // Campaign 2c or 2c + 1 belongs to channel c.
            let mut by_campaign =
                Breakdown::new(ModelKind::Position, &settings, &names(3), |_: &Journey, t: &Touch| t.campaign).expect("a rule");
            let mut by_channel = [0i64; 3];
            for (touches, value_minor) in &deals {
                let touch = |(i, &(channel, which)): (i64, &(u32, u32))| Touch {
                    channel, campaign: 2 * channel + which, at_us: i * DAY_US, contact: 0,
                };
                let touches = (0..).zip(touches).map(touch).collect();
                let outcome = Outcome::Won { value_minor: *value_minor };
                let journey = Journey { touches, outcome, end_us: 9 * DAY_US, ..Journey::empty() };
                report.journey(&journey);
                by_campaign.journey(&journey);
                let credit = sharing.of(&journey);
                prop_assert!(credit.is_empty() || (credit.iter().map(|c| c.weight).sum::<f64>() - 1.0).abs() < 1e-12);
                prop_assert!(credit.is_empty() || credit.iter().map(|c| c.value_minor).sum::<i64>() == *value_minor);
                credit.iter().for_each(|c| by_channel[c.touch.channel as usize] += c.value_minor);
            }
            let report = report.finish().expect("a report");
            let campaigns = by_campaign.finish(&names(6));
            for c in 0..3 {
                prop_assert_eq!(report.models[0].channels[c].value_minor, by_channel[c]);
                let both = campaigns.channels[2 * c].value_minor + campaigns.channels[2 * c + 1].value_minor;
                prop_assert_eq!(both, by_channel[c]);
            }
            prop_assert_eq!(campaigns.total, report.models[0].total);
        }
    }

    #[test]
    fn data_driven_models_say_that_they_have_no_single_deal() {
        let error = Sharing::new(ModelKind::Markov, &Settings::default(), &[]).map(|_| ()).expect_err("refused");
        assert!(error.to_string().contains("`markov`") && error.to_string().contains("linear"));
    }

    #[test]
    fn an_open_deal_shows_weights_and_no_value() {
        let mut sharing = Sharing::new(ModelKind::Linear, &Settings::default(), &names(1)).expect("a rule");
        let touch = Touch { channel: 0, campaign: 0, at_us: 0, contact: 0 };
        let credit = sharing.of(&Journey { touches: vec![touch; 2], ..Journey::empty() });
        assert_eq!(credit, [TouchCredit { touch, weight: 0.5, value_minor: 0 }; 2]);
    }
}
