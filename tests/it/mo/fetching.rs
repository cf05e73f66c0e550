//! Images that the service fetches by itself.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use wardian::apis::{self, Choices};
use wardian::emulator::{Emulator, Settings};

use super::uploads::{ADA, md5, picture, send};
use super::{error, results};
use crate::support::{Client, WORLD};

/// A server of pictures: `/photo.png` has one, `/moved.png` leads there, `/hop/3` does so after three more hops,
/// `/circle` leads to itself, `/cut.png` and `/long.png` send less and more than they announce, and `/slow.png` tells
/// that it was asked for, and waits for leave to answer. Gives its port.
fn pictures(photo: Vec<u8>, slow: Option<(Sender<()>, Receiver<()>)>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let path = head[0].split(' ').nth(1).unwrap();
            let whole = |length: usize, content: &[u8]| {
                let head = format!("HTTP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n");
                [head.as_bytes(), content].concat()
            };
            let answer = match path {
                "/cut.png" => whole(photo.len(), &photo[..photo.len() - 1]),
                "/long.png" => whole(photo.len(), &[&photo[..], b"more"].concat()),
                hop if hop.starts_with("/hop/") => {
                    let left: usize = hop["/hop/".len()..].parse().unwrap();
                    let next = if left == 0 {
                        "/moved.png".to_owned()
                    } else {
                        format!("/hop/{}", left - 1)
                    };
                    format!("HTTP/1.0 302 Found\r\nLocation: {next}\r\n\r\n").into_bytes()
                }
                "/slow.png" => {
                    let (asked, leave) = slow.as_ref().unwrap();
                    asked.send(()).unwrap();
                    match leave.recv_timeout(Duration::from_secs(20)) {
                        Ok(()) => [b"HTTP/1.0 200 OK\r\n\r\n".as_slice(), &photo].concat(),
                        Err(_) => b"HTTP/1.0 504 Gateway Timeout\r\n\r\n".to_vec(),
                    }
                }
                "/photo.png" => [b"HTTP/1.0 200 OK\r\n\r\n".as_slice(), &photo].concat(),
                "/moved.png" => b"HTTP/1.0 302 Found\r\nLocation: /photo.png\r\n\r\n".to_vec(),
                "/circle" => b"HTTP/1.0 302 Found\r\nLocation: /circle\r\n\r\n".to_vec(),
                _ => b"HTTP/1.0 404 Not Found\r\n\r\n".to_vec(),
            };
            stream.write_all(&answer).unwrap();
        }
    });
    port
}

/// A service that may fetch images from this host.
fn allowing(host: &str) -> Client {
    let choices = Choices { mo_upload_hosts: vec![host.to_owned()] };
    let settings = Settings { max_sessions: usize::MAX, ..Settings::default() };
    let emulator = Emulator::new(apis::chosen(choices), WORLD.clone(), None, settings);
    Client::of_emulator(Arc::new(emulator), "/mo")
}

#[test]
fn an_image_is_fetched_from_a_host_that_the_operator_allows() {
    let photo = picture(&Client::of("mo"));
    let host = format!("127.0.0.1:{}", pictures(photo.clone(), None));
    let mo = allowing(&host);
    let fetch = |path: &str| {
        let url = format!("http://{host}{path}");
        send(&mo, &[("upload_url", &url), ("detail", "low")], None)
    };

    // The last is reached by ten redirects.
    for path in ["/photo.png", "/moved.png", "/long.png", "/hop/8"] {
        let made = results(&fetch(path))[0].clone();
        assert_eq!(made["md5sum"], md5(&photo), "{path}");
    }
    let refused = |path: &str, reason: &str| {
        let url = format!("http://{host}{path}");
        let start = "API2::CouldntDownloadURL Failed to download the resource at the URL";
        assert_eq!(error(&fetch(path)), format!("{start}, \"{url}\": {reason}"));
    };
    refused("/none.png", "Net::HTTPClientException: 404 \"Not Found\"");
    refused("/hop/9", "ArgumentError: Too many HTTP redirects");
    refused("/circle", "ArgumentError: Too many HTTP redirects");
    refused("/cut.png", "EOFError: end of file reached");
}

#[test]
fn others_write_while_an_image_is_fetched() {
    let photo = picture(&Client::of("mo"));
    let (asked, was_asked) = channel();
    let (give_leave, leave) = channel();
    let host = format!("127.0.0.1:{}", pictures(photo, Some((asked, leave))));
    let mo = allowing(&host);
    let url = format!("http://{host}/slow.png");
    let uses =
        || super::read::<i64>(&mo, "SELECT sum(num_uses) FROM mo_api_keys WHERE user_id = ?", ADA);
    let before = uses();

    std::thread::scope(|scope| {
        let upload = scope.spawn(|| send(&mo, &[("upload_url", &url), ("detail", "low")], None));
        was_asked.recv().unwrap();
        let other = send(&mo, &[("detail", "low")], Some(("a.png", "image/png", &picture(&mo))));
        assert_eq!(results(&other).len(), 1);
        give_leave.send(()).unwrap();
        assert_eq!(results(&upload.join().unwrap()).len(), 1);
    });
    assert_eq!(uses() - before, 2);
}
