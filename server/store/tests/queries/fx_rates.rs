//! `fx_rates.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn rates_come_by_currency_and_day_whatever_their_dataset() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::FX_RATES, &seen_at(2)),
        ["CHF|2026-01-01|1.1", "USD|2026-01-01|0.9", "USD|2026-02-01|0.95",]
    );
    let before = seen_at(1);
    assert_eq!(rows(&store, &text::FX_RATES, &before), [""; 0], "as of the first batch");
}
