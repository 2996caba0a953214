//! Canonical tables: every one goes in, twice changes nothing, restated rows supersede, a dry run writes nothing.

use super::*;
use crate::schema::{Kind, Table};

/// A valid cell for a column.
fn cell(kind: Kind, name: &str) -> &'static str {
    match (kind, name) {
        (_, "currency") => "EUR",
        (_, "email") => "ada@example.com",
        (Kind::Text, _) => "a1",
        (Kind::Enum(words), _) => words[0],
        (Kind::Date, _) => "2026-01-05",
        (Kind::Time, _) => "2026-01-05T10:00:00Z",
        (Kind::Money, _) => "12.34",
        (Kind::Number, _) => "1.5",
        (Kind::Int, _) => "7",
        (Kind::Bool, _) => "true",
    }
}

#[test]
fn every_canonical_table_takes_a_full_and_a_minimal_row() {
    for table in Table::ALL {
        for only_required in [false, true] {
            let desk = Desk::new();
            let columns = || table.columns().iter().filter(|c| !only_required || c.required);
            let names: Vec<&str> = columns().map(|c| c.name).collect();
            let cells: Vec<&str> = columns().map(|c| cell(c.kind, c.name)).collect();
            let report = desk.give("t.csv", format!("{}\n{}\n", names.join(","), cells.join(",")));
            assert_eq!((counts(&report), report.layout), ((1, 0), format!("canonical:{table}")), "{table}");
            assert_eq!(report.records.get(table), Some(&1));
            assert_eq!(desk.column(*table, "dataset"), [if only_required { "main" } else { "a1" }]);
        }
    }
}

#[test]
fn a_missing_required_cell_rejects_the_row_and_names_the_column() {
    for table in Table::ALL {
        for column in table.columns().iter().filter(|c| c.required) {
            let names: Vec<&str> = table.columns().iter().map(|c| c.name).collect();
            let row = |skip: &str| -> String {
                let cells = table.columns().iter().map(|c| if c.name == skip { "" } else { cell(c.kind, c.name) });
                cells.collect::<Vec<_>>().join(",")
            };
            let text = format!("{}\n{}\n{}\n", names.join(","), row(column.name), row("none of them"));
            let options = ImportOptions { dry_run: true, ..Desk::options() };
            let report = Desk::new().give_with("t.csv", text, &options);
            assert_eq!(counts(&report), (1, 1), "{table}.{}", column.name);
            assert_eq!((report.rejects[0].column.as_deref(), report.rejects[0].line), (Some(column.name), 2));
        }
    }
}

const DEALS: &str =
    "opportunity_id,account_id,amount,created_at,status\no1,a1,100.00,2026-01-01,open\no2,a1,50.5,2026-01-02,won\n";

#[test]
fn the_same_file_again_changes_nothing_whatever_its_name() {
    let desk = Desk::new();
    let first = desk.give("deals.csv", DEALS);
    let version = desk.store.data_version();
    let second = desk.give("deals copy.csv", DEALS);
    assert_eq!((first.status, second.status), (Status::Imported, Status::AlreadyImported));
    assert_eq!((desk.store.data_version(), desk.store.imports().len()), (version.clone(), 1));
    assert_eq!(first.batch_id, second.batch_id);
    // Newer rows of the same deals are another file: a second batch, whose keys supersede.
    let newer = desk.give("deals.csv", DEALS.replace("100.00", "120.00"));
    assert_eq!((newer.status, desk.store.imports().len()), (Status::Imported, 2));
    assert_eq!((first.superseding, newer.superseding), (Some(0), Some(2)));
    let other = desk.give("deals.csv", DEALS.replace("\no", "\nx"));
    assert_eq!(other.superseding, Some(0), "other deals replace none");
    assert_ne!(desk.store.data_version(), version);
}

#[test]
fn a_dry_run_reports_the_same_and_writes_nothing() {
    let text = format!("{DEALS}o3,a1,1.234,2026-01-01,open\n");
    let dry = Desk::new();
    let options = ImportOptions { dry_run: true, ..Desk::options() };
    let report = dry.give_with("deals.csv", &text, &options);
    assert_eq!((report.status, dry.store.imports().len()), (Status::DryRun, 0));
    let real = Desk::new().give("deals.csv", &text);
    let (mut a, mut b) = (snapshot(&report), snapshot(&real));
    for value in [&mut a, &mut b] {
        value["status"] = serde_json::Value::Null;
        value["superseding"] = serde_json::Value::Null;
    }
    assert_eq!(a, b);
    insta::assert_json_snapshot!("deals_with_a_reject", snapshot(&real));
}

