//! Weights of the touches of one journey under the rule models: by order, by age, by milestone.

use super::kind::ModelKind;
use super::milestones::{Stages, milestone_weights};
use super::policy::Eligible;
use super::settings::{CustomWeights, Settings};
use crate::domain::journey::{DAY_US, Journey};

/// A rule model with its parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// All to the first touch.
    First,
    /// All to the last touch.
    Last,
    /// All to the last touch that is not direct.
    LastNonDirect,
    /// Equal shares.
    Linear,
    /// 40/20/40.
    Position,
    /// `2^(-age / half_life_days)`.
    TimeDecay {
        /// Days, above 0.
        half_life_days: f64,
    },
    /// Weights on milestones.
    Milestones(CustomWeights),
}

impl Rule {
    /// The rule behind a model id; `None` for data-driven models.
    #[must_use]
    pub fn of(kind: ModelKind, settings: &Settings) -> Option<Rule> {
        let stages = |first, lead, opportunity, closed, rest| {
            Rule::Milestones(CustomWeights { first, lead, extra: [0.0; 6], opportunity, closed, rest })
        };
        Some(match kind {
            ModelKind::First => Rule::First,
            ModelKind::Last => Rule::Last,
            ModelKind::LastNonDirect => Rule::LastNonDirect,
            ModelKind::Linear => Rule::Linear,
            ModelKind::Position => Rule::Position,
            ModelKind::TimeDecay => Rule::TimeDecay { half_life_days: settings.half_life_days },
            ModelKind::UHalves => stages(50.0, 50.0, 0.0, 0.0, 0.0),
            ModelKind::UWithRest => stages(40.0, 40.0, 0.0, 0.0, 20.0),
            ModelKind::W => stages(30.0, 30.0, 30.0, 0.0, 10.0),
            ModelKind::FullPath => stages(22.5, 22.5, 22.5, 22.5, 10.0),
            ModelKind::Custom => Rule::Milestones(settings.custom),
            ModelKind::Markov | ModelKind::Shapley | ModelKind::ShapleyOrdered | ModelKind::Hazard => return None,
        })
    }

    /// Writes the weight of each eligible touch into `out`: `>= 0`, summing to 1; empty where there is no touch.
    pub fn weights(&self, journey: &Journey, path: &[Eligible], is_direct: impl Fn(u32) -> bool, out: &mut Vec<f64>) {
        out.clear();
        out.resize(path.len(), 0.0);
        let Some(last) = path.len().checked_sub(1) else { return };
        match self {
            Rule::First => out[0] = 1.0,
            Rule::Last => out[last] = 1.0,
            Rule::LastNonDirect => {
                out[path.iter().rposition(|e| !is_direct(e.touch.channel)).unwrap_or(last)] = 1.0;
            }
            Rule::Linear => share_by_count(path, out, 1.0, |_| true),
            Rule::Position => match last {
                0 => out[0] = 1.0,
                1 => out.fill(0.5),
                _ => {
                    (out[0], out[last]) = (0.4, 0.4);
                    share_by_count(path, out, 0.2, |i| i != 0 && i != last);
                }
            },
            Rule::TimeDecay { half_life_days } => decay(journey, path, *half_life_days, out),
            Rule::Milestones(weights) => milestone_weights(&Stages::of(journey, path), weights, path, out),
        }
    }
}

/// Adds `weight` to the touches that `takes` accepts, in proportion to how many touches each stands for.
pub(super) fn share_by_count(path: &[Eligible], out: &mut [f64], weight: f64, takes: impl Fn(usize) -> bool) {
    let of = |i: usize| if takes(i) { f64::from(path[i].count) } else { 0.0 };
    let all: f64 = (0..path.len()).map(of).sum();
    if all > 0.0 {
        (0..path.len()).for_each(|i| out[i] += weight * of(i) / all);
    }
}

fn decay(journey: &Journey, path: &[Eligible], half_life_days: f64, out: &mut [f64]) {
    let age = |e: &Eligible| (journey.end_us - e.touch.at_us) as f64 / DAY_US as f64;
    // Ages are taken against the youngest touch, so that a journey of old touches only does not underflow to 0 / 0.
    let youngest = path.iter().map(age).fold(f64::INFINITY, f64::min);
    for (w, e) in out.iter_mut().zip(path) {
        *w = f64::from(e.count) * (-(age(e) - youngest) / half_life_days).exp2();
    }
    let sum: f64 = out.iter().sum();
    out.iter_mut().for_each(|w| *w /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journey::{NO_CAMPAIGN, Touch};

    fn path(ages: &[i64]) -> (Journey, Vec<Eligible>) {
        let touch = |(i, age): (usize, &i64)| Eligible {
            touch: Touch { channel: i as u32, campaign: NO_CAMPAIGN, at_us: -age * DAY_US, contact: 0 },
            count: 1,
        };
        (Journey::empty(), ages.iter().enumerate().map(touch).collect())
    }

    fn weights(kind: ModelKind, ages: &[i64]) -> Vec<f64> {
        let (journey, path) = path(ages);
        let mut out = Vec::new();
        let rule = Rule::of(kind, &Settings::default());
        rule.into_iter().for_each(|r| r.weights(&journey, &path, |c| c >= 2, &mut out));
        out
    }

    #[test]
    fn time_decay_of_the_worked_ages_with_a_half_life_of_a_week() {
        let want = [0.014600, 0.023953, 0.047906, 0.284754, 0.628787];
        for (got, want) in weights(ModelKind::TimeDecay, &[38, 33, 26, 8, 0]).iter().zip(want) {
            assert!((got - want).abs() < 5e-7, "{got} {want}");
        }
        // The weights depend on age differences only, and touches 30 years old do not underflow.
        let old = weights(ModelKind::TimeDecay, &[11_038, 11_033, 11_026, 11_008, 11_000]);
        assert!((old[4] - want[4]).abs() < 5e-7);
    }

    #[test]
    fn time_decay_halves_per_half_life_and_not_faster() {
        let two = weights(ModelKind::TimeDecay, &[7, 0]);
        assert!((two[0] / two[1] - 0.5).abs() < 1e-15);
        assert!((two[0] / two[1] - 0.25).abs() > 0.1);
    }

    #[test]
    fn position_shares_by_length() {
        assert_eq!(weights(ModelKind::Position, &[0]), [1.0]);
        assert_eq!(weights(ModelKind::Position, &[1, 0]), [0.5, 0.5]);
        assert_eq!(weights(ModelKind::Position, &[2, 1, 0]), [0.4, 0.2, 0.4]);
        assert_eq!(weights(ModelKind::Position, &[3, 2, 1, 0]), [0.4, 0.1, 0.1, 0.4]);
        assert!(weights(ModelKind::Position, &[]).is_empty());
    }

    #[test]
    fn first_last_and_last_non_direct() {
        assert_eq!(weights(ModelKind::First, &[3, 2, 1, 0]), [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(weights(ModelKind::Last, &[3, 2, 1, 0]), [0.0, 0.0, 0.0, 1.0]);
        // Channels 2 and 3 are direct here.
        assert_eq!(weights(ModelKind::LastNonDirect, &[3, 2, 1, 0]), [0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn frequency_weighs_linear_credit_by_the_number_of_touches() {
        let (journey, mut path) = path(&[2, 1]);
        path[0].count = 3;
        let mut out = Vec::new();
        Rule::Linear.weights(&journey, &path, |_| false, &mut out);
        assert_eq!(out, [0.75, 0.25]);
    }
}
