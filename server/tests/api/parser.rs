//! Spreadsheets and Parquet files go through a process of their own: the same rows come out, and a bomb harms nobody.

use std::path::Path;
use std::sync::Arc;

use actix_web::test::TestRequest;
use arrow::array::{ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray};
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use tandem::export::{Kind, Table, xlsx};
use tandem_store::import::{ImportFile, ImportOptions, ImportReport, ParserLimits, ParserProcess, Status};
use tandem_store::{Settings, Store};

use crate::app::{TestApp, binary, local};

fn apart(memory_mib: u64) -> Settings {
    let limits = ParserLimits { memory_mib, ..ParserLimits::default() };
    Settings { parser: ParserProcess::Program { path: binary(), limits }, ..Settings::default() }
}

fn spreadsheet() -> Vec<u8> {
    let columns = [("date", Kind::Text), ("channel", Kind::Text), ("amount", Kind::Money)];
    let mut table = Table::new("spend", &columns);
    for week in 0..200i64 {
        let day = tandem_models::domain::period::Day(20_458 + 7 * week as i32);
        let amount = tandem_models::domain::money::Cents(100_001 * week);
        table.push(vec![day.to_string().into(), ["tv", "Süd, \"quoted\""][week as usize % 2].into(), amount.into()]);
    }
    table.push(vec!["no date".into(), "tv".into(), tandem_models::domain::money::Cents(5).into()]);
    xlsx::write(&[table]).expect("writes")
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).expect("columns");
    // Without the Arrow schema a reader unfolds the dictionary into one text a row.
    let packed = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let options = ArrowWriterOptions::new().with_skip_arrow_metadata(true).with_properties(packed);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), batch.schema(), options).expect("schema");
    writer.write(&batch).expect("rows");
    writer.into_inner().expect("file")
}

fn spend() -> Vec<u8> {
    let days: Vec<String> =
        (0..20_000).map(|i| tandem_models::domain::period::Day(10_000 + i % 9_000).to_string()).collect();
    let names: Vec<Option<String>> = (0..20_000).map(|i| (i % 97 != 0).then(|| format!("c{}", i / 9_000))).collect();
    let amounts: Vec<f64> = (0..20_000).map(|i| f64::from(i) / 4.0).collect();
    parquet(vec![
        ("date", Arc::new(StringArray::from(days)) as ArrayRef),
        ("channel", Arc::new(StringArray::from(names))),
        ("amount", Arc::new(Float64Array::from(amounts))),
    ])
}

/// A few kilobytes that unfold to 900 KB a row.
fn bomb() -> Vec<u8> {
    let text = StringArray::from(vec!["x".repeat(900_000)]);
    let keys = Int32Array::from(vec![0; 50_000]);
    let rows = DictionaryArray::try_new(keys, Arc::new(text)).expect("a dictionary");
    parquet(vec![("geo", Arc::new(rows) as ArrayRef), ("population", Arc::new(Float64Array::from(vec![1.0; 50_000])))])
}

fn import(store: &Store, path: &Path) -> ImportReport {
    store.import(&[ImportFile::from(path.to_owned())], &ImportOptions::default(), &mut |_| ()).expect("the store works")
}

#[test]
fn the_same_rows_come_out_of_the_other_process() {
    let folder = tempfile::tempdir().expect("temp dir");
    let open = |name: &str, settings| Store::open(folder.path().join(name), settings).expect("opens");
    let (here, there) = (open("here", Settings::default()), open("there", apart(1_024)));
    for (name, bytes, rows) in [("spend.xlsx", spreadsheet(), 201), ("spend.parquet", spend(), 20_000)] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("writes");
        let [one, two] = [&here, &there].map(|store| import(store, &path));
        assert_eq!((two.files[0].rows_read, two.files[0].status), (rows, Status::Imported), "{two:?}");
        // Batch ids are hashes of the stored rows, so equal reports are equal rows.
        let [one, two] = [one, two].map(|report| serde_json::to_value(report).expect("serialises"));
        assert_eq!(one, two);
    }
    assert_eq!(here.data_version(), there.data_version());
}

#[actix_web::test]
async fn a_bomb_is_refused_by_name_and_the_server_goes_on() {
    let bomb = bomb();
    assert!(bomb.len() < 10_000, "{} bytes", bomb.len());
    let folder = tempfile::tempdir().expect("temp dir");
    let app = TestApp::over(Store::open(folder.path(), apart(256)).expect("opens"));
    let send = |name: &str, bytes: Vec<u8>| {
        let path = format!("/api/v1/imports?filename={name}");
        app.send(local(TestRequest::post().uri(&path)).set_payload(bytes))
    };
    let reply = send("geos.parquet", bomb).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "data-rejected"), "{}", reply.text());
    let detail = reply.json()["detail"].as_str().expect("detail").to_owned();
    assert!(detail.contains("geos.parquet") && detail.contains("more memory than the 256 MiB"), "{detail}");
    assert!(app.data.store.imports().is_empty());
    assert_eq!(app.get("/health/ready").await.status.as_u16(), 200);
    let reply = send("spend.xlsx", spreadsheet()).await;
    assert_eq!(reply.status.as_u16(), 201, "{}", reply.text());
}

#[test]
fn the_hidden_command_explains_itself_to_people() {
    let out = std::process::Command::new(binary()).args(["parse-upload", "x", "y"]).output().expect("starts");
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("tandem import FILE"));
    let help = std::process::Command::new(binary()).arg("--help").output().expect("starts");
    assert!(!String::from_utf8_lossy(&help.stdout).contains("parse-upload"));
}
