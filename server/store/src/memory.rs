//! Memory that was used for a while and is not needed any more goes back to the system.

/// Gives freed memory back. An import of many files would otherwise carry the largest of each file's needs into the next:
/// 140 MB after thirteen tables of a company with 10 M touches.
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: takes a number, touches only memory that the allocator holds as free, and may be called from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}
