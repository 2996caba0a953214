//! `journey_extent.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn touches_are_counted_and_the_last_day_is_that_of_anything_known() {
    let (_dir, store) = restated();
    assert_eq!(rows(&store, &text::JOURNEY_EXTENT, &seen_at(1)), ["6|2026-03-01"], "a touch is the last");
    assert_eq!(rows(&store, &text::JOURNEY_EXTENT, &seen_at(2)), ["6|2026-02-17"], "it was restated; now a stage is");
    assert_eq!(rows(&store, &text::JOURNEY_EXTENT, &seen_at(0)), ["0|-"]);
}
