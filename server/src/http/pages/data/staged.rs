//! Uploads between their dry run and the word to import them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::super::super::upload::Upload;
use crate::analysis::ids;

/// Uploads kept at a time; the oldest goes first, and its files with it.
const MOST: usize = 8;
/// How long one waits for the word.
const WAIT: Duration = Duration::from_secs(30 * 60);

struct Kept {
    token: String,
    since: Instant,
    upload: Arc<Upload>,
}

static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

/// Keeps an upload; the token names it.
pub fn keep(upload: Upload) -> (String, Arc<Upload>) {
    let (token, upload) = (ids::job(), Arc::new(upload));
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|k| k.since.elapsed() < WAIT);
    if kept.len() == MOST {
        kept.remove(0);
    }
    kept.push(Kept { token: token.clone(), since: Instant::now(), upload: upload.clone() });
    (token, upload)
}

/// Gives an upload back, once.
pub fn take(token: &str) -> Option<Arc<Upload>> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.retain(|k| k.since.elapsed() < WAIT);
    let at = kept.iter().position(|k| k.token == token)?;
    Some(kept.remove(at).upload)
}
