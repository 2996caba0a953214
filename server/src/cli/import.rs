//! `tandem import FILE...`: shows what was understood, and imports after a dry run or `--yes`.

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

use tandem_store::import::{As, FileReport, ImportFile, ImportOptions, ImportReport, Progress, Status};

use super::common::{open_for_import, read_text, store};
use super::{Cli, Exit, Failure, out};
use crate::analysis::import_log;
use crate::export::{Kind, Table};

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files: CSV, XLSX or Parquet.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Layout, where the header does not tell: robyn, meridian or canonical:TABLE.
    #[arg(long = "as", value_name = "LAYOUT")]
    as_: Option<String>,
    /// Mapping file for other layouts; docs/formats.md describes it.
    #[arg(long, value_name = "M.toml")]
    mapping: Option<PathBuf>,
    /// Dataset that the rows belong to.
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Say what would be imported, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take all rows of a file or none.
    #[arg(long)]
    strict: bool,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(cli: &Cli, args: &Args) -> Result<Exit, Failure> {
    if let Some(folder) = args.files.iter().find(|f| f.is_dir()) {
        let name = folder.display();
        return Err(Failure::usage(format!("{name} is a folder; name the files in it, for example {name}/*.csv")));
    }
    if let Some(missing) = args.files.iter().find(|f| !f.is_file()) {
        return Err(Failure::not_found(format!("there is no file {}", missing.display())));
    }
    let as_ = args.as_.as_deref().map(|text| text.parse::<As>()).transpose().map_err(Failure::usage)?;
    let mapping = match &args.mapping {
        Some(path) => Some(read_text("--mapping", path)?),
        None => None,
    };
    let data = open_for_import(&cli.data())?;
    let bar = out::bar("import");
    let files: Vec<ImportFile> = args.files.iter().cloned().map(ImportFile::from).collect();
    let import = |dry_run: bool| {
        let options = ImportOptions {
            as_,
            mapping: mapping.clone(),
            dataset: args.dataset.clone(),
            dry_run,
            strict: args.strict,
            ..ImportOptions::default()
        };
        let report = data.import(&files, &options, &mut |p: Progress<'_>| {
            bar.set_position((p.index as u64 * 1000 + u64::from(p.permille)) / p.files.max(1) as u64);
            bar.set_message(p.file.to_owned());
        });
        bar.finish_and_clear();
        let report = report.map_err(store)?;
        import_log::note(&data, &report, "cli")?;
        Ok::<_, Failure>(report)
    };
    // A person at a terminal is shown what was understood before anything is written.
    let ask = !args.yes && !args.dry_run && !args.json && std::io::stdin().is_terminal();
    if ask {
        let report = import(true)?;
        show(&report)?;
        if report.files.iter().all(|f| f.status != Status::DryRun) {
            return end(&report);
        }
        eprint!("Import this? [y/N] ");
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            eprintln!("nothing was written");
            return Ok(Exit::Done);
        }
    }
    let report = import(args.dry_run)?;
    if args.json {
        out::json(&report)?
    } else {
        show(&report)?
    }
    end(&report)
}

fn end(report: &ImportReport) -> Result<Exit, Failure> {
    for file in &report.files {
        if let Some(problem) = &file.problem {
            eprintln!("tandem: {}: {}; accepted: {}", file.file, problem.reason, problem.accepted);
        }
    }
    Ok(if report.any_refused() { Exit::Rejected } else { Exit::Done })
}

fn show(report: &ImportReport) -> Result<(), Failure> {
    let columns = [
        ("file", Kind::Text),
        ("layout", Kind::Text),
        ("rows", Kind::Int),
        ("accepted", Kind::Int),
        ("rejected", Kind::Int),
        ("status", Kind::Text),
    ];
    let mut table = Table::new("import", &columns);
    for f in &report.files {
        let status = match f.status {
            Status::Imported => "imported",
            Status::DryRun => "dry run, nothing written",
            Status::AlreadyImported => "already imported, nothing to do",
            Status::Refused => "refused",
        };
        table.push(vec![
            f.file.as_str().into(),
            f.layout.as_str().into(),
            (f.rows_read as i64).into(),
            (f.rows_accepted as i64).into(),
            (f.rows_rejected as i64).into(),
            status.into(),
        ]);
    }
    out::table(&table)?;
    report.files.iter().try_for_each(detail)?;
    out::line(&format!("\n{}", report.next))
}

fn detail(file: &FileReport) -> Result<(), Failure> {
    let list = |label: &str, words: &[String]| {
        if words.is_empty() { Ok(()) } else { out::line(&format!("  {label}: {}", words.join(", "))) }
    };
    out::line(&format!("\n{}", file.file))?;
    list("channels", &file.channels)?;
    list("outcomes", &file.kpis)?;
    list("columns kept out", &file.ignored)?;
    if let Some((from, to)) = &file.dates {
        out::line(&format!("  period: {from} to {to}"))?;
    }
    for note in &file.notes {
        out::line(&format!("  note: {}", note.text))?;
    }
    for r in file.rejects.iter().take(5) {
        let column = r.column.as_deref().map(|c| format!(", column `{c}`")).unwrap_or_default();
        out::line(&format!("  line {}{column}: {}; accepted: {}", r.line, r.reason, r.accepted))?;
    }
    Ok(())
}
