//! The fixed side of a fit: scaled media and outcome, the linear block, and the facts answers need about the panel.

use ndarray::{Array2, Array3, s};

use super::drift;
use super::features::{Feature, linear_block};
use super::scales::Scales;
use super::series::{Room, Shape};
use super::spec::{CarryIn, CheckedChannel, CheckedSpec, Media};
use crate::domain::panel::{ChannelKind, KpiKind, Panel};

/// A panel as the model sees it. `C` channels, `G` geos, `T` periods, `K` columns of the linear block.
///
/// A pure function of panel, checked spec and scales, so a saved run is read back from its draws alone.
#[derive(Debug, Clone)]
pub struct Design {
    /// The spec in effect.
    pub spec: CheckedSpec,
    /// The panel it was made of.
    pub panel: Panel,
    /// Raw to model units.
    pub scales: Scales,
    /// Scaled media, `C x G x T`.
    pub media: Array3<f64>,
    /// Scaled media assumed for each period before the first, `C x G`; 0 unless `carry_in = "mean"`.
    pub before: Array2<f64>,
    /// Scaled outcome, `G x T`.
    pub outcome: Array2<f64>,
    /// Columns of the linear block without the intercepts, `K`.
    pub features: Vec<Feature>,
    /// Their values, `K x G x T`.
    pub z: Array3<f64>,
    /// Basis of each channel's drift, `knots x T`; `None` where its effect stays.
    pub drift: Vec<Option<Array2<f64>>>,
}

impl Design {
    /// Builds the design; `scales` of an earlier run are reused where given and of the right lengths (refresh).
    #[must_use]
    pub fn new(panel: &Panel, spec: &CheckedSpec, scales: Option<&Scales>) -> Self {
        let fresh = Scales::of(panel, spec);
        let scales = match scales {
            Some(s)
                if s.media.len() == fresh.media.len()
                    && s.geo_size.len() == fresh.geo_size.len()
                    && s.control_sd.len() == fresh.control_sd.len() =>
            {
                s.clone()
            }
            _ => fresh,
        };
        let (geos, periods) = (panel.n_geos(), panel.n_periods());
        let mut media = Array3::zeros((spec.channels().len(), geos, periods));
        let mut before = Array2::zeros((spec.channels().len(), geos));
        for (c, channel) in spec.channels().iter().enumerate() {
            for g in 0..geos {
                let scale = scales.media[c] * scales.geo_size[g];
                let mut row = media.slice_mut(s![c, g, ..]);
                row.assign(&raw_media(panel, channel).row(g));
                row /= scale;
                if spec.spec().carry_in == CarryIn::Mean {
                    before[(c, g)] = row.iter().take(channel.window).sum::<f64>() / channel.window.min(periods) as f64;
                }
            }
        }
        let mut outcome = panel.outcome.clone();
        for (g, mut row) in outcome.rows_mut().into_iter().enumerate() {
            row.mapv_inplace(|y| (y / scales.geo_size[g] - scales.outcome_center) / scales.outcome_scale);
        }
        let (features, z) = linear_block(panel, spec, &scales);
        let drift = spec.channels().iter().map(|c| c.drift.map(|d| drift::basis(d, periods))).collect();
        Self { spec: spec.clone(), panel: panel.clone(), scales, media, before, outcome, features, z, drift }
    }

    /// `(C, G, T, K)`.
    #[must_use]
    pub fn dims(&self) -> (usize, usize, usize, usize) {
        let (c, g, t) = self.media.dim();
        (c, g, t, self.features.len())
    }

    /// Most knots of any channel's drift; 0 where no effect moves.
    #[must_use]
    pub fn drift_knots(&self) -> usize {
        self.drift.iter().flatten().map(Array2::nrows).max().unwrap_or(0)
    }

    /// Places of the levers among the features, in the order of the spec.
    #[must_use]
    pub fn lever_features(&self) -> Vec<usize> {
        let controls: Vec<usize> = (0..self.features.len())
            .filter(|&j| matches!(self.features[j].part, super::features::Part::Control | super::features::Part::Lever))
            .collect();
        self.spec.levers().iter().map(|l| controls[l.control]).collect()
    }

    /// Channels of the model.
    #[must_use]
    pub fn channels(&self) -> &[CheckedChannel] {
        self.spec.channels()
    }

    /// Carry-over and saturation of channel `c` in the order of the spec, effect 1: `weights` its window long, `saturation`
    /// its half-saturation and slope, `x` scaled media, `before` the scaled media of earlier periods. An `out` longer than
    /// `x` receives the carry-out.
    pub fn transform(&self, c: usize, weights: &[f64], saturation: [f64; 2], x: &[f64], before: f64, out: &mut [f64]) {
        let (kind, adstock_first) = (self.channels()[c].saturation, self.spec.adstock_first());
        Room::default().effect(&Shape { weights, kind, bend: saturation, adstock_first }, x, before, 1.0, out);
    }

    /// KPI units of one unit of scaled effect at geo `g`.
    #[must_use]
    pub fn kpi_scale(&self, g: usize) -> f64 {
        self.scales.geo_size[g] * self.scales.outcome_scale
    }

    /// Money value of a KPI unit at geo `g` and period `t`; past the panel the mean of its last 13 periods.
    #[must_use]
    pub fn value_after(&self, g: usize, t: usize) -> f64 {
        let periods = self.panel.n_periods();
        if t < periods {
            return self.panel.value_at(g, t);
        }
        let late = periods.saturating_sub(13)..periods;
        late.clone().map(|t| self.panel.value_at(g, t)).sum::<f64>() / late.len() as f64
    }

    /// Raw media of channel `c`, `G x T`, in spend or exposure as the spec says.
    #[must_use]
    pub fn raw_media(&self, c: usize) -> &Array2<f64> {
        raw_media(&self.panel, &self.channels()[c])
    }

    /// Spend of channel `c`, `G x T`; zeros for organic channels.
    #[must_use]
    pub fn spend(&self, c: usize) -> &Array2<f64> {
        &self.panel.channels[self.channels()[c].panel].spend
    }

    /// Whether money was paid for channel `c`.
    #[must_use]
    pub fn paid(&self, c: usize) -> bool {
        self.channels()[c].kind == ChannelKind::Paid
    }

    /// Whether an outcome has a money value, so that ROAS and ROI are defined.
    #[must_use]
    pub fn has_money(&self) -> bool {
        self.panel.kpi_kind == KpiKind::Revenue || self.panel.value_per_unit.is_some()
    }
}

fn raw_media<'a>(panel: &'a Panel, channel: &CheckedChannel) -> &'a Array2<f64> {
    let series = &panel.channels[channel.panel];
    match (channel.media, &series.exposure) {
        (Media::Exposure, Some(exposure)) => exposure,
        _ => &series.spend,
    }
}
