//! Whether a fit may be relied on, in one vocabulary for every estimator: PASS, REVIEW or FAIL with what was found in words.

use serde::{Deserialize, Serialize};

/// How a check came out; a fit is as healthy as its worst finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing found.
    #[default]
    Pass,
    /// Usable, with what is said kept in mind.
    Review,
    /// Not to be used before what is said has been dealt with.
    Fail,
}

impl Status {
    /// Every status, best first.
    pub const ALL: [Status; 3] = [Status::Pass, Status::Review, Status::Fail];

    /// The word in JSON and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Review => "review",
            Status::Fail => "fail",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// R-hat and effective sample sizes.
    Convergence,
    /// Divergent or cut-off trajectories.
    Sampler,
    /// Predictive checks and errors.
    Fit,
    /// Residuals that carry over: season, trend or carry-over missed.
    Residuals,
    /// A baseline below 0.
    Baseline,
    /// Share of the outcome that media is credited with.
    MediaShare,
    /// Single periods that decide.
    Influence,
    /// Channels that move together.
    Collinearity,
    /// What another saturation curve would say.
    Saturation,
    /// Numbers that are mostly prior.
    Prior,
    /// What the priors alone expect of the outcome.
    PriorPredictive,
    /// Error on periods not seen.
    Holdout,
    /// Spend of the future that explains today.
    Placebo,
    /// Experiments that the weekly data contradict.
    Experiment,
    /// Keys of the spec that the estimator cannot honour.
    UnusedKeys,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about.
    pub check: Check,
    /// How bad.
    pub status: Status,
    /// In words for a reader who is no statistician, with figures, and what to do.
    #[serde(rename = "text")]
    pub message: String,
    /// Channels it concerns; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
}

impl Finding {
    /// A finding on the fit as a whole.
    #[must_use]
    pub fn new(check: Check, status: Status, message: String) -> Finding {
        Finding { check, status, message, channels: Vec::new() }
    }

    /// The same on some channels only.
    #[must_use]
    pub fn on(self, channels: Vec<String>) -> Finding {
        Finding { channels, ..self }
    }
}

/// The verdict on a fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The worst of the findings.
    pub status: Status,
    /// What was found, worst first.
    #[serde(rename = "reasons")]
    pub findings: Vec<Finding>,
}

impl Health {
    /// The worst of `findings`, worst first.
    #[must_use]
    pub fn of(mut findings: Vec<Finding>) -> Health {
        findings.sort_by_key(|f| std::cmp::Reverse(f.status));
        Health { status: findings.first().map_or(Status::Pass, |f| f.status), findings }
    }

    /// Why plans made from this fit are held back, in words: health FAIL. A plan from a model that is known to be wrong may
    /// lose what changing nothing would keep.
    #[must_use]
    pub fn holds_back(&self) -> Option<&str> {
        self.findings.iter().find(|f| f.status == Status::Fail).map(|f| f.message.as_str())
    }

    /// The same with more findings.
    #[must_use]
    pub fn with(self, more: Vec<Finding>) -> Health {
        Health::of(self.findings.into_iter().chain(more).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(status: Status) -> Finding {
        Finding::new(Check::Fit, status, format!("{status:?}"))
    }

    #[test]
    fn a_fit_is_as_healthy_as_its_worst_finding_and_only_a_failed_one_holds_plans_back() {
        let passable = Health::of(vec![found(Status::Pass), found(Status::Review)]);
        assert_eq!((passable.status, passable.holds_back()), (Status::Review, None));
        assert_eq!(passable.findings[0].message, "Review", "worst first");
        let failed = passable.with(vec![found(Status::Fail)]);
        assert_eq!((failed.status, failed.holds_back()), (Status::Fail, Some("Fail")));
        assert_eq!(Health::of(Vec::new()), Health::default());
    }

    #[test]
    fn words_are_those_of_the_json() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).expect("json"), status.word());
        }
    }
}
