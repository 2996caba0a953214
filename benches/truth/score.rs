//! What was said of channels, held against the truth.

use tandem_models::mmm::diagnostics::{Health, Status};
use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::verdict::{ChannelVerdict, Decision};

use super::regret::Regret;

/// One channel of one fit.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Whether the channel does anything worth deciding on: 1% of the outcome or more.
    real: bool,
    /// |mean - truth| / truth, the truth not below half a percent of the outcome.
    error: f64,
    /// Whether the 90% interval that is reported holds the truth.
    covered: bool,
    /// The same of the fit's own posterior alone.
    covered_alone: bool,
    decision: Decision,
    health: Status,
}

impl Outcome {
    /// Of a channel that truly caused `truth`.
    pub fn new(truth: f64, verdict: &ChannelVerdict, health: &Health) -> Outcome {
        let holds = |told: Interval| told.p05 <= truth && truth <= told.p95;
        Outcome {
            real: truth.abs() >= 2000.0,
            error: (verdict.contribution.mean - truth).abs() / truth.abs().max(1000.0),
            covered: holds(verdict.reported()),
            covered_alone: holds(verdict.contribution),
            decision: verdict.decision,
            health: health.status,
        }
    }

    /// Wrong by more than half, the interval misses, and neither verdict nor health say so.
    fn silent_failure(&self) -> bool {
        !self.covered && self.silent()
    }

    /// The same with the interval of the posterior alone.
    fn silent_alone(&self) -> bool {
        !self.covered_alone && self.silent()
    }

    fn silent(&self) -> bool {
        self.error > 0.5 && self.decision == Decision::Decidable && self.health != Status::Fail
    }
}

/// Counts over channels.
#[derive(Debug, Clone, Default)]
pub struct Score {
    channels: usize,
    real: usize,
    errors: Vec<f64>,
    pub covered: usize,
    pub decidable: usize,
    decidable_covered: usize,
    pub covered_alone: usize,
    decidable_covered_alone: usize,
    decidable_real: usize,
    leaning: usize,
    pub failed: usize,
    pub silent: usize,
    silent_alone: usize,
    regrets: Vec<Regret>,
}

impl Score {
    /// Of `outcomes`.
    pub fn of(outcomes: &[Outcome], regrets: Vec<Regret>) -> Score {
        let count = |f: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| f(o)).count();
        Score {
            channels: outcomes.len(),
            real: count(&|o| o.real),
            errors: outcomes.iter().filter(|o| o.real).map(|o| o.error).collect(),
            covered: count(&|o| o.covered),
            decidable: count(&|o| o.decision == Decision::Decidable),
            decidable_covered: count(&|o| o.decision == Decision::Decidable && o.covered),
            covered_alone: count(&|o| o.covered_alone),
            decidable_covered_alone: count(&|o| o.decision == Decision::Decidable && o.covered_alone),
            decidable_real: count(&|o| o.decision == Decision::Decidable && o.real),
            leaning: count(&|o| o.decision == Decision::Leaning),
            failed: count(&|o| o.health == Status::Fail),
            silent: count(&Outcome::silent_failure),
            silent_alone: count(&Outcome::silent_alone),
            regrets,
        }
    }

    /// Of both.
    pub fn and(mut self, other: &Score) -> Score {
        self.errors.extend(&other.errors);
        self.regrets.extend(&other.regrets);
        Score {
            channels: self.channels + other.channels,
            real: self.real + other.real,
            errors: self.errors,
            covered: self.covered + other.covered,
            decidable: self.decidable + other.decidable,
            decidable_covered: self.decidable_covered + other.decidable_covered,
            covered_alone: self.covered_alone + other.covered_alone,
            decidable_covered_alone: self.decidable_covered_alone + other.decidable_covered_alone,
            decidable_real: self.decidable_real + other.decidable_real,
            leaning: self.leaning + other.leaning,
            failed: self.failed + other.failed,
            silent: self.silent + other.silent,
            silent_alone: self.silent_alone + other.silent_alone,
            regrets: self.regrets,
        }
    }

    /// Mean regrets.
    fn regret(&self) -> String {
        let mean = |of: fn(&Regret) -> f64| {
            100.0 * self.regrets.iter().map(of).sum::<f64>() / self.regrets.len().max(1) as f64
        };
        format!("{:.1}% ({:.1}%)", mean(|r| r.advised), mean(|r| r.unchanged))
    }

    /// The table's heading.
    pub fn heading() -> &'static str {
        "| world | channels | median error | coverage of 90% (of the posterior alone) | decidable, of real ones | decidable covered (of the posterior alone) | leaning | health FAIL | silent failures (of the posterior alone) | regret of the advice (of changing nothing) |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    }

    /// One line of it.
    pub fn line(&self, name: &str) -> String {
        let share =
            |a: usize, b: usize| if b == 0 { "-".to_owned() } else { format!("{:.0}%", 100.0 * a as f64 / b as f64) };
        let mut errors = self.errors.clone();
        errors.sort_by(f64::total_cmp);
        let median = errors.get(errors.len() / 2).copied().unwrap_or(0.0);
        format!(
            "| {name} | {} | {:.0}% | {} ({}) | {} | {} ({}) | {} | {} | {} ({}) | {} |",
            self.channels,
            100.0 * median,
            share(self.covered, self.channels),
            share(self.covered_alone, self.channels),
            share(self.decidable_real, self.real),
            share(self.decidable_covered, self.decidable),
            share(self.decidable_covered_alone, self.decidable),
            share(self.leaning, self.channels),
            share(self.failed, self.channels),
            self.silent,
            self.silent_alone,
            self.regret(),
        )
    }
}
