//! What is computed from CRM tables adds up to the cent.
#![allow(clippy::unwrap_used)]

mod common;

use common::company::company;
use common::{columns, day, import};
use tandem_models::attribution::AccountMapping;
use tandem_models::domain::journey::{Journey, Outcome};
use tandem_models::domain::panel::KpiKind;
use tandem_store::schema::Table;
use tandem_store::{
    AsOf, Cancel, Cohort, FunnelBy, FunnelRequest, JourneyOutcome, JourneyReport, JourneyRequest, JourneyScope,
    JourneyValue, Level, PanelRequest, Store, TouchNames,
};

fn journeys(store: &Store, request: &JourneyRequest) -> (Vec<Journey>, JourneyReport, TouchNames) {
    let mut names = store.touch_names(request).unwrap();
    let mut all = Vec::new();
    let report = store.journeys(request, &mut names, &mut |j: &Journey| all.push(j.clone()), Cancel::new()).unwrap();
    (all, report, names)
}

fn path(journey: &Journey, names: &TouchNames) -> String {
    journey.touches.iter().filter_map(|t| names.channels.name(t.channel)).collect::<Vec<_>>().join(" > ")
}

#[test]
fn kpis_of_the_crm_are_offered_and_make_panels_over_the_weeks_with_spend() {
    let (_dir, store) = company();
    let names: Vec<String> = store.kpis().unwrap().into_iter().map(|k| k.name).collect();
    assert_eq!(names, ["inquiry", "mql", "pipeline", "sql", "won_deals", "won_revenue"]);
    let panel =
        |kpi: &str, level| store.panel(&PanelRequest { kpi: kpi.into(), level, ..PanelRequest::default() }).unwrap();
    let revenue = panel("won_revenue", Level::Auto);
    assert_eq!((revenue.n_periods(), revenue.outcome.sum(), revenue.kpi_kind), (6, 1000.01, KpiKind::Revenue));
    assert_eq!(revenue.outcome[(0, 4)], 1000.01, "week of 2026-02-02");
    assert!((revenue.margin.unwrap() - 60_000.0 / 100_001.0).abs() < 1e-12);
    let pipeline = panel("pipeline", Level::Geo);
    assert_eq!((pipeline.geos.join(" "), pipeline.outcome.sum()), ("north south".into(), 1750.01));
    let sql = panel("sql", Level::Auto);
    assert_eq!((sql.outcome.sum(), sql.value_at(0, 0)), (1.0, 1000.01));
}

#[test]
fn journeys_hold_all_contacts_touches_before_closing_in_order() {
    let (_dir, store) = company();
    let (all, report, names) = journeys(&store, &JourneyRequest::default());
    assert_eq!(all.len(), 1, "only the won deal");
    let journey = &all[0];
    assert_eq!(path(journey, &names), "search > mail > event", "equal times go by id, the touch after closing is out");
    assert_eq!(journey.outcome, Outcome::Won { value_minor: 100_001 });
    assert_eq!((report.value.0, report.won, report.deals[journey.deal as usize - 1].as_str()), (100_001, 1, "o1"));
    let at = |text: &str| i64::from(day(text).0) * 86_400_000_000;
    assert_eq!(journey.milestones.lead.map(|e| e.at_us), Some(at("2026-01-06")));
    assert_eq!(journey.milestones.extra[2].map(|e| e.at_us), Some(at("2026-01-16")));
    assert_eq!(journey.milestones.extra[0], None, "the account never was an mql");
    assert_eq!(journey.milestones.opportunity.map(|e| e.at_us), Some(at("2026-01-20")));
    assert_eq!(report.data_version, store.data_version());
}

#[test]
fn everyone_brings_lost_and_open_journeys_too() {
    let (_dir, store) = company();
    let (all, report, names) =
        journeys(&store, &JourneyRequest { scope: JourneyScope::Everyone, ..JourneyRequest::default() });
    let read: Vec<(String, Outcome)> = all.iter().map(|j| (path(j, &names), j.outcome)).collect();
    assert_eq!(
        read,
        [
            ("search > mail > event".into(), Outcome::Lost),
            ("search > mail > event".into(), Outcome::Won { value_minor: 100_001 }),
            ("mail".into(), Outcome::Open),
            ("search".into(), Outcome::Open),
        ]
    );
    assert_eq!((report.accounts, report.touches, report.journeys), (3, 6, 4));
    assert_eq!(all[0].unit, all[1].unit, "deals of one account are one unit");
}

