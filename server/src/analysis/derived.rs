//! What follows from a run alone is made once and kept beside the data, because a run never changes: `DIR/derived/RUN`.
//! It can be deleted at any time. Names hold the program's version, so another version makes its own.

use std::path::{Path, PathBuf};

use tandem_store::Store;

/// Where something of a run is kept.
#[must_use]
pub fn file(store: &Store, run: &str, name: &str, ending: &str) -> PathBuf {
    store.path().join("derived").join(run).join(format!("{name}-{}.{ending}", crate::VERSION))
}

/// Keeps something: `write` is given a draft that takes the file's name when it is whole. What cannot be kept is made
/// again next time.
pub fn keep(file: &Path, write: impl FnOnce(&Path) -> std::io::Result<()>) {
    let draft = file.with_extension(format!("{}.tmp", uuid::Uuid::new_v4()));
    let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let kept = folder.and_then(|()| write(&draft)).and_then(|()| std::fs::rename(&draft, file));
    if let Err(error) = kept {
        tracing::debug!(%error, file = %file.display(), "something derived was not kept");
        let _ = std::fs::remove_file(&draft);
    }
}
