//! Attribution in the open: path tables sent, journeys, drill-down, one deal, spend beside credit; the worked example of
//! two people and one deal, to the cent.

use std::path::Path;

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use tandem_store::import::{ImportFile, ImportOptions};

use crate::app::{TestApp, binary, local};

/// Imports canonical tables, given as name and CSV text.
pub fn import(app: &TestApp, batch: &str, tables: &[(&str, &str)]) {
    let folder = app.data.store.path().join(batch);
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = |(name, text): &(&str, &str)| {
        let path = folder.join(format!("{name}.csv"));
        std::fs::write(&path, text).expect("writes");
        ImportFile::from(path)
    };
    let files: Vec<ImportFile> = tables.iter().map(file).collect();
    let report = app.data.store.import(&files, &ImportOptions::default(), &mut |_| ()).expect("imports");
    assert!(!report.any_refused() && report.rows_rejected() == 0, "{report:?}");
}

const DEALS: &str = "opportunity_id,account_id,name,amount,gross_margin,currency,created_at,closed_at,status\n";

/// Person A saw AdWords, Organic (and became a lead there), Webinar; person B Facebook, Yahoo, Email. The deal of 10,000.01
/// was opened after the webinar. Another account won 5,000.00 without a touch, a third one lost.
fn worked() -> TestApp {
    let app = TestApp::empty();
    let deals = format!(
        "{DEALS}o1,acme,Plant,10000.01,4000.00,EUR,2020-03-07,2020-05-06,won\n\
         o2,bolt,,5000.00,,EUR,2020-02-01,2020-03-01,won\n\
         o.3,calm,,900.00,,EUR,2020-02-01,2020-04-01,lost\n"
    );
    import(
        &app,
        "worked",
        &[
            (
                "accounts",
                "account_id,name,region,segment\nacme,Acme,north,large\nbolt,Bolt,south,small\ncalm,Calm,south,small\n",
            ),
            ("contacts", "contact_id,account_id\na,acme\nb,acme\nc,calm\n"),
            ("campaigns", "campaign_id,name,channel\nk1,Spring search,AdWords\n"),
            (
                "touches",
                "touch_id,contact_id,channel,campaign_id,touched_at\n\
                 t1,a,AdWords,k1,2019-09-01\nt2,a,Organic,,2019-11-20\nt3,a,Webinar,,2020-03-04\n\
                 t4,b,Facebook,,2019-08-26\nt5,b,Yahoo,,2020-02-20\nt6,b,Email,,2020-05-01\n\
                 t7,b,Email,,2020-06-01\nt8,c,Email,,2020-01-05\n",
            ),
            (
                "stage_events",
                "event_id,contact_id,account_id,stage,entered_at\ne1,a,acme,inquiry,2019-11-20\ne2,a,acme,mql,2019-12-01\n",
            ),
            ("opportunities", &deals),
            (
                "spend",
                "date,channel,campaign_id,amount,currency\n2019-09-01,AdWords,k1,100.00,EUR\n\
                 2019-08-26,Facebook,,200.00,EUR\n2019-10-01,Display,,50.00,EUR\n",
            ),
        ],
    );
    app
}

fn cents(value: &Value) -> i64 {
    (value.as_f64().unwrap_or_else(|| panic!("{value} is no number")) * 100.0).round() as i64
}

fn rows<'a>(answer: &'a Value, at: &str) -> &'a Vec<Value> {
    answer.pointer(at).and_then(Value::as_array).unwrap_or_else(|| panic!("no {at} in {answer}"))
}

