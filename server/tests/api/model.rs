//! What a fit is given and says beyond its figures: experiments of the store, refreshes, priors, specs that cannot be fitted.

use serde_json::{Value, json};
use tandem::analysis::request::{Estimator, FitRequest};
use tandem::analysis::summary::Summary;
use tandem::analysis::{ids, mmm};
use tandem_models::health::{Check, Status};
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
    e1,weekly,tv,scale,2024-03-04,2024-04-28,44000,300,revenue,,0\n\
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

#[actix_web::test]
async fn a_step_of_the_level_is_told_with_its_date_and_fails_the_fit() {
    // Revenue falls to a fifth from week 61 on, Monday 2024-02-26.
    let app = TestApp::fitted_on(&crate::app::broken_csv(60));
    let run = fit(&app, &bayes(|_| ())).run;
    let told = app.get(&format!("/api/v1/model-runs/{run}")).await.json();
    let level = &told["summary"]["diagnostics"]["level"];
    let from: tandem_models::domain::period::Day =
        level["from"].as_str().and_then(|d| d.parse().ok()).unwrap_or_else(|| panic!("an ISO date: {level}"));
    let planted: tandem_models::domain::period::Day = "2024-02-26".parse().expect("a date");
    assert!((from.0 - planted.0).abs() <= 3 * 7, "{level}");
    assert!(level["change"].as_f64() < Some(0.0) && level["z"].as_f64() < Some(-4.0), "{level}");
    let health = &told["summary"]["health"];
    assert!(health["reasons"].to_string().contains(&format!("From about {from} on")), "the date is that of the words");
    assert_eq!(health["status"], "fail", "{health}");
    // negative control: where nothing happened, no step is worth telling
    let steady = fit(&self::app(), &bayes(|_| ())).diagnostics["level"]["z"].as_f64();
    assert!(steady.is_some_and(|z| z.abs() < 4.0), "{steady:?}");
}

/// The weekly table with `more` further weeks, and the outcome of week 40 put right by `revised`.
fn later_table(more: i32, revised: f64) -> String {
    let mut lines: Vec<String> = crate::app::weekly_csv().lines().map(str::to_owned).collect();
    let mut cells: Vec<String> = lines[41].split(',').map(str::to_owned).collect();
    cells[1] = format!("{:.2}", cells[1].parse::<f64>().expect("a number") + revised);
    lines[41] = cells.join(",");
    let last: tandem_models::domain::period::Day =
        lines[120].split(',').next().and_then(|d| d.parse().ok()).expect("a day");
    for t in 1..=more {
        let copy: Vec<String> = lines[120 - 52 + t as usize].split(',').map(str::to_owned).collect();
        lines.push(format!("{},{}", tandem_models::domain::period::Day(last.0 + 7 * t), copy[1..].join(",")));
    }
    lines.join("\n") + "\n"
}

fn import_wide(app: &TestApp, text: &str) {
    let folder = app.data.store.path().join("later");
    std::fs::create_dir_all(&folder).expect("folder");
    // The same name, so that it is the same dataset and supersedes week by week.
    let file = folder.join("weekly.csv");
    std::fs::write(&file, text).expect("writes");
    let options = ImportOptions { mapping: Some(crate::app::MAPPING.into()), ..ImportOptions::default() };
    let report = app.data.store.import(&[file.into()], &options, &mut |_| ()).expect("imports");
    assert!(!report.any_refused(), "{report:?}");
}

