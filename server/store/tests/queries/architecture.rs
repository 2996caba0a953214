//! A query without a header, a test of its own or a benchmark of its own does not pass.

use std::fs;
use std::path::Path;

/// What a query lacks, given its text and the sources that should test and measure it.
fn lacking(name: &str, sql: &str, suite: &str, test: &str, bench: &str) -> Vec<&'static str> {
    let header: Vec<&str> = sql.lines().take_while(|l| l.starts_with("-- ")).collect();
    let says = |part: &str| header.iter().any(|l| l.strip_prefix(part).is_some_and(|rest| !rest.trim().is_empty()));
    let constant = format!("text::{}", name.to_uppercase());
    // `text::FX_RATES` must not stand in for `text::FX`.
    let uses = |source: &str| {
        source
            .match_indices(&constant)
            .any(|(at, _)| !source[at + constant.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    [
        (says("-- purpose: "), "its purpose"),
        (says("-- parameters: "), "its parameters"),
        (says("-- columns: "), "its columns"),
        (suite.lines().any(|l| l == format!("mod {name};")), "a test in the suite"),
        (test.contains("#[test]") && test.contains("assert_eq!") && uses(test), "a test that asserts its rows"),
        (uses(bench), "a benchmark"),
    ]
    .into_iter()
    .filter_map(|(there, what)| (!there).then_some(what))
    .collect()
}

#[test]
fn every_query_has_a_header_a_test_and_a_benchmark_of_its_own() {
    let root = Path::new("");
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    let bench = read(&root.join("../../benches/benches/queries.rs"));
    let suite = read(&root.join("tests/queries/main.rs"));
    let mut seen = 0;
    for entry in fs::read_dir(root.join("queries")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue; // parts that several queries begin with
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let test = read(&root.join(format!("tests/queries/{name}.rs")));
        let lacking = lacking(&name, &read(&path), &suite, &test, &bench);
        assert!(lacking.is_empty(), "{name}.sql lacks {}", lacking.join(", "));
        seen += 1;
    }
    assert_eq!(seen, tandem_store::queries::text::ALL.len());
}

#[test]
fn what_is_missing_is_named() {
    let sql = "-- purpose: a\n-- parameters: $b BIGINT\n-- columns: c\nSELECT 1";
    let test = "#[test] fn t() { assert_eq!(rows(text::FX), 1) }";
    assert!(lacking("fx", sql, "mod fx;", test, "text::FX,").is_empty());
    assert_eq!(lacking("fx", "SELECT 1", "mod fx;", test, "text::FX").len(), 3);
    assert_eq!(
        lacking("fx", sql, "mod other;", "", "text::FX"),
        ["a test in the suite", "a test that asserts its rows"]
    );
    assert_eq!(lacking("fx", sql, "mod fx;", test, "text::FX_RATES"), ["a benchmark"], "another query's name");
}
