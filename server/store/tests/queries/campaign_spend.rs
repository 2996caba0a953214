//! `campaign_spend.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn spend_is_summed_by_channel_campaign_and_day_and_a_restated_week_counts_once() {
    let (_dir, store) = restated();
    let first = |batch| rows(&store, &text::CAMPAIGN_SPEND, &seen_at(batch))[0].clone();
    assert_eq!(first(1), "search||2026-01-05|-|10000");
    assert_eq!(first(2), "search||2026-01-05|EUR|12000");
    assert_eq!(rows(&store, &text::CAMPAIGN_SPEND, &seen_at(2)).len(), 6);
}
