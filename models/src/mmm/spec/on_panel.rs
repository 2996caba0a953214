//! Priors whose business term gets its scale from the panel: turned into shares of the outcome, or refused.

use super::{ChannelPrior, PriorTarget, Spec, SpecProblem};
use crate::domain::panel::{ChannelKind, KpiKind, Panel};
use crate::mmm::prior::Prior;

/// What the sampler is given for channel `index`; `money` where the outcome has a money value. Keys of problems follow
/// the prior's own.
pub(super) fn prior(
    spec: &Spec,
    panel: &Panel,
    index: usize,
    prior: ChannelPrior,
    money: bool,
) -> Result<ChannelPrior, SpecProblem> {
    let series = &panel.channels[index];
    let paid = series.kind == ChannelKind::Paid;
    if prior.needs_money() && !(paid && money) {
        let problem =
            format!("no ROI is defined for `{}`: it needs spend and an outcome with a money value", series.name);
        return Err(SpecProblem::new("on", problem, "`share`, `per_spend_share`, `cost_per_unit` or `coefficient`"));
    }
    if prior.needs_spend() && !paid {
        let problem = format!("`{}` has no spend that its effect could be set against", series.name);
        return Err(SpecProblem::new("on", problem, "`share` or `coefficient`"));
    }
    if prior.on == PriorTarget::CostPerUnit && panel.kpi_kind == KpiKind::Revenue {
        let problem = format!("`{}` is money, and what it costs is said by its return", panel.kpi);
        return Err(SpecProblem::new("on", problem, "`roi` for this KPI"));
    }
    let share = |dist: Prior| ChannelPrior { on: PriorTarget::Share, dist };
    let (spend, outcome) = (series.spend.sum(), panel.outcome.sum());
    match prior.on {
        PriorTarget::PerSpendShare => {
            let all: f64 = panel
                .channels
                .iter()
                .filter(|c| c.kind == ChannelKind::Paid && !spec.exclude.contains(&c.name))
                .map(|c| c.spend.sum())
                .sum();
            prior.dist.times(spend / all).map(share).ok_or_else(|| {
                let problem = "a beta prior ends at 1, and a share per share of spend does not";
                SpecProblem::new("dist", problem, "another distribution, for example log_normal")
            })
        }
        PriorTarget::CostPerUnit => match prior.dist {
            Prior::LogNormal { mu, sigma } if outcome > 0.0 => {
                Ok(share(Prior::LogNormal { mu: (spend / outcome).ln() - mu, sigma }))
            }
            _ if outcome <= 0.0 => {
                Err(SpecProblem::new("on", "the outcome adds up to nothing", "`coefficient` for this KPI"))
            }
            _ => Err(SpecProblem::new("dist", "a cost per unit is turned into units per cost", "`log_normal`")),
        },
        PriorTarget::Roi | PriorTarget::Mroi | PriorTarget::Share | PriorTarget::Coefficient => Ok(prior),
    }
}

impl ChannelPrior {
    /// Whether the prior only makes sense for spend that buys money.
    #[must_use]
    pub fn needs_money(&self) -> bool {
        matches!(self.on, PriorTarget::Roi | PriorTarget::Mroi)
    }

    /// Whether the prior only makes sense for a channel with spend.
    #[must_use]
    pub fn needs_spend(&self) -> bool {
        self.needs_money() || matches!(self.on, PriorTarget::PerSpendShare | PriorTarget::CostPerUnit)
    }
}