#[actix_web::test]
async fn a_refresh_keeps_scales_and_says_what_changed_in_steps_that_add_up() {
    for estimator in [Estimator::Ridge, Estimator::Bayes] {
        let app = app();
        let first = fit(&app, &bayes(|r| r.estimator = estimator));
        import_wide(&app, &later_table(12, 9000.0));
        let again = fit(&app, &FitRequest { refresh_of: Some(first.run.clone()), ..FitRequest::default() });
        assert_eq!((again.kpi.as_str(), &again.estimator), ("revenue", &first.estimator));
        assert_eq!(again.periods.len(), first.periods.len() + 12);
        let folder = |s: &Summary| app.data.store.run_dir(&s.run);
        let scales = |s: &Summary| std::fs::read_to_string(folder(s).join("scales.toml")).expect("scales");
        assert_eq!(scales(&first), scales(&again), "the stored scales are kept");

        let told = app.get(&format!("/api/v1/model-runs/{}/bridge", again.run)).await.json();
        assert_eq!(told["steps"], json!(["revised history", "new periods"]), "{told}");
        assert_eq!(told["from"], first.run.as_str());
        for (c, channel) in told["channels"].as_array().expect("channels").iter().enumerate() {
            for (path, a, b) in [
                (&channel["roi"], first.channels[c].roi.expect("roi").mean, again.channels[c].roi.expect("roi").mean),
                (&channel["contribution"], first.channels[c].contribution.mean, again.channels[c].contribution.mean),
            ] {
                let number = |v: &Value| v.as_f64().expect("a number");
                let sum: f64 = path["changes"].as_array().expect("changes").iter().map(number).sum();
                assert!(
                    (number(&path["from"]) - a).abs() < 1e-9 * (1.0 + a.abs())
                        && (number(&path["to"]) - b).abs() < 1e-9 * (1.0 + b.abs())
                );
                assert!((a + sum - b).abs() < 1e-9 * (1.0 + a.abs() + b.abs()), "{path}");
                assert!(path["changes"].as_array().expect("changes").iter().all(|v| number(v) != 0.0), "{path}");
            }
        }
        let csv = app.get(&format!("/api/v1/model-runs/{}/bridge.csv", again.run)).await.text();
        assert!(csv.contains("tv,roi,new periods,"), "{csv}");
        let svg = app.get(&format!("/api/v1/charts/bridge.svg?run={}", again.run)).await.text();
        assert!(svg.contains("ROI went from") || svg.contains("ROI stayed"), "{svg}");
        let page = app.get(&format!("/model?compare={}&compare={}", first.run, again.run)).await.text();
        assert!(page.contains("What made the difference") && page.contains("Revised history"), "{page}");
        // negative control: a fit of its own on the new data takes its own scales
        let anew = fit(&app, &bayes(|r| r.estimator = estimator));
        assert_ne!(scales(&anew), scales(&first));
    }
}

#[actix_web::test]
async fn spec_and_prior_are_told_apart_and_a_run_against_itself_has_no_steps() {
    let app = app();
    let first = fit(&app, &bayes(|_| ()));
    let mut spec = short();
    spec["baseline"] = json!({"knots": 2});
    spec["priors"] = json!({"sigma": {"dist": "half_normal", "sd": 0.5}});
    spec["seed"] = json!(9);
    let other = fit(&app, &bayes(|r| r.spec = Some(spec)));
    // the page does not fit: it offers a job, which is queued once
    let compared = format!("/model?compare={}&compare={}", first.run, other.run);
    let page = app.get(&compared).await.text();
    assert!(page.contains("Work it out") && !page.contains("steps are taken in this order"), "{page}");
    let asked = format!("/api/v1/model-runs/{}/bridge?from={}", other.run, first.run);
    let job = app.post(&asked, &json!({})).await;
    assert_eq!(job.status.as_u16(), 202, "{}", job.text());
    let job = job.json();
    assert_eq!((&job["kind"], &job["run"]), (&json!("bridge"), &json!(other.run)));
    let events = app.get(&format!("/api/v1/jobs/{}/events", job["id"].as_str().expect("id"))).await.text();
    assert!(events.contains("\"what\":\"spec\"") && events.contains("\"status\":\"done\""), "{events}");
    let page = app.get(&compared).await.text();
    assert!(page.contains("steps are taken in this order") && !page.contains("Work it out"), "{page}");
    let told = app.get(&asked).await.json();
    assert_eq!(told["steps"], json!(["spec", "prior", "scales and seed"]), "{told}");
    // negative control: runs of nothing are refused before a job is made
    let none = app.post(&format!("/api/v1/model-runs/{}/bridge?from=r_none", other.run), &json!({})).await;
    assert_eq!(none.status.as_u16(), 404, "{}", none.text());
    let same = app.get(&format!("/api/v1/model-runs/{0}/bridge?from={0}", first.run)).await.json();
    assert!(same["steps"] == json!([]) && same["channels"][0]["roi"]["changes"] == json!([]), "{same}");
    let refused = app.get(&format!("/api/v1/model-runs/{}/bridge", other.run)).await;
    assert!(refused.text().contains("refreshed no other"), "{}", refused.text());
}

