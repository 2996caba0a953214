//! What the refits say of the fit as a whole, for its health.

use super::decide::{BENT, BETTER, PLACEBO, STEP};
use super::{Topic, Verdicts, words};
use crate::mmm::design::Design;
use crate::mmm::diagnostics::{Check, Diagnostics, Finding, Health, Knots, Status};

impl Verdicts {
    /// Health of the fit that `diagnostics` are of, with what the refits found.
    #[must_use]
    pub fn health(&self, diagnostics: &Diagnostics, design: &Design) -> Health {
        let holdout = self.holdout.as_ref();
        diagnostics.judged(design, holdout).with(self.findings(&Knots::of(design, holdout)))
    }

    /// Findings of steps of the level, of the placebo, of curves, of other assumptions that predict better, and of the holdout.
    fn findings(&self, knots: &Knots) -> Vec<Finding> {
        let mut out = Vec::new();
        let ahead: Vec<String> = self
            .channels
            .iter()
            .filter(|c| c.regressed.foresight().abs() > PLACEBO)
            .map(|c| c.channel.clone())
            .collect();
        if !ahead.is_empty() {
            out.push(Finding {
                check: Check::Placebo,
                status: Status::Review,
                message: format!(
                    "Spend of the coming weeks on {} explains today's outcome, which no cause can: spend seems to follow demand. Add what drives demand as a control, or run an experiment.",
                    ahead.join(", ")
                ),
                channels: ahead,
            });
        }
        if let Some(level) = self.level.as_ref().filter(|l| l.z.abs() > STEP) {
            out.push(Finding {
                check: Check::Residuals,
                status: Status::Fail,
                message: words::level(level, knots),
                channels: Vec::new(),
            });
        }
        let bent: Vec<String> =
            self.channels.iter().filter(|c| c.regressed.curve.z(0.0).abs() > BENT).map(|c| c.channel.clone()).collect();
        if !bent.is_empty() {
            out.push(Finding {
                check: Check::Fit,
                status: Status::Review,
                message: words::bent(&bent),
                channels: bent,
            });
        }
        // the same refits stand behind every channel
        for a in self.channels.first().iter().flat_map(|c| &c.alternatives) {
            if a.elpd.value > BETTER && a.elpd.value > 2.0 * a.elpd.se {
                let named = words::named(a.assumption);
                let better = format!("With {named} the model predicts better (by {:.1} in log density)", a.elpd.value);
                let message = match knots.against().filter(|_| a.assumption.topic() == Topic::Baseline) {
                    Some(against) => format!("{better}. {against}"),
                    None => format!("{better}: {}.", words::key(a.assumption)),
                };
                out.push(Finding { check: Check::Fit, status: Status::Review, message, channels: Vec::new() });
            }
        }
        if let Some(holdout) = self.holdout.as_ref().filter(|h| h.misses()) {
            out.push(Finding {
                check: Check::Holdout,
                status: Status::Review,
                message: format!(
                    "Fitted without the last {} periods, the model's 90% intervals held {:.0}% of them (error {:.1}%): something moves the outcome that the model does not know.{}",
                    holdout.forecasts.len(),
                    100.0 * holdout.coverage90,
                    100.0 * holdout.wmape,
                    knots.conflict().map_or_else(String::new, |c| format!(" {c}"))
                ),
                channels: Vec::new(),
            });
        }
        out
    }
}