#[actix_web::test]
async fn a_deal_shows_every_touch_with_its_weight_and_money_and_adds_up() {
    let app = worked();
    let deal = app.get("/api/v1/attribution/deals/o1?models=first,w,full_path").await.json();
    assert_eq!((deal["account"].as_str(), deal["ended"].as_str()), (Some("acme"), Some("won")));
    let touches = rows(&deal, "/touches");
    let seen: Vec<&str> = touches.iter().filter_map(|t| t["channel"].as_str()).collect();
    assert_eq!(seen, ["Facebook", "AdWords", "Organic", "Yahoo", "Webinar", "Email"], "the touch after closing is out");
    let of = |model: usize| -> Vec<i64> { touches.iter().map(|t| cents(&t["credit"][model]["value"])).collect() };
    assert_eq!(of(0), [1_000_001, 0, 0, 0, 0, 0]);
    assert_eq!(of(1), [300_000, 33_334, 300_000, 33_334, 300_000, 33_333], "W: first, lead, opportunity, rest");
    assert_eq!(of(2).iter().sum::<i64>(), 1_000_001);
    assert_eq!(touches[5]["credit"][2]["weight"], 0.225, "full path: closing goes to the last touch before it");
    assert_eq!(touches[1]["campaign_name"], "Spring search");
    let stages: Vec<&str> = rows(&deal, "/milestones").iter().filter_map(|m| m["stage"].as_str()).collect();
    assert_eq!(stages, ["inquiry", "mql", "opportunity"]);
    let csv = app.get("/api/v1/attribution/deals/o1.csv?models=w").await.text();
    assert!(csv.contains("o1,w,2019-11-20T00:00:00Z,a,Organic,,168.00,0.300000,3000.00"), "{csv}");
    let lost = app.get("/api/v1/attribution/deals/o.3?models=linear").await.json();
    assert_eq!((lost["ended"].as_str(), cents(&lost["touches"][0]["credit"][0]["value"])), (Some("lost"), 0));
    assert_eq!(app.get("/api/v1/attribution/deals/o9").await.code(), "not-found");
    let learned = app.get("/api/v1/attribution/deals/o1?models=markov").await;
    assert_eq!((learned.status.as_u16(), learned.json()["field"].as_str()), (422, Some("models")));
    let margin = app.get("/api/v1/attribution/deals/o1?models=last&value=margin").await.json();
    assert_eq!(cents(&margin["touches"][5]["credit"][0]["value"]), 400_000, "gross margin instead of revenue");
}

#[actix_web::test]
async fn a_page_shows_the_same_deal_to_a_salesperson() {
    let app = worked();
    let page = app.get("/attribution/deals/o1").await;
    let text = page.text();
    assert!(page.status.as_u16() == 200 && text.contains("Plant") && text.contains("Spring search"), "{text}");
    assert_eq!(app.get("/attribution/deals/o9").await.status.as_u16(), 404);
}

#[actix_web::test]
async fn credit_in_parts_adds_up_to_the_report_by_every_key() {
    let app = worked();
    let whole = app.get("/api/v1/attribution?models=linear").await.json();
    let total = cents(&whole["models"][0]["total"]["value"]);
    assert_eq!((total, cents(&whole["models"][0]["unattributed"]["value"])), (1_500_001, 500_000));
    for by in ["campaign", "region", "segment", "touch_month", "touch_quarter", "outcome_month", "outcome_quarter"] {
        let parted = app.get(&format!("/api/v1/attribution?models=linear&by={by}")).await.json();
        let model = &parted["models"][0];
        let sum: i64 = rows(model, "/rows").iter().map(|r| cents(&r["value"])).sum();
        assert_eq!(sum + cents(&model["unattributed"]["value"]), total, "{by}");
    }
    let keys = |answer: &Value| -> Vec<String> {
        rows(answer, "/models/0/rows")
            .iter()
            .map(|r| format!("{} {}", r["key"].as_str().unwrap_or("-"), r["channel"].as_str().unwrap_or("-")))
            .collect()
    };
    let months = app.get("/api/v1/attribution?models=last&by=touch_month").await.json();
    assert!(keys(&months).contains(&"2020-05 Email".to_owned()), "{months}");
    let outcome = app.get("/api/v1/attribution?models=first&by=outcome_quarter").await.json();
    assert!(keys(&outcome).contains(&"2020-Q2 Facebook".to_owned()), "{outcome}");
    let csv = app.get("/api/v1/attribution.csv?models=linear&by=campaign").await.text();
    assert!(csv.lines().any(|l| l.starts_with("linear,k1,Spring search,AdWords,0.1667,1666.67")), "{csv}");
    assert_eq!(app.get("/api/v1/attribution?models=markov&by=region").await.json()["field"], "models");
    assert_eq!(app.get("/api/v1/attribution?by=weather").await.code(), "bad-query");
}

