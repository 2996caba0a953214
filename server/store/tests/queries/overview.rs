//! `overview.sql`.

use tandem_store::queries::text;

use crate::company::{restated, rows, seen_at};

#[test]
fn every_metric_has_its_weekly_totals() {
    let (_dir, store) = restated();
    assert_eq!(
        rows(&store, &text::OVERVIEW, &seen_at(2)),
        [
            "created_deals|2026-01-05|-|1",
            "created_deals|2026-01-19|-|2",
            "inquiry|2026-01-05|-|2",
            "inquiry|2026-01-12|-|1",
            "lost_deals|2026-01-12|-|1",
            "mql|2026-02-16|-|1",
            "opportunity|2026-01-19|-|1",
            "pipeline|2026-01-05|-|5000",
            "pipeline|2026-01-19|USD|110001",
            "pipeline|2026-01-19|-|70000",
            "spend|2026-01-05|EUR|12000",
            "spend|2026-01-12|-|10000",
            "spend|2026-01-19|-|10000",
            "spend|2026-01-26|-|10000",
            "spend|2026-02-02|-|10000",
            "spend|2026-02-09|-|10000",
            "sql|2026-01-12|-|1",
            "touches|2025-12-29|-|1",
            "touches|2026-01-05|-|1",
            "touches|2026-01-12|-|4",
            "won_deals|2026-02-02|-|1",
            "won_revenue|2026-02-02|USD|110001",
        ]
    );
}
