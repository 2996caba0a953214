//! The projection is disposable: whatever happens to it, answers stay right or are refused.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::{columns, import, mondays, store, weekly_kpi, weekly_spend};
use tandem_store::engine::{Limits, NamedQuery, Params};
use tandem_store::schema::Table;
use tandem_store::{AsOf, Cancel, Error, Settings, Store};

fn filled(dir: &Path) -> (Store, String) {
    let store = store(dir);
    let weeks = mondays("2026-01-05", 100);
    for (i, name) in ["a", "b", "c"].into_iter().enumerate() {
        let spend: Vec<i64> = (0..100).map(|w| w * 100 + i as i64).collect();
        import(
            &store,
            name,
            &[
                weekly_spend(&format!("channel {name}"), &weeks, &spend),
                weekly_kpi(name, "revenue", &weeks, &[1.0; 100]),
            ],
        );
    }
    let answer = format!("{:?}", store.channels().unwrap());
    (store, answer)
}

/// The database file and its log.
fn files(dir: &Path) -> (std::path::PathBuf, std::path::PathBuf) {
    let all = std::fs::read_dir(dir.join("projection")).unwrap().map(|e| e.unwrap().path());
    let databases: Vec<_> = all.filter(|p| p.extension().is_some_and(|e| e == "duckdb")).collect();
    assert_eq!(databases.len(), 1, "{databases:?}");
    (databases[0].clone(), databases[0].with_extension("duckdb.wal"))
}

#[test]
fn a_missing_projection_is_rebuilt() {
    let dir = tempfile::tempdir().unwrap();
    let (first, answer) = filled(dir.path());
    drop(first);
    std::fs::remove_dir_all(dir.path().join("projection")).unwrap();
    assert_eq!(format!("{:?}", store(dir.path()).channels().unwrap()), answer);
}

#[test]
fn a_damaged_file_never_gives_a_wrong_number() {
    let dir = tempfile::tempdir().unwrap();
    let (first, answer) = filled(dir.path());
    drop(first);
    let (mut db, mut wal) = files(dir.path());
    let mut good = std::fs::read(&db).unwrap();
    let mut seed = 7u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let rounds = std::env::var("TANDEM_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(30);
    for round in 0..rounds {
        let mut bad = good.clone();
        match round % 3 {
            0 => bad.truncate(next() % good.len()),
            1 => (0..8).for_each(|_| bad[next() % good.len()] ^= 1 << (next() % 8)),
            _ => bad[next() % good.len()..].fill(0),
        }
        std::fs::write(&db, &bad).unwrap();
        let _ = std::fs::remove_file(&wal);
        let store = store(dir.path());
        assert_eq!(format!("{:?}", store.channels().unwrap()), answer, "round {round}");
        drop(store);
        // A rebuild takes new names; the next round damages what it left.
        db = files(dir.path()).0;
        good = std::fs::read(&db).unwrap();
        wal = files(dir.path()).1;
    }
}

#[test]
fn a_log_that_lost_its_end_is_noticed_and_loaded_again() {
    let dir = tempfile::tempdir().unwrap();
    let (open, answer) = filled(dir.path());
    // A copy of the files while the store is open has a log that was never folded in, as after a crash.
    let (copy, saved) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    cp(&dir.path().join("."), copy.path());
    cp(&dir.path().join("projection"), saved.path());
    drop(open);
    let log = std::fs::read(files(copy.path()).1).expect("a log beside the database");
    for keep in [log.len() * 9 / 10, log.len() / 2, log.len() / 5, 0] {
        std::fs::write(files(copy.path()).1, &log[..keep]).unwrap();
        let again = store(copy.path());
        assert_eq!(format!("{:?}", again.channels().unwrap()), answer, "kept {keep} of {}", log.len());
        drop(again);
        std::fs::remove_dir_all(copy.path().join("projection")).unwrap();
        cp(&saved.path().join("projection"), copy.path());
    }
}

fn cp(from: &Path, to: &Path) {
    assert!(std::process::Command::new("cp").arg("-r").arg(from).arg(to).status().unwrap().success());
}

#[test]
fn a_projection_of_other_batches_is_noticed() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, answer) = filled(one.path());
    drop(first);
    let other = store(two.path());
    import(&other, "z", &[weekly_spend("zeppelin", &mondays("2026-01-05", 2), &[1, 2])]);
    drop(other);
    std::fs::copy(files(two.path()).0, files(one.path()).0).unwrap();
    let _ = std::fs::remove_file(files(one.path()).1);
    assert_eq!(format!("{:?}", store(one.path()).channels().unwrap()), answer);
}