#[actix_web::test]
async fn spend_stands_beside_credit_of_the_same_window_and_ties_out() {
    let app = worked();
    let asked = "/api/v1/attribution/returns?from=2019-01-01&to=2020-12-31";
    let returns = app.get(asked).await.json();
    let row = |channel: &str| rows(&returns, "/data").iter().find(|r| r["channel"] == channel).expect("a row").clone();
    assert_eq!(
        (cents(&row("Display")["spend"]), cents(&row("Display")["revenue"])),
        (5_000, 0),
        "spend without credit stays"
    );
    assert_eq!(
        (cents(&row("Email")["spend"]), cents(&row("Email")["revenue"])),
        (0, 166_666),
        "credit without spend stays"
    );
    assert!(row("Email")["roas"].is_null() && row("Email")["cac"].is_null() && row("Display")["cac"].is_null());
    let adwords = row("AdWords");
    assert_eq!(adwords["roas"].as_f64().map(|r| (r * 1e4).round()), Some(166_667.0), "1666.67 / 100.00");
    assert_eq!(adwords["cac"].as_f64().map(|x| (x * 100.0).round()), Some(60_000.0), "100.00 for a sixth of a deal");
    assert_eq!(adwords["cost_per"]["mql"].as_f64().map(|x| (x * 100.0).round()), Some(30_000.0), "a third of an MQL");
    let sum = |field: &str| rows(&returns, "/data").iter().map(|r| cents(&r[field])).sum::<i64>();
    assert_eq!((sum("spend"), cents(&returns["total"]["spend"])), (35_000, 35_000));
    assert_eq!(sum("revenue") + cents(&returns["unattributed"]["revenue"]), cents(&returns["total"]["revenue"]));
    assert_eq!(returns["total"]["credited"]["won"], 2.0, "no deal counts twice, however many channels touched it");
    let won: f64 = rows(&returns, "/data").iter().filter_map(|r| r["credited"]["won"].as_f64()).sum();
    assert!((won - 1.0).abs() < 1e-9);
    let campaigns = app.get(&format!("{asked}&by=campaign")).await.json();
    let k1 = rows(&campaigns, "/data").iter().find(|r| r["campaign"] == "k1").expect("k1").clone();
    assert_eq!((cents(&k1["spend"]), cents(&k1["revenue"])), (10_000, 166_667));
    // Without a window it is that of the spend: the deals closed later and are not set against it.
    let early = app.get("/api/v1/attribution/returns").await.json();
    assert_eq!((cents(&early["total"]["spend"]), cents(&early["total"]["revenue"])), (35_000, 0));
    assert_eq!(early["meta"]["period"]["to"], "2019-10-01");
    assert_eq!(app.get("/api/v1/attribution/returns?models=first,last").await.json()["field"], "models");
    let csv = app.get(&asked.replace("returns?", "returns.csv?")).await.text();
    assert!(csv.lines().any(|l| l.starts_with("linear,Display,,,50.00,0.00,0.0000,,")), "{csv}");
}

#[actix_web::test]
async fn journeys_come_in_pages_with_their_outcome_and_filters_narrow_them() {
    let app = worked();
    let all = app.get("/api/v1/attribution/journeys").await.json();
    assert_eq!(all["page"]["total"], 3);
    assert_eq!(all["data"][0]["path"], "Facebook > AdWords > Organic > Yahoo > Webinar > Email");
    assert_eq!((all["data"][0]["deal"].as_str(), all["data"][0]["days"].as_i64()), (Some("o1"), Some(254)));
    assert_eq!((all["data"][1]["touch_count"].as_i64(), all["data"][1]["ended"].as_str()), (Some(0), Some("won")));
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("/api/v1/attribution/journeys?limit=2{cursor}")).await.json();
        seen.extend(rows(&page, "/data").clone());
        match page["page"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(&seen, rows(&all, "/data"), "pages put together give the whole once");
    for (filter, total) in [
        ("ended=lost", 1),
        ("channel=Yahoo", 1),
        ("channel=Radio", 0),
        ("account=bolt", 1),
        ("from=2020-04-02", 1),
        ("outcome=mql&ended=won", 1),
    ] {
        let page = app.get(&format!("/api/v1/attribution/journeys?{filter}")).await.json();
        assert_eq!(page["page"]["total"], total, "{filter}: {page}");
    }
    let by_contact = app.get("/api/v1/attribution/journeys?outcome=mql&ended=won&unit=contact").await.json();
    assert_eq!(by_contact["data"][0]["path"], "AdWords > Organic", "the contact's own touches only");
    let csv = app.get("/api/v1/attribution/journeys.csv?ended=won").await.text();
    assert!(
        csv.lines().nth(1).is_some_and(|l| l.starts_with("acme,o1,won,2020-05-06,10000.01,254,6,Facebook > ")),
        "{csv}"
    );
}

