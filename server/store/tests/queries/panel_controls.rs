//! `panel_controls.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn a_control_comes_by_day() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::PANEL_CONTROLS, &seen_at(2)),
        ["holiday|national|2026-01-05|0.0", "holiday|national|2026-01-12|1.0",]
    );
    let before = seen_at(1);
    assert_eq!(rows(&store, &text::PANEL_CONTROLS, &before), [""; 0], "as of the first batch");
}
