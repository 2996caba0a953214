//! A spec held against a panel: every name resolved, every default filled in, everything unfit refused by key.

use super::{
    ChannelPrior, ChannelSpec, DriftSpec, Likelihood, Media, Order, Priors, Sign, Slope, Spec, SpecProblem, Trend,
    check_experiments, check_keys, check_panel, event, on_panel,
};
use crate::domain::panel::{ChannelKind, KpiKind, Panel};
use crate::domain::period::Day;
use crate::mmm::{adstock::Adstock, prior::Prior, saturation::Saturation, staged::Quality};

/// One channel of the model with everything resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedChannel {
    /// Index into `panel.channels`.
    pub panel: usize,
    /// Name as users know it.
    pub name: String,
    /// Paid or organic.
    pub kind: ChannelKind,
    /// What it is measured by; organic channels always by exposure.
    pub media: Media,
    /// Shape of the carry-over.
    pub adstock: Adstock,
    /// Window of the carry-over in periods, this one included.
    pub window: usize,
    /// Shape of the saturation.
    pub saturation: Saturation,
    /// Whether a Hill slope is estimated.
    pub free_slope: bool,
    /// Whether it is a slow brand channel.
    pub brand: bool,
    /// How its effect may change over time.
    pub drift: Option<DriftSpec>,
    /// Prior of its size of effect: on ROI or mROI (only where the outcome has a money value and the channel is paid), on
    /// share or on the coefficient. Terms that a panel turns into a share of its outcome have been turned.
    pub effect: ChannelPrior,
    /// What its leads are worth over the average lead.
    pub lead_quality: Quality,
    /// Prior of its carry-over share.
    pub alpha: Prior,
    /// Prior of its half-saturation.
    pub half_saturation: Prior,
}

/// One lever with its place among the controls.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedLever {
    /// Place in [`CheckedSpec::controls`].
    pub control: usize,
    /// Which way it may act.
    pub sign: Sign,
    /// Prior of its coefficient before the sign.
    pub prior: Prior,
}

/// One event with its dates parsed; recurring entries of one name are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedEvent {
    /// Name as it will be shown.
    pub name: String,
    /// First and last day, inclusive, of each occurrence.
    pub days: Vec<(Day, Day)>,
}

/// A spec that fits its panel. Only [`Spec::validate`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedSpec {
    spec: Spec,
    channels: Vec<CheckedChannel>,
    controls: Vec<usize>,
    events: Vec<CheckedEvent>,
    levers: Vec<CheckedLever>,
}

impl CheckedSpec {
    /// The spec in effect: what was asked, with `controls`, `saturation` and the usual prior of effects written out.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Channels of the model, `C >= 1`, in panel order.
    #[must_use]
    pub fn channels(&self) -> &[CheckedChannel] {
        &self.channels
    }

    /// Controls of the model as indices into `panel.controls`.
    #[must_use]
    pub fn controls(&self) -> &[usize] {
        &self.controls
    }

    /// Levers, in the order of the spec.
    #[must_use]
    pub fn levers(&self) -> &[CheckedLever] {
        &self.levers
    }

    /// Events of the baseline.
    #[must_use]
    pub fn events(&self) -> &[CheckedEvent] {
        &self.events
    }
}

impl Spec {
    /// Holds the spec against `panel`.
    ///
    /// # Errors
    /// The first problem found, naming the key of the spec or part of the panel and what would be accepted.
    pub fn validate(&self, panel: &Panel) -> Result<CheckedSpec, SpecProblem> {
        // the panel first: ranges of keys follow from its length, and a panel too short is not the fault of a key
        check_panel::panel_grid(panel)?;
        check_keys::spec_keys(self, panel)?;
        check_panel::panel_outcome(panel)?;
        if self.likelihood == Likelihood::NegativeBinomial
            && (panel.kpi_kind != KpiKind::Count || panel.outcome.iter().any(|y| *y < 0.0))
        {
            let problem = format!("negative_binomial needs counts, and `{}` is not one", panel.kpi);
            return Err(SpecProblem::new("likelihood", problem, "`normal` or `student_t` for this KPI"));
        }
        if self.staged && panel.kpi_kind != KpiKind::Count {
            let problem = format!("`{}` is money already, not a stage on the way to it", panel.kpi);
            return Err(SpecProblem::new("staged", problem, "false for this KPI, or a stage such as `mql`"));
        }
        let mut channels = Vec::new();
        for (index, series) in panel.channels.iter().enumerate() {
            if !self.exclude.contains(&series.name) {
                check_panel::media_series(panel, index)?;
                channels.push(self.channel(panel, index)?);
            }
        }
        if channels.is_empty() {
            return Err(SpecProblem::new("exclude", "no channel is left", "at least one channel of the panel"));
        }
        let controls = check_keys::controls(self, panel)?;
        let levers = check_keys::levers(self, panel, &controls)?;
        let events = event::events(&self.baseline.events, panel)?;
        check_experiments::experiments(self, panel)?;
        let mut spec = self.clone();
        spec.priors.effect.get_or_insert_with(|| Priors::usual(panel.kpi_kind));
        spec.saturation.get_or_insert_default();
        spec.controls = Some(controls.iter().map(|&i| panel.controls[i].name.clone()).collect());
        let checked = CheckedSpec { spec, channels, controls, events, levers };
        checked.enough_rows(panel)?;
        Ok(checked)
    }

