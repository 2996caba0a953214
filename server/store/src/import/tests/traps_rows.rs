//! Traps of values: numbers, money, dates, currencies, stages, repeated keys.

use super::*;
use crate::schema::Table;

const SPEND: &str = "date,channel,amount,currency\n";

#[test]
fn decimal_commas_are_understood_from_the_file_or_refused_with_the_way_out() {
    let desk = Desk::new();
    let report = desk.give("spend.csv", "date;channel;amount\n2026-01-05;tv;1.234,56\n2026-01-12;tv;99,5\n");
    assert_eq!(
        (counts(&report), desk.column(Table::Spend, "amount_minor")),
        ((2, 0), vec!["123456".into(), "9950".into()])
    );
    // Where the other rows use the point, the one row is refused, and says what would be accepted.
    let mixed = "date,channel,amount\n2026-01-05,tv,10.25\n2026-01-12,tv,11.50\n2026-01-19,tv,\"1.234,56\"\n";
    let report = Desk::new().give("spend.csv", mixed);
    assert_eq!((counts(&report), report.rejects[0].code), ((2, 1), Code::WrongDecimal));
    assert!(report.rejects[0].accepted.contains("decimal = \",\""), "{}", report.rejects[0].accepted);
}

#[test]
fn numbers_that_can_be_thousands_or_decimals_are_refused_until_the_mapping_tells() {
    let file = "week,x,y\n2026-01-05,1.234,5.678\n2026-01-12,2.345,6.789\n";
    let mapping = "kind = \"wide\"\ndate = \"week\"\n[kpi]\nname = \"sales\"\ncolumn = \"y\"\n[[channel]]\nname = \"x\"\nspend = \"x\"\n";
    let report = Desk::new().give_with("w.csv", file, &with_mapping(mapping));
    assert!(
        matches!(problem(&report), (Code::AmbiguousDecimal, reason) if reason.contains("`5.678`")),
        "{:?}",
        report.problem
    );
    for (mark, cents) in [(",", "123400"), (".", "123")] {
        let desk = Desk::new();
        let told = mapping.replacen("date =", &format!("decimal = \"{mark}\"\ndate ="), 1);
        assert_eq!(counts(&desk.give_with("w.csv", file, &with_mapping(&told))), (2, 0));
        assert_eq!(desk.column(Table::Spend, "amount_minor")[0], cents);
    }
}

#[test]
fn negative_spend_is_a_credit_and_its_sum_is_said() {
    let desk = Desk::new();
    let report = desk.give("spend.csv", format!("{SPEND}2026-01-05,tv,100,EUR\n2026-01-12,tv,-20.50,EUR\n"));
    assert_eq!(counts(&report), (2, 0));
    assert!(note(&report, Code::Credit).is_some_and(|n| n.count == 1 && n.lines == [3] && n.text.contains("-20.50")));
    assert_eq!(desk.column(Table::Spend, "amount_minor"), ["10000", "-2050"]);
    let none = Desk::new().give("spend.csv", format!("{SPEND}2026-01-05,tv,100,EUR\n"));
    assert_eq!(note(&none, Code::Credit), None);
}

#[test]
fn nan_and_infinities_are_refused() {
    let rows = "date,name,value\n2026-01-05,m,1\n2026-01-12,m,NaN\n2026-01-19,m,-inf\n2026-01-26,m,1e999\n";
    let report = Desk::new().give("controls.csv", rows);
    assert_eq!(counts(&report), (1, 3));
    let codes: Vec<Code> = report.rejects.iter().map(|r| r.code).collect();
    assert_eq!(codes, [Code::NotFinite, Code::NotFinite, Code::OutOfRange]);
}

#[test]
fn years_0001_and_9999_are_refused() {
    let rows = "date,name,value\n0001-01-01,m,1\n9999-12-31,m,1\n1989-12-31,m,1\n1990-01-01,m,1\n2100-12-31,m,1\n";
    let report = Desk::new().give("controls.csv", rows);
    assert_eq!(counts(&report), (2, 3));
    assert!(report.rejects.iter().all(|r| r.code == Code::YearOutOfRange && r.accepted.contains("1990 to 2100")));
    assert!(report.rejects[1].reason.contains("9999"));
}

