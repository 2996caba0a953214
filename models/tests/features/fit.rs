//! Short fits, and what their tests read off them.

use tandem_models::domain::panel::Panel;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::sample::{Cancel, Sampled, fit};
use tandem_models::mmm::spec::Spec;

/// Two chains of 500 draws under `spec` (TOML).
pub fn fitted(panel: &Panel, spec: &str) -> Sampled {
    let mut spec: Spec = toml::from_str(spec).unwrap();
    (spec.sampler.chains, spec.sampler.tune, spec.sampler.draws) = (2, 300, 500);
    let checked = spec.validate(panel).unwrap();
    fit(panel, &checked, 3, &|_| {}, &Cancel::new()).unwrap()
}

/// What channel `c` contributed over the panel.
pub fn contribution(sampled: &Sampled, c: usize) -> Interval {
    let p = &sampled.posterior;
    Interval::from_draws((0..p.len()).map(|d| p.caused(d, c, Window::all(p), &[1.0])[0].inside))
}

/// Length of the 90% interval.
pub fn width(i: &Interval) -> f64 {
    i.p95 - i.p05
}
