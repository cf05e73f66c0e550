//! A bare actix-web server that answers every request with one and the same answer: what wardian is measured against.
//!
//! `cargo run --release --example bare -- PORT FILE`, where FILE holds an answer as it came over the wire: status
//! line, headers, blank line, body.

use std::io::Write;

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, web};

/// An answer, taken apart once.
struct Recorded {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: web::Bytes,
}

impl Recorded {
    fn parse(answer: &[u8]) -> Option<Self> {
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&answer[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            // The server writes these itself.
            .filter(|(name, _)| {
                !["content-length", "date", "connection"].contains(&&*name.to_lowercase())
            })
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(Self { status, headers, body: answer[end + 4..].to_vec().into() })
    }
}

async fn answer(recorded: web::Data<Recorded>) -> HttpResponse {
    let mut response = HttpResponse::build(recorded.status);
    for (name, value) in &recorded.headers {
        response.append_header((name.as_str(), value.as_str()));
    }
    response.body(recorded.body.clone())
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, port, file] = arguments.as_slice() else {
        return Err(std::io::Error::other("usage: bare PORT FILE"));
    };
    let port: u16 = port.parse().map_err(std::io::Error::other)?;
    let recorded = Recorded::parse(&std::fs::read(file)?)
        .ok_or_else(|| std::io::Error::other("the file holds no HTTP answer"))?;
    let recorded = web::Data::new(recorded);
    let server = HttpServer::new(move || {
        App::new().app_data(recorded.clone()).default_service(web::to(answer))
    })
    .workers(1)
    .bind(("127.0.0.1", port))?
    .run();
    writeln!(std::io::stdout(), "ready")?;
    server.await
}
