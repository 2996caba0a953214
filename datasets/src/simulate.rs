//! Simulates a company: draws it, writes its tables, re-runs it for the truth.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::calendar::DateNames;
use crate::company::Company;
use crate::emit::{self, Exposure};
use crate::error::SimulateError;
use crate::luck::Luck;
use crate::market::Market;
use crate::office;
use crate::table::{Encoded, Format, Rows, Table, TableWriter};
use crate::tally::LATER;
use crate::truth::{Reruns, Truth, experiments, truth};
use crate::world::World;

/// What a simulation wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Folder of the files.
    pub dir: PathBuf,
    /// File format of the tables.
    pub format: Format,
    /// Table name and rows, in the order of writing.
    pub tables: Vec<(&'static str, u64)>,
    /// The truth, as in `truth.json`.
    pub truth: Truth,
}

impl Summary {
    /// Rows of a table; 0 for a table that is not written.
    #[must_use]
    pub fn rows(&self, table: &str) -> u64 {
        self.tables.iter().find(|(name, _)| *name == table).map_or(0, |(_, rows)| *rows)
    }

    /// Files of the tables, for an import.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        self.tables.iter().map(|(name, _)| self.dir.join(format!("{name}.{}", self.format.extension()))).collect()
    }
}

/// Chunks of accounts made in parallel and held in memory at once.
const BLOCK: usize = 8;

/// Simulates `company` into `out`: one file a canonical table and `truth.json`. Older files of these names are replaced.
///
/// `progress` is called with the step and the share of it done, `0..=1`, from the calling thread and from workers. The same company gives the same
/// bytes whatever the number of threads.
///
/// # Errors
/// A company field out of range, or a file that cannot be written.
pub fn simulate(
    company: &Company,
    out: &Path,
    format: Format,
    progress: &(dyn Fn(&str, f64) + Sync),
) -> Result<Summary, SimulateError> {
    company.check()?;
    std::fs::create_dir_all(out).map_err(|source| SimulateError::Write { path: out.to_owned(), source })?;
    progress("company", 0.0);
    let market = Market::draw(company);
    let luck = Luck::draw(&market, 0);
    let own = Reruns::all(&market, &luck, &|share| progress("re-runs", share));
    let tables = write_tables(&market, &luck, &own, out, format, progress)?;
    let truth = truth(&market, &luck, &own, &|share| progress("expected effects", share));
    let path = out.join("truth.json");
    let text = serde_json::to_string_pretty(&truth).map_err(std::io::Error::from);
    text.and_then(|json| std::fs::write(&path, json + "\n")).map_err(|source| SimulateError::Write { path, source })?;
    Ok(Summary { dir: out.to_owned(), format, tables, truth })
}

fn write_tables(
    market: &Market,
    luck: &Luck,
    own: &Reruns,
    out: &Path,
    format: Format,
    progress: &(dyn Fn(&str, f64) + Sync),
) -> Result<Vec<(&'static str, u64)>, SimulateError> {
    let dates = DateNames::new();
    let mut open = Vec::with_capacity(Table::ALL.len());
    for table in Table::ALL {
        open.push(TableWriter::create(out, table, format)?);
    }
    let small = [
        office::campaigns(market),
        office::spend(market),
        office::controls(market),
        office::geos(market),
        office::targets(market, &own.factual.0[..LATER]),
        experiments(market, luck),
    ];
    write_block(&mut open, vec![encode(small.into(), format, &dates)?])?;
    let rates = market.effects.rates(&market.company, &market.plan);
    let world = World::run(market, luck, &rates, market.company.leads_per_rep_week);
    let exposure = Exposure::new(market);
    let chunks = world.chunks.len();
    let make = |from: usize| -> Result<Vec<Vec<Part>>, SimulateError> {
        (from..(from + BLOCK).min(chunks))
            .into_par_iter()
            .map(|n| encode(emit::chunk(market, luck, &world, &exposure, n).into_rows().into(), format, &dates))
            .collect()
    };
    let mut ready = make(0)?;
    for from in (0..chunks).step_by(BLOCK) {
        let (written, next) = rayon::join(|| write_block(&mut open, ready), || make((from + BLOCK).min(chunks)));
        written?;
        ready = next?;
        progress("tables", ((from + BLOCK).min(chunks)) as f64 / chunks as f64);
    }
    open.into_iter().map(|writer| writer.finish().map(|(table, rows)| (table.name(), rows))).collect()
}

/// Encoded rows of one table with their number.
type Part = (Table, usize, Encoded);

fn encode(rows: Vec<Rows>, format: Format, dates: &DateNames) -> Result<Vec<Part>, SimulateError> {
    rows.into_iter().map(|rows| Ok((rows.table, rows.len, rows.encode(format, dates)?))).collect()
}

/// Writes chunks in their order, tables beside each other.
fn write_block(writers: &mut [TableWriter], chunks: Vec<Vec<Part>>) -> Result<(), SimulateError> {
    writers.par_iter_mut().try_for_each(|writer| {
        let own = writer.table();
        let mut mine = chunks.iter().flatten().filter(|(table, ..)| *table == own);
        mine.try_for_each(|(_, rows, encoded)| writer.write(encoded, *rows))
    })
}
