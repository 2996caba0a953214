//! Exports: the same numbers as the JSON, typed, with the facts in every row.

use actix_web::test::TestRequest;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::app::{TestApp, local};

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
async fn every_export_that_this_company_can_give_is_given_in_every_form() {
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
        let parquet = app.get(entry["parquet"].as_str().expect("path")).await;
        assert_eq!(parquet.header("content-type"), "application/vnd.apache.parquet", "{name}");
        assert!(parquet.header("content-disposition").contains(&format!("{name}.parquet")), "{name}");
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(parquet.body)).expect("parquet");
        let lines = csv.text().lines().count() - 1;
        assert_eq!(reader.metadata().file_metadata().num_rows(), lines as i64, "{name}");
        let arrow = app.get(entry["arrow"].as_str().expect("path")).await;
        let file = arrow_ipc::reader::FileReader::try_new(std::io::Cursor::new(arrow.body), None).expect("arrow");
        let headers: Vec<String> = file.schema().fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(headers.join(","), csv.text().lines().next().unwrap_or_default(), "{name}");
        assert_eq!(file.map(|b| b.expect("rows").num_rows()).sum::<usize>(), lines, "{name}");
        let rows = app.get(&format!("/api/v1/exports/{name}.json")).await.json();
        assert_eq!(rows.as_array().map(Vec::len), Some(csv.text().lines().count() - 1), "{name}");
    }
    assert_eq!(app.get("/api/v1/exports/everything.csv").await.status.as_u16(), 404);
}

#[actix_web::test]
async fn every_flat_table_takes_all_forms_by_suffix_and_by_accept() {
    let app = TestApp::fitted();
    let accept =
        |media: &'static str| app.send(local(TestRequest::get().uri("/api/v1/roi")).insert_header(("accept", media)));
    let parquet = accept("application/vnd.apache.parquet").await;
    assert!(parquet.body.starts_with(b"PAR1") && parquet.body == app.get("/api/v1/roi.parquet").await.body);
    let arrow = accept("application/vnd.apache.arrow.file").await;
    assert!(arrow.body.starts_with(b"ARROW1") && arrow.body == app.get("/api/v1/roi.arrow").await.body);
    assert_eq!(accept("application/pdf").await.status.as_u16(), 406);
    assert_eq!(app.get("/api/v1/charts/roi.parquet").await.status.as_u16(), 404, "a drawing has no rows");
}
