//! What is made ahead is there before anyone asks, follows new runs, and is what would be made on asking.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tandem::analysis::plan::{self, PlanRequest};
use tandem::http::pages;

use crate::app::{TestApp, fit};

fn derived(app: &TestApp, run: &str, name: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(app.data.store.path().join("derived").join(run)).ok()?;
    let mut paths = entries.filter_map(|e| Some(e.ok()?.path()));
    paths.find(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(name)))
}

#[test]
fn a_plan_from_kept_curves_is_the_plan_from_the_draws() {
    let app = TestApp::empty();
    crate::app::import_weekly(&app.data.store, app.data.store.path());
    let run = fit(&app.data.store);
    let kept = derived(&app, &run, "curves").expect("kept by the fit");
    let plan = || {
        let answer = plan::optimize(&app.data.store, &PlanRequest::default()).expect("a plan");
        serde_json::to_value(answer).expect("serialises")
    };
    let first = plan();
    std::fs::remove_file(&kept).expect("removed");
    assert_eq!(first, plan());
    assert!(kept.exists(), "made again where it was missing");
    std::fs::write(&kept, b"PAR1 damaged").expect("written");
    assert_eq!(first, plan(), "what is damaged is not believed");
}

#[test]
fn the_first_page_is_made_ahead_for_the_run_there_is_and_for_the_next() {
    let app = TestApp::empty();
    crate::app::import_weekly(&app.data.store, app.data.store.path());
    let first = fit(&app.data.store);
    let weak = Arc::downgrade(&app.data.clone().into_inner());
    let ahead = std::thread::spawn(move || pages::keep_ready(&weak));
    let comes = |run: &str| {
        let begun = Instant::now();
        while derived(&app, run, "budget").is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing was made for {run}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    comes(&first);
    comes(&fit(&app.data.store));
    drop(app);
    ahead.join().expect("ends with the process it serves");
}
