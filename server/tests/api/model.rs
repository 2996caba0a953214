//! What a fit is given and says beyond its figures: experiments of the store, refreshes, priors, specs that cannot be fitted.

use serde_json::{Value, json};
use tandem::analysis::request::{Estimator, FitRequest};
use tandem::analysis::summary::Summary;
use tandem::analysis::{ids, mmm};
use tandem_store::import::ImportOptions;

use crate::app::{TestApp, import_weekly};

/// A short spec: enough draws to read an interval off.
fn short() -> Value {
    json!({"sampler": {"chains": 2, "tune": 200, "draws": 300}})
}

fn app() -> TestApp {
    let app = TestApp::empty();
    import_weekly(&app.data.store, app.data.store.path());
    app
}

fn import(app: &TestApp, name: &str, text: &str) {
    let file = app.data.store.path().join(name);
    std::fs::write(&file, text).expect("writes");
    let report = app.data.store.import(&[file.into()], &ImportOptions::default(), &mut |_| ()).expect("imports");
    assert!(!report.any_refused() && report.rows_rejected() == 0, "{report:?}");
}

fn bayes(change: impl FnOnce(&mut FitRequest)) -> FitRequest {
    let mut request =
        FitRequest { kpi: "revenue".into(), estimator: Estimator::Bayes, spec: Some(short()), ..FitRequest::default() };
    change(&mut request);
    request
}

fn fit(app: &TestApp, request: &FitRequest) -> Summary {
    let stop = std::sync::atomic::AtomicBool::new(false);
    mmm::fit(&app.data.store, request, &ids::run(), "test", &|_, _| (), &stop).expect("fits")
}

fn width(s: &Summary, channel: &str) -> f64 {
    let c = s.channel(channel).expect("channel").contribution;
    c.p95 - c.p05
}

fn notes(s: &Summary) -> String {
    s.diagnostics["notes"].to_string()
}

/// `tv` paused for eight weeks, read in revenue; its planted return is 2.5 a unit.
const PAUSE: &str = "experiment_id,dataset,channel,kind,starts_on,ends_on,lift,lift_se,unit,factor,usual_spend\n\
    e1,weekly,tv,scale,2024-03-04,2024-04-28,45000,1500,revenue,,0\n\
    e2,weekly,tv,holdout,2024-03-04,2024-04-28,10,2,sql,0,\n";

#[actix_web::test]
async fn experiments_of_the_store_are_evidence_unless_left_out() {
    let app = app();
    let alone = fit(&app, &bayes(|_| ()));
    import(&app, "experiments.csv", PAUSE);
    let told = fit(&app, &bayes(|_| ()));
    assert!(width(&told, "tv") < 0.8 * width(&alone, "tv"), "{} {}", width(&alone, "tv"), width(&told, "tv"));
    assert!(notes(&told).contains("One experiment of the store used as evidence on tv"), "{}", notes(&told));
    assert!(notes(&told).contains("`e2`") && notes(&told).contains("read in `sql`"), "{}", notes(&told));
    assert_eq!(told.diagnostics["experiments"][0]["id"], "e1");
    // the spec in effect names it, so that the run can be repeated from its spec alone
    let spec = app.get(&format!("/api/v1/model-runs/{}/spec", told.run)).await.text();
    assert!(spec.contains("[[experiment]]") && spec.contains("id = \"e1\""), "{spec}");
    // negative controls: left out, it changes nothing; ridge says that it cannot use it
    let without = fit(&app, &bayes(|r| r.no_experiments = true));
    assert_eq!(width(&without, "tv"), width(&alone, "tv"));
    let ridge = fit(&app, &bayes(|r| r.estimator = Estimator::Ridge));
    assert!(notes(&ridge).contains("ridge cannot use them"), "{}", notes(&ridge));
}
