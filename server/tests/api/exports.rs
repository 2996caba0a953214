//! Exports: the same numbers as the JSON, typed, with the facts in every row.

use crate::app::TestApp;

#[actix_web::test]
async fn the_csv_of_roi_holds_the_numbers_of_the_json() {
    let app = TestApp::fitted();
    let json = app.get("/api/v1/roi").await.json();
    let csv = app.get("/api/v1/exports/roi.csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").contains("roi.csv"));
    assert_eq!(csv.body, app.get("/api/v1/roi.csv").await.body, "one table under two names");
    let text = csv.text();
    let mut lines = text.lines();
    let headers: Vec<&str> = lines.next().expect("headers").split(',').collect();
    for fact in ["currency", "period_from", "period_to", "interval", "run", "data_version", "basis"] {
        assert!(headers.contains(&fact), "{fact} is missing from {headers:?}");
    }
    let at = |name: &str| headers.iter().position(|h| *h == name).expect("column");
    let rows: Vec<Vec<&str>> = lines.map(|l| l.split(',').collect()).collect();
    assert_eq!(rows.len(), 2);
    for (row, expected) in rows.iter().zip(json["data"].as_array().expect("rows")) {
        assert_eq!(row[at("channel")], expected["channel"]);
        let spend: f64 = row[at("spend")].parse().expect("a number");
        assert!((spend - expected["spend"].as_f64().expect("spend")).abs() < 0.005);
    }
}

#[actix_web::test]
async fn every_export_that_this_company_can_give_is_given_as_csv_xlsx_and_json() {
    let app = TestApp::fitted();
    let listed = app.get("/api/v1/exports").await.json();
    for entry in listed["data"].as_array().expect("list") {
        let name = entry["name"].as_str().expect("name");
        if matches!(name, "funnel" | "cohorts" | "attribution") {
            continue;
        }
        let csv = app.get(entry["csv"].as_str().expect("path")).await;
        assert_eq!(csv.status.as_u16(), 200, "{name}: {}", csv.text());
        let xlsx = app.get(entry["xlsx"].as_str().expect("path")).await;
        assert!(xlsx.body.starts_with(b"PK"), "{name}");
        let rows = app.get(&format!("/api/v1/exports/{name}.json")).await.json();
        assert_eq!(rows.as_array().map(Vec::len), Some(csv.text().lines().count() - 1), "{name}");
    }
    assert_eq!(app.get("/api/v1/exports/everything.csv").await.status.as_u16(), 404);
}
