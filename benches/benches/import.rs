//! Import of touches into a new data folder, fsync and projection included: rows a second.
#![expect(missing_docs, reason = "criterion's macros make public functions")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tandem_benches::{files, preset};
use tandem_datasets::Format;
use tandem_store::import::{ImportFile, ImportOptions};
use tandem_store::{Settings, Store};

/// The touches of the company in one format, and the folder they lie in.
fn touches(format: Format) -> (PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let all = files(preset(), format, &folder);
    let touches = all.into_iter().find(|p| p.file_stem().is_some_and(|s| s == "touches")).expect("touches");
    (touches, folder)
}

fn new_store() -> (Store, tempfile::TempDir) {
    let data = tempfile::tempdir().expect("a folder");
    (Store::open(data.path(), Settings::default()).expect("opens"), data)
}

fn import(store: &Store, file: &Path, dry_run: bool) -> u64 {
    let options = ImportOptions { dry_run, ..ImportOptions::default() };
    let report = store.import(&[ImportFile::from(file.to_path_buf())], &options, &mut |_| {}).expect("imports");
    assert!(!report.any_refused(), "{report:?}");
    report.files[0].rows_accepted
}

fn imports(c: &mut Criterion) {
    let mut group = c.benchmark_group(format!("import touches/{}", preset().name()));
    group.sample_size(10).measurement_time(Duration::from_secs(5));
    for (name, format) in [("csv", Format::Csv), ("parquet", Format::Parquet)] {
        let (file, _folder) = touches(format);
        let (store, _data) = new_store();
        group.throughput(Throughput::Elements(import(&store, &file, true)));
        group.bench_function(format!("{name}, dry run"), |b| b.iter(|| import(&store, &file, true)));
        group.bench_function(name, |b| {
            b.iter_batched(new_store, |(store, _data)| import(&store, &file, false), BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, imports);
criterion_main!(benches);
