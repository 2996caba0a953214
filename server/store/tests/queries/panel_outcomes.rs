//! `panel_outcomes.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn one_series_comes_by_day_with_what_a_unit_is_worth() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::PANEL_OUTCOMES, &seen_at(2).text("kpi", "leads")),
        ["national|2026-01-05|3.0|count|50.0|-", "national|2026-01-12|4.0|count|50.0|-",]
    );
    let before = seen_at(1).text("kpi", "leads");
    assert_eq!(rows(&store, &text::PANEL_OUTCOMES, &before), [""; 0], "as of the first batch");
}