#[test]
fn strict_refuses_the_whole_file_for_one_bad_row() {
    let text = format!("{DEALS}o3,a1,1.234,2026-01-01,open\n");
    let desk = Desk::new();
    let strict = ImportOptions { strict: true, ..Desk::options() };
    let report = desk.give_with("deals.csv", &text, &strict);
    assert_eq!((problem(&report).0, desk.store.imports().len()), (Code::TooManyPlaces, 0));
    assert_eq!(desk.give_with("deals.csv", DEALS, &strict).status, Status::Imported);
}

#[test]
fn all_rejects_are_kept_beside_the_batch_and_none_is_a_formula() {
    let desk = Desk::new();
    let bad: String = (0..500).map(|i| format!("b{i},a1,=1+1,2026-01-01,open\n")).collect();
    let report = desk.give("deals.csv", format!("{DEALS}{bad}"));
    assert_eq!((counts(&report), report.rejects.len()), ((2, 500), 200));
    let file = desk.store.rejects_file(report.batch_id.as_deref().expect("a batch")).expect("a list");
    let mut reader = csv::Reader::from_path(file).expect("readable");
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
    assert_eq!(rows.len(), 500);
    assert_eq!((&rows[499][1], &rows[499][2], &rows[499][3]), ("503", "amount", "'=1+1"));
    let clean = desk.give("more.csv", DEALS.replace("o1", "o9"));
    assert_eq!(desk.store.rejects_file(clean.batch_id.as_deref().expect("a batch")), None);
}

#[test]
fn files_with_rates_go_first_and_a_refused_file_stops_no_other() {
    let desk = Desk::new();
    let files: Vec<ImportFile> = [
        ("a.csv", "date,channel,amount,currency\n2026-01-05,tv,1,EUR\n2026-01-05,web,1,USD\n"),
        ("b.csv", "nothing,known\n1,2\n"),
        ("fx.csv", "date,currency,rate\n2026-01-01,USD,0.9\n"),
    ]
    .into_iter()
    .map(|(name, text)| {
        let path = desk.dir.path().join(name);
        std::fs::write(&path, text).expect("written");
        ImportFile::from(path)
    })
    .collect();
    let mut seen = Vec::new();
    let report = desk.store.import(&files, &Desk::options(), &mut |p| seen.push(p.permille)).expect("works");
    let status: Vec<Status> = report.files.iter().map(|f| f.status).collect();
    assert_eq!(status, [Status::Imported, Status::Refused, Status::Imported]);
    assert_eq!(report.files[0].rows_rejected, 0);
    assert!(report.any_refused() && report.next.contains("b.csv"), "{}", report.next);
    assert!(seen.contains(&1_000));
}

#[test]
fn a_mapped_table_gets_ids_of_its_own_and_contacts_as_accounts() {
    let mapping = "kind = \"table\"\ntable = \"stage_events\"\n[columns]\ncontact_id = \"mql_id\"\nstage = { value = \"mql\" }\nentered_at = { from = \"first_contact_date\", format = \"%Y-%m-%d\" }\n";
    let rows = "mql_id,first_contact_date\nm1,2026-01-05\nm2,2026-01-06\n";
    let desk = Desk::new();
    assert_eq!(counts(&desk.give_with("leads.csv", rows, &with_mapping(mapping))), (2, 0));
    let ids = desk.column(Table::StageEvents, "event_id");
    assert_eq!((ids[0].len(), ids[0] == ids[1]), (24, false));
    assert_eq!(desk.column(Table::StageEvents, "account_id"), ["m1", "m2"]);
    // The next export holds the same record and a new one: the same record keeps its id.
    desk.give_with("leads2.csv", format!("{rows}m3,2026-01-07\n"), &with_mapping(mapping));
    assert_eq!(desk.column(Table::StageEvents, "event_id")[2], ids[0]);
}

#[test]
fn dataset_and_layout_can_be_told() {
    let desk = Desk::new();
    let options = ImportOptions { dataset: Some("brand_b".into()), ..Desk::options() };
    assert_eq!(counts(&desk.give_with("deals.csv", DEALS, &options)), (2, 0));
    assert_eq!(desk.column(Table::Opportunities, "dataset"), ["brand_b", "brand_b"]);
    let wrong = ImportOptions { as_: Some(crate::import::As::Robyn), ..Desk::options() };
    assert_eq!(problem(&desk.give_with("deals.csv", DEALS, &wrong)).0, Code::MissingColumn);
}
