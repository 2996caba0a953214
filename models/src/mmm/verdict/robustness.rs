//! How strong demand that nobody recorded would have to be to overturn a channel's number.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::mmm::incremental::{Flight, Scratch, Window};
use crate::mmm::posterior::Posterior;

/// Robustness values, `0..1`: a confounder that explains this share of what is left of both the outcome and the channel's
/// media would bring the estimate to the limit. Source: Cinelli and Hazlett (2020), "Making sense of sensitivity".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Robustness {
    /// To an effect of nothing.
    pub to_zero: f64,
    /// To break-even, from whichever side; absent where there is no ROI.
    pub to_break_even: Option<f64>,
}

/// Of channel `c`.
#[must_use]
pub fn robustness(posterior: &Posterior, c: usize) -> Robustness {
    let design = &posterior.design;
    let (channels, geos, periods, k) = design.dims();
    let freedom = (geos * periods).saturating_sub(geos + k + 3 * channels).max(1) as f64;
    let draws = posterior.thin(400);
    let money = design.has_money() && design.paid(c);
    let flight = Flight::ran(posterior, c, Window::all(posterior));
    let caused: Vec<f64> = draws
        .par_iter()
        .map_init(Scratch::default, |scratch, &d| {
            let own = flight.caused_once(scratch, d);
            if money { own.money } else { own.kpi }
        })
        .collect();
    let (mean, sd) = crate::mmm::scales::mean_sd(caused.iter().copied());
    let value = |t: f64| {
        let f = t.abs() / freedom.sqrt();
        0.5 * ((f.powi(4) + 4.0 * f * f).sqrt() - f * f)
    };
    let sd = sd.max(1e-300);
    let spend = design.spend(c).sum();
    Robustness {
        to_zero: value(mean / sd),
        to_break_even: money.then(|| {
            value((mean * design.panel.margin.unwrap_or(1.0) - spend) / (sd * design.panel.margin.unwrap_or(1.0)))
        }),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_example_is_reproduced() {
        // Darfur: t = 4.18, 783 degrees of freedom, robustness value 13.9%
        let f: f64 = 4.18 / 783f64.sqrt();
        let value = 0.5 * ((f.powi(4) + 4.0 * f * f).sqrt() - f * f);
        assert!((value - 0.139).abs() < 5e-4, "{value}");
    }
}
