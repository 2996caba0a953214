//! `funnel.sql`.

use tandem_store::queries::text;
use tandem_store::{AsOf, Cohort, FunnelRequest, FunnelUnit};

use crate::company::{restated, rows, seen_at, unordered};

#[test]
fn a_lead_has_the_first_time_of_each_stage_and_the_channel_of_its_accounts_first_touch() {
    let (_dir, store) = restated();
    let asked = |by_account| seen_at(2).int("by_account", by_account).int("with_channel", 1);
    let bolt = "-|south|2026-01-14|2026-02-17|-|-|-|-|-";
    assert_eq!(
        unordered(&store, &text::FUNNEL, &asked(0)),
        [
            bolt,
            "webinar|north|2026-01-06|-|-|-|-|-|-",
            // the contact inquired anew, and this lead was won
            "webinar|north|2026-01-07|-|-|2026-01-16|2026-01-20|2026-02-04|-",
        ]
    );
    assert_eq!(
        unordered(&store, &text::FUNNEL, &asked(1)),
        [bolt, "webinar|north|2026-01-06|-|-|2026-01-16|2026-01-20|2026-02-04|-"],
        "an account is counted once"
    );
}

/// By stage, what the overview sums over all weeks.
fn on_overview(store: &tandem_store::Store, stage: &str) -> i64 {
    let totals = store.weekly_totals("main", AsOf::Latest).unwrap();
    totals.iter().filter(|t| t.metric == stage).flat_map(|t| t.weeks.iter().map(|w| w.1)).sum()
}

#[test]
fn funnel_overview_and_kpi_count_the_same_leads() {
    let (_dir, store) = restated();
    let everyone = FunnelRequest { cohort: Cohort::All, ..FunnelRequest::default() };
    let stages = store.funnel(&everyone).unwrap().remove(0).stages;
    let kpis = rows(&store, &text::CRM_EXTENT, &seen_at(2));
    for (stage, leads) in [("inquiry", 3), ("mql", 1), ("sql", 1)] {
        let recorded = stages.iter().find(|s| s.stage == stage).map(|s| s.recorded);
        let kpi = kpis.iter().find(|r| r.starts_with(&format!("{stage}|"))).unwrap();
        assert_eq!((recorded, on_overview(&store, stage)), (Some(leads), leads as i64), "{stage}");
        assert!(kpi.ends_with(&format!("|{leads}.0")), "{kpi}");
    }
    // negative control: accounts are fewer than their inquiries
    let accounts = FunnelRequest { unit: FunnelUnit::Account, ..everyone };
    assert_eq!(store.funnel(&accounts).unwrap()[0].stages[0].recorded, 2);
}
