//! Other defensible assumptions, under which the same data are fitted again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::regress::Coefficient;
use crate::mmm::adstock::Adstock;
use crate::mmm::design::Design;
use crate::mmm::interval::Interval;
use crate::mmm::saturation::Saturation;
use crate::mmm::spec::{AdstockSpec, Likelihood, SaturationSpec, Slope, Spec};

/// An estimate under another assumption, beside the fit's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// What was assumed instead.
    pub assumption: Assumption,
    /// Total contribution of the channel, KPI units.
    pub contribution: Interval,
    /// Change against the fit's own mean, as a share of it.
    pub change: f64,
    /// How much better (above 0) or worse it would predict, in log density, and the standard error of that.
    pub elpd: Coefficient,
    /// Its share in the answer over all assumptions, `0..1`; the fit's own has the rest.
    #[serde(default)]
    pub weight: f64,
}

/// Another defensible assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assumption {
    /// A baseline that may bend every quarter and has two more season terms.
    FlexibleBaseline,
    /// A baseline that may bend every month.
    MonthlyBaseline,
    /// tanh for Hill and Michaelis-Menten, Michaelis-Menten for the others.
    OtherSaturation,
    /// Hill with its slope estimated, so that small spend may do little; not asked where that is the fit's own.
    SShape,
    /// Delayed carry-over where it was geometric, geometric where it was not.
    OtherCarryOver,
    /// Student-t noise, or normal where that was the fit's own.
    OtherNoise,
}

/// What part of the model an assumption is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Baseline,
    Curve,
    CarryOver,
    Noise,
}

impl Assumption {
    pub(super) fn topic(self) -> Topic {
        match self {
            Assumption::FlexibleBaseline | Assumption::MonthlyBaseline => Topic::Baseline,
            Assumption::SShape | Assumption::OtherSaturation => Topic::Curve,
            Assumption::OtherCarryOver => Topic::CarryOver,
            Assumption::OtherNoise => Topic::Noise,
        }
    }

    /// All of them.
    pub const ALL: [Assumption; 6] = [
        Assumption::FlexibleBaseline,
        Assumption::MonthlyBaseline,
        Assumption::SShape,
        Assumption::OtherSaturation,
        Assumption::OtherCarryOver,
        Assumption::OtherNoise,
    ];

    /// How long a refit under it takes, roughly, over one of the fit's own shape.
    pub(super) fn effort(self) -> u32 {
        match self {
            Assumption::OtherNoise => 5,
            Assumption::SShape | Assumption::OtherCarryOver => 2,
            _ => 1,
        }
    }

    /// The design under this assumption, or `None` where it does not fit the panel or is the fit's own already.
    pub(super) fn design(self, design: &Design) -> Option<Arc<Design>> {
        let mut spec = design.spec.spec().clone();
        self.apply(&mut spec, design.dims().2);
        if spec == *design.spec.spec() {
            return None;
        }
        let checked = spec.validate(&design.panel).ok()?;
        Some(Arc::new(Design::new(&design.panel, &checked, Some(&design.scales))))
    }

    fn apply(self, spec: &mut Spec, periods: usize) {
        match self {
            Assumption::FlexibleBaseline => {
                spec.baseline.knots = spec.baseline.knots.max(periods / 13).min(periods.saturating_sub(2));
                spec.baseline.fourier = (spec.baseline.fourier + 2).min(6);
            }
            Assumption::MonthlyBaseline => {
                spec.baseline.knots = spec.baseline.knots.max(periods / 4).min(periods.saturating_sub(2));
            }
            Assumption::SShape => {
                let free = SaturationSpec { kind: Saturation::Hill, slope: Slope::Free };
                spec.saturation = Some(free);
                spec.channels.iter_mut().for_each(|c| c.saturation = c.saturation.map(|_| free));
            }
            Assumption::OtherSaturation => {
                let other = |s: SaturationSpec| SaturationSpec { kind: other_saturation(s.kind), ..s };
                spec.saturation = Some(other(spec.saturation.unwrap_or_default()));
                spec.channels.iter_mut().for_each(|c| c.saturation = c.saturation.map(other));
            }
            Assumption::OtherCarryOver => {
                spec.adstock.kind = other_adstock(spec.adstock.kind);
                let other = |a: AdstockSpec| AdstockSpec { kind: other_adstock(a.kind), ..a };
                spec.channels.iter_mut().for_each(|c| c.adstock = c.adstock.map(other));
            }
            Assumption::OtherNoise => {
                spec.likelihood = match spec.likelihood {
                    Likelihood::Normal => Likelihood::StudentT,
                    Likelihood::StudentT | Likelihood::NegativeBinomial => Likelihood::Normal,
                };
            }
        }
    }
}

fn other_saturation(kind: Saturation) -> Saturation {
    match kind {
        Saturation::Hill | Saturation::MichaelisMenten => Saturation::Tanh,
        Saturation::Logistic | Saturation::Tanh | Saturation::None => Saturation::MichaelisMenten,
    }
}

fn other_adstock(kind: Adstock) -> Adstock {
    match kind {
        Adstock::Geometric => Adstock::Delayed,
        Adstock::Delayed | Adstock::WeibullPdf | Adstock::WeibullCdf => Adstock::Geometric,
    }
}
