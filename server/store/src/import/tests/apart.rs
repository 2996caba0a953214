//! Binary files are read by another program; whatever becomes of it, the store goes on and says what happened.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::workbook::{t, xlsx};
use super::*;
use crate::import::{ParserLimits, ParserProcess};

/// A desk whose binary files are read by a shell script.
fn desk(script: &str, seconds: u64) -> Desk {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("reader");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
    let parser = ParserProcess::Program { path, limits: ParserLimits { seconds, ..ParserLimits::default() } };
    let settings = Settings { parser, ..Settings::default() };
    Desk { store: Store::open(dir.path().join("data"), settings).expect("a new store"), dir }
}

fn book() -> Vec<u8> {
    xlsx(&format!("<row r=\"1\">{}</row>", t("A1", "geo")))
}

/// The problem of a workbook and of a Parquet file, and that neither left anything and a CSV file goes in afterwards.
fn told(script: &str) -> [(Code, String); 2] {
    let desk = desk(script, 20);
    let told = [("geos.xlsx", book()), ("geos.parquet", b"PAR1PAR1".to_vec())].map(|(name, bytes)| {
        let report = desk.give(name, bytes);
        let (code, reason) = problem(&report);
        (code, reason.to_owned())
    });
    assert!(desk.store.imports().is_empty());
    assert_eq!(counts(&desk.give("geos.csv", "geo,population\nnorth,1\n")), (1, 0));
    told
}

#[test]
fn a_reader_that_crashes_is_a_refused_file() {
    for (code, reason) in told("kill -SEGV $$") {
        assert_eq!(
            (code, reason.contains("crashed") && reason.contains("signal 11")),
            (Code::Unreadable, true),
            "{reason}"
        );
    }
}

#[test]
fn a_reader_that_is_killed_or_out_of_memory_is_a_refused_file() {
    for (code, reason) in told("kill -KILL $$") {
        assert_eq!((code, reason.contains("memory is short")), (Code::TooLarge, true), "{reason}");
    }
    for (code, reason) in told("echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$") {
        assert_eq!((code, reason.contains("1024 MiB")), (Code::TooLarge, true), "{reason}");
    }
    for (code, reason) in told("kill -XCPU $$") {
        assert_eq!((code, reason.contains("took longer")), (Code::TooLarge, true), "{reason}");
    }
}

#[test]
fn a_reader_that_says_nothing_is_stopped() {
    let desk = desk("exec sleep 600", 1);
    let begun = Instant::now();
    let report = desk.give("geos.xlsx", book());
    let (code, reason) = problem(&report);
    assert_eq!((code, reason.contains("took longer than the 1 seconds")), (Code::TooLarge, true), "{reason}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn a_reader_that_was_taken_over_is_not_believed() {
    // Tags, lengths, cells and JSON that are none, and frames out of their order.
    for nonsense in [
        "yes",
        "printf 'R\\377\\377\\377\\377'",
        "printf 'R\\005\\000\\000\\000\\377\\000\\000\\000x'",
        "printf 'J\\003\\000\\000\\000{}}'",
        "printf 'J\\005\\000\\000\\000\"Row\"'",
    ] {
        for (code, reason) in told(nonsense) {
            assert_eq!((code, reason.contains("confused")), (Code::Unreadable, true), "{nonsense}: {reason}");
        }
    }
    for (code, reason) in told("exit 0") {
        assert_eq!((code, reason.contains("ended before")), (Code::Unreadable, true), "{reason}");
    }
}

#[test]
fn a_reader_that_is_not_there_is_said_and_csv_needs_none() {
    let desk = desk("", 1);
    std::fs::remove_file(desk.dir.path().join("reader")).expect("removed");
    let report = desk.give("geos.xlsx", book());
    assert!(problem(&report).1.contains("cannot be started"), "{:?}", report.problem);
    assert_eq!(counts(&desk.give("geos.csv", "geo,population\nnorth,1\n")), (1, 0));
}
