//! A run's folder: what was fitted on (panel), what was asked (spec), what came out (draws, summary). Written once.

mod columns;
pub mod curves;
mod draws;
mod panel;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::posterior::Posterior;
use tandem_models::mmm::scales::Scales;
use tandem_models::mmm::spec::Spec;

use super::error::{AnalysisError, Result};
use super::shapes::ChannelShape;

const SPEC: &str = "spec.toml";
/// TOML, whose numbers come back to the bit; JSON's may lose the last one.
const SCALES: &str = "scales.toml";
const SUMMARY: &str = "summary.json";
const SHAPES: &str = "shapes.json";

/// Writes everything of a run beside its final place and moves it there at once: a folder is whole or not there.
///
/// # Errors
/// Disk faults; the half-written folder is removed.
pub fn write(
    dir: &Path,
    posterior: &Posterior,
    summary: &(impl Serialize + Sync),
    shapes: &[ChannelShape],
) -> Result<()> {
    let parent = dir.parent().ok_or_else(|| AnalysisError::fault("a run's folder has no parent"))?;
    fs::create_dir_all(parent)?;
    let work = tempfile::Builder::new().prefix(".saving-").tempdir_in(parent)?;
    let design = &posterior.design;
    let words = || -> Result<()> {
        let spec = toml::to_string_pretty(design.spec.spec()).map_err(AnalysisError::fault)?;
        fs::write(work.path().join(SPEC), spec)?;
        let scales = toml::to_string(&design.scales).map_err(AnalysisError::fault)?;
        fs::write(work.path().join(SCALES), scales)?;
        fs::write(work.path().join(SUMMARY), serde_json::to_vec(summary).map_err(AnalysisError::fault)?)?;
        fs::write(work.path().join(SHAPES), serde_json::to_vec(shapes).map_err(AnalysisError::fault)?)?;
        panel::write(work.path(), &design.panel)
    };
    let (words, draws) = rayon::join(words, || draws::write(&work.path().join(draws::FILE), posterior));
    words.and(draws)?;
    synced(work.path())?;
    let work = work.keep();
    let moved = fs::rename(&work, dir);
    if moved.is_err() {
        let _ = fs::remove_dir_all(&work);
    }
    moved?;
    File::open(parent)?.sync_all()?;
    Ok(())
}

/// Reads the posterior back: the design is made again from panel, spec and scales, the draws are read.
///
/// # Errors
/// `NotFound` where the folder is not there, otherwise faults.
pub fn posterior(dir: &Path) -> Result<Posterior> {
    let design = Arc::new(design(dir)?);
    let draws = draws::read(&dir.join(draws::FILE), &design)?;
    Ok(Posterior { design, draws })
}

/// What a run was fitted on: panel, spec and scales.
///
/// # Errors
/// As [`posterior`].
pub fn design(dir: &Path) -> Result<Design> {
    let panel = panel::read(dir)?;
    let spec: Spec = toml::from_str(&spec_text(dir)?).map_err(AnalysisError::fault)?;
    let text = fs::read_to_string(dir.join(SCALES)).map_err(|e| missing(e, &dir.join(SCALES)))?;
    let scales: Scales = toml::from_str(&text).map_err(AnalysisError::fault)?;
    let checked = spec.validate(&panel).map_err(AnalysisError::fault)?;
    Ok(Design::new(&panel, &checked, Some(&scales)))
}

/// The spec in effect, as TOML.
///
/// # Errors
/// As [`posterior`].
pub fn spec_text(dir: &Path) -> Result<String> {
    fs::read_to_string(dir.join(SPEC)).map_err(|e| missing(e, dir))
}

/// The summary.
///
/// # Errors
/// As [`posterior`].
pub fn summary<T: DeserializeOwned>(dir: &Path) -> Result<T> {
    read_json(&dir.join(SUMMARY))
}

/// The draws as they are kept, Parquet.
///
/// # Errors
/// As [`posterior`].
pub fn draws_file(dir: &Path) -> Result<Vec<u8>> {
    let path = dir.join(draws::FILE);
    fs::read(&path).map_err(|e| missing(e, &path))
}

/// Distributions by channel.
///
/// # Errors
/// As [`posterior`].
pub fn shapes(dir: &Path) -> Result<Vec<ChannelShape>> {
    read_json(&dir.join(SHAPES))
}

/// Keeps something worked out from a run beside it, whole or not at all.
///
/// # Errors
/// Disk faults.
pub fn keep(path: &Path, value: &impl Serialize) -> Result<()> {
    let parent = path.parent().ok_or_else(|| AnalysisError::fault("a file has no folder"))?;
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(&serde_json::to_vec(value).map_err(AnalysisError::fault)?)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read(path).map_err(|e| missing(e, path))?;
    serde_json::from_slice(&text).map_err(AnalysisError::fault)
}

/// Has every file of a folder on the disk, and the folder itself; side by side, as one wait serves for several.
fn synced(dir: &Path) -> Result<()> {
    let files = fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    std::thread::scope(|scope| {
        let waits: Vec<_> = files.iter().map(|path| scope.spawn(move || File::open(path)?.sync_all())).collect();
        waits.into_iter().try_for_each(|wait| wait.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    Ok(File::open(dir)?.sync_all()?)
}

fn missing(error: std::io::Error, path: &Path) -> AnalysisError {
    if error.kind() == std::io::ErrorKind::NotFound {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        AnalysisError::NotFound(format!("the run's folder lacks `{name}`; fit again"))
    } else {
        error.into()
    }
}