    /// Fills in what the spec says of one channel.
    fn channel(&self, panel: &Panel, index: usize) -> Result<CheckedChannel, SpecProblem> {
        let series = &panel.channels[index];
        let at = self.channels.iter().position(|c| c.name == series.name);
        let own = at.map_or_else(ChannelSpec::default, |i| self.channels[i].clone());
        let key = |name: &str| at.map_or_else(|| name.to_owned(), |i| format!("channel[{i}].{name}"));
        let paid = series.kind == ChannelKind::Paid;
        let media = if paid { own.media.unwrap_or(self.media) } else { Media::Exposure };
        if media == Media::Exposure && series.exposure.is_none() {
            let problem = format!("channel `{}` has no exposure in this panel", series.name);
            return Err(SpecProblem::new(key("media"), problem, "`spend`, or data with an exposure column"));
        }
        let adstock = own.adstock.unwrap_or(self.adstock);
        let saturation = own.saturation.or(self.saturation).unwrap_or_default();
        let money = panel.kpi_kind == KpiKind::Revenue || panel.value_per_unit.is_some();
        let effect = match own.prior {
            Some(prior) => on_panel::prior(self, panel, index, prior, money).map_err(|p| p.under(&key("prior")))?,
            None => {
                let usual = self.priors.effect.unwrap_or_else(|| Priors::usual(panel.kpi_kind));
                let usable = paid && (money || !usual.needs_money());
                let prior = if usable || !usual.needs_spend() { usual } else { self.priors.organic };
                on_panel::prior(self, panel, index, prior, money).map_err(|p| p.under("priors.effect"))?
            }
        };
        Ok(CheckedChannel {
            panel: index,
            name: series.name.clone(),
            kind: series.kind,
            media,
            adstock: if own.brand { Adstock::Geometric } else { adstock.kind },
            window: if own.brand { own.brand_window.unwrap_or(104) } else { adstock.max_lag },
            saturation: saturation.kind,
            free_slope: saturation.kind == Saturation::Hill && saturation.slope == Slope::Free,
            brand: own.brand,
            drift: own.drift,
            effect,
            lead_quality: own.lead_quality.unwrap_or(self.lead_quality),
            alpha: own.alpha.unwrap_or(self.priors.alpha),
            half_saturation: own.half_saturation.unwrap_or(self.priors.half_saturation),
        })
    }
}

impl CheckedSpec {
    /// Refuses a model with as many unknowns as observations.
    fn enough_rows(&self, panel: &Panel) -> Result<(), SpecProblem> {
        let b = &self.spec.baseline;
        let linear =
            usize::from(b.trend == Trend::Linear) + 2 * b.fourier + b.knots + self.events.len() + self.controls.len();
        let shapes: usize = self
            .channels
            .iter()
            .map(|c| {
                let drift = c.drift.map_or(0, |d| d.knots);
                c.adstock.parameters()
                    + usize::from(c.saturation != Saturation::None)
                    + usize::from(c.free_slope)
                    + drift
            })
            .sum();
        let columns = panel.n_geos() + linear + self.channels.len() + shapes;
        let rows = panel.n_geos() * panel.n_periods();
        // Knots are shrunk, so they may be many; without them the unknowns must leave at least one row over.
        if columns - b.knots >= rows || linear + self.channels.len() + panel.n_geos() >= rows {
            let problem = format!("the model has {columns} unknowns and the panel {rows} rows");
            let accepted =
                "more periods, fewer channels (`exclude`), `controls`, `baseline.event`s or a lower `baseline.fourier`";
            return Err(SpecProblem::new("panel.periods", problem, accepted));
        }
        Ok(())
    }
}

impl CheckedSpec {
    /// Whether carry-over comes first.
    #[must_use]
    pub fn adstock_first(&self) -> bool {
        self.spec.order == Order::AdstockFirst
    }
}
