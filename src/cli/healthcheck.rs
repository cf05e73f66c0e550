//! `wardian healthcheck`: asks a server whether it is ready, for containers without a shell.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use http::Uri;

const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Args)]
pub struct HealthcheckOptions {
    /// Where the server listens [default: port WARDIAN_PORT, else 8080, of this machine]
    #[arg(long)]
    url: Option<Uri>,
}

pub fn run(options: &HealthcheckOptions) -> Result<ExitCode> {
    let url = options.url.clone().map_or_else(own_url, Ok)?;
    let status = ask(&url)?;
    if status != 200 {
        bail!("{url} is not ready: it answered {status}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Where a server of this environment listens.
fn own_url() -> Result<Uri> {
    let port = std::env::var("WARDIAN_PORT").unwrap_or_else(|_| "8080".to_owned());
    format!("http://127.0.0.1:{port}").parse().context("WARDIAN_PORT is no port")
}

/// The status of `/__admin/ready`. One plain request; a client library would be larger than all the rest here.
fn ask(url: &Uri) -> Result<u16> {
    let host = url.host().context("--url needs a host, such as http://127.0.0.1:8080")?;
    let port = url.port_u16().unwrap_or(80);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = (bare, port).to_socket_addrs()?.next().context("the host has no address")?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)
        .with_context(|| format!("nothing answers on {url}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let path = url.path().trim_end_matches('/');
    write!(
        stream,
        "GET {path}/__admin/ready HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    )?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("that was no HTTP answer")
}
