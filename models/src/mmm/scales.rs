//! Robust scales, so that one outlying week moves neither priors nor penalties; stored with a run and reused on refresh.

use serde::{Deserialize, Serialize};

use super::design::Design;
use super::spec::{CheckedChannel, CheckedSpec, Media};
use crate::domain::panel::Panel;

/// How raw units map to model units. Lengths: geos `G`, channels `C` and controls of the checked spec, in their order.
///
/// | model quantity | is |
/// |---|---|
/// | scaled media | `x_gt / (geo_size_g * media_c)` |
/// | scaled outcome | `(y_gt / geo_size_g - outcome_center) / outcome_scale` |
/// | scaled control | `(v_gt - control_mean) / control_sd` |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scales {
    /// Size of each geo relative to the mean geo: population where known, else mean outcome. 1 for a national panel.
    pub geo_size: Vec<f64>,
    /// Median over geos and periods of the size-adjusted outcome, KPI units.
    pub outcome_center: f64,
    /// 1.4826 x median absolute deviation from each geo's median (its standard deviation where that is 0), KPI units.
    pub outcome_scale: f64,
    /// Per channel the median of the size-adjusted media over geos and periods with media, in spend or exposure.
    pub media: Vec<f64>,
    /// Mean of each control.
    pub control_mean: Vec<f64>,
    /// Standard deviation of each control.
    pub control_sd: Vec<f64>,
}

impl Scales {
    /// Scales of `panel` for the channels and controls of `spec`.
    #[must_use]
    pub fn of(panel: &Panel, spec: &CheckedSpec) -> Self {
        let geo_size = geo_sizes(panel);
        let adjusted: Vec<f64> = panel.outcome.indexed_iter().map(|((g, _), y)| y / geo_size[g]).collect();
        let outcome_center = median(adjusted.clone());
        let n = panel.n_periods();
        let deviations: Vec<f64> = adjusted
            .chunks(n)
            .flat_map(|geo| {
                let middle = median(geo.to_vec());
                geo.iter().map(move |y| y - middle)
            })
            .collect();
        let mad = 1.4826 * median(deviations.iter().map(|d| d.abs()).collect());
        let outcome_scale = if mad > 0.0 { mad } else { mean_sd(deviations.iter().copied()).1 };
        let media = spec
            .channels()
            .iter()
            .map(|c| {
                let series = &panel.channels[c.panel];
                let raw = match (c.media, &series.exposure) {
                    (Media::Exposure, Some(exposure)) => exposure,
                    _ => &series.spend,
                };
                median(raw.indexed_iter().filter(|(_, x)| **x > 0.0).map(|((g, _), x)| x / geo_size[g]).collect())
            })
            .collect();
        let (control_mean, control_sd) =
            spec.controls().iter().map(|&i| mean_sd(panel.controls[i].values.iter().copied())).unzip();
        Self { geo_size, outcome_center, outcome_scale, media, control_mean, control_sd }
    }
}

impl Scales {
    /// These scales with what an earlier design had for the same geos, channels and controls, by name: a refresh must not
    /// let new weeks move what priors are measured in. Where geos differ, sizes and the outcome's scale are taken anew.
    #[must_use]
    pub fn carried(self, earlier: &Design, panel: &Panel, spec: &CheckedSpec) -> Self {
        let old = &earlier.scales;
        let geo = |name: &String| earlier.panel.geos.iter().position(|g| g == name).map(|g| old.geo_size[g]);
        let sizes: Option<Vec<f64>> = panel.geos.iter().map(geo).collect();
        let Some(geo_size) = sizes.filter(|s| s.len() == earlier.panel.geos.len()) else { return self };
        let channel = |(c, own): (&CheckedChannel, f64)| {
            let at = earlier.channels().iter().position(|o| o.name == c.name && o.media == c.media);
            at.map_or(own, |at| old.media[at])
        };
        let control = |j: usize, which: &[f64], own: f64| {
            let name = &panel.controls[spec.controls()[j]].name;
            let at = earlier.spec.controls().iter().position(|&i| earlier.panel.controls[i].name == *name);
            at.map_or(own, |at| which[at])
        };
        let kept = |which: &[f64], own: &[f64]| own.iter().enumerate().map(|(j, x)| control(j, which, *x)).collect();
        Self {
            geo_size,
            outcome_center: old.outcome_center,
            outcome_scale: old.outcome_scale,
            media: spec.channels().iter().zip(self.media).map(channel).collect(),
            control_mean: kept(&old.control_mean, &self.control_mean),
            control_sd: kept(&old.control_sd, &self.control_sd),
        }
    }
}

fn geo_sizes(panel: &Panel) -> Vec<f64> {
    let g = panel.n_geos();
    if g == 1 {
        return vec![1.0];
    }
    let raw: Vec<f64> = match &panel.population {
        Some(population) => population.clone(),
        None => panel.outcome.rows().into_iter().map(|row| row.mean().unwrap_or(0.0)).collect(),
    };
    let mean = raw.iter().sum::<f64>() / g as f64;
    // A geo that never had an outcome still needs a size above 0.
    raw.iter().map(|r| if mean > 0.0 { (r / mean).max(1e-6) } else { 1.0 }).collect()
}

/// Median; 1 for an empty list, so that it can stand as a scale.
#[must_use]
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 1.0;
    }
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n % 2 == 1 { values[n / 2] } else { 0.5 * (values[n / 2 - 1] + values[n / 2]) }
}

/// Mean and (population) standard deviation.
pub(crate) fn mean_sd(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let (n, sum) = values.clone().fold((0.0, 0.0), |(n, s), v| (n + 1.0, s + v));
    let mean = sum / n;
    let var = values.map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    (mean, var.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_outlier_moves_the_median_little_and_the_mean_much() {
        let mut v: Vec<f64> = (1..=51).map(f64::from).collect();
        let (before, mean_before) = (median(v.clone()), mean_sd(v.iter().copied()).0);
        v[50] = 1e6;
        assert!((median(v.clone()) - before).abs() < 1e-12);
        assert!(mean_sd(v.iter().copied()).0 > 100.0 * mean_before);
    }
}
