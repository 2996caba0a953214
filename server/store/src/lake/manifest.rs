//! What a batch says about itself.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::schema::Table;

/// Version of the manifest's own format.
pub(super) const FORMAT: u32 = 1;
pub(super) const FILE: &str = "manifest.json";

/// Where a batch came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchSource {
    /// File name or other name as the user knows it; no path.
    pub name: String,
    /// SHA-256 of the source's bytes, hexadecimal.
    pub sha256: String,
    /// Layout it was read as, for example `robyn` or `canonical:touches`.
    pub layout: String,
    /// The mapping's text, where one was used.
    pub mapping: Option<String>,
    /// Dataset the rows were given, where the import named one.
    pub dataset: Option<String>,
}

impl BatchSource {
    /// What makes two imports the same: bytes, layout, mapping and dataset; not the file's name.
    #[must_use]
    pub fn identity(&self) -> String {
        let mut sha = Sha256::new();
        let mapping = self.mapping.as_deref().unwrap_or("");
        for part in [self.sha256.as_str(), &self.layout, mapping, self.dataset.as_deref().unwrap_or("")] {
            sha.update((part.len() as u64).to_le_bytes());
            sha.update(part);
        }
        hex::encode(sha.finalize())
    }
}

/// One Parquet file of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// Table its rows belong to.
    pub table: Table,
    /// File name inside the batch's folder.
    pub file: String,
    /// Rows.
    pub rows: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Whether its writer made sure that no key occurs twice, so that nobody has to look again.
    #[serde(default)]
    pub unique: bool,
}

/// The manifest of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// Place in the order of batches, from 1.
    pub seq: u32,
    /// Content-derived id: equal sources imported in equal ways get equal ids on every machine.
    pub batch_id: String,
    /// Where the rows came from.
    pub source: BatchSource,
    /// When it was committed.
    pub created_at: Timestamp,
    /// Files, by table.
    pub tables: Vec<TableFile>,
}

impl Manifest {
    /// Name of the batch's folder.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{:06}-{}", self.seq, self.batch_id)
    }

    /// Rows over all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|t| t.rows).sum()
    }
}

/// The id of a batch: 16 hexadecimal digits over its source's identity and its files' hashes.
pub(super) fn batch_id(source: &BatchSource, tables: &[TableFile]) -> String {
    let mut sha = Sha256::new();
    sha.update(source.identity());
    for file in tables {
        sha.update(format!("{}:{}\n", file.table, file.sha256));
    }
    hex::encode(&sha.finalize()[..8])
}

/// Reads every batch's manifest, in order, and checks that its files are there with the right size.
pub(super) fn read_all(batches: &Path) -> Result<Vec<Manifest>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(batches).map_err(Error::io("listing", batches))? {
        all.push(read(&entry.map_err(Error::io("listing", batches))?.path())?);
    }
    all.sort_by_key(|m| m.seq);
    for pair in all.windows(2) {
        if pair[0].seq == pair[1].seq {
            let reason = format!("it has the same number as {}", pair[0].folder());
            return Err(Error::DamagedLake { path: batches.join(pair[1].folder()), reason });
        }
    }
    Ok(all)
}

fn read(dir: &Path) -> Result<Manifest> {
    let damaged = |reason: String| Error::DamagedLake { path: dir.to_owned(), reason };
    let text = fs::read(dir.join(FILE)).map_err(|e| damaged(format!("{FILE} cannot be read: {e}")))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|e| damaged(format!("{FILE} cannot be read: {e}")))?;
    if manifest.format > FORMAT {
        return Err(Error::TooNew(format!("manifest format {}", manifest.format)));
    }
    if dir.file_name().is_none_or(|name| name.to_string_lossy() != manifest.folder()) {
        return Err(damaged(format!("its manifest is of batch {}", manifest.folder())));
    }
    for file in &manifest.tables {
        match fs::metadata(dir.join(&file.file)) {
            Ok(meta) if meta.len() == file.bytes => {}
            Ok(meta) => {
                return Err(damaged(format!(
                    "{} has {} bytes, its manifest says {}",
                    file.file,
                    meta.len(),
                    file.bytes
                )));
            }
            Err(e) => return Err(damaged(format!("{}: {e}", file.file))),
        }
    }
    Ok(manifest)
}
