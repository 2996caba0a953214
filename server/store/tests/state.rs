//! The application's state survives what it promises to survive.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tandem_store::Error;
use tandem_store::state::{ApiKey, Begun, Job, NewRun, State, Status, StoredAnswer};

fn open(dir: &Path) -> State {
    State::open(&dir.join("state.sqlite")).unwrap()
}

fn run(id: &str) -> NewRun {
    NewRun {
        id: id.into(),
        kpi: "revenue".into(),
        estimator: "ridge".into(),
        data_version: "0123456789abcdef".into(),
        spec_toml: "kpi = \"revenue\"".into(),
        seed: u64::MAX,
        code_version: "0.1.0".into(),
        actor: "local".into(),
    }
}

#[test]
fn a_run_is_immutable_once_it_ended() {
    let dir = tempfile::tempdir().unwrap();
    let state = open(dir.path());
    let registered = state.runs().insert(&run("r1")).unwrap();
    assert_eq!((registered.status, registered.request.seed), (Status::Queued, u64::MAX));
    assert!(matches!(state.runs().insert(&run("r1")), Err(Error::Conflict(_))));
    state.runs().start("r1").unwrap();
    state.runs().finish("r1", &json!({"r2": 0.9})).unwrap();
    assert!(matches!(state.runs().finish("r1", &json!({"r2": 1.0})), Err(Error::Conflict(_))));
    assert!(matches!(state.runs().end("r1", Status::Failed, None), Err(Error::Conflict(_))));
    let kept = state.runs().get("r1").unwrap();
    assert_eq!((kept.status, kept.summary), (Status::Done, Some(json!({"r2": 0.9}))));
    assert_eq!(state.runs().latest("revenue").unwrap().map(|r| r.request.id), Some("r1".into()));
    assert!(matches!(state.runs().get("r2"), Err(Error::NotFound { what: "run", .. })));
    // The database itself refuses, whoever asks.
    drop(state);
    let raw = rusqlite::Connection::open(dir.path().join("state.sqlite")).unwrap();
    assert!(raw.execute("UPDATE runs SET data_version = 'x'", []).is_err());
    assert!(raw.execute("UPDATE runs SET summary = '{}'", []).is_err());
}

#[test]
fn what_ran_when_the_process_ended_is_interrupted_and_what_waited_still_waits() {
    let dir = tempfile::tempdir().unwrap();
    {
        let state = open(dir.path());
        for id in ["queued", "running", "done"] {
            let mut job = Job::new(id, "fit", json!({"kpi": "revenue"}), "local");
            state.jobs().save(&job).unwrap();
            state.runs().insert(&run(id)).unwrap();
            if id != "queued" {
                (job.status, job.started_at) = (Status::Running, Some(Timestamp::now()));
                state.jobs().save(&job).unwrap();
                state.jobs().progress(id, 0.4, "searching").unwrap();
                state.runs().start(id).unwrap();
            }
            if id == "done" {
                (job.status, job.finished_at) = (Status::Done, Some(Timestamp::now()));
                state.jobs().save(&job).unwrap();
                assert!(matches!(state.jobs().save(&job), Err(Error::Conflict(_))), "an ended job stays as it ended");
                state.runs().finish(id, &json!({})).unwrap();
            }
        }
    }
    let state = open(dir.path());
    for (id, status) in [("queued", Status::Queued), ("running", Status::Interrupted), ("done", Status::Done)] {
        assert_eq!(state.jobs().get(id).unwrap().status, status, "job {id}");
        assert_eq!(state.runs().get(id).unwrap().status, status, "run {id}");
    }
    let interrupted = state.jobs().get("running").unwrap();
    assert_eq!((interrupted.progress, interrupted.message.as_str()), (0.4, "searching"));
    assert!(interrupted.error.unwrap().contains("start it again"));
    assert_eq!(state.jobs().unfinished().unwrap().len(), 1);
    assert_eq!(state.jobs().all().unwrap().len(), 3);
}

