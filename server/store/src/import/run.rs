//! From a list of files to batches in the lake and a report.

use super::checks::Currencies;
use super::gather::{Failure, Gather, Nowhere, Sink};
use super::plan::Plan;
use super::plan::detect::{self, Layout};
use super::plan::mapping::Mapping;
use super::plan::resolve::{Known, Resolved, resolve};
use super::read::source::Source;
use super::rejects::RejectList;
use super::report::{FileReport, ImportReport, Status};
use super::trouble::{Code, Note, Why};
use super::{ImportFile, ImportOptions, Progress, rates, table_rows, wide_rows};
use crate::lake::BatchSource;
use crate::queries::text::SUPERSEDED;
use crate::schema::Table;
use crate::{AsOf, Settings, Store, Writer};

/// The list of rejects inside a batch's folder.
pub const REJECTS: &str = "rejects.csv";
/// Rows that decimal marks and date styles are read off.
const SAMPLE: usize = 2_000;

/// A file opened and understood.
struct Ready {
    source: Source,
    layout: Layout,
    resolved: Resolved,
}

/// See [`Store::import`].
pub fn import(
    store: &Store,
    files: &[ImportFile],
    options: &ImportOptions,
    progress: &mut dyn FnMut(Progress<'_>),
) -> crate::Result<ImportReport> {
    let now_us = options.now_us.unwrap_or_else(|| jiff::Timestamp::now().as_microsecond());
    let mut currencies = rates::known(store)?;
    let mapping = options.mapping.as_deref().map(Mapping::parse).transpose();
    let mut opened: Vec<(usize, FileReport, Option<Ready>)> = Vec::new();
    for (i, file) in files.iter().enumerate() {
        let mut report = FileReport::of(&file.name);
        let ready = match &mapping {
            Ok(mapping) => prepare(file, mapping.as_ref(), options, store.settings()),
            Err(why) => Err(why.clone()),
        };
        let ready = ready.map_err(|why| report.refuse(why)).ok();
        opened.push((i, report, ready));
    }
    opened.sort_by_key(|(_, _, ready)| !ready.as_ref().is_some_and(has_rates));
    let mut done = Vec::new();
    for (i, mut report, ready) in opened {
        let name = files[i].name.as_str();
        let mut tell = |permille, rows, rejected| {
            progress(Progress { file: name, index: i, files: files.len(), permille, rows, rejected });
        };
        tell(0, 0, 0);
        if let Some(ready) = ready {
            one(store, name, ready, &mut report, options, now_us, &mut currencies, &mut tell)?;
            crate::memory::give_back();
        }
        tell(1_000, report.rows_read, report.rows_rejected);
        done.push((i, report));
    }
    done.sort_by_key(|(i, _)| *i);
    let files: Vec<FileReport> = done.into_iter().map(|(_, report)| report).collect();
    let next = next_step(&files, options.dry_run);
    Ok(ImportReport { dry_run: options.dry_run, files, data_version: store.data_version(), next })
}

fn has_rates(ready: &Ready) -> bool {
    matches!(&ready.resolved.plan, Plan::Table(plan) if plan.table == Table::FxRates)
}

fn prepare(
    file: &ImportFile,
    mapping: Option<&Mapping>,
    options: &ImportOptions,
    settings: &Settings,
) -> Result<Ready, Why> {
    let caps = &options.caps;
    let is_header = |header: &[String]| match (mapping, options.as_) {
        (Some(mapping), _) => {
            let has = |name: &&str| header.iter().any(|h| h.eq_ignore_ascii_case(name));
            !mapping.sources().is_empty() && mapping.sources().iter().all(has)
        }
        (None, Some(given)) => detect::as_given(given, header).is_ok_and(|l| !l.mapping.sources().is_empty()),
        (None, None) => detect::recognise(header).is_some(),
    };
    let source = Source::open(&file.path, caps, &settings.parser, &is_header)?;
    let layout = match (mapping, options.as_) {
        (Some(mapping), _) => Layout { name: "mapping".into(), mapping: mapping.clone() },
        (None, Some(given)) => detect::as_given(given, &source.header)?,
        (None, None) => detect::recognise(&source.header).ok_or_else(|| detect::unknown(&source.header))?,
    };
    let sample = source.sample(SAMPLE, caps)?;
    let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
    let known = Known {
        header: &source.header,
        sample: &sample,
        typed: source.typed(),
        dataset: options.dataset.as_deref(),
        stem,
        currency: options.currency.as_deref().unwrap_or(&settings.currency),
    };
    let resolved = resolve(&layout, known)?;
    Ok(Ready { source, layout, resolved })
}

#[expect(clippy::too_many_arguments, reason = "one call, from the loop above")]
fn one(
    store: &Store,
    name: &str,
    ready: Ready,
    report: &mut FileReport,
    options: &ImportOptions,
    now_us: i64,
    currencies: &mut Currencies,
    tell: &mut dyn FnMut(u16, u64, u64),
) -> crate::Result<()> {
    let Ready { source, layout, resolved } = ready;
    report.format = source.format;
    report.details.clone_from(&source.details);
    report.bytes = source.bytes;
    report.sha256.clone_from(&source.sha256);
    report.layout.clone_from(&layout.name);
    report.understood = resolved.meanings;
    report.notes = source.notes.clone();
    report.notes.extend(resolved.notes);
    if !resolved.ignored.is_empty() {
        let text = format!("{} columns were kept out: {}", resolved.ignored.len(), short_list(&resolved.ignored));
        let count = resolved.ignored.len() as u64;
        report.notes.push(Note { code: Code::IgnoredColumn, count, lines: Vec::new(), text });
    }
    report.ignored = resolved.ignored;

    // A currency asked for decides what amounts mean, so it belongs to what makes two imports the same.
    let origin = BatchSource {
        name: name.to_owned(),
        sha256: source.sha256.clone(),
        layout: [Some(layout.name.as_str()), options.currency.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", "),
        mapping: options.mapping.clone(),
        dataset: match &resolved.plan {
            Plan::Wide(plan) => Some(plan.dataset.clone()),
            Plan::Table(_) => options.dataset.clone(),
        },
    };
    let earlier = store.already_imported(&origin);
    let mut before = currencies.clone();
    let mut gather = Gather::new(name, &options.caps, now_us, currencies);
    let mut nowhere = Nowhere::default();
    let mut writer: Option<Writer> = match (&earlier, options.dry_run) {
        (None, false) => Some(store.begin_batch(origin)?),
        _ => None,
    };
    let sink: &mut dyn Sink = match &mut writer {
        Some(writer) => writer,
        None => &mut nowhere,
    };
    let mut step = |at: u64, rows, rejected| {
        let permille = at.min(source.end).saturating_mul(1_000).checked_div(source.end).unwrap_or(1_000);
        tell(permille as u16, rows, rejected);
    };
    let passed = pass(&resolved.plan, &source, &mut gather, sink, &mut step, options);
    if let (Plan::Table(plan), Some(writer), true) = (&resolved.plan, &mut writer, gather.keys_are_unique()) {
        writer.keys_are_unique(plan.table);
    }
    let mut rejects = gather.into_report(report);
    match passed {
        Ok(notes) => report.notes.extend(notes),
        Err(Failure::File(why)) => report.refuse(why),
        Err(Failure::Store(error)) => return Err(error),
    }
    let whole = nothing_good(report).or_else(|| strict(report, options));
    if let Some(why) = whole.filter(|_| report.status != Status::Refused) {
        report.refuse(why);
    }
    if report.status == Status::Refused {
        // What a refused file said about currencies must not bind the next one.
        std::mem::swap(currencies, &mut before);
        return Ok(());
    }
    report.records = nowhere.rows;
    match (writer, earlier) {
        (Some(writer), _) => commit(store, writer, &mut rejects, report)?,
        (None, Some(earlier)) => {
            report.status = Status::AlreadyImported;
            let text =
                format!("this file was imported before in the same way (batch {}); nothing changed", earlier.batch_id);
            report.batch_id = Some(earlier.batch_id);
            report.notes.push(Note { code: Code::AlreadyImported, count: 1, lines: Vec::new(), text });
        }
        (None, None) => report.status = Status::DryRun,
    }
    Ok(())
}

fn pass(
    plan: &Plan,
    source: &Source,
    gather: &mut Gather<'_>,
    sink: &mut dyn Sink,
    step: &mut dyn FnMut(u64, u64, u64),
    options: &ImportOptions,
) -> Result<Vec<Note>, Failure> {
    let mut rows = source.rows(&options.caps)?;
    match plan {
        Plan::Table(plan) => table_rows::run(plan, rows.as_mut(), gather, sink, step).map(|()| Vec::new()),
        Plan::Wide(plan) => wide_rows::run(plan, rows.as_mut(), gather, sink, step),
    }
}

fn nothing_good(report: &FileReport) -> Option<Why> {
    match (report.rows_accepted, report.rows_rejected) {
        (0, 0) => Some(Why::new(Code::Empty, "there is no row below the header", "at least one row")),
        (0, n) => {
            let first =
                report.rejects.first().map_or(String::new(), |r| format!("; the first: line {}: {}", r.line, r.reason));
            let code = report.rejects.first().map_or(Code::Empty, |r| r.code);
            Some(Why::new(code, format!("all {n} rows were rejected{first}"), "at least one good row"))
        }
        _ => None,
    }
}

fn strict(report: &FileReport, options: &ImportOptions) -> Option<Why> {
    let first = report.rejects.first().filter(|_| options.strict)?;
    let reason = format!("{} rows are rejected, and strict was asked for", report.rows_rejected);
    Some(Why::new(first.code, reason, "a file without rejects, or an import that is not strict"))
}

fn commit(store: &Store, mut writer: Writer, rejects: &mut RejectList, report: &mut FileReport) -> crate::Result<()> {
    let list = rejects.file().map_err(crate::Error::io("writing", REJECTS))?;
    if let Some(list) = list {
        writer.attach(REJECTS, list)?;
    }
    let receipt = writer.commit()?;
    report.status = if receipt.already_imported { Status::AlreadyImported } else { Status::Imported };
    report.records = receipt.rows;
    report.superseding = Some(superseding(store, receipt.seq)?);
    report.batch_id = Some(receipt.batch_id);
    Ok(())
}

/// Records of earlier batches that batch `seq` replaced.
fn superseding(store: &Store, seq: u32) -> crate::Result<u64> {
    store.ask(AsOf::Batch(seq), |ask| {
        let mut total = 0;
        ask.each(&SUPERSEDED, &ask.params(), |c, i| {
            total = c.big("row_total")?.value(i).unsigned_abs();
            Ok(())
        })?;
        Ok(total)
    })
}

fn short_list(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
    let more = if names.len() > 10 { format!(" and {} more", names.len() - 10) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn next_step(files: &[FileReport], dry_run: bool) -> String {
    if let Some(bad) = files.iter().find(|f| f.status == Status::Refused) {
        let accepted = bad.problem.as_ref().map_or("", |p| p.accepted.as_str());
        return format!("{} was refused; accepted would be: {accepted}", bad.file);
    }
    if dry_run {
        return "Nothing was written. Import with --yes, or give a mapping where a column was misunderstood.".into();
    }
    match files.iter().find_map(|f| f.kpis.first()) {
        Some(kpi) => format!("Fit a model: tandem fit --kpi {kpi} --estimator ridge"),
        None if files.iter().any(|f| f.layout == "canonical:touches") => {
            "Share credit over touches: tandem attribute --model linear".into()
        }
        None => "Open the Data page, or import the tables that belong to these.".into(),
    }
}
