//! Imports over HTTP: dry run first, once only, rejects listed, wrong files explained.

use actix_web::test::TestRequest;

use crate::app::{MAPPING, Reply, TestApp, local, weekly_csv};

const BOUNDARY: &str = "XXboundaryXX";

fn form(query: &str, parts: &[(&str, Option<&str>, &str)]) -> TestRequest {
    let mut body = String::new();
    for (name, file, text) in parts {
        let file = file.map(|f| format!("; filename=\"{f}\"")).unwrap_or_default();
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    local(TestRequest::post().uri(&format!("/api/v1/imports{query}")))
        .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")))
        .set_payload(body)
}

async fn weekly(app: &TestApp, query: &str) -> Reply {
    let csv = weekly_csv();
    app.send(form(query, &[("file", Some("weekly.csv"), &csv), ("mapping", None, MAPPING)])).await
}

#[actix_web::test]
async fn a_dry_run_writes_nothing_and_the_import_writes_once() {
    let app = TestApp::empty();
    let before = app.data.store.data_version();
    let dry = weekly(&app, "?dry_run=true").await;
    assert_eq!(dry.status.as_u16(), 200, "{}", dry.text());
    assert_eq!(dry.json()["files"][0]["rows_accepted"], 120);
    assert_eq!(app.data.store.data_version(), before);

    let first = weekly(&app, "").await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text());
    let version = app.data.store.data_version();
    assert_ne!(version, before);
    let again = weekly(&app, "").await;
    assert_eq!((again.status.as_u16(), app.data.store.data_version()), (200, version), "{}", again.text());

    let listed = app.get("/api/v1/imports").await.json();
    assert_eq!((&listed["page"]["total"], &listed["data"][0]["file"]), (&1.into(), &"weekly.csv".into()));
    let id = listed["data"][0]["id"].as_str().expect("id");
    assert_eq!(app.get(&format!("/api/v1/imports/{id}")).await.json()["layout"], "mapping");
    assert!(app.get(&format!("/api/v1/imports/{id}/rejects.csv")).await.text().starts_with("file,line,column"));
    assert_eq!(app.get("/api/v1/imports/none").await.status.as_u16(), 404);
}

#[actix_web::test]
async fn a_raw_body_is_a_file_when_it_has_a_name() {
    let app = TestApp::empty();
    let spend = "date,channel,amount,currency\n2025-01-06,tv,100.50,EUR\n2025-01-13,tv,lots,EUR\n";
    let sent = |path: &str| local(TestRequest::post().uri(path)).set_payload(spend);
    assert_eq!(app.send(sent("/api/v1/imports")).await.code(), "unsupported-media");
    let reply = app.send(sent("/api/v1/imports?filename=spend.csv&as=canonical:spend")).await;
    assert_eq!(reply.status.as_u16(), 201, "{}", reply.text());
    let file = reply.json()["files"][0].clone();
    assert_eq!((&file["rows_accepted"], &file["rows_rejected"]), (&1.into(), &1.into()), "{file}");
    let batch = file["batch_id"].as_str().expect("batch");
    let rejects = app.get(&format!("/api/v1/imports/{batch}/rejects.csv")).await.text();
    assert!(rejects.contains("lots") && rejects.lines().count() == 2, "{rejects}");
}

#[actix_web::test]
async fn a_file_that_nobody_knows_is_explained() {
    let app = TestApp::empty();
    let reply = app.send(form("", &[("file", Some("bad.csv"), "a,b\n1,2\n")])).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "data-rejected"));
    assert!(reply.json()["detail"].as_str().is_some_and(|d| d.contains("bad.csv")), "{}", reply.text());
    assert_eq!(app.send(form("", &[("mapping", None, MAPPING)])).await.json()["field"], "file");
    assert_eq!(app.send(form("?as=excel", &[("file", Some("a.csv"), "a\n1\n")])).await.json()["field"], "as");
}
