//! `kill -9` at random moments of importing: nothing acknowledged is lost, nothing is there in part.
//!
//! The parent starts this same test binary as a child that imports and says what was acknowledged, kills it, opens the
//! data directory and compares. `TANDEM_CRASHES` sets how often (20 by default; 200 before a release).
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{columns, import, mondays, source, store, weekly_spend};
use serde_json::json;
use tandem_store::schema::Table;
use tandem_store::{AsOf, Store};

const DIR: &str = "TANDEM_CRASH_DIR";

/// Rows of the batch with this number: enough that a kill often falls inside, and different from its neighbours.
fn size(batch: usize) -> usize {
    2_000 + (batch * 7_919) % 30_000
}

fn import_touches(store: &Store, batch: usize) {
    let n = size(batch);
    let ids: Vec<String> = (0..n).map(|i| format!("t{batch}-{i}")).collect();
    let names: Vec<String> = (0..n).map(|i| format!("c{}", i % 997)).collect();
    let rows =
        columns().text("touch_id", &ids).text("contact_id", &names).text("account_id", &names).text("channel", &names);
    let rows = rows.time("touched_at", &vec!["2026-01-05"; n]).of(Table::Touches);
    let mut writer = store.begin_batch(source(&format!("batch {batch}"))).unwrap();
    let half = n / 2;
    writer.append(rows.0, &rows.1.slice(0, half)).unwrap();
    writer.append(rows.0, &rows.1.slice(half, n - half)).unwrap();
    let receipt = writer.commit().unwrap();
    say(&format!("batch {batch} {}", receipt.batch_id));
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // One write call a line: a kill cannot leave half an acknowledgement.
    out.write_all(format!("\nack {line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// The child. Does nothing unless the parent named a directory.
#[test]
fn child_that_imports_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let store = store(Path::new(&dir));
    let first = store.imports().iter().filter(|m| m.source.name.starts_with("batch")).count();
    say("ready");
    for batch in first.. {
        import_touches(&store, batch);
        store.state().settings().set("last", &batch).unwrap();
        say(&format!("setting {batch}"));
        store.state().audit().add("child", "import", &batch.to_string(), &json!({})).unwrap();
        if batch % 5 == 4 {
            store.rebuild(&mut |_, _, _| {}).unwrap();
        }
    }
}

#[test]
fn kill_9_during_import_loses_nothing_acknowledged_and_leaves_nothing_partial() {
    let rounds: usize = std::env::var("TANDEM_CRASHES").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let (mut inside, mut acknowledged) = (0, 0);
    // A new directory now and then: each round reads all that was imported before.
    for first in (0..rounds).step_by(20) {
        let kept = crashes(first..rounds.min(first + 20));
        inside += kept.0;
        acknowledged += kept.1;
    }
    println!("{rounds} kills, {inside} of them inside a batch, {acknowledged} batches acknowledged, none lost");
    assert!(acknowledged >= rounds / 4, "the children hardly imported anything: {acknowledged}");
}

/// Kills in one data directory; returns how many fell inside a batch, and how many batches were acknowledged.
fn crashes(rounds: std::ops::Range<usize>) -> (usize, usize) {
    let start = rounds.start;
    let dir = tempfile::tempdir().unwrap();
    import(&store(dir.path()), "spend", &[weekly_spend("search", &mondays("2026-01-05", 3), &[1, 2, 3])]);
    let mut acknowledged: BTreeMap<usize, String> = BTreeMap::new();
    let mut setting: Option<usize> = None;
    let mut inside = 0;
    for round in rounds {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_imports_until_it_is_killed", "--nocapture", "--test-threads=1"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(line) = line.strip_prefix("ack ") {
                    let _ = tell.send(line.to_owned());
                }
            }
        });
        // Every fifth kill falls while the child opens, the others while it imports or rebuilds; on a busy machine both
        // take long, so the clock starts when the child says so.
        if round % 5 != 4 {
            assert_eq!(told.recv_timeout(Duration::from_secs(60)).unwrap(), "ready");
        }
        std::thread::sleep(Duration::from_millis(20 + (round as u64 * 137) % 700));
        child.kill().unwrap();
        child.wait().unwrap();
        reader.join().unwrap();
        for line in told {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["ready"] => {}
                ["batch", n, id] => drop(acknowledged.insert(n.parse().unwrap(), id.to_owned())),
                ["setting", n] => setting = Some(n.parse().unwrap()),
                _ => panic!("{line}"),
            }
        }
        inside += usize::from(std::fs::read_dir(dir.path().join("lake/tmp")).unwrap().count() > 0);

        let store = store(dir.path());
        let manifests = store.imports();
        for (batch, id) in &acknowledged {
            assert!(manifests.iter().any(|m| m.batch_id == *id), "round {round}: acknowledged batch {batch} is lost");
        }
        assert!(
            manifests.len() - 1 <= acknowledged.len() + round - start + 1,
            "at most one unacknowledged batch a kill"
        );
        let expected: usize = (0..manifests.len() - 1).map(size).sum();
        let channels = store.channels().unwrap();
        assert_eq!(
            channels.iter().map(|c| c.touches).sum::<i64>(),
            expected as i64,
            "round {round}: whole batches only"
        );
        assert_eq!(channels.iter().map(|c| c.spend.0).sum::<i64>(), 6);
        store.check().unwrap();
        assert_eq!(store.data_version(), store.data_version_at(AsOf::Latest));
        let kept: Option<usize> = store.state().settings().get("last").unwrap();
        assert!(kept >= setting, "round {round}: setting {setting:?} was acknowledged, {kept:?} is kept");
        assert_eq!(std::fs::read_dir(dir.path().join("lake/tmp")).unwrap().count(), 0, "leftovers are cleaned");
    }
    (inside, acknowledged.len())
}
