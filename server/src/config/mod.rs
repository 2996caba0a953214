//! Settings of the process: one struct a concern, read from a TOML file and `TANDEM_*` variables, unknown keys refused.

mod auth;
mod limits;
mod log;
mod server;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use auth::Auth;
pub use limits::Limits;
pub use log::{Log, LogFormat};
pub use server::Server;

/// Variables that begin with `TANDEM_` and are not settings: the command line and the tests read them.
const NOT_SETTINGS: &[&str] = &["data", "config", "shared_data", "key", "url", "bin", "bless"];

/// Everything that can be set; each part has working defaults.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the server listens and how many threads it uses.
    pub server: Server,
    /// Who may come in.
    pub auth: Auth,
    /// How much one request, or one caller, may ask for.
    pub limits: Limits,
    /// What is written to the log.
    pub log: Log,
}

/// Why settings were refused, in the words of the file's author.
#[derive(Debug, thiserror::Error)]
#[error("settings: {0}")]
pub struct ConfigError(String);

impl Config {
    /// Reads `file` (or `DIR/tandem.toml` where it exists), then `TANDEM_SECTION__KEY` variables on top.
    ///
    /// # Errors
    /// Names the key and the source for an unknown key, a wrong type or a value out of range.
    pub fn load(file: Option<&Path>, data_dir: &Path) -> Result<Self, ConfigError> {
        let beside: PathBuf = data_dir.join("tandem.toml");
        let mut figment = Figment::from(Serialized::defaults(Config::default()));
        match file {
            Some(path) if !path.is_file() => {
                return Err(ConfigError(format!("no file at {}", path.display())));
            }
            Some(path) => figment = figment.merge(Toml::file_exact(path)),
            None if beside.is_file() => figment = figment.merge(Toml::file_exact(beside)),
            None => {}
        }
        let figment = figment.merge(Env::prefixed("TANDEM_").ignore(NOT_SETTINGS).split("__"));
        let config: Config = figment.extract().map_err(|e| ConfigError(e.to_string()))?;
        config.limits.check().map_err(ConfigError)?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().expect("temp dir");
        std::fs::write(dir.path().join("tandem.toml"), text).expect("write");
        Config::load(None, dir.path())
    }

    #[test]
    fn a_file_overrides_a_default_and_leaves_the_others() {
        let config = load("[limits]\njson_bytes = 1000\n").expect("loads");
        assert_eq!(config.limits.json_bytes, 1000);
        assert_eq!(config.limits.upload_bytes, Limits::default().upload_bytes);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let wrong = load("[limits]\njson_byte = 1000\n").expect_err("refused").to_string();
        assert!(wrong.contains("json_byte"), "{wrong}");
        assert!(load("[limit]\njson_bytes = 1\n").is_err());
    }

    #[test]
    fn a_value_out_of_range_is_refused() {
        let wrong = load("[limits]\njson_bytes = 0\n").expect_err("refused").to_string();
        assert!(wrong.contains("json_bytes"), "{wrong}");
    }
}
