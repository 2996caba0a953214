//! `journey_touches.sql`.

use tandem_store::engine::Params;
use tandem_store::queries::text;

use crate::company::{restated, seen_at, unordered};

fn asked(scope: &str, from: &str, to: &str, only: Option<&str>) -> Params {
    let range = seen_at(2).text("from_account", from).text("to_account", to).text_or_null("only", only);
    range.text("outcome", "won").text("scope", scope)
}

#[test]
fn touches_come_with_the_account_of_their_contact_and_only_those_of_the_range() {
    let (_dir, store) = restated();
    let rows = |params: Params| unordered(&store, &text::JOURNEY_TOUCHES, &params);
    let acme = [
        "acme|2026-01-02|t6|a2|webinar|c3",
        "acme|2026-01-05|t1|a1|search|c1",
        "acme|2026-01-12|t2|a2|mail|",
        "acme|2026-01-12|t3|a1|event|c2",
    ];
    assert_eq!(rows(asked("reached", "", "z", None)), acme);
    let all = rows(asked("everyone", "", "z", None));
    assert_eq!((all.len(), &all[..4], &all[4][..5]), (6, &acme.map(String::from)[..], "bolt|"));
    assert_eq!(rows(asked("everyone", "acme", "bolt", None)), acme, "up to and without the end of the range");
    assert_eq!(rows(asked("everyone", "acmf", "bolt", None)), [""; 0]);
    assert_eq!(rows(asked("everyone", "", "z", Some("bolt\u{1f}calm"))).len(), 2, "only accounts that are named");
}
