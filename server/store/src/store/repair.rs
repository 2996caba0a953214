//! Keeping the projection true to the lake: catching up, repairing, rebuilding. The lake is never touched here.

use std::sync::{Arc, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use super::Store;
use crate::duck::{Progress, Projection};
use crate::error::{Error, Result};
use crate::lake::AsOf;

/// Time between two tries to repair the projection that questions start.
const PATIENCE: Duration = Duration::from_secs(2);

impl Store {
    pub(super) fn seq(&self, projection: &Projection, as_of: AsOf) -> u32 {
        self.0.lake.seq_at(as_of).min(projection.applied())
    }

    pub(super) fn projection(&self) -> Result<Arc<Projection>> {
        self.0.projection.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(Error::Rebuilding)
    }

    pub(super) fn put(&self, projection: Option<Projection>) -> Option<Arc<Projection>> {
        let mut slot = self.0.projection.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, projection.map(Arc::new))
    }

    /// The right to change the projection, unless another thread is at it or a try has failed a moment ago: a repair that
    /// fails, on a full disk say, is not tried again by every question.
    pub(super) fn may_repair(&self) -> Result<MutexGuard<'_, Option<Instant>>> {
        let last = match self.0.changing.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(Error::Rebuilding),
        };
        if last.is_some_and(|at| at.elapsed() < PATIENCE) { Err(Error::Rebuilding) } else { Ok(last) }
    }

    /// Replaces a projection that cannot answer any more, unless another thread has done so since it was taken.
    pub(super) fn repair(&self, damaged: Arc<Projection>) -> Result<()> {
        let mut last = self.may_repair()?;
        if !self.projection().is_ok_and(|now| Arc::ptr_eq(&now, &damaged)) {
            return Ok(());
        }
        let exchanged = self.exchange(damaged);
        *last = exchanged.is_err().then(Instant::now);
        exchanged
    }

    /// Closes a projection that cannot answer any more and opens it again, or another.
    fn exchange(&self, damaged: Arc<Projection>) -> Result<()> {
        drop(damaged);
        match self.put(None).and_then(wait_for_the_last_holder) {
            None => self.open_again(),
            Some(old) => {
                // Somebody still asks it, and a file must not be opened twice: build another.
                old.retire();
                self.replace_projection(&mut |_, _, _| {})
            }
        }
    }

    /// Opens the projection where an earlier repair could not.
    pub(super) fn revive(&self) -> Result<()> {
        if self.projection().is_ok() {
            return Ok(());
        }
        let mut last = self.may_repair()?;
        let opened = if self.projection().is_ok() { Ok(()) } else { self.open_again() };
        *last = opened.is_err().then(Instant::now);
        opened
    }

    /// Opens the file again, which is enough after a full disk, and rebuilds where that does not make it whole.
    pub(super) fn open_again(&self) -> Result<()> {
        let (dir, lake, settings) = (self.0.dir.projection(), &self.0.lake, &self.0.settings);
        let opened = Projection::open(&dir, lake, settings)?;
        let next = match opened.verify(&self.imports()) {
            Ok(()) => opened,
            Err(reason) => {
                tracing::warn!(%reason, "opening the projection again was not enough; rebuilding it");
                opened.retire();
                drop(opened);
                Projection::rebuild(&dir, lake, settings, &mut |_, _, _| {})?
            }
        };
        self.put(Some(next));
        Ok(())
    }

    pub(super) fn replace_projection(&self, progress: Progress<'_>) -> Result<()> {
        let next = Projection::rebuild(&self.0.dir.projection(), &self.0.lake, &self.0.settings, progress)?;
        if let Some(old) = self.put(Some(next)) {
            old.retire();
        }
        Ok(())
    }

    /// Takes up batches that could not be projected when they were imported, the disk having been full, say. Tries at
    /// most every two seconds, and never waits for another thread that is at it.
    pub(super) fn catch_up_if_behind(&self) {
        if self.projection().is_ok_and(|p| self.0.lake.seq_at(AsOf::Latest) <= p.applied()) {
            return;
        }
        let Ok(mut last) = self.may_repair() else { return };
        let caught_up = self.catch_up_locked();
        if let Err(reason) = &caught_up {
            tracing::error!(%reason, "the projection is still behind the lake");
        }
        *last = caught_up.is_err().then(Instant::now);
    }

    /// Brings the projection up to the lake. The lake's truth is safe already, so trouble here is repaired, not returned.
    pub(super) fn catch_up(&self) -> Result<()> {
        let _changing = self.0.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.catch_up_locked()
    }

    pub(super) fn catch_up_locked(&self) -> Result<()> {
        let projection = self.projection()?;
        for manifest in self.imports().iter().filter(|m| m.seq > projection.applied()) {
            if let Err(reason) = projection.apply(&self.0.lake, manifest) {
                tracing::error!(%reason, batch = manifest.batch_id, "a batch could not be projected");
                return match reason {
                    Error::DamagedProjection(_) => self.exchange(projection),
                    full if full.is_disk_full() => Err(full),
                    _ => self.replace_projection(&mut |_, _, _| {}),
                };
            }
        }
        Ok(())
    }
}

/// Waits until nobody else holds a projection, then closes it; gives it back where someone holds on.
fn wait_for_the_last_holder(mut projection: Arc<Projection>) -> Option<Arc<Projection>> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        projection = match Arc::try_unwrap(projection) {
            Ok(last) => {
                drop(last);
                return None;
            }
            Err(shared) => shared,
        };
        std::thread::sleep(Duration::from_millis(5));
    }
    Some(projection)
}
