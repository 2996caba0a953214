//! Ctrl-C asks running work to stop at its next step; a second one ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Sets `stop` at the first Ctrl-C.
pub(super) fn on_ctrl_c(stop: &Arc<AtomicBool>) {
    let stop = stop.clone();
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop.store(true, Ordering::Relaxed);
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(130);
                }
            }
        });
    };
    // Without a listener Ctrl-C ends the process at once, which loses nothing: a run is saved whole or not at all.
    let _ = std::thread::Builder::new().name("interrupt".into()).spawn(listen);
}
