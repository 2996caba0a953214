//! `experiments.sql`.

use tandem_store::queries::text;
use tandem_store::schema::Table;

use crate::common::{columns, import};
use crate::company::{restated, rows, seen_at};

#[test]
fn finished_experiments_come_earliest_first_with_what_would_have_been_spent() {
    let (_dir, store) = restated();
    let tests = columns()
        .text("experiment_id", &["x2", "x1"])
        .text("channel", &["search", "mail"])
        .text("kind", &["scale", "holdout"])
        .date("starts_on", &["2026-02-02", "2026-01-05"])
        .date("ends_on", &["2026-02-15", "2026-01-18"])
        .text("geos", &["north", "north;south"])
        .number("lift", &[3.5, 12.0])
        .number("lift_se", &[1.0, 4.0])
        .text("unit", &["mql", "mql"])
        .number("factor", &[1.9, 0.0])
        .maybe_money("usual_spend", &[None, Some(5_000)])
        .date("read_until", &["2026-03-01", "2026-02-01"])
        .of(Table::Experiments);
    import(&store, "tests", &[tests]);
    assert_eq!(
        rows(&store, &text::EXPERIMENTS, &seen_at(3)),
        [
            "x1|mail|holdout|2026-01-05|2026-01-18|north;south|12.0|4.0|mql|0.0|5000|2026-02-01",
            "x2|search|scale|2026-02-02|2026-02-15|north|3.5|1.0|mql|1.9|-|2026-03-01",
        ]
    );
    assert_eq!(rows(&store, &text::EXPERIMENTS, &seen_at(2)), [""; 0], "as of before");
}
