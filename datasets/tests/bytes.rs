//! Same company, same bytes: whatever the number of threads, in both formats.

use std::collections::BTreeMap;
use std::path::Path;

use tandem_datasets::{Company, Format, Preset, simulate};

/// Every file of a company simulated on `threads` threads.
fn files(company: &Company, format: Format, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().expect("folder");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| simulate(company, dir.path(), format, &|_, _| ())).expect("a sound company simulates");
    let entries = std::fs::read_dir(dir.path()).expect("folder is there");
    let read = |path: &Path| std::fs::read(path).expect("file is there");
    entries.flatten().map(|e| (e.file_name().to_string_lossy().into_owned(), read(&e.path()))).collect()
}

/// Larger than a block of chunks would be cheap to miss, small enough for a test.
fn company(seed: u64) -> Company {
    Company { accounts: 10_000, contacts_per_account: 1.5, replicates: 1, ..Company::new(Preset::Tiny, seed) }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for format in [Format::Csv, Format::Parquet] {
        let (one, four) = (files(&company(3), format, 1), files(&company(3), format, 4));
        assert_eq!(one.len(), 15);
        for (name, bytes) in &one {
            assert!(four.get(name) == Some(bytes), "{name} differs");
        }
    }
}

#[test]
fn another_seed_changes_the_company() {
    let (a, b) = (files(&company(3), Format::Csv, 2), files(&company(4), Format::Csv, 2));
    for table in ["accounts.csv", "touches.csv", "spend.csv", "opportunities.csv", "truth.json"] {
        assert_ne!(a[table], b[table], "{table}");
    }
}

#[test]
fn both_formats_hold_the_same_rows() {
    let dir = tempfile::tempdir().expect("folder");
    let rows =
        |format| simulate(&Company::new(Preset::Tiny, 9), dir.path(), format, &|_, _| ()).expect("simulates").tables;
    assert_eq!(rows(Format::Csv), rows(Format::Parquet));
    let file = std::fs::File::open(dir.path().join("opportunities.parquet")).expect("written");
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
    let cents: i128 = reader
        .build()
        .expect("reader")
        .flat_map(|batch| {
            let batch = batch.expect("batch");
            let amounts = batch.column_by_name("amount").expect("amount").clone();
            let amounts = amounts.as_any().downcast_ref::<arrow::array::Decimal128Array>().expect("decimal").clone();
            amounts.iter().flatten().collect::<Vec<_>>()
        })
        .sum();
    let mut csv = csv::Reader::from_path(dir.path().join("opportunities.csv")).expect("written");
    let text: i128 = csv.records().map(|r| r.expect("row")[3].replace('.', "").parse::<i128>().expect("amount")).sum();
    assert!(cents > 0 && cents == text);
}