#[test]
fn a_key_is_live_until_it_expires_or_is_revoked() {
    let dir = tempfile::tempdir().unwrap();
    let state = open(dir.path());
    let now = Timestamp::now();
    let key = |prefix: &str, expires_at| ApiKey {
        prefix: prefix.into(),
        hash: "00".repeat(32),
        name: "power query".into(),
        role: "finance".into(),
        created_by: "local".into(),
        created_at: now,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    state.keys().insert(&key("a", None)).unwrap();
    state.keys().insert(&key("b", Some(now + SignedDuration::from_hours(1)))).unwrap();
    assert!(matches!(state.keys().insert(&key("a", None)), Err(Error::Conflict(_))));
    let found = |prefix: &str| state.keys().by_prefix(prefix).unwrap().unwrap();
    assert!(found("a").is_live(now) && found("b").is_live(now));
    assert!(!found("b").is_live(now + SignedDuration::from_hours(2)));
    state.keys().revoke("a").unwrap();
    let revoked = found("a").revoked_at;
    state.keys().revoke("a").unwrap();
    assert!(!found("a").is_live(now) && found("a").revoked_at == revoked);
    assert!(state.keys().revoke("c").is_err());
    state.keys().touch("b", now).unwrap();
    assert_eq!(found("b").last_used_at.map(|t| t.as_microsecond()), Some(now.as_microsecond()));
    assert!(!serde_json::to_string(&found("b")).unwrap().contains("0000"), "the hash is never shown");
}

#[test]
fn a_scenario_read_before_another_change_cannot_overwrite_it() {
    let dir = tempfile::tempdir().unwrap();
    let state = open(dir.path());
    let first = state.scenarios().insert("s", "plan", &json!({"tv": 1}), "ann").unwrap();
    let second = state.scenarios().update("s", "plan", &json!({"tv": 2}), "bob", Some(first.revision)).unwrap();
    assert_eq!(second.revision, 2);
    let stale = state.scenarios().update("s", "plan", &json!({"tv": 3}), "ann", Some(first.revision));
    assert!(matches!(stale, Err(Error::Conflict(_))));
    assert_eq!(state.scenarios().get("s").unwrap().body, json!({"tv": 2}));
    state.scenarios().delete("s").unwrap();
    assert!(state.scenarios().get("s").is_err() && state.scenarios().delete("s").is_err());
}

#[test]
fn a_repeated_request_gets_the_first_answer_for_as_long_as_it_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let state = open(dir.path());
    let begin =
        |body: &str, kept| state.idempotency().begin("key POST /runs", body, Duration::from_secs(kept)).unwrap();
    let answer = StoredAnswer { status: 202, media: None, location: Some("/jobs/1".into()), body: "{}".into() };
    assert_eq!(begin("a", 60), Begun::New);
    assert_eq!(begin("a", 60), Begun::Running);
    state.idempotency().finish("key POST /runs", &answer).unwrap();
    assert_eq!(begin("a", 60), Begun::Answered(answer));
    assert_eq!(begin("b", 60), Begun::OtherBody);
    std::thread::sleep(Duration::from_millis(5));
    assert_eq!(begin("b", 0), Begun::New);
    state.idempotency().forget("key POST /runs").unwrap();
    assert_eq!(begin("a", 60), Begun::New);
}

#[test]
fn the_audit_can_be_added_to_and_not_changed() {
    let dir = tempfile::tempdir().unwrap();
    let state = open(dir.path());
    for n in 0..5 {
        state.audit().add("local", "run.promote", &format!("r{n}"), &json!({"n": n})).unwrap();
    }
    let page = state.audit().page(None, 2).unwrap();
    assert_eq!(page.iter().map(|e| e.subject.as_str()).collect::<Vec<_>>(), ["r4", "r3"]);
    assert_eq!(state.audit().page(Some(page[1].id), 10).unwrap().len(), 3);
    drop(state);
    let raw = rusqlite::Connection::open(dir.path().join("state.sqlite")).unwrap();
    assert!(raw.execute("UPDATE audit SET actor = 'x'", []).is_err());
    assert!(raw.execute("DELETE FROM audit", []).is_err());
}

#[test]
fn settings_are_kept_and_the_state_of_a_later_release_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let state = open(dir.path());
    state.settings().set("promoted.revenue", &"r1").unwrap();
    state.settings().set("promoted.revenue", &"r2").unwrap();
    drop(state);
    let state = open(dir.path());
    assert_eq!(state.settings().get::<String>("promoted.revenue").unwrap(), Some("r2".into()));
    state.settings().clear("promoted.revenue").unwrap();
    assert_eq!(state.settings().get::<String>("promoted.revenue").unwrap(), None);
    drop(state);
    let raw = rusqlite::Connection::open(dir.path().join("state.sqlite")).unwrap();
    raw.pragma_update(None, "user_version", 999).unwrap();
    drop(raw);
    assert!(matches!(State::open(&dir.path().join("state.sqlite")), Err(Error::TooNew(_))));
}
