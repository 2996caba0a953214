//! `tandem keys`: makes, lists and revokes API keys.

use clap::Subcommand;

use super::common::{open, open_existing};
use super::{Cli, Exit, Failure, out};
use crate::analysis::keys;
use crate::export::{Kind, Table};
use crate::http::roles::Role;

/// Arguments of `keys`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a key and shows it once.
    Add {
        /// Whose it is, for lists and logs.
        #[arg(long)]
        name: String,
        /// What its holder may do.
        #[arg(long, value_enum)]
        role: Role,
        /// Days until it expires; never unless told.
        #[arg(long, value_name = "DAYS")]
        expires: Option<u32>,
        /// One JSON object on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Lists keys; secrets are not kept and cannot be shown.
    List {
        /// One JSON object on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Revokes a key at once.
    Revoke {
        /// The id from `list`.
        id: String,
    },
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    // A key may be made before anything else is there; there is nothing to list or revoke before.
    let data = if matches!(args.what, What::Add { .. }) { open(&cli.data())? } else { open_existing(&cli.data())? };
    match &args.what {
        What::Add { name, role, expires, json } => {
            let made = keys::add(&data, name, *role, *expires, "cli")?;
            if *json {
                out::json(&made)?;
            } else {
                out::line(&made.key)?;
                eprintln!(
                    "Keep it now: it is not stored and cannot be shown again. Send it as `Authorization: Bearer ...`."
                );
            }
        }
        What::List { json } => {
            let all = keys::list(&data)?;
            if *json {
                out::json(&all)?;
            } else {
                let text = Kind::Text;
                let columns = [
                    ("id", text),
                    ("name", text),
                    ("role", text),
                    ("created", text),
                    ("expires", text),
                    ("revoked", text),
                ];
                let mut table = Table::new("keys", &columns);
                for key in all {
                    table.push(vec![
                        key.id.into(),
                        key.name.into(),
                        key.role.as_str().into(),
                        key.created_at.into(),
                        key.expires_at.into(),
                        key.revoked_at.into(),
                    ]);
                }
                out::table(&table)?;
            }
        }
        What::Revoke { id } => {
            keys::revoke(&data, id, "cli")?;
            eprintln!("key {id} is revoked");
        }
    }
    Ok(Exit::Done)
}
