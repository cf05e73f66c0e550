//! `wardian world`: builds and describes worlds.

use std::fmt::Write as _;
use std::io::{IsTerminal, Read, Write as _, stderr, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rusqlite::{Connection, OpenFlags};

use super::options::WorldOptions;
use crate::apis;
use crate::kit::Api;
use crate::seeding::{self, cache};
use crate::store;
use crate::world::World;

#[derive(Subcommand)]
pub enum WorldCommand {
    /// Writes a world as an SQLite file, which `serve --db` takes.
    Build(BuildOptions),
    /// Tells what a world's file holds: seed, scale, version of the schema, rows of each table.
    Info(InfoOptions),
}

#[derive(Args)]
pub struct BuildOptions {
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE", required_unless_present = "world_cache")]
    out: Option<PathBuf>,
    /// Fills this cache folder instead, for servers that start with the same --world-cache
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    world_cache: Option<PathBuf>,
    #[command(flatten)]
    world: WorldOptions,
}

#[derive(Args)]
pub struct InfoOptions {
    /// The file, or `-` for standard input
    #[arg(value_name = "FILE|-")]
    file: PathBuf,
}

pub fn run(command: &WorldCommand) -> Result<ExitCode> {
    match command {
        WorldCommand::Build(options) => build(options)?,
        WorldCommand::Info(options) => info(&options.file)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn build(options: &BuildOptions) -> Result<()> {
    if let Some(out) = options.out.as_ref().filter(|out| out.exists()) {
        bail!("{} exists; choose another name with --out, or remove it first", out.display());
    }
    let recipe = options.world.recipe()?;
    let world = World::new(&recipe)?;
    let apis = apis::all();
    let expected = apis.iter().map(|api| api.expected_records(&world)).sum();
    let grow = || match (&options.out, &options.world_cache) {
        (Some(out), _) => seeding::grow_file(&world, &apis, out).map(|()| out.clone()),
        (None, Some(folder)) => cache::fill(&recipe, &world, &apis, folder),
        (None, None) => bail!("--out or --world-cache must say where the world goes"),
    };
    let path = thread::scope(|scope| {
        let growing = scope.spawn(grow);
        watch(&world, expected, || growing.is_finished());
        growing.join().unwrap_or_else(|_| bail!("the world could not be grown"))
    })?;
    let records = world.records_made();
    let megabytes = std::fs::metadata(&path)?.len() as f64 / 1e6;
    super::print(&format!("{}: {records} records, {megabytes:.1} MB\n", path.display()))
}

/// Shows how far it is: a bar on a terminal, a line every few seconds elsewhere.
fn watch(world: &World, expected: u64, is_done: impl Fn() -> bool) {
    let on_terminal = stderr().is_terminal();
    let target =
        if on_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template(
        "{bar:40} {human_pos} of {human_len} records, {per_sec}, {eta} left {msg}",
    )
    .expect("the template is well formed");
    let bar = ProgressBar::with_draw_target(Some(expected), target).with_style(style);
    let started = Instant::now();
    let mut next_line = Duration::from_secs(1);
    while !is_done() {
        thread::sleep(Duration::from_millis(20));
        let made = world.records_made().min(expected);
        bar.set_position(made);
        if made == expected {
            bar.set_message("(building indexes)");
        }
        if !on_terminal && started.elapsed() >= next_line {
            next_line += Duration::from_secs(2);
            let rate = made as f64 / started.elapsed().as_secs_f64();
            let left = (expected - made) as f64 / rate.max(1.0);
            let line = format!("{made} of {expected} records, {rate:.0}/s, {left:.0} s left\n");
            // Nobody may be listening.
            let _ = stderr().write_all(line.as_bytes());
        }
    }
    bar.finish_and_clear();
}

fn info(file: &Path) -> Result<()> {
    if file.as_os_str() != "-" {
        return describe(file);
    }
    let mut content = Vec::new();
    stdin().read_to_end(&mut content)?;
    let copy = std::env::temp_dir().join(format!("wardian-info-{}.db", std::process::id()));
    std::fs::write(&copy, content)?;
    let outcome = describe(&copy);
    std::fs::remove_file(&copy)?;
    outcome
}

fn describe(file: &Path) -> Result<()> {
    store::check_file(file)?;
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let (seed, scale): (i64, String) =
        db.query_row("SELECT world_seed, scale FROM wardian_state", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut out = format!("seed    {}\n", seed.cast_unsigned());
    writeln!(out, "scale   {scale}")?;
    writeln!(out, "schema  {}", store::SCHEMA_VERSION)?;
    for api in apis::all() {
        writeln!(out, "\n{}", api.title())?;
        for (table, rows) in tables(&db, &*api)? {
            writeln!(out, "  {table:<32} {rows:>10}")?;
        }
    }
    super::print(&out)
}

/// The tables of an API, with their numbers of rows; the hidden ones behind full-text tables are left out.
fn tables(db: &Connection, api: &dyn Api) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT name FROM pragma_table_list
               WHERE schema = 'main' AND type IN ('table', 'virtual') AND name GLOB ? || '_*'
               ORDER BY name";
    let names: Vec<String> = db
        .prepare(sql)?
        .query_map([api.name()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    names
        .into_iter()
        .map(|name| {
            let sql = format!("SELECT count(*) FROM \"{name}\"");
            let rows = db.query_row(&sql, [], |row| row.get(0));
            Ok((name.clone(), rows.with_context(|| format!("cannot read table {name}"))?))
        })
        .collect()
}
