//! A few small figures, byte for byte: a change in drawing is seen in review.

use tandem_charts::figures::funnel::Stage;
use tandem_charts::figures::roi::{Basis, Return, RoiRow};
use tandem_charts::figures::{Funnel, Roi};
use tandem_charts::{Caption, Estimate, Figure, Look, Size, Theme, Verdict};

/// One element a line, so that a difference reads as one.
fn lines(svg: &str) -> String {
    svg.replace("><", ">\n<")
}

fn roi() -> Roi {
    let row = |channel: &str, color, (a, b, c): (f64, f64, f64), verdict| RoiRow {
        channel: channel.into(),
        color,
        value: Estimate::new(a, b, c),
        verdict,
    };
    Roi {
        caption: Caption::default(),
        measure: Return::Roas,
        currency: "EUR".into(),
        basis: Basis::Revenue,
        break_even: None,
        rows: vec![
            row("Webinars", 2, (1.4, 2.1, 3.0), Verdict::Decidable),
            row("Display", 6, (0.4, 0.8, 1.3), Verdict::NotDecidable),
        ],
    }
}

#[test]
fn roi_of_two_channels() {
    let svg = roi().render(Look::new(Theme::Light, Size::new(360.0, 260.0)));
    insta::assert_snapshot!(lines(svg.as_str()));
}

#[test]
fn roi_without_channels() {
    let svg = Roi { rows: vec![], ..roi() }.render(Look::new(Theme::Dark, Size::new(360.0, 220.0)));
    insta::assert_snapshot!(lines(svg.as_str()));
}

#[test]
fn funnel_of_two_stages() {
    let stage = |name: &str, count| Stage { name: name.into(), count };
    let funnel = Funnel {
        caption: Caption::default(),
        noun: "accounts".into(),
        stages: vec![stage("MQL", 400.0), stage("Won", 60.0)],
        steps: vec![],
    };
    let svg = funnel.render(Look::new(Theme::Page, Size::new(600.0, 240.0)));
    insta::assert_snapshot!(lines(svg.as_str()));
}
