//! The committed sample is what the simulator writes.

use std::path::Path;

use tandem_datasets::{Company, Format, Preset, Summary, simulate};

fn sample() -> std::path::PathBuf {
    "sample".into()
}

/// Tables of `summary` whose committed counterpart has another header or, beyond 1%, another number of rows.
///
/// Not compared byte by byte: another C library may round the last bit of an exponential otherwise.
fn strangers(summary: &Summary) -> Vec<&'static str> {
    let differs = |table: &str, rows: u64| {
        let open = |dir: &Path| csv::Reader::from_path(dir.join(format!("{table}.csv"))).expect("table is there");
        let (mut ours, mut theirs) = (open(&sample()), open(&summary.dir));
        let headers = ours.headers().expect("header") == theirs.headers().expect("header");
        let committed = ours.records().count() as f64;
        !headers || (committed - rows as f64).abs() > 0.01 * committed
    };
    summary.tables.iter().filter(|(table, rows)| differs(table, *rows)).map(|(table, _)| *table).collect()
}

#[test]
fn the_sample_is_the_tiny_company_of_seed_3() {
    let dir = tempfile::tempdir().expect("folder");
    let run = |seed| {
        let company = Company { replicates: 0, ..Company::new(Preset::Tiny, seed) };
        simulate(&company, dir.path(), Format::Csv, &|_, _| ()).expect("simulates")
    };
    assert_eq!(strangers(&run(3)), Vec::<&str>::new());
    // Negative control: another company is noticed.
    assert!(!strangers(&run(4)).is_empty());
}

#[test]
fn the_sample_is_small_enough_to_live_in_the_repository() {
    let bytes: u64 =
        std::fs::read_dir(sample()).expect("sample").flatten().map(|f| f.metadata().expect("file").len()).sum();
    assert!(bytes < 1_500_000, "{bytes} bytes");
}
