//! The prior predictive check: a sound prior passes, one that gives channels too much or rules out the data is named.

use std::sync::Arc;

use tandem_models::mmm::design::Design;
use tandem_models::mmm::diagnostics::Status;
use tandem_models::mmm::prior_check::{PriorCheck, prior_check};
use tandem_models::mmm::spec::Spec;

use crate::data;

fn check(spec: &str) -> PriorCheck {
    let panel = data::world(104, &[200.0, 90.0], 20.0, 5).panel;
    let spec: Spec = toml::from_str(spec).unwrap();
    let checked = spec.validate(&panel).unwrap();
    prior_check(&Arc::new(Design::new(&panel, &checked, None)), 1).unwrap()
}

#[test]
fn the_default_prior_passes_and_says_what_it_expects() {
    let told = check("");
    assert_eq!(told.status, Status::Pass, "{told:?}");
    assert!(
        told.covered > 0.9 && told.outcome.p05 < told.observed[0] && told.observed[2] < told.outcome.p95,
        "{told:?}"
    );
    // the ROI prior is log-normal(0.2, 0.9) on revenue per unit of spend
    for c in &told.channels {
        let roas = c.roas.unwrap();
        assert!((roas.p50 / 0.2f64.exp() - 1.0).abs() < 0.2, "{roas:?}");
        assert!((roas.p95 / (0.2f64 + 1.645 * 0.9).exp() - 1.0).abs() < 0.3, "{roas:?}");
        assert!((c.roi.unwrap().p50 - (roas.p50 - 1.0)).abs() < 1e-9, "without a margin the two differ by one");
    }
    assert_eq!(check(""), told, "the same seed tells the same");
}

#[test]
fn a_prior_that_cannot_be_meant_is_named() {
    let rich = check("[priors]\neffect = { on = 'share', dist = 'uniform', low = 0.55, high = 0.95 }");
    assert_eq!(rich.status, Status::Review);
    assert!(rich.reasons.iter().any(|r| r.contains("more than the whole outcome")), "{:?}", rich.reasons);
    assert!(rich.reasons.iter().any(|r| r.contains("c0 alone")), "{:?}", rich.reasons);
    let narrow = check(
        "[baseline]\ntrend = 'none'\nfourier = 0\n[priors]\neffect = { on = 'share', dist = 'uniform', low = 0.6, high = 0.61 }",
    );
    assert!(narrow.media_share.p05 > 1.0, "{narrow:?}");
}