#[test]
fn an_hour_skipped_by_daylight_saving_is_refused_and_one_shown_twice_is_flagged() {
    let zone = "CET-1CEST,M3.5.0,M10.5.0/3";
    let mapping = |zone: &str| {
        format!(
            "kind = \"table\"\ntable = \"touches\"\n[columns]\ntouch_id = \"id\"\ncontact_id = \"who\"\nchannel = {{ value = \"web\" }}\ntouched_at = {{ from = \"at\", timezone = \"{zone}\" }}\n"
        )
    };
    let rows = "id,who,at\n1,a,2026-03-29 02:30\n2,a,2026-10-25 02:30\n3,a,2026-07-01 12:00\n";
    let desk = Desk::new();
    let report = desk.give_with("t.csv", rows, &with_mapping(&mapping(zone)));
    assert_eq!(counts(&report), (2, 1));
    assert_eq!((report.rejects[0].code, report.rejects[0].line), (Code::DaylightGap, 2));
    assert!(note(&report, Code::DaylightFold).is_some_and(|n| n.lines == [3]));
    assert_eq!(desk.column(Table::Touches, "touched_at_us")[1], "1782900000000000", "10:00 UTC");
    assert_eq!(counts(&Desk::new().give_with("t.csv", rows, &with_mapping(&mapping("UTC0")))), (3, 0));
    let unknown = Desk::new().give_with("t.csv", rows, &with_mapping(&mapping("Mars/Olympus")));
    assert_eq!(problem(&unknown).0, Code::Mapping);
}

#[test]
fn week_53_is_a_week_only_in_long_years() {
    let report = Desk::new().give("controls.csv", "date,name,value\n2020-W53,m,1\n2021-W53,m,1\n2021-W52,m,1\n");
    assert_eq!((counts(&report), report.rejects[0].code), ((2, 1), Code::NoWeek53));
    assert!(note(&report, Code::Week53).is_some());
    assert_eq!(report.dates, Some(("2020-12-28".into(), "2021-12-27".into())));
}

#[test]
fn a_win_in_the_future_goes_in_and_is_flagged() {
    let header = "opportunity_id,account_id,amount,created_at,closed_at,status\n";
    let rows =
        "1,a,10,2026-01-01,2026-05-31,won\n2,a,10,2026-01-01,2026-06-02,won\n3,a,10,2026-01-01,2026-06-02,open\n";
    let report = Desk::new().give("o.csv", format!("{header}{rows}"));
    assert_eq!(counts(&report), (3, 0));
    assert!(note(&report, Code::FutureWin).is_some_and(|n| n.count == 1 && n.lines == [3]));
}

#[test]
fn skipped_and_reversed_stages_are_counted() {
    let header = "event_id,contact_id,account_id,stage,entered_at\n";
    let good = "1,c1,a,mql,2026-01-01\n2,c1,a,sal,2026-01-02\n3,c1,a,sql,2026-01-03\n";
    let skipping = "4,c2,a,mql,2026-01-01\n5,c2,a,sql,2026-01-03\n";
    let reversed = "6,c3,a,sal,2026-01-01\n7,c3,a,mql,2026-01-03\n";
    let report = Desk::new().give("s.csv", format!("{header}{good}{skipping}{reversed}"));
    assert_eq!(counts(&report), (7, 0));
    assert!(note(&report, Code::SkippedStage).is_some_and(|n| n.count == 1 && n.text.contains("`sal`")));
    assert!(note(&report, Code::ReversedStage).is_some_and(|n| n.count == 1 && n.text.contains("`sal` before `mql`")));
    let fine = Desk::new().give("s.csv", format!("{header}{good}"));
    assert_eq!((note(&fine, Code::SkippedStage), note(&fine, Code::ReversedStage)), (None, None));
}