#[actix_web::test]
async fn the_paths_of_the_store_are_a_path_table_that_gives_the_same_credit_back() {
    let app = worked();
    let listed = app.get("/api/v1/attribution/paths.csv").await.text();
    let table: String = listed.lines().map(|l| l.split(',').take(4).collect::<Vec<_>>().join(";") + "\n").collect();
    let request = TestRequest::post().uri("/api/v1/attribution/paths?models=linear,first").set_payload(table);
    let sent = app.send(local(request).insert_header(("Content-Type", "text/csv"))).await.json();
    let stored = app.get("/api/v1/attribution?models=linear,first").await.json();
    let credit = |answer: &Value| {
        let mut all: Vec<(String, i64)> = rows(answer, "/models/0/channels")
            .iter()
            .map(|c| (c["channel"].as_str().unwrap_or_default().to_owned(), cents(&c["value"])))
            .collect();
        all.sort();
        all
    };
    assert_eq!(credit(&sent), credit(&stored));
    let shape = app.get("/api/v1/attribution/paths").await.json();
    assert_eq!((shape["lengths"]["6"].as_u64(), shape["days"]["254"].as_u64()), (Some(1), Some(1)));
    let newest: Vec<&str> = rows(&shape, "/deals").iter().filter_map(|d| d["deal"].as_str()).collect();
    assert_eq!(newest, ["o1", "o2"]);
    assert_eq!(sent["models"][0]["unattributed"], stored["models"][0]["unattributed"]);
}

const PATHS: &str = "path;total_conversions;total_conversion_value;total_null\n\
    Search > Email;3;300.00;2\nEmail;1;50.55;9\nSearch > > Email;1;1.00;0\n;2;20.00;0\nWebinar > Search;2;100.00;1\n";

#[actix_web::test]
async fn a_path_table_sent_is_answered_as_the_command_line_answers_it() {
    let app = TestApp::empty();
    let post = |media: &str, body: String, query: &str| {
        let request = TestRequest::post().uri(&format!("/api/v1/attribution/paths?{query}"));
        local(request).insert_header(("Content-Type", media.to_owned())).set_payload(body)
    };
    let query = "models=linear,markov&order=2&resamples=40&seed=7";
    let csv = app.send(post("text/csv", PATHS.into(), query)).await.json();
    assert_eq!(rows(&csv, "/notes").len(), 1, "the row with a nameless touch is left out by its line: {csv}");
    let linear = &csv["models"][0];
    let value = |channel: &str| {
        let row = rows(linear, "/channels").iter().find(|c| c["channel"] == channel).expect("a channel");
        cents(&row["value"])
    };
    assert_eq!((value("Search"), value("Email"), value("Webinar")), (20_000, 20_055, 5_000));
    assert_eq!((cents(&linear["unattributed"]["value"]), cents(&linear["total"]["value"])), (2_000, 47_055));
    let file = app.data.store.path().join("paths.csv");
    std::fs::write(&file, PATHS).expect("writes");
    let told =
        command(&file, &["--model", "linear,markov", "--order", "2", "--resamples", "40", "--seed", "7", "--json"]);
    assert_eq!(told["models"], csv["models"], "one answer, two doors");
    assert!(csv["models"][1]["channels"][0]["value_interval"].is_array() && rows(&csv, "/orders").len() == 4);
    let json = json!({"paths": [
        {"path": "Search > Email", "total_conversions": 3, "total_conversion_value": 300.0, "total_null": 2},
        {"path": "Email", "conversions": 1, "value": 50.55, "null": 9},
        {"path": "", "conversions": 2, "value": 20},
        {"path": "Webinar > Search", "conversions": 2, "value": 100, "null": 1},
    ]});
    assert_eq!(app.send(post("application/json", json.to_string(), query)).await.json()["models"], csv["models"]);
    let table = post("text/csv", PATHS.into(), query).insert_header(("Accept", "text/csv"));
    assert!(app.send(table).await.text().starts_with("model,channel,conversions,value"));
}

