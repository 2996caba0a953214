//! `kpis.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn a_series_is_listed_with_its_extent_total_and_how_many_rows_are_valued() {
    let (_dir, store) = restated();
    assert_eq!(rows(&store, &text::KPIS, &seen_at(2)), ["main|leads|count|-|1|2|2026-01-05|2026-01-12|7.0|2",]);
    let before = seen_at(1);
    assert_eq!(rows(&store, &text::KPIS, &before), [""; 0], "as of the first batch");
}
