//! The server while its world is being made.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use wardian::emulator::Settings;
use wardian::serve::http::{Awaited, start};

use crate::support::herbarium;

fn send(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    stream
}

fn read(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn health_is_told_at_once_readiness_refused_and_the_rest_waits() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let awaited = Awaited::default();
    let (handle_sent, handle_came) = std::sync::mpsc::channel();
    let serving = {
        let awaited = awaited.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = start(awaited, vec![listener], 1).unwrap();
                handle_sent.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        })
    };

    let waiting = send(address, "/herbarium/v1/sheet");
    let health = read(send(address, "/__admin/health"));
    let before = read(send(address, "/__admin/ready"));
    awaited.set(herbarium::emulator(Settings::default())).ok().unwrap();
    let after = read(send(address, "/__admin/ready"));
    let waited = read(waiting);

    assert!(health.starts_with("HTTP/1.1 200 ") && health.ends_with("{\"status\":\"up\"}\n"));
    assert!(before.starts_with("HTTP/1.1 503 "), "{before}");
    assert!(before.contains("content-type: application/problem+json"), "{before}");
    assert!(before.contains("retry-after: 1"), "{before}");
    assert!(after.starts_with("HTTP/1.1 200 "), "{after}");
    assert!(waited.starts_with("HTTP/1.1 200 "), "{waited}");
    let handle = handle_came.recv().unwrap();
    std::mem::drop(handle.stop(false));
    serving.join().unwrap();
}
