//! Whether more knots may be advised: not to a model that already forecasts badly with the knots it has.

use crate::mmm::design::Design;
use crate::mmm::validation::RollingOrigin;

/// What speaks against more knots of the baseline.
#[derive(Debug, Clone)]
pub(crate) struct Knots {
    has: usize,
    against: Option<String>,
}

impl Knots {
    /// A baseline of many stretches follows the weeks it has seen, and runs off behind the last of them with whatever slope it
    /// had there. So the weeks seen may ask for knots while the weeks held out speak against them; `holdout` is what a refit
    /// made of those, where there is one.
    pub(crate) fn of(design: &Design, holdout: Option<&RollingOrigin>) -> Knots {
        Knots::new(design.spec.spec().baseline.knots, holdout)
    }

    fn new(knots: usize, holdout: Option<&RollingOrigin>) -> Knots {
        let against = holdout.filter(|h| knots > 0 && h.misses()).map(|h| {
            format!(
                "More `baseline.knots` are not advised: with the {knots} it has, the model misses the last {} periods.",
                h.forecasts.len()
            )
        });
        Knots { has: knots, against }
    }

    /// Why more of them are not advised, in a sentence; `None` where they may help.
    pub(crate) fn against(&self) -> Option<&str> {
        self.against.as_deref()
    }

    /// What the weeks seen and those held out disagree on, and what to do about it; for the finding on the holdout.
    pub(crate) fn conflict(&self) -> Option<String> {
        self.against.as_ref().map(|_| {
            format!(
                "With {} `baseline.knots` it follows the periods that it has seen and runs off behind them, so checks on those may ask for more knots while the forecast speaks against them: look for the missing control or event, and try fewer.",
                self.has
            )
        })
    }

    /// The advice `more` in a sentence, or what speaks against it.
    pub(crate) fn advice<'a>(&'a self, more: &'a str) -> &'a str {
        self.against().unwrap_or(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holdout(coverage90: f64) -> RollingOrigin {
        RollingOrigin { forecasts: Vec::new(), elpd: 0.0, crps: 0.0, wmape: 0.31, mape: 0.3, coverage90 }
    }

    #[test]
    fn knots_are_advised_unless_the_model_forecasts_badly_with_those_it_has() {
        let bad = Knots::new(16, Some(&holdout(0.0)));
        assert!(bad.advice("Raise them.").contains("with the 16 it has"), "{bad:?}");
        assert!(bad.conflict().is_some_and(|c| c.contains("try fewer")), "{bad:?}");
        for (knots, holdout) in [(16, Some(holdout(0.9))), (0, Some(holdout(0.0))), (16, None)] {
            let sound = Knots::new(knots, holdout.as_ref());
            let said = (sound.advice("Raise them."), sound.conflict());
            assert_eq!(said, ("Raise them.", None), "negative control: {knots} knots");
        }
    }
}
