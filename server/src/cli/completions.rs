//! `tandem completions SHELL`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Exit, Failure};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    clap_complete::generate(args.shell, &mut Cli::command(), "tandem", &mut std::io::stdout());
    Ok(Exit::Done)
}