#[actix_web::test]
async fn a_refresh_is_asked_for_over_http_and_refuses_another_outcome() {
    let app = app();
    let first = fit(&app, &bayes(|r| r.estimator = Estimator::Ridge));
    let job = app.post("/api/v1/model-runs", &json!({"refresh_of": first.run})).await;
    assert_eq!(job.status.as_u16(), 202, "{}", job.text());
    let wrong = app.post("/api/v1/model-runs", &json!({"refresh_of": first.run, "kpi": "leads"})).await;
    assert!(wrong.status.as_u16() == 422 && wrong.text().contains("\"kpi\""), "{}", wrong.text());
    let none = app.post("/api/v1/model-runs", &json!({"refresh_of": "r_none"})).await;
    assert_eq!(none.status.as_u16(), 404, "{}", none.text());
    let nothing = app.post("/api/v1/model-runs", &json!({})).await;
    assert!(nothing.status.as_u16() == 422 && nothing.text().contains("kpi"), "{}", nothing.text());
}

#[actix_web::test]
async fn a_bayes_run_shows_its_prior_its_densities_and_its_levers() {
    let app = app();
    let mut spec = short();
    spec["lever"] = json!([{"name": "holiday", "sign": "positive"}]);
    let run = fit(&app, &bayes(|r| r.spec = Some(spec)));
    assert_eq!(run.diagnostics["prior_check"]["status"], "pass", "{}", run.diagnostics["prior_check"]);
    // planted: a holiday week brings 4,000
    let holiday = &run.levers[0];
    assert!(holiday.per_unit.p05 < 4000.0 && 4000.0 < holiday.per_unit.p95, "{holiday:?}");
    for (name, says) in [("prior-posterior", "The data"), ("roi-densities", "break-even")] {
        let svg = app.get(&format!("/api/v1/charts/{name}.svg?run={}", run.run)).await;
        assert!(svg.status.as_u16() == 200 && svg.text().contains(says), "{name}: {}", svg.text());
    }
    let page = app.get(&format!("/model?run={}", run.run)).await.text();
    for part in ["prior-posterior.svg", "roi-densities.svg", "Prices and promotions", "Before the data", "Verdicts"] {
        assert!(page.contains(part), "{part} is missing");
    }
    let draws = app.get(&format!("/api/v1/model-runs/{}/draws.parquet", run.run)).await;
    assert!(draws.status.as_u16() == 200 && draws.body.starts_with(b"PAR1"), "{}", draws.status);
    assert_eq!(app.get("/api/v1/model-runs/r_none/draws.parquet").await.status.as_u16(), 404);
    // negative control: ridge has no prior to show
    let ridge = fit(&app, &bayes(|r| r.estimator = Estimator::Ridge));
    let page = app.get(&format!("/model?run={}", ridge.run)).await.text();
    assert!(!page.contains("prior-posterior.svg") && page.contains("roi-densities.svg"));
}

#[actix_web::test]
async fn a_prior_that_cannot_be_meant_puts_the_run_under_review() {
    let app = app();
    let mut spec = short();
    spec["priors"] = json!({"effect": {"on": "share", "dist": "uniform", "low": 0.55, "high": 0.95}});
    let run = fit(&app, &bayes(|r| r.spec = Some(spec)));
    assert_ne!(run.health.status, Status::Pass);
    assert!(run.health.findings.iter().any(|f| f.check == Check::PriorPredictive), "{:?}", run.health);
}