#[test]
fn a_second_currency_needs_a_rate_imported_before_or_together() {
    let rows = format!("{SPEND}2026-01-05,tv,100,EUR\n2026-01-12,tv,100,USD\n");
    let report = Desk::new().give("spend.csv", &rows);
    assert_eq!((counts(&report), report.rejects[0].code), ((1, 1), Code::CurrencyWithoutRate));
    assert!(report.rejects[0].accepted.contains("fx_rates"));
    let desk = Desk::new();
    assert_eq!(counts(&desk.give("fx.csv", "date,currency,rate\n2026-01-01,USD,0.9\n")), (1, 0));
    assert_eq!(counts(&desk.give("spend.csv", &rows)), (2, 0));
}

#[test]
fn an_id_that_repeats_in_a_file_is_flagged_with_its_first() {
    let rows = "account_id,name\nA1,Old\nA2,Other\nA1,New\n";
    let report = Desk::new().give("accounts.csv", rows);
    assert_eq!(counts(&report), (3, 0));
    let note = note(&report, Code::DuplicateKey).expect("a note");
    assert!(
        note.count == 1 && note.lines == [4] && note.text.contains("`A1`") && note.text.contains("last row"),
        "{note:?}"
    );
    let unique = Desk::new().give("accounts.csv", "account_id,name\nA1,Old\nA2,Other\n");
    assert_eq!(super::note(&unique, Code::DuplicateKey), None);
    // The last one wins in what is asked, whether or not the projection is told that keys repeat.
    let desk = Desk::new();
    desk.give("accounts.csv", rows);
    assert!(!desk.store.imports()[0].tables[0].unique);
    desk.give("more.csv", "account_id,name\nA3,x\n");
    assert!(desk.store.imports()[1].tables[0].unique);
    let again = desk.give("again.csv", "account_id,name\nA1,Newest\nA3,y\n");
    assert_eq!(again.superseding, Some(2), "one of the two rows of A1 was no longer live");
}

#[test]
fn dates_that_can_be_read_two_ways_are_refused_until_the_mapping_tells() {
    let rows = "date,name,value\n03/04/2026,m,1\n04/04/2026,m,1\n";
    let report = Desk::new().give("controls.csv", rows);
    assert!(matches!(problem(&report), (Code::AmbiguousDate, reason) if reason.contains("`date`")));
    let clear = Desk::new().give("controls.csv", "date,name,value\n03/04/2026,m,1\n13/04/2026,m,1\n");
    assert_eq!(clear.dates, Some(("2026-04-03".into(), "2026-04-13".into())));
}

#[test]
fn totals_lines_are_left_out_and_said() {
    let report = Desk::new().give("spend.csv", format!("{SPEND}2026-01-05,tv,100,EUR\nTotal:,,100,\n"));
    assert_eq!(counts(&report), (1, 0));
    assert!(note(&report, Code::TotalsRow).is_some_and(|n| n.lines == [3]));
}

#[test]
fn email_addresses_are_hashed_and_appear_nowhere() {
    let desk = Desk::new();
    let rows = "contact_id,email\nc1,Ada@Example.com\nc2,bob@\nc3,\n";
    let report = desk.give("contacts.csv", rows);
    assert_eq!((counts(&report), report.rejects[0].code), ((2, 1), Code::NotAnEmail));
    assert_eq!(desk.column(Table::Contacts, "email")[0].len(), 64);
    let text = serde_json::to_string(&report).expect("serialisable").to_lowercase();
    assert!(!text.contains("ada@") && !text.contains("bob@"), "{text}");
    assert!(note(&report, Code::EmailsHashed).is_some_and(|n| n.count >= 1));
}

#[test]
fn a_later_file_in_another_currency_is_refused_too_and_another_dataset_is_not() {
    let desk = Desk::new();
    assert_eq!(counts(&desk.give("a.csv", format!("{SPEND}2026-01-05,tv,100,EUR\n"))), (1, 0));
    let dollars = format!("{SPEND}2026-01-12,tv,100,USD\n");
    assert_eq!(problem(&desk.give("b.csv", &dollars)).0, Code::CurrencyWithoutRate);
    let apart = ImportOptions { dataset: Some("us".into()), ..Desk::options() };
    assert_eq!(counts(&desk.give_with("b.csv", &dollars, &apart)), (1, 0));
}
