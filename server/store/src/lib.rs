//! Tandem's store: the lake of immutable batches (the truth), the DuckDB projection (fast, disposable) and the
//! application's own state in SQLite.

mod dir;
mod error;
pub mod lake;
pub mod schema;
mod settings;
mod store;

pub use error::{Error, Result};
pub use lake::{AsOf, BatchSource, Manifest, Receipt};
pub use settings::Settings;
pub use store::{Store, Writer};
