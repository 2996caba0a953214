//! Upper bounds on what an import reads; a file beyond one of them is refused with that bound in the message.

/// The bounds. Defaults suit a machine with 1 GiB to spare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Caps {
    /// Bytes of one file as given, 20 GiB.
    pub file_bytes: u64,
    /// Rows of one file, 200 million.
    pub rows: u64,
    /// Columns of a header, 1,000.
    pub columns: usize,
    /// Bytes of one cell, 1 MiB.
    pub cell_bytes: usize,
    /// Bytes of one record, all cells and quotes, 4 MiB.
    pub record_bytes: u64,
    /// Bytes that a spreadsheet may unpack to, 512 MiB over all its parts.
    pub unpacked_bytes: u64,
    /// How many times larger than packed a part of a spreadsheet may be, where it is above 16 MiB unpacked.
    pub unpack_ratio: u64,
    /// Rejects kept in the report itself; the downloadable list holds all of them.
    pub rejects_shown: usize,
    /// Keys remembered for finding duplicates within a file; beyond it duplicates are no longer counted.
    pub keys: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            file_bytes: 20 << 30,
            rows: 200_000_000,
            columns: 1_000,
            cell_bytes: 1 << 20,
            record_bytes: 4 << 20,
            unpacked_bytes: 512 << 20,
            unpack_ratio: 100,
            rejects_shown: 200,
            keys: 12_000_000,
        }
    }
}
