//! What was assumed beside what was learned, and what is left open of each return.

use std::collections::BTreeMap;

use tandem_charts::Unit;
use tandem_charts::density::Shape;
use tandem_charts::figures::ridgeline::{RidgeRow, Ridgeline};

use super::caption::{name, of_run};
use crate::analysis::shapes::ChannelShape;
use crate::analysis::summary::Summary;

/// Prior against posterior, of the channels whose prior is on what most channels' is.
#[must_use]
pub fn prior_posterior(run: &Summary, shapes: &[ChannelShape]) -> Ridgeline {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for s in shapes.iter().filter(|s| !s.prior.is_empty()) {
        *count.entry(&s.on).or_default() += 1;
    }
    let on = count.iter().max_by_key(|(_, n)| **n).map_or("", |(on, _)| *on);
    let (quantity, unit, line) = match on {
        "roi" => ("Revenue per unit of spend,", Unit::Ratio, Some((1.0, "break-even on revenue".to_owned()))),
        "mroi" => ("Revenue of the next unit of spend,", Unit::Ratio, Some((1.0, "break-even on revenue".to_owned()))),
        "share" => ("Share of the outcome,", Unit::Share, None),
        _ => ("Effect,", Unit::Plain, None),
    };
    let rows = run.channels.iter().enumerate().filter_map(|(color, c)| {
        let s = shapes.iter().find(|s| s.channel == c.channel && s.on == on && !s.prior.is_empty())?;
        Some(RidgeRow {
            channel: name(&c.channel),
            color,
            prior: Some(smooth(&s.prior, 0.0)),
            posterior: smooth(&s.posterior, 0.0),
        })
    });
    Ridgeline { caption: of_run(run), quantity: quantity.into(), unit, line, rows: rows.collect() }
}

/// Densities of ROI, with break-even.
#[must_use]
pub fn roi_densities(run: &Summary, shapes: &[ChannelShape]) -> Ridgeline {
    let rows = run.channels.iter().enumerate().filter_map(|(color, c)| {
        let s = shapes.iter().find(|s| s.channel == c.channel && !s.roi.is_empty())?;
        // Nothing is lost beyond the spend itself where an effect cannot be negative.
        let posterior = smooth(&s.roi, -1.0);
        Some(RidgeRow { channel: name(&c.channel), color, prior: None, posterior })
    });
    Ridgeline {
        caption: of_run(run),
        quantity: format!("ROI on {}", run.measured_on()),
        unit: Unit::Plain,
        line: Some((0.0, "break-even".into())),
        rows: rows.collect(),
    }
}

/// The density behind quantiles. Where all of them lie above `floor`, it is smoothed on the scale of their logarithm above
/// it: no hill may stand where a quantity cannot be.
fn smooth(quantiles: &[f64], floor: f64) -> Shape {
    let (Some(low), Some(high)) = (quantiles.first(), quantiles.last()) else { return Shape::Draws(Vec::new()) };
    if *low <= floor || high <= low {
        return Shape::Draws(quantiles.to_vec());
    }
    let logs = Shape::Draws(quantiles.iter().map(|q| (q - floor).ln()).collect());
    let curve = logs.curve((low - floor).ln() - 0.5, (high - floor).ln(), 200);
    Shape::Curve(curve.into_iter().map(|(l, d)| (floor + l.exp(), d / l.exp())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_density_ends_where_the_quantity_does_and_peaks_at_its_mode() {
        // log-normal(0.2, 0.9): mode exp(0.2 - 0.81)
        let prior = tandem_models::mmm::prior::Prior::LogNormal { mu: 0.2, sigma: 0.9 };
        let quantiles: Vec<f64> = (0..201).map(|i| prior.quantile((f64::from(i) + 0.5) / 201.0)).collect();
        let Shape::Curve(curve) = smooth(&quantiles, 0.0) else { panic!("a curve") };
        assert!(curve.iter().all(|(x, _)| *x > 0.0) && curve.windows(2).all(|w| w[0].0 < w[1].0));
        let peak = curve.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|p| p.0).expect("a peak");
        assert!((peak - (0.2f64 - 0.81).exp()).abs() < 0.12, "{peak}");
        assert!(matches!(smooth(&[-0.5, 0.0, 1.0], 0.0), Shape::Draws(_)), "what may be negative is smoothed as it is");
    }
}