#[test]
fn rebuilding_changes_no_answer_and_check_reads_everything() {
    let dir = tempfile::tempdir().unwrap();
    let (store, answer) = filled(dir.path());
    let mut seen = Vec::new();
    store.rebuild(&mut |done, all, name| seen.push(format!("{done}/{all} {name}"))).unwrap();
    assert_eq!(seen, ["0/3 a.csv", "1/3 b.csv", "2/3 c.csv", "3/3 "]);
    assert_eq!(format!("{:?}", store.channels().unwrap()), answer);
    assert_eq!(store.check().unwrap(), 6);
}

/// A query that never ends by itself.
const ENDLESS: NamedQuery = NamedQuery {
    name: "endless",
    sql: "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM range(1000000000000) a, range(1000) b WHERE hash(a.range + b.range) = 1",
};

fn limits(deadline: Duration, cancel: Cancel) -> Limits {
    Limits { deadline, row_cap: Some(10), cancel }
}

#[test]
fn a_query_is_stopped_at_its_deadline_and_by_its_caller_and_the_reader_lives_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Settings { readers: 1, ..Settings::default() }).unwrap();
    let engine = store.engine().unwrap();
    let begun = Instant::now();
    let error =
        engine.aggregate(&ENDLESS, &Params::new(), &limits(Duration::from_millis(300), Cancel::new()), &mut |_| Ok(()));
    assert!(matches!(error, Err(Error::Deadline { query: "endless", .. })), "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());

    let cancel = Cancel::new();
    let other = cancel.clone();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        other.cancel();
    });
    let error = engine.aggregate(&ENDLESS, &Params::new(), &limits(Duration::from_secs(30), cancel), &mut |_| Ok(()));
    stopper.join().unwrap();
    assert!(matches!(error, Err(Error::Cancelled)), "{error:?}");
    assert!(engine.probe().unwrap().ready);
    assert_eq!(store.channels().unwrap().len(), 0);
}

#[test]
fn a_busy_pool_says_so_instead_of_waiting_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Settings { readers: 1, ..Settings::default() }).unwrap();
    let engine = store.engine().unwrap();
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let token = cancel.clone();
        let hog = scope.spawn(|| {
            engine.aggregate(&ENDLESS, &Params::new(), &limits(Duration::from_secs(30), token), &mut |_| Ok(()))
        });
        std::thread::sleep(Duration::from_millis(200));
        let quick = NamedQuery { name: "quick", sql: "SELECT 1" };
        let error =
            engine
                .aggregate(&quick, &Params::new(), &limits(Duration::from_millis(100), Cancel::new()), &mut |_| Ok(()));
        assert!(matches!(error, Err(Error::Overloaded { readers: 1 })), "{error:?}");
        cancel.cancel();
        assert!(hog.join().unwrap().is_err());
    });
}

#[test]
fn more_rows_than_the_cap_are_refused_not_cut() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let many = NamedQuery { name: "many", sql: "SELECT range FROM range(11)" };
    let engine = store.engine().unwrap();
    let ask = |cap| {
        engine.aggregate(
            &many,
            &Params::new(),
            &Limits { row_cap: Some(cap), ..limits(Duration::from_secs(5), Cancel::new()) },
            &mut |_| Ok(()),
        )
    };
    assert!(matches!(ask(10), Err(Error::TooManyRows { cap: 10, .. })));
    assert!(ask(11).is_ok());
}

