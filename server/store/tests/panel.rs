//! Panels are whole or refused, and say what was left out.
#![allow(clippy::unwrap_used)]

mod common;

use common::{columns, day, import, mondays, store, weekly_kpi, weekly_spend};
use tandem_models::domain::panel::{ChannelKind, KpiKind};
use tandem_models::domain::period::Day;
use tandem_store::schema::Table;
use tandem_store::{AsOf, Error, Level, PanelRequest, Store};

fn ask(kpi: &str) -> PanelRequest {
    PanelRequest { kpi: kpi.into(), ..PanelRequest::default() }
}

fn open() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    (dir, store)
}

#[test]
fn a_week_without_a_spend_row_is_a_week_without_spend() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 4);
    import(
        &store,
        "a",
        &[
            weekly_kpi("revenue", "revenue", &weeks, &[10.0, 20.0, 30.0, 40.0]),
            weekly_spend("search", &[weeks[0], weeks[3]], &[1050, 250]),
        ],
    );
    let panel = store.panel(&ask("revenue")).unwrap();
    assert_eq!((panel.n_geos(), panel.n_periods(), panel.period_days), (1, 4, 7));
    assert_eq!(panel.channels[0].spend.as_slice().unwrap(), [10.5, 0.0, 0.0, 2.5]);
    assert_eq!(panel.outcome.as_slice().unwrap(), [10.0, 20.0, 30.0, 40.0]);
    assert_eq!((panel.kpi_kind, panel.currency.as_str(), panel.periods[1]), (KpiKind::Revenue, "EUR", weeks[1]));
}

#[test]
fn a_missing_week_of_the_kpi_is_refused_by_name_and_accepted_once_it_is_there() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 5);
    let without: Vec<Day> = weeks.iter().copied().filter(|d| *d != weeks[2]).collect();
    import(&store, "a", &[weekly_kpi("revenue", "revenue", &without, &[1.0, 2.0, 4.0, 5.0])]);
    let error = store.panel(&ask("revenue")).unwrap_err();
    assert!(matches!(&error, Error::Panel { message, .. } if message.contains("week of 2026-01-19")), "{error}");
    let bounded = PanelRequest { from: Some(weeks[3]), ..ask("revenue") };
    assert_eq!(store.panel(&bounded).unwrap().n_periods(), 2);
    import(&store, "b", &[weekly_kpi("revenue", "revenue", &weeks[2..3], &[3.0])]);
    assert_eq!(store.panel(&ask("revenue")).unwrap().outcome.sum(), 15.0);
}

#[test]
fn two_values_in_one_week_are_refused_by_name() {
    let (_dir, store) = open();
    let mut days = mondays("2026-01-05", 4);
    days.push(Day(days[1].0 + 2));
    import(&store, "a", &[weekly_kpi("revenue", "revenue", &days, &[1.0; 5])]);
    let error = store.panel(&ask("revenue")).unwrap_err();
    assert!(matches!(&error, Error::Panel { message, .. } if message.contains("week of 2026-01-12")), "{error}");
}

#[test]
fn monthly_series_make_a_monthly_panel_and_daily_ones_whole_weeks() {
    let (_dir, store) = open();
    let months = ["2026-01-01", "2026-02-01", "2026-03-01"];
    import(&store, "a", &[weekly_kpi("monthly", "revenue", &months.map(day), &[1.0, 2.0, 3.0])]);
    let monthly = store.panel(&ask("monthly")).unwrap();
    assert_eq!((monthly.period_days, monthly.periods.clone()), (30, months.map(day).to_vec()));

    let days: Vec<Day> = (0..30).map(|i| Day(day("2026-01-07").0 + i)).collect();
    import(&store, "b", &[weekly_kpi("daily", "revenue", &days, &[1.0; 30])]);
    let answer = store.panel_with_notes(&ask("daily")).unwrap();
    assert_eq!(answer.panel.periods[0], day("2026-01-12"));
    assert_eq!(answer.panel.outcome.as_slice().unwrap(), [7.0; 3]);
    assert!(answer.notes.iter().any(|n| n.contains("Monday to Sunday")), "{:?}", answer.notes);
}

#[test]
fn geos_stay_apart_or_add_up_and_national_spend_follows_population() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 3);
    let twice: Vec<Day> = weeks.iter().flat_map(|w| [*w, *w]).collect();
    let geos = ["north", "south"].repeat(3);
    let outcome = columns()
        .days("date", &twice)
        .text("kpi", &["leads"; 6])
        .text("geo", &geos)
        .number("value", &[1.0, 10.0, 2.0, 20.0, 3.0, 30.0])
        .text("unit", &["count"; 6])
        .number("value_per_unit", &[5.0, 7.0, 5.0, 7.0, 5.0, 7.0])
        .of(Table::Outcomes);
    let people = columns().text("geo", &["north", "south"]).number("population", &[100.0, 300.0]).of(Table::Geos);
    import(&store, "a", &[outcome, people, weekly_spend("tv", &weeks, &[40_000, 0, 8_000])]);

    let by_geo = store.panel_with_notes(&ask("leads")).unwrap();
    let panel = &by_geo.panel;
    assert_eq!(panel.geos, ["north", "south"]);
    assert_eq!(panel.channels[0].spend.row(1).to_vec(), [300.0, 0.0, 60.0]);
    assert_eq!((panel.total_spend(0), panel.value_at(1, 0)), (480.0, 7.0));
    assert!(by_geo.notes.iter().any(|n| n.contains("by population")), "{:?}", by_geo.notes);

    let national = store.panel(&PanelRequest { level: Level::National, ..ask("leads") }).unwrap();
    assert_eq!(national.outcome.as_slice().unwrap(), [11.0, 22.0, 33.0]);
    assert_eq!((national.total_spend(0), national.population.clone()), (480.0, Some(vec![400.0])));
    assert!((national.value_at(0, 0) - 75.0 / 11.0).abs() < 1e-12);
}

