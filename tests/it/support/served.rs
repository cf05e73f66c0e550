//! An emulator behind the real door, in the test's own process.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use wardian::emulator::Emulator;
use wardian::serve::door::Door;
use wardian::serve::http;

/// A served emulator, stopped when it goes out of scope.
pub struct Served {
    pub address: SocketAddr,
    door: Arc<Door>,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    /// How many hold the door while nothing is asked.
    holders: usize,
}

impl Served {
    pub fn new(emulator: Arc<Emulator>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let door = Arc::new(Door::default());
        door.open(emulator);
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::spawn({
            let door = door.clone();
            move || {
                actix_web::rt::System::new().block_on(async {
                    let server = http::start(door, vec![listener], 1).unwrap();
                    sender.send(server.handle()).unwrap();
                    server.await.unwrap();
                });
            }
        });
        let handle = receiver.recv().unwrap();
        let mut served = Self { address, door, handle, thread: Some(thread), holders: 0 };
        let _ =
            read_all(&mut served.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        served.holders = Arc::strong_count(&served.door);
        served
    }

    /// Connects and sends these bytes.
    pub fn send(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// Asks a herbarium for something, to be delivered in a certain way.
    pub fn get(&self, path: &str, delivery: &str) -> TcpStream {
        self.send(&format!(
            "GET /herbarium{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-delivery: {delivery}\r\n\r\n"
        ))
    }

    /// Waits until this many answers are under way.
    #[track_caller]
    pub fn wait_for(&self, answers: usize) {
        let until = Instant::now() + Duration::from_secs(5);
        // Each request that is being answered holds the door.
        while Arc::strong_count(&self.door) != self.holders + answers {
            let holders = Arc::strong_count(&self.door) - self.holders;
            assert!(Instant::now() < until, "{holders} are under way");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Stops it as a signal does, and tells how long that took.
    pub fn stop(mut self) -> Duration {
        let begin = Instant::now();
        self.end();
        begin.elapsed()
    }

    fn end(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.door.close();
        drop(self.handle.stop(true));
        thread.join().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

/// All that comes until the connection ends, and how it ends.
pub fn read_all(stream: &mut TcpStream) -> (String, std::io::Result<()>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).map(drop);
    (String::from_utf8(bytes).unwrap(), end)
}