#[test]
fn the_engine_has_no_way_out_and_readers_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    let (store, _) = filled(dir.path());
    let secret = dir.path().join("secret.csv");
    std::fs::write(&secret, "a\n1\n").unwrap();
    let engine = store.engine().unwrap();
    let path = secret.display().to_string();
    for sql in [
        format!("SELECT * FROM read_csv('{path}')"),
        format!("SELECT * FROM read_text('{path}')"),
        format!("COPY (SELECT 1) TO '{path}'"),
        format!("ATTACH '{path}' AS x"),
        "INSTALL httpfs".into(),
        "LOAD httpfs".into(),
        "SET enable_external_access = true".into(),
        "SET memory_limit = '100GB'".into(),
        "DELETE FROM spend".into(),
        "CREATE TABLE t (a INTEGER)".into(),
    ] {
        let text: &'static str = sql.leak();
        let query = NamedQuery { name: "out", sql: text };
        let answer =
            engine.aggregate(&query, &Params::new(), &limits(Duration::from_secs(5), Cancel::new()), &mut |_| Ok(()));
        assert!(answer.is_err(), "{text} was let through");
    }
    assert_eq!(store.weekly_totals("main", AsOf::Latest).unwrap()[0].weeks.len(), 100);
}

#[test]
fn equal_keys_in_other_datasets_do_not_supersede() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let weeks = mondays("2026-01-05", 1);
    let of = |dataset: &str, minor: i64| {
        let spend = columns().days("date", &weeks).text("channel", &["search"]).money("amount", &[minor]);
        spend.text("dataset", &[dataset]).of(Table::Spend)
    };
    import(&store, "a", &[of("one", 1)]);
    import(&store, "b", &[of("two", 2)]);
    import(&store, "c", &[of("two", 5)]);
    let read: Vec<_> = store.channels().unwrap().into_iter().map(|c| (c.dataset, c.spend.0)).collect();
    assert_eq!(read, [("one".to_owned(), 1), ("two".to_owned(), 5)]);
}

/// One finished experiment; `factor` where the test knows it.
fn experiment(store: &Store, name: &str, factor: Option<f64>) {
    let rows = columns()
        .text("experiment_id", &[name])
        .text("channel", &["tv"])
        .text("kind", &["scale"])
        .date("starts_on", &["2026-01-05"])
        .date("ends_on", &["2026-02-01"])
        .number("lift", &[5.0])
        .number("lift_se", &[2.0])
        .text("unit", &["mql"])
        .numbers("factor", &[factor])
        .of(Table::Experiments);
    import(store, name, &[rows]);
}

fn factors(store: &Store) -> Vec<(String, Option<f64>)> {
    store.experiments("main", AsOf::Latest).unwrap().into_iter().map(|e| (e.id, e.factor)).collect()
}

#[test]
fn a_projection_made_before_a_column_was_introduced_gets_it() {
    let dir = tempfile::tempdir().unwrap();
    let older = store(dir.path());
    experiment(&older, "x1", None);
    drop(older);
    let (database, _) = files(dir.path());
    let inside = duckdb::Connection::open(&database).unwrap();
    inside.execute_batch("ALTER TABLE experiments DROP COLUMN factor; CHECKPOINT").unwrap();
    assert!(inside.execute_batch("SELECT factor FROM experiments").is_err(), "or the test says nothing");
    drop(inside);
    let newer = store(dir.path());
    experiment(&newer, "x2", Some(1.9));
    assert_eq!(factors(&newer), [("x1".to_owned(), None), ("x2".to_owned(), Some(1.9))]);
}

#[test]
fn a_batch_written_before_a_column_was_introduced_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let older = store(dir.path());
    experiment(&older, "x1", Some(1.9));
    drop(older);
    let batch = std::fs::read_dir(dir.path().join("lake/batches")).unwrap().next().unwrap().unwrap().path();
    let (file, manifest) = (batch.join("experiments.parquet"), batch.join("manifest.json"));
    let engine = duckdb::Connection::open_in_memory().unwrap();
    let (from, to) = (file.display(), batch.join("older.parquet"));
    let cut =
        format!("COPY (SELECT * EXCLUDE (factor) FROM read_parquet('{from}')) TO '{}' (FORMAT parquet)", to.display());
    engine.execute_batch(&cut).unwrap();
    let before = std::fs::metadata(&file).unwrap().len();
    std::fs::rename(&to, &file).unwrap();
    let bytes = std::fs::metadata(&file).unwrap().len();
    let text = std::fs::read_to_string(&manifest).unwrap().replace(&before.to_string(), &bytes.to_string());
    std::fs::write(&manifest, text).unwrap();
    let newer = store(dir.path());
    newer.rebuild(&mut |_, _, _| {}).unwrap();
    experiment(&newer, "x2", Some(2.0));
    assert_eq!(factors(&newer), [("x1".to_owned(), None), ("x2".to_owned(), Some(2.0))]);
}
