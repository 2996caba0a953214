//! `journeys.sql`.

use tandem_store::queries::text;

use crate::company::{restated, seen_at, unordered};

#[test]
fn all_facts_of_the_accounts_that_reached_the_outcome_come_together() {
    let (_dir, store) = restated();
    assert_eq!(
        unordered(&store, &text::JOURNEYS, &seen_at(2).text("outcome", "won").int("everyone", 0)),
        [
            "acme|0|2026-01-10|o2|-|lost|-|5000|-|2026-01-15|0",
            "acme|0|2026-01-20|o1|-|won|USD|110001|60000|2026-02-04|0",
            "acme|1|2026-01-06|e1|a1|inquiry|-|-|-|-|0",
            "acme|1|2026-01-07|e7|a1|inquiry|-|-|-|-|0",
            "acme|1|2026-01-16|e2|a1|sql|-|-|-|-|0",
            "acme|1|2026-01-20|e6|a1|opportunity|-|-|-|-|0",
            "acme|1|2026-02-04|e3|a1|won|-|-|-|-|0",
            "acme|2|1970-01-01|o1|a1|-|-|-|-|-|0",
            "acme|2|1970-01-01|o1|a2|-|-|-|-|-|1",
            "acme|3|2026-01-02|t6|a2|webinar|c3|-|-|-|0",
            "acme|3|2026-01-05|t1|a1|search|c1|-|-|-|0",
            "acme|3|2026-01-12|t2|a2|mail||-|-|-|0",
            "acme|3|2026-01-12|t3|a1|event|c2|-|-|-|0",
        ]
    );
}
