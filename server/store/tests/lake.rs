//! The lake keeps what it acknowledged, and nothing else.
#![allow(clippy::unwrap_used)]

mod common;

use common::{channel_rows, source, store};
use tandem_store::schema::Table;
use tandem_store::{AsOf, Error, Settings, Store};

#[test]
fn a_committed_batch_is_there_after_reopening_and_an_aborted_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let version = {
        let store = store(dir.path());
        let empty = store.data_version();
        let mut writer = store.begin_batch(source("a")).unwrap();
        writer.append(Table::Campaigns, &channel_rows(&["search", "social"])).unwrap();
        let receipt = writer.commit().unwrap();
        assert_eq!((receipt.seq, receipt.rows[&Table::Campaigns]), (1, 2));
        assert_ne!(receipt.data_version, empty);

        let mut aborted = store.begin_batch(source("b")).unwrap();
        aborted.append(Table::Campaigns, &channel_rows(&["mail"])).unwrap();
        drop(aborted);
        assert_eq!(store.data_version(), receipt.data_version);
        receipt.data_version
    };
    let store = store(dir.path());
    assert_eq!(store.data_version(), version);
    assert_eq!(store.imports().len(), 1);
    assert_eq!(std::fs::read_dir(dir.path().join("lake/tmp")).unwrap().count(), 0);
}

#[test]
fn the_same_source_again_changes_nothing_but_another_layout_of_it_does() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let import = |source: tandem_store::BatchSource| {
        let mut writer = store.begin_batch(source).unwrap();
        writer.append(Table::Campaigns, &channel_rows(&["search"])).unwrap();
        writer.commit().unwrap()
    };
    let first = import(source("a"));
    let mut renamed = source("a");
    renamed.name = "copy of a.csv".into();
    let again = import(renamed);
    assert!(again.already_imported && !first.already_imported);
    assert_eq!((again.batch_id, &again.data_version), (first.batch_id, &first.data_version));

    let mut other = source("a");
    other.layout = "another".into();
    assert_ne!(import(other).data_version, first.data_version);
}

#[test]
fn data_versions_depend_on_content_and_order_not_on_time_or_place() {
    let versions = |names: &[&str]| {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        for name in names {
            let mut writer = store.begin_batch(source(name)).unwrap();
            writer.append(Table::Campaigns, &channel_rows(&[name])).unwrap();
            writer.commit().unwrap();
        }
        (store.data_version(), store.data_version_at(AsOf::Batch(1)))
    };
    assert_eq!(versions(&["a", "b"]), versions(&["a", "b"]));
    assert_ne!(versions(&["a", "b"]).0, versions(&["b", "a"]).0);
    assert_eq!(
        versions(&["a", "b"]).1,
        versions(&["a"]).0,
        "as of the first batch is the version with the first batch"
    );
}

#[test]
fn a_batch_with_other_columns_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let mut writer = store.begin_batch(source("a")).unwrap();
    let error = writer.append(Table::Touches, &channel_rows(&["search"])).unwrap_err();
    assert!(matches!(error, Error::Schema { table: "touches", .. }), "{error}");
}

#[test]
fn a_batch_file_cut_short_is_noticed_when_the_store_opens() {
    let dir = tempfile::tempdir().unwrap();
    let folder = {
        let store = store(dir.path());
        let mut writer = store.begin_batch(source("a")).unwrap();
        writer.append(Table::Campaigns, &channel_rows(&["search"])).unwrap();
        writer.commit().unwrap();
        store.imports()[0].folder()
    };
    let file = dir.path().join("lake/batches").join(folder).join("campaigns.parquet");
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 7]).unwrap();
    let error = Store::open(dir.path(), Settings::default()).unwrap_err();
    assert!(matches!(error, Error::DamagedLake { .. }), "{error}");
}

#[test]
fn a_second_process_is_kept_out_and_let_in_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let first = store(dir.path());
    assert!(matches!(Store::open(dir.path(), Settings::default()), Err(Error::Busy { .. })));
    drop(first);
    assert!(Store::open(dir.path(), Settings::default()).is_ok());
}
