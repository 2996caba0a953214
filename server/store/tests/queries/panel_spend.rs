//! `panel_spend.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn spend_adds_up_by_channel_geo_day_and_currency_and_unknown_exposure_stays_unknown() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::PANEL_SPEND, &seen_at(2)),
        [
            "search|national|2026-01-05|EUR|12000|-|1000.0|7.0",
            "search|national|2026-01-12|-|10000|-|-|-",
            "search|national|2026-01-19|-|10000|-|-|-",
            "search|national|2026-01-26|-|10000|-|-|-",
            "search|national|2026-02-02|-|10000|-|-|-",
            "search|national|2026-02-09|-|10000|-|-|-",
        ]
    );
}