#[actix_web::test]
async fn a_spec_that_cannot_be_fitted_is_refused_at_once_and_names_its_key() {
    let app = app();
    for (spec, field) in [
        (json!({"sede": 1}), "sede"),
        (json!({"baseline": {"knotts": 1}}), "knotts"),
        (json!({"priors": {"alpha": {"dist": "normal", "mean": 0.5, "sd": 0.1}}}), "priors.alpha"),
        (json!({"priors": {"sigma": {"dist": "half_normal", "sd": -1.0}}}), "priors.sigma"),
        (json!({"priors": {"linear": {"dist": "half_normal", "sd": 1.0}}}), "priors.linear"),
        (json!({"exclude": ["tv", "search"]}), "exclude"),
        (json!({"exclude": ["radio"]}), "exclude[0]"),
        (json!({"controls": ["weather"]}), "controls[0]"),
        (json!({"lever": [{"name": "price"}]}), "lever[0].name"),
        (json!({"lever": [{"name": "holiday"}, {"name": "holiday"}]}), "lever[1].name"),
        (
            json!({"lever": [{"name": "holiday", "sign": "negative", "prior": {"dist": "normal", "mean": 0.0, "sd": 1.0}}]}),
            "lever[0].prior",
        ),
        (json!({"channel": [{"name": "tv", "drift": {"knots": 40}}]}), "channel[0].drift.knots"),
        (json!({"channel": [{"name": "tv", "drift": {"sd": 0.0}}]}), "channel[0].drift.sd"),
        (
            json!({"experiment": [{"channel": "tv", "from": "2023-05-01", "to": "2023-05-28", "read_to": "2023-05-01", "lift": 1.0, "lift_se": 1.0, "unit": "kpi"}]}),
            "experiment[0].read_to",
        ),
        (
            json!({"experiment": [{"channel": "tv", "from": "2023-05-01", "to": "2023-05-28", "counterfactual_spend": -1.0, "lift": 1.0, "lift_se": 1.0, "unit": "kpi"}]}),
            "experiment[0].counterfactual_spend",
        ),
        (json!({"likelihood": "negative_binomial"}), "likelihood"),
        (json!({"staged": true}), "staged"),
    ] {
        let body = json!({"kpi": "revenue", "estimator": "bayes", "spec": spec});
        let refused = app.post("/api/v1/model-runs", &body).await;
        assert!(refused.status.as_u16() == 422 && refused.text().contains(field), "{field}: {}", refused.text());
    }
    // negative control: the same request with a spec that fits is taken
    let taken = app.post("/api/v1/model-runs", &json!({"kpi": "revenue", "spec": {"seed": 2}})).await;
    assert_eq!(taken.status.as_u16(), 202, "{}", taken.text());
}

#[actix_web::test]
async fn a_panel_that_cannot_be_fitted_is_refused_and_names_its_part() {
    let header = "week,revenue,tv,search,holiday";
    let weeks = |n: i32| (0..n).map(|t| tandem_models::domain::period::Day(19_359 + 7 * t));
    let table = |rows: Vec<String>| format!("{header}\n{}\n", rows.join("\n"));
    let row = |day: String, t: i32, y: f64, tv: f64| format!("{day},{y},{tv},{},{}", 5 + t % 7, i32::from(t % 9 == 0));
    let good = |t: i32| 100.0 + f64::from(t % 5);
    let dark = table(weeks(60).zip(0..).map(|(d, t)| row(d.to_string(), t, good(t), 0.0)).collect());
    let flat = table(weeks(60).zip(0..).map(|(d, t)| row(d.to_string(), t, 100.0, 1.0 + f64::from(t % 3))).collect());
    let few = table(weeks(12).zip(0..).map(|(d, t)| row(d.to_string(), t, good(t), 1.0 + f64::from(t % 3))).collect());
    let gap =
        table(weeks(60).zip(0..).filter(|(_, t)| *t != 30).map(|(d, t)| row(d.to_string(), t, good(t), 1.0)).collect());
    let months = table(
        (0..40)
            .map(|t| row(format!("{}-{:02}-01", 2021 + t / 12, t % 12 + 1), t, good(t), 1.0 + f64::from(t % 3)))
            .collect(),
    );
    let wide = table(weeks(24).zip(0..).map(|(d, t)| row(d.to_string(), t, good(t), 1.0 + f64::from(t % 3))).collect());
    // A channel without spend is left out of the panel, and the fit says so.
    let app = TestApp::empty();
    import_wide(&app, &dark);
    let told = fit(&app, &FitRequest { kpi: "revenue".into(), ..FitRequest::default() });
    assert!(told.channel("tv").is_none() && notes(&told).contains("`tv` was left out"), "{}", notes(&told));
    let named = json!({"kpi": "revenue", "spec": {"channel": [{"name": "tv"}]}});
    let refused = app.post("/api/v1/model-runs", &named).await;
    assert!(refused.status.as_u16() == 422 && refused.text().contains("channel[0].name"), "{}", refused.text());
    let spec = json!({"baseline": {"fourier": 0}});
    let many = json!({"baseline": {"fourier": 0, "event": (0..20).map(|i| json!({"name": format!("e{i}"), "from": "2023-01-09"})).collect::<Vec<_>>()}});
    for (text, spec, says) in [
        (&flat, &spec, "panel.outcome.revenue"),
        (&few, &spec, "panel.periods"),
        (&gap, &spec, "week of 2023-07-31"),
        (&months, &spec, "panel.period_days"),
        (&wide, &many, "panel.periods"),
    ] {
        let app = TestApp::empty();
        import_wide(&app, text);
        let body = json!({"kpi": "revenue", "estimator": "bayes", "spec": spec});
        let refused = app.post("/api/v1/model-runs", &body).await;
        assert!(
            refused.status.as_u16() == 422 && refused.text().contains(says),
            "{says}: {} {}",
            refused.status,
            refused.text()
        );
    }
}

