//! Wide tables: the public data sets of two tools recognised by themselves, a third by its mapping.

use rust_decimal::{Decimal, RoundingStrategy};

use super::*;
use crate::schema::Table;

/// A public data set, where this machine has it.
fn shared(name: &str) -> Option<std::path::PathBuf> {
    let here = std::path::PathBuf::from("../../../shared/data");
    let dir = std::env::var_os("TANDEM_SHARED_DATA").map_or(here, Into::into);
    let path = dir.join(name);
    if !path.is_file() {
        println!("skipped: {} is not on this machine", path.display());
    }
    path.is_file().then_some(path)
}

/// Sum of a CSV column, in cents of each cell rounded on its own half away from zero, without any code of the import.
fn cents_of(path: &std::path::Path, column: &str) -> i64 {
    let mut reader = csv::Reader::from_path(path).expect("readable");
    let at = reader.headers().expect("header").iter().position(|h| h == column).expect("column");
    let cents = |r: csv::StringRecord| {
        let exact: Decimal = r[at].parse().expect("a number");
        (exact * Decimal::ONE_HUNDRED).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
    };
    reader.records().map(|r| i64::try_from(cents(r.expect("row"))).expect("cents")).sum()
}

fn spend_of(desk: &Desk, channel: &str) -> i64 {
    let (names, amounts) = (desk.column(Table::Spend, "channel"), desk.column(Table::Spend, "amount_minor"));
    names.iter().zip(amounts).filter(|(n, _)| *n == channel).map(|(_, a)| a.parse::<i64>().expect("cents")).sum()
}

#[test]
fn the_robyn_data_is_recognised_and_ties_out_to_the_cent() {
    let Some(path) = shared("robyn_weekly.csv") else { return };
    let desk = Desk::new();
    let report = desk.take(path.clone(), &Desk::options());
    assert_eq!((report.status, report.layout.as_str(), counts(&report)), (Status::Imported, "robyn", (208, 0)));
    assert_eq!(report.channels, ["facebook", "newsletter", "ooh", "print", "search", "tv"]);
    assert_eq!((report.kpis.as_slice(), report.dataset.as_str()), (["revenue".to_owned()].as_slice(), "robyn_weekly"));
    assert_eq!(report.records[&Table::Spend], 208 * 6);
    assert_eq!(report.records[&Table::Outcomes], 208);
    assert_eq!(report.records[&Table::Controls], 208 * 3, "competitor_sales_B and two events");
    for channel in ["facebook", "ooh", "print", "search", "tv"] {
        assert_eq!(spend_of(&desk, channel), cents_of(&path, &format!("{channel}_S")), "{channel}");
    }
    assert_eq!(spend_of(&desk, "newsletter"), 0);
    insta::assert_json_snapshot!("robyn", snapshot(&report));
}

#[test]
fn the_meridian_geo_data_is_recognised_and_ties_out() {
    let Some(path) = shared("meridian_geo_media.csv") else { return };
    let desk = Desk::new();
    let report = desk.take(path.clone(), &Desk::options());
    assert_eq!((report.status, report.layout.as_str(), counts(&report)), (Status::Imported, "meridian", (3120, 0)));
    assert_eq!((report.geos, report.records[&Table::Geos], report.records[&Table::Spend]), (20, 20, 3120 * 4));
    assert_eq!(report.records[&Table::Controls], 3120 * 2);
    for channel in ["Channel0", "Channel3"] {
        assert_eq!(spend_of(&desk, channel), cents_of(&path, &format!("{channel}_spend")), "{channel}");
    }
    let exposure = desk.column(Table::Spend, "exposure");
    assert!(exposure.iter().all(|e| e.parse::<f64>().is_ok()), "every channel has impressions");
    assert!(desk.column(Table::Outcomes, "value_per_unit").iter().all(|v| v.parse::<f64>().is_ok_and(|v| v > 0.0)));
    insta::assert_json_snapshot!("meridian_geo", snapshot(&report));
}

