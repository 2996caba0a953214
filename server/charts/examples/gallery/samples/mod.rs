//! Plausible figures of a made-up company, shared by the gallery and the tests.

mod pipeline;
mod plans;
mod returns;
mod weekly;

use tandem_charts::figures::*;
use tandem_charts::{AnyFigure, Caption, Day, Source, Span};

use pipeline::{cohorts, funnel, histogram, sankey, transitions};
use plans::{budget, frontier, gain, waterfall};
use returns::{models, response_curve, ridgeline, roi, share};
use weekly::{channel, contributions, fit, pacing, residuals};
#[allow(unused_imports)] // the tests make figures of their own from these
pub use weekly::{noise, wave, weeks};

/// Channels in the store's order.
pub const CHANNELS: [&str; 8] =
    ["Paid search", "LinkedIn", "Webinars", "Events", "Content syndication", "Email", "Display", "Partner programme"];

/// Every figure with data, then every figure without.
pub fn all() -> Vec<(String, AnyFigure)> {
    let mut out: Vec<(String, AnyFigure)> = filled().into_iter().map(|f| (f.name().to_owned(), f)).collect();
    out.extend(empty().into_iter().map(|f| (format!("{}-empty", f.name()), f)));
    out
}

/// The words around every sample.
pub fn caption() -> Caption {
    Caption {
        title: None,
        period: Some(Span { from: Day::from_civil(2024, 1, 1), to: Day::from_civil(2026, 12, 28) }),
        source: Source {
            run: Some("bayes-0193f2".into()),
            data_version: Some("5f1c9be077aa41d2".into()),
            as_of: Some("2026-11-23".into()),
            note: None,
        },
    }
}

/// Figures with data.
pub fn filled() -> Vec<AnyFigure> {
    vec![
        roi().into(),
        contributions().into(),
        channel().into(),
        waterfall().into(),
        response_curve().into(),
        share().into(),
        budget().into(),
        funnel().into(),
        fit().into(),
        gain().into(),
        models().into(),
        cohorts().into(),
        ridgeline().into(),
        residuals().into(),
        transitions().into(),
        histogram().into(),
        frontier().into(),
        pacing().into(),
        sankey().into(),
    ]
}

/// Figures without.
pub fn empty() -> Vec<AnyFigure> {
    vec![
        Roi { rows: vec![], ..roi() }.into(),
        Contributions { dates: vec![], ..contributions() }.into(),
        Waterfall { causes: vec![], ..waterfall() }.into(),
        ResponseCurve { points: vec![], ..response_curve() }.into(),
        Share { rows: vec![], ..share() }.into(),
        Budget { rows: vec![], ..budget() }.into(),
        Funnel { stages: vec![], ..funnel() }.into(),
        Fit { dates: vec![], ..fit() }.into(),
        Gain { draws: vec![], ..gain() }.into(),
        Models { rows: vec![], ..models() }.into(),
        Cohorts { cohorts: vec![], ..cohorts() }.into(),
        Ridgeline { rows: vec![], ..ridgeline() }.into(),
        Residuals { dates: vec![], ..residuals() }.into(),
        Transitions { probabilities: vec![], ..transitions() }.into(),
        Histogram { bins: vec![], ..histogram() }.into(),
        Frontier { points: vec![], ..frontier() }.into(),
        Pacing { actual: vec![], ..pacing() }.into(),
        Sankey { flows: vec![], ..sankey() }.into(),
    ]
}
