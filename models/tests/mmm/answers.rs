//! Answers: they add up, follow their definitions, and say nothing that the draws do not.

use proptest::prelude::*;
use std::sync::Arc;
use tandem_models::domain::panel::Panel;
use tandem_models::mmm::answers::{Basis, answers};
use tandem_models::mmm::change::change;
use tandem_models::mmm::contributions::contributions;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::posterior::{Draws, Posterior};
use tandem_models::mmm::spec::{Order, Spec};

use crate::data;

/// Two draws of hand-set parameters on a planted panel; no estimator involved.
fn by_hand(panel: &Panel, spec: &Spec) -> Posterior {
    let checked = spec.validate(panel).expect("spec");
    let design = Arc::new(Design::new(panel, &checked, None));
    let mut draws = Draws::zeros(2, &design);
    for d in 0..2 {
        let s = d as f64;
        draws.adstock.index_axis_mut(ndarray::Axis(0), d).fill(0.3 + 0.2 * s);
        draws.saturation.index_axis_mut(ndarray::Axis(0), d).fill(1.0);
        draws.beta.index_axis_mut(ndarray::Axis(0), d).fill(0.8 + 0.4 * s);
        draws.intercept.row_mut(d).fill(-1.0);
        draws.linear.row_mut(d).fill(0.1 - 0.05 * s);
        draws.sigma.row_mut(d).fill(0.2);
    }
    Posterior { design, draws }
}

#[test]
fn contributions_and_baseline_add_up_to_fitted_in_every_period() {
    let panel = data::world(104, &[200.0, 90.0, 50.0], 20.0, 3).panel;
    let c = contributions(&by_hand(&panel, &Spec::default()));
    for t in 0..104 {
        let sum: f64 = c.channels.iter().map(|s| s.over_time[t].mean).sum::<f64>() + c.baseline.over_time[t].mean;
        assert!((sum - c.fitted.over_time[t].mean).abs() < 1e-9 * sum.abs(), "period {t}");
    }
    let totals: f64 = c.channels.iter().map(|s| s.total.mean).sum::<f64>() + c.baseline.total.mean;
    assert!((totals - c.fitted.total.mean).abs() < 1e-9 * totals);
}

#[test]
fn incremental_is_the_counterfactual_of_refitting_nothing_without_the_spend() {
    let panel = data::world(104, &[200.0, 90.0], 20.0, 3).panel;
    for order in [Order::AdstockFirst, Order::SaturationFirst] {
        let spec = Spec { order, ..Spec::default() };
        let fitted = by_hand(&panel, &spec);
        let window = Window { from: 30, to: 50 };
        // The same parameters on a panel without the window's spend; scales are kept so that parameters mean the same.
        let mut dark = panel.clone();
        dark.channels[0].spend.slice_mut(ndarray::s![.., 30..50]).fill(0.0);
        let checked = spec.validate(&dark).expect("spec");
        let design = Arc::new(Design::new(&dark, &checked, Some(&fitted.design.scales)));
        let without = Posterior { design, draws: fitted.draws.clone() };
        for d in 0..2 {
            let total = |p: &Posterior| p.expand(d).media.index_axis(ndarray::Axis(0), 0).sum();
            let want = total(&fitted) - total(&without);
            let got = fitted.caused(d, 0, window, &[1.0])[0];
            assert!((got.kpi - want).abs() < 1e-9 * want, "{order:?}: {} {want}", got.kpi);
            assert!(got.inside < got.kpi, "there is carry-out");
        }
    }
}

#[test]
fn roas_roi_and_mroi_follow_their_definitions() {
    let mut panel = data::world(104, &[200.0, 90.0], 20.0, 3).panel;
    let revenue = answers(&by_hand(&panel, &Spec::default()), Window { from: 0, to: 104 });
    assert_eq!(revenue.basis, Basis::Revenue);
    panel.margin = Some(0.4);
    let fitted = by_hand(&panel, &Spec::default());
    let a = answers(&fitted, Window::all(&fitted));
    assert_eq!(a.basis, Basis::GrossMargin);
    for (c, r) in a.channels.iter().zip(&revenue.channels) {
        let (roas, roi, mroi) = (c.roas.expect("paid"), c.roi.expect("paid"), c.mroi.expect("paid"));
        assert!((roas.mean - c.incremental.mean / c.spend).abs() < 1e-9);
        assert!((roi.mean - (0.4 * roas.mean - 1.0)).abs() < 1e-9);
        assert!(mroi.mean < roi.mean, "returns diminish");
        let caused = c.contribution.mean - c.carried_in + c.carried_out;
        assert!((caused - c.incremental.mean).abs() < 1e-6 && c.carried_in.abs() < 1e-6 && c.carried_out > 0.0);
        // Negative control: a margin below 1 must move ROI and leave ROAS.
        assert!(r.roi.expect("paid").mean > roi.mean);
        assert!((r.roas.expect("paid").mean - roas.mean).abs() < 1e-9);
    }
    let total = a.total.expect("paid channels");
    let sum: f64 = a.channels.iter().map(|c| c.contribution.mean).sum();
    assert!((total.contribution.mean - sum).abs() < 1e-9 * sum);
}

#[test]
fn organic_channels_have_a_contribution_and_no_roi() {
    let Some(panel) = data::robyn() else { return };
    let a = answers(&by_hand(&panel, &Spec::default()), Window { from: 0, to: 208 });
    let newsletter = a.channels.iter().find(|c| c.channel == "newsletter").expect("newsletter");
    assert!(newsletter.roas.is_none() && newsletter.roi.is_none() && newsletter.contribution.mean > 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_waterfall_meets_both_ends(a in 0usize..30, n in 4usize..28, gap in 0usize..18) {
        let panel = data::world(104, &[200.0, 90.0], 20.0, 5).panel;
        let fitted = by_hand(&panel, &Spec::default());
        let (from, to) = (Window { from: a, to: a + n }, Window { from: a + n + gap, to: a + 2 * n + gap });
        let c = change(&fitted, from, to);
        let steps: f64 = c.steps.iter().map(|s| s.change.mean).sum();
        prop_assert!((c.to - c.from - steps).abs() < 1e-8 * c.to.abs());
        prop_assert_eq!(c.from, panel.outcome.slice(ndarray::s![.., a..a + n]).sum());
    }
}
