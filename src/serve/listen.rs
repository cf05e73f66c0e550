//! The sockets of the server, in both address families.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};

use anyhow::{Context, Result, anyhow};

/// Sockets on one port, the first of which names the server.
///
/// `localhost` is both 127.0.0.1 and ::1, and clients differ in which they try first. So the loopback address of one
/// family brings that of the other along, and the wildcard address likewise; a machine without IPv6 does without.
///
/// # Errors
/// When the host is unknown or the port is taken, with what to do.
pub fn bind(host: &str, port: u16) -> Result<Vec<TcpListener>> {
    let first = resolve(host)?;
    let mut attempts = 0;
    loop {
        let main = listen(SocketAddr::new(first, port))
            .map_err(|error| explain(error, SocketAddr::new(first, port)))?;
        let port_found = main.local_addr()?.port();
        let Some(twin) = twin(first) else { return Ok(vec![main]) };
        match listen(SocketAddr::new(twin, port_found)) {
            Ok(second) => return Ok(vec![main, second]),
            // Any free port may be free in one family alone: look for another.
            Err(error) if is_taken(&error) && port == 0 && attempts < 16 => attempts += 1,
            Err(_) => return Ok(vec![main]),
        }
    }
}

fn resolve(host: &str) -> Result<IpAddr> {
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = (bare, 0).to_socket_addrs().ok().and_then(|mut all| all.next());
    found.map(|address| address.ip()).with_context(|| {
        format!("{host} is no address of this machine; --host takes one, such as 127.0.0.1")
    })
}

fn twin(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => Some(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => Some(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Some(Ipv6Addr::UNSPECIFIED.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Some(Ipv4Addr::UNSPECIFIED.into()),
        _ => None,
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // A server that was just stopped leaves connections in TIME_WAIT; they must not hold up the next.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrInUse
}

fn explain(error: io::Error, address: SocketAddr) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!(
            "port {} of {} is in use; choose another with --port, or --port 0 for any free one",
            address.port(),
            address.ip()
        ),
        io::ErrorKind::PermissionDenied => anyhow!(
            "port {} needs more rights than this user has; choose one above 1023 with --port",
            address.port()
        ),
        io::ErrorKind::AddrNotAvailable => {
            anyhow!("{} is no address of this machine; choose another with --host", address.ip())
        }
        _ => anyhow!(error).context(format!("cannot listen on {address}")),
    }
}