fn command(file: &Path, args: &[&str]) -> Value {
    let out = std::process::Command::new(binary())
        .args(["attribute", "--paths"])
        .arg(file)
        .args(args)
        .output()
        .expect("runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("JSON")
}

#[actix_web::test]
async fn a_path_table_that_is_none_or_too_large_is_refused_with_the_reason() {
    let mut config = tandem::config::Config::default();
    config.limits.upload_bytes = 2_000;
    let app = TestApp::with(config, None);
    let post = |media: &str, body: String, query: &str| {
        let request = TestRequest::post().uri(&format!("/api/v1/attribution/paths{query}"));
        local(request).insert_header(("Content-Type", media.to_owned())).set_payload(body)
    };
    let many = format!("{PATHS}{}", "Search;1;1.00;0\n".repeat(500));
    assert_eq!(app.send(post("text/csv", many, "")).await.code(), "too-large");
    let wrong = app.send(post("text/csv", "a,b\n1,2\n".into(), "")).await;
    assert!(
        wrong.status.as_u16() == 422
            && wrong.json()["detail"].as_str().is_some_and(|d| d.contains("total_conversions"))
    );
    assert_eq!(app.send(post("text/csv", String::new(), "")).await.status.as_u16(), 422);
    assert_eq!(app.send(post("application/json", "{\"rows\": []}".into(), "")).await.status.as_u16(), 422);
    let timed = app.send(post("text/csv", PATHS.into(), "?models=time_decay")).await;
    assert!(
        timed.code() == "model-refused"
            && timed.json()["detail"].as_str().is_some_and(|d| d.contains("times of touches"))
    );
    assert_eq!(app.send(post("text/csv", PATHS.into(), "?order=7")).await.json()["field"], "order");
    let negative = format!("{PATHS}Search;-1;0;0\nSearch;1;-5.00;0\n");
    assert_eq!(rows(&app.send(post("text/csv", negative, "")).await.json(), "/notes").len(), 3);
}

#[actix_web::test]
async fn a_new_batch_updates_kept_sums_to_the_bits_of_a_count_from_nothing() {
    let app = worked();
    let path = "/api/v1/attribution?models=linear,w,time_decay,markov,shapley&order=2&resamples=24";
    let sums = app.data.store.path().join("sums");
    let kept =
        || std::fs::read_dir(&sums).expect("sums are kept").filter_map(|e| Some(e.ok()?.path())).collect::<Vec<_>>();
    let first = app.get(path).await.json();
    assert_eq!(kept().len(), 1);
    // A touch comes, one is restated, a contact changes its account, a deal is reopened and another one won.
    import(
        &app,
        "later",
        &[
            (
                "touches",
                "touch_id,contact_id,channel,touched_at\nt9,c,Webinar,2020-02-02\nt5,b,Bing,2020-02-21\nt10,d,Yahoo,2020-03-03\n",
            ),
            ("contacts", "contact_id,account_id\nb,calm\nd,bolt\n"),
            (
                "opportunities",
                &format!(
                    "{DEALS}o2,bolt,,5000.00,,EUR,2020-02-01,,lost\no4,calm,,70.10,,EUR,2020-04-02,2020-07-01,won\n"
                ),
            ),
        ],
    );
    // A channel that was not known makes a count from nothing; the batch after it knows all channels.
    let with_new_channel = app.get(path).await.json();
    assert_ne!(with_new_channel["models"], first["models"]);
    import(
        &app,
        "last",
        &[
            ("touches", "touch_id,contact_id,channel,touched_at\nt11,d,Email,2020-03-04\nt1,a,Webinar,2019-09-02\n"),
            ("contacts", "contact_id,account_id\nb,acme\n"),
            (
                "opportunities",
                &format!(
                    "{DEALS}o1,acme,Plant,20000.02,,EUR,2020-03-07,2020-05-06,won\no2,bolt,,5000.00,,EUR,2020-02-01,2020-03-05,won\n"
                ),
            ),
        ],
    );
    let updated = app.get(path).await.json();
    assert_ne!(updated["models"], with_new_channel["models"]);
    kept().iter().for_each(|f| std::fs::remove_file(f).expect("removes"));
    // What is told anyway makes another address, so that the kept answer does not stand in.
    let anew = app.get(&format!("{path}&seed=1")).await.json();
    assert_eq!(updated, anew);
    // The kept file is what answers: one that says something else is believed, as long as the data are the same.
    let file = kept().pop().expect("kept again");
    let text = std::fs::read_to_string(&file).expect("reads").replacen("\"won\":3", "\"won\":4", 1);
    std::fs::write(&file, text).expect("writes");
    assert_eq!(app.get(&format!("{path}&repeats=identity")).await.json()["journeys"]["won"], 4);
}