#[test]
fn the_meridian_national_data_is_recognised() {
    let Some(path) = shared("meridian_national_media.csv") else { return };
    let desk = Desk::new();
    let report = desk.take(path, &Desk::options());
    assert_eq!((report.status, report.layout.as_str(), counts(&report)), (Status::Imported, "meridian", (156, 0)));
    assert_eq!(report.geos, 1);
    assert!(desk.column(Table::Outcomes, "geo").iter().all(|g| g == "national"));
    insta::assert_json_snapshot!("meridian_national", snapshot(&report));
}

#[test]
fn the_pymc_data_needs_its_mapping_and_keeps_spend_below_a_cent() {
    let Some(path) = shared("pymc_mmm_example.csv") else { return };
    let desk = Desk::new();
    let unknown = desk.take(path.clone(), &Desk::options());
    assert_eq!(problem(&unknown).0, Code::UnknownLayout);
    let mapping = include_str!("../../../../../docs/examples/pymc_mmm_mapping.toml");
    let report = desk.take(path.clone(), &with_mapping(mapping));
    assert_eq!((report.status, counts(&report)), (Status::Imported, (179, 0)));
    assert_eq!(report.records[&Table::Controls], 179 * 2);
    assert!(note(&report, Code::FineSpend).is_some());
    let first = desk.column(Table::Spend, "exposure")[0].parse::<f64>().expect("a number");
    assert_eq!(first, 0.318_580_017_935_948_6, "the unrounded spend of the first week");
    assert_eq!(spend_of(&desk, "x1"), cents_of(&path, "x1"));
    insta::assert_json_snapshot!("pymc", snapshot(&report));
}

const SMALL: &str =
    "DATE,revenue,tv_S,events\n2026-01-05,100,10,na\n2026-01-12,110,,sale\n2026-01-26,x,12,na\nTotal,210,22,\n";

#[test]
fn a_small_wide_table_reports_blanks_gaps_words_and_rejects() {
    let desk = Desk::new();
    let report = desk.give("My Plan (v2).csv", SMALL);
    assert_eq!((counts(&report), report.dataset.as_str()), ((2, 1), "my_plan_v2"));
    assert_eq!((report.rejects[0].line, report.rejects[0].column.as_deref()), (4, Some("revenue")));
    assert!(note(&report, Code::EmptyCell).is_some() && note(&report, Code::TotalsRow).is_some());
    assert_eq!(desk.column(Table::Controls, "name"), ["sale", "sale"]);
    assert_eq!(desk.column(Table::Controls, "value"), ["0.0", "1.0"]);
    insta::assert_json_snapshot!("small_wide", snapshot(&report));
}

#[test]
fn missing_weeks_are_named() {
    let report = Desk::new().give("p.csv", "DATE,revenue,tv_S\n2026-01-05,1,1\n2026-01-12,1,1\n2026-01-26,1,1\n");
    assert!(note(&report, Code::MissingPeriods).is_some_and(|n| n.count == 1 && n.text.contains("2026-01-19")));
    let whole = Desk::new().give("p.csv", "DATE,revenue,tv_S\n2026-01-05,1,1\n2026-01-12,1,1\n2026-01-19,1,1\n");
    assert_eq!(note(&whole, Code::MissingPeriods), None);
}

#[test]
fn a_mapping_that_names_an_absent_column_says_which_there_are() {
    let mapping = "kind = \"wide\"\ndate = \"week\"\n[kpi]\nname = \"sales\"\ncolumn = \"turnover\"\n";
    let report = Desk::new().give_with("w.csv", "week,sales\n2026-01-05,1\n", &with_mapping(mapping));
    let (code, reason) = problem(&report);
    assert!(code == Code::MissingColumn && reason.contains("`turnover`"), "{reason}");
    assert!(report.problem.as_ref().is_some_and(|p| p.accepted.contains("week, sales")));
}