#[actix_web::test]
async fn an_early_stage_is_worth_what_it_is_won_with_and_roi_carries_that_doubt() {
    use tandem_datasets::{Company, Format, Preset, simulate};
    let app = TestApp::empty();
    let out = app.data.store.path().join("company");
    let made = simulate(&Company::new(Preset::Tiny, 7), &out, Format::Csv, &|_, _| ()).expect("simulates");
    let files: Vec<tandem_store::import::ImportFile> = made.files().into_iter().map(Into::into).collect();
    app.data.store.import(&files, &ImportOptions::default(), &mut |_| ()).expect("imports");
    let ask =
        |staged: bool| FitRequest { kpi: "mql".into(), spec: Some(json!({"staged": staged})), ..FitRequest::default() };
    let (plain, staged) = (fit(&app, &ask(false)), fit(&app, &ask(true)));
    let value = &staged.diagnostics["staged"]["value"];
    let (mean, low, high) = (value["mean"].as_f64(), value["p05"].as_f64(), value["p95"].as_f64());
    assert!(low < mean && mean < high, "{value}");
    assert!(
        notes(&staged).contains("eventually worth") && !notes(&staged).contains("over the panel"),
        "{}",
        notes(&staged)
    );
    // contributions are the same leads; returns are told with the doubt about what a lead is worth on top
    for (a, b) in plain.channels.iter().zip(&staged.channels) {
        assert_eq!(a.contribution, b.contribution);
    }
    let spread = |s: &Summary| {
        let roas = s.total.and_then(|t| t.roas).expect("roas");
        (roas.p95 - roas.p05) / roas.mean
    };
    assert!(spread(&staged) > 1.02 * spread(&plain), "{} {}", spread(&plain), spread(&staged));
    // a channel whose leads are known to be poor returns less by as much
    let known = |mean: f64| {
        let spec = json!({"staged": true, "channel": [{"name": "display", "lead_quality": {"mean": mean, "sd": 0.0}}]});
        let told = fit(&app, &FitRequest { kpi: "mql".into(), spec: Some(spec), ..FitRequest::default() });
        told.channel("display").and_then(|c| c.roas).expect("roas").mean
    };
    assert!((known(0.25) / known(1.0) - 0.25).abs() < 1e-9);
    // the draws come back with the run
    let again = tandem::analysis::saved::posterior(&app.data.store.run_dir(&staged.run)).expect("reads");
    assert_eq!(again.draws.worth.dim(), (again.len(), staged.channels.len()));
    // negative control: without it there is no doubt to carry
    let certain = tandem::analysis::saved::posterior(&app.data.store.run_dir(&plain.run)).expect("reads");
    assert!(certain.draws.worth.is_empty());
}
