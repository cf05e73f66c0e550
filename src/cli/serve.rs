//! `wardian serve`: starts the server.

use std::io::{Write, stdout};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

use super::options::{LogFormat, ServeOptions};
use crate::apis;
use crate::emulator::{Emulator, Settings};
use crate::seeding::cache;
use crate::serve::door::Door;
use crate::serve::{http, listen};
use crate::store::Database;
use crate::store::File;

/// How often sessions that are over are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(10);

pub fn run(options: &ServeOptions) -> Result<ExitCode> {
    start_log(options)?;
    #[cfg(unix)]
    raise_file_limit();
    let listeners = listen::bind(&options.host, options.port)?;
    let address = listeners[0].local_addr()?;
    actix_web::rt::System::new().block_on(serve(listeners, address, options.clone()))?;
    Ok(ExitCode::SUCCESS)
}

/// Takes as many open files as the system grants: each connection has two, and a thousand may hang at once.
#[cfg(unix)]
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::info!(%error, "the number of open files stays limited");
    }
}

/// The emulator that the options describe.
fn assemble(options: &ServeOptions) -> Result<Emulator> {
    let apis = apis::chosen(options.choices());
    let repertoire = options.repertoire(&apis)?;
    let world = cache::image(&options.world.recipe()?, &apis, &options.cache())?;
    let data = options.db.as_deref().map(|path| open(path, &world)).transpose()?;
    let repertoire = repertoire.map(Arc::new);
    Ok(Emulator::new(apis, world, data, Settings { repertoire, ..options.settings() }))
}

/// The file of `--db`, seeded first if there is none.
fn open(path: &Path, world: &File) -> Result<Database> {
    if !path.exists() {
        world.write_to(path).with_context(|| format!("cannot make {}", path.display()))?;
    }
    Ok(Database::open(path)?)
}

/// Listens, grows the world meanwhile, says when it is ready, and serves until a signal comes.
async fn serve(
    listeners: Vec<TcpListener>,
    address: SocketAddr,
    options: ServeOptions,
) -> Result<()> {
    let door = Arc::new(Door::default());
    let workers = options.workers.map_or_else(cores, usize::from);
    let server = http::start(door.clone(), listeners, workers)?;
    let handle = server.handle();
    actix_web::rt::spawn({
        let (handle, door) = (handle.clone(), door.clone());
        async move {
            interrupted().await;
            door.close();
            handle.stop(true).await;
        }
    });
    let mut serving = actix_web::rt::spawn(server);
    let growing = tokio::task::spawn_blocking({
        let options = options.clone();
        move || assemble(&options)
    });
    let grown = tokio::select! {
        grown = growing => grown.context("the world could not be grown")?,
        // A signal came first. The thread that grows the world cannot be stopped otherwise, and nobody needs it.
        ended = &mut serving => {
            ended?.context("the web server failed")?;
            std::process::exit(0)
        }
    };
    let emulator = match grown {
        Ok(emulator) => Arc::new(emulator),
        Err(error) => {
            handle.stop(false).await;
            return Err(error);
        }
    };
    door.open(emulator.clone());
    announce(&banner(&emulator, address, &options));
    actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            emulator.sessions.sweep();
        }
    });
    serving.await?.context("the web server failed")
}

fn announce(banner: &str) {
    let mut out = stdout().lock();
    // A closed stdout is no reason not to serve.
    let _ = out.write_all(banner.as_bytes()).and_then(|()| out.flush());
}

/// Waits for SIGINT or SIGTERM.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

fn banner(emulator: &Emulator, address: SocketAddr, options: &ServeOptions) -> String {
    let base = format!("http://{address}");
    let mut lines = vec![format!(
        "wardian {}: a world of seed {}, scale {}",
        env!("CARGO_PKG_VERSION"),
        options.world.world_seed,
        options.world.scale
    )];
    for mount in emulator.mounts.iter() {
        let api = &mount.api;
        lines.push(format!("  {:<20} {base}/{}{}", api.title(), api.name(), api.base_path()));
    }
    lines.push(format!("  {:<20} {base}/__admin", "control plane"));
    lines.push(format!("  {:<20} {base}/", "dashboard"));
    lines.push(format!("wardian ready on {base}\n"));
    lines.join("\n")
}

fn start_log(options: &ServeOptions) -> Result<()> {
    // What clients send is no event of ours: the web server calls every malformed request an error.
    let quiet = if options.log.contains("actix") { "" } else { ",actix_http=off" };
    let filter: EnvFilter = format!("{}{quiet}", options.log).parse().with_context(|| {
        format!("--log {:?} is no filter such as info or wardian=debug", options.log)
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match options.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(place = ?panic.location().map(ToString::to_string), "{panic}");
    }));
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