#[test]
fn account_mapping_value_lookback_and_period_are_followed() {
    let (_dir, store) = company();
    let with = |change: fn(&mut JourneyRequest)| {
        let mut request = JourneyRequest::default();
        change(&mut request);
        journeys(&store, &request)
    };
    let (all, _, names) = with(|r| r.mapping = AccountMapping::PrimaryRole);
    assert_eq!(path(&all[0], &names), "mail");
    let (all, _, names) = with(|r| r.lookback_days = Some(25));
    assert_eq!(path(&all[0], &names), "mail > event");
    assert_eq!(with(|r| r.value = JourneyValue::Margin).1.value.0, 60_000);
    assert_eq!(with(|r| r.to = Some(day("2026-02-03"))).0.len(), 0);
    assert_eq!(with(|r| r.to = Some(day("2026-02-04"))).0.len(), 1);
    assert_eq!(with(|r| r.as_of = AsOf::Batch(0)).0.len(), 0);
}

#[test]
fn journeys_to_a_stage_end_where_the_account_enters_it() {
    let (_dir, store) = company();
    let request =
        JourneyRequest { outcome: JourneyOutcome::Mql, scope: JourneyScope::Everyone, ..JourneyRequest::default() };
    let (all, report, names) = journeys(&store, &request);
    let won: Vec<String> =
        all.iter().filter(|j| matches!(j.outcome, Outcome::Won { .. })).map(|j| path(j, &names)).collect();
    assert_eq!((won, report.won, report.journeys), (vec!["mail".to_owned()], 1, 3));
}

#[test]
fn the_funnel_counts_those_who_came_in_together() {
    let (_dir, store) = company();
    let january = &store.funnel(&FunnelRequest::default()).unwrap()[0];
    let reached: Vec<u64> = january.stages.iter().map(|s| s.reached).collect();
    assert_eq!((january.start, january.entered, reached), (day("2026-01-01"), 2, vec![2, 2, 1, 1, 1, 1]));
    let recorded: Vec<u64> = january.stages.iter().map(|s| s.recorded).collect();
    assert_eq!(recorded, [2, 1, 0, 1, 1, 1], "who skips a stage passed it without an event");
    assert_eq!(january.stages[2].rate, Some(0.5));
    assert_eq!(january.stages[3].median_days, Some(10.0), "from the inquiry, the last stage recorded before");

    let by_channel = FunnelRequest { by: FunnelBy::Channel, cohort: Cohort::All, ..FunnelRequest::default() };
    let groups: Vec<_> = store.funnel(&by_channel).unwrap().into_iter().map(|c| (c.group, c.entered)).collect();
    // Touches here name no account, so the first touch of an account is unknown to this query.
    assert_eq!(groups, [(None, 2)]);
    let by_region = FunnelRequest { by: FunnelBy::Region, ..by_channel };
    let groups: Vec<_> = store.funnel(&by_region).unwrap().into_iter().map(|c| (c.group.unwrap(), c.entered)).collect();
    assert_eq!(groups, [("north".to_owned(), 1), ("south".to_owned(), 1)]);
}

#[test]
fn weekly_totals_freshness_and_reconciliation_agree() {
    let (_dir, store) = company();
    let totals = store.weekly_totals("main", AsOf::Latest).unwrap();
    let sum =
        |metric: &str| totals.iter().find(|t| t.metric == metric).map(|t| t.weeks.iter().map(|w| w.1).sum::<i64>());
    assert_eq!(sum("won_revenue"), Some(100_001));
    assert_eq!(
        (sum("spend"), sum("touches"), sum("won_deals"), sum("lost_deals")),
        (Some(60_000), Some(6), Some(1), Some(1))
    );
    assert_eq!((sum("pipeline"), sum("inquiry"), sum("won")), (Some(175_001), Some(2), None));

    let ledger = columns()
        .text("entry_id", &["l1"])
        .date("date", &["2026-02-20"])
        .money("amount", &[90_000])
        .text("kind", &["sale"]);
    import(&store, "b", &[ledger.of(Table::Ledger)]);
    let months = store.reconciliation("main", None, None, AsOf::Latest).unwrap();
    assert_eq!(months.len(), 1);
    assert_eq!(
        (months[0].month, months[0].won.0, months[0].difference().0),
        (Some(day("2026-02-01")), 100_001, -10_001)
    );

    let fresh = store.freshness().unwrap();
    let touches = fresh.iter().find(|f| f.table == "touches").unwrap();
    assert_eq!((touches.rows, touches.last, touches.gap_weeks), (6, Some(day("2026-03-01")), 5));
}

#[test]
fn channels_add_up_spend_and_touches() {
    let (_dir, store) = company();
    let channels = store.channels().unwrap();
    let read: Vec<_> = channels.iter().map(|c| (c.name.as_str(), c.spend.0, c.touches)).collect();
    assert_eq!(read, [("event", 0, 1), ("mail", 0, 3), ("search", 60_000, 2)]);
}
