//! A full disk costs the batch that did not fit, nothing else, and answers come back when there is room.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use common::{columns, source, store};
use tandem_store::schema::Table;
use tandem_store::{Error, Store};

/// A small file system of its own, unmounted at the end; `None` where this user may not mount one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(at: &Path) -> Option<Self> {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=40m", "tandem-test"]).arg(at).output().ok()?;
        mounted.status.success().then(|| SmallDisk(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// Imports touches whose ids do not compress.
fn import_noise(store: &Store, batch: u64) -> Result<usize, Error> {
    let n = 20_000;
    let mut seed = batch;
    let ids: Vec<String> = (0..n)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            format!("{seed:016x}{:016x}", seed.rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15))
        })
        .collect();
    let rows = columns().text("touch_id", &ids).text("contact_id", &ids).text("channel", &vec!["mail"; n]);
    let rows = rows.time("touched_at", &vec!["2026-01-05"; n]).of(Table::Touches);
    let mut writer = store.begin_batch(source(&format!("noise {batch}")))?;
    writer.append(rows.0, &rows.1)?;
    writer.commit().map(|_| n)
}

#[test]
fn a_full_disk_refuses_the_batch_that_does_not_fit_and_keeps_all_others() {
    let at = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::new(at.path()) else {
        println!("skipped: mounting a small file system needs more rights than this user has");
        return;
    };
    let room = disk.0.join("room");
    std::fs::write(&room, vec![7u8; 16 << 20]).unwrap();
    let data = disk.0.join("data");
    let mut rows = 0;
    {
        let store = store(&data);
        let error =
            (1..200).find_map(|batch| import_noise(&store, batch).map(|n| rows += n).err()).expect("a full disk");
        assert!(error.is_disk_full(), "{error}");
        assert!(rows > 0);
        // The projection may have met the full disk before the lake did: then it answers again once there is room.
        std::fs::remove_file(&room).unwrap();
        let begun = Instant::now();
        let touches = || store.channels().map(|c| c.iter().map(|c| c.touches).sum::<i64>());
        loop {
            let answer = touches();
            if answer.as_ref().ok() == Some(&(rows as i64)) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "still {answer:?} of {rows} rows");
            std::thread::sleep(Duration::from_millis(100));
        }
        rows += import_noise(&store, 1_000).unwrap();
        assert_eq!(touches().unwrap(), rows as i64);
    }
    let store = store(&data);
    assert_eq!(store.channels().unwrap()[0].touches, rows as i64);
    store.check().unwrap();
}