#[test]
fn exposure_without_spend_is_organic_and_an_empty_channel_is_left_out_with_a_note() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 3);
    let newsletter = columns()
        .days("date", &weeks)
        .text("channel", &["newsletter"; 3])
        .money("amount", &[0; 3])
        .number("exposure", &[5.0, 0.0, 7.0])
        .of(Table::Spend);
    import(
        &store,
        "a",
        &[
            weekly_kpi("revenue", "revenue", &weeks, &[1.0, 2.0, 3.0]),
            newsletter,
            weekly_spend("print", &weeks, &[0, 0, 0]),
            weekly_spend("search", &weeks, &[100, -250, 100]),
        ],
    );
    let answer = store.panel_with_notes(&ask("revenue")).unwrap();
    let kinds: Vec<_> = answer.panel.channels.iter().map(|c| (c.name.as_str(), c.kind)).collect();
    assert_eq!(kinds, [("newsletter", ChannelKind::Organic), ("search", ChannelKind::Paid)]);
    assert!(answer.notes.iter().any(|n| n.contains("`print` was left out")), "{:?}", answer.notes);
    assert!(answer.notes.iter().any(|n| n.contains("Credits on `search`")), "{:?}", answer.notes);
    assert_eq!(answer.panel.channels[1].spend.as_slice().unwrap(), [1.0, 0.0, 1.0]);
}

#[test]
fn a_control_with_a_hole_or_without_change_is_left_out_with_a_note() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 3);
    let control = |name: &str, days: &[Day], values: &[f64]| {
        columns().days("date", days).text("name", &vec![name; days.len()]).number("value", values).of(Table::Controls)
    };
    import(
        &store,
        "a",
        &[
            weekly_kpi("revenue", "revenue", &weeks, &[1.0, 2.0, 3.0]),
            control("price", &weeks, &[1.0, 2.0, 1.5]),
            control("holes", &weeks[1..], &[1.0, 2.0]),
            control("flat", &weeks, &[4.0; 3]),
        ],
    );
    let answer = store.panel_with_notes(&ask("revenue")).unwrap();
    assert_eq!(answer.panel.controls.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["price"]);
    assert!(
        answer.notes.iter().any(|n| n.contains("`holes`") && n.contains("week of 2026-01-05")),
        "{:?}",
        answer.notes
    );
    assert!(answer.notes.iter().any(|n| n.contains("`flat`")), "{:?}", answer.notes);
}

#[test]
fn restated_rows_supersede_by_key_and_as_of_still_sees_the_old_ones() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 3);
    let first = import(
        &store,
        "a",
        &[weekly_kpi("revenue", "revenue", &weeks, &[1.0, 2.0, 3.0]), weekly_spend("search", &weeks, &[100, 200, 300])],
    );
    import(&store, "b", &[weekly_spend("search", &weeks[1..2], &[999])]);
    let now = store.panel_with_notes(&ask("revenue")).unwrap();
    assert_eq!(now.panel.channels[0].spend.as_slice().unwrap(), [1.0, 9.99, 3.0]);
    let then = store.panel_with_notes(&PanelRequest { as_of: AsOf::Batch(first.seq), ..ask("revenue") }).unwrap();
    assert_eq!(then.panel.channels[0].spend.as_slice().unwrap(), [1.0, 2.0, 3.0]);
    assert_eq!((then.data_version, now.data_version), (first.data_version, store.data_version()));
}

#[test]
fn the_last_of_several_rows_with_one_key_in_one_batch_counts() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 2);
    let doubled = [weeks[0], weeks[1], weeks[0]];
    import(
        &store,
        "a",
        &[weekly_kpi("revenue", "revenue", &weeks, &[1.0, 2.0]), weekly_spend("search", &doubled, &[100, 200, 700])],
    );
    let spend = store.panel(&ask("revenue")).unwrap().channels[0].spend.clone();
    assert_eq!(spend.as_slice().unwrap(), [7.0, 2.0]);
}

#[test]
fn mixed_currencies_are_refused_without_rates_and_converted_with_them() {
    let (_dir, store) = open();
    let weeks = mondays("2026-01-05", 2);
    let spend = columns()
        .days("date", &weeks)
        .text("channel", &["search"; 2])
        .money("amount", &[1_000, 2_000])
        .text("currency", &["EUR", "USD"])
        .of(Table::Spend);
    import(&store, "a", &[weekly_kpi("revenue", "revenue", &weeks, &[1.0, 2.0]), spend]);
    let error = store.panel(&ask("revenue")).unwrap_err();
    assert!(error.to_string().contains("EUR, USD"), "{error}");
    let rates =
        columns().days("date", &weeks[..1]).text("currency", &["USD"]).number("rate", &[0.5]).of(Table::FxRates);
    import(&store, "b", &[rates]);
    let panel = store.panel(&ask("revenue")).unwrap();
    assert_eq!((panel.currency.as_str(), panel.channels[0].spend.as_slice().unwrap()), ("EUR", &[10.0, 10.0][..]));
}

#[test]
fn an_unknown_kpi_is_answered_with_those_there_are() {
    let (_dir, store) = open();
    assert!(store.panel(&ask("revenue")).unwrap_err().to_string().contains("nothing has been imported"));
    import(&store, "a", &[weekly_kpi("revenue", "revenue", &mondays("2026-01-05", 2), &[1.0, 2.0])]);
    let error = store.panel(&ask("turnover")).unwrap_err().to_string();
    assert!(error.contains("turnover") && error.contains("revenue"), "{error}");
}
