//! `journey_facts.sql`.

use tandem_store::engine::Params;
use tandem_store::queries::text;

use crate::company::{restated, seen_at, unordered};

fn asked(scope: &str) -> Params {
    let range = seen_at(2).text("from_account", "").text("to_account", "\u{10FFFF}").text_or_null("only", None);
    range.text("outcome", "won").text("scope", scope)
}

#[test]
fn all_facts_of_the_accounts_that_reached_the_outcome_come_together() {
    let (_dir, store) = restated();
    assert_eq!(
        unordered(&store, &text::JOURNEY_FACTS, &asked("reached")),
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
            "acme|3|1970-01-01|-|-|north|-|-|-|-|0",
        ]
    );
    let accounts = |scope| {
        let rows = unordered(&store, &text::JOURNEY_FACTS, &asked(scope));
        let mut ids: Vec<String> = rows.iter().filter_map(|r| Some(r.split_once('|')?.0.to_owned())).collect();
        ids.dedup();
        ids
    };
    assert_eq!((accounts("ended"), accounts("everyone").len()), (vec!["acme".to_owned()], 3));
}
