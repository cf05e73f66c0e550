//! The web server: one service that hands every request to the emulator.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{self, BodyStream, SizedStream};
use actix_web::dev::{Payload, fn_service};
use actix_web::http::ConnectionType;
use actix_web::{HttpMessage, HttpResponse, HttpServer, web};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http::Method;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::delivery::{Line, deliver};
use super::door::Door;
use crate::control::health;
use crate::emulator::Visit;
use crate::emulator::address::SESSION_HEADER;
use crate::emulator::flow::{Flow, Onward};
use crate::kit::call::Request;
use crate::kit::headers::Headers;
use crate::kit::reply::{Rejection, Reply};
use crate::kit::rest::Pieces;

/// Bytes of the longest request line with headers that is taken. The web server itself reads 64 KB of a request line
/// and 128 KB of both; what is longer it refuses without a word of the API's.
const MAX_HEAD: usize = 32 << 10;

/// How long a client may take to send its request line and headers.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may pause while it sends a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// How many pieces of a long answer wait for the client to take them.
const PIECES_AHEAD: usize = 2;

const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// How long requests that run may still take when the server is told to stop.
const STOP_SECONDS: u64 = 10;

/// A web server that runs until it is told to stop.
///
/// It answers from the first moment on: before there is an emulator, that there will be one.
pub fn start(
    door: Arc<Door>,
    listeners: Vec<TcpListener>,
    workers: usize,
) -> std::io::Result<actix_web::dev::Server> {
    // No application of the web server's: routing, extracting and the like would cost each request a tenth of its time.
    let mut server = HttpServer::new(move || {
        let door = door.clone();
        fn_service(move |request| {
            let door = door.clone();
            async move { Ok::<_, Infallible>(answer(&door, request).await) }
        })
    })
    .on_connect(|connection, data| {
        if let Some(line) = Line::of(connection) {
            data.insert(line);
        }
    })
    .workers(workers)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_TIMEOUT)
    .shutdown_timeout(STOP_SECONDS)
    .disable_signals();
    for listener in listeners {
        server = server.listen(listener)?;
    }
    Ok(server.run())
}

async fn answer(door: &Door, mut request: actix_http::Request) -> HttpResponse {
    let Some(emulator) = door.emulator() else {
        return convert_reply(health::before_ready(request.path()), false);
    };
    let is_head = request.method() == Method::HEAD;
    let is_too_large = head_size(&request) > MAX_HEAD;
    let head = convert_head(&request, is_too_large);
    let payload = request.take_payload();
    let limit = emulator.settings.max_body;
    let read = if is_too_large {
        Err(Unread::Refused(Rejection::HeadersTooLarge))
    } else {
        read_body(&head, payload, limit).await
    };
    let client = request.peer_addr().map(|address| address.ip());
    let (visit, is_over) = match read {
        Ok(body) => (emulator.admit(head.with_body(body)), false),
        Err(Unread::Refused(rejection)) => (emulator.admit(head).refused(rejection), true),
        Err(Unread::TooSlow) => return HttpResponse::RequestTimeout().force_close().finish(),
        Err(Unread::Broken) => return HttpResponse::BadRequest().force_close().finish(),
    };
    let line = request.conn_data::<Line>();
    let mut response = carry_out(visit.from(client), is_head, line, door).await;
    if is_over {
        // What the client still sends of the request nobody reads.
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

async fn carry_out(visit: Visit, is_head: bool, line: Option<&Line>, door: &Door) -> HttpResponse {
    let (mut reply, onward) = if visit.is_heavy() {
        match web::block(move || visit.begin()).await {
            Ok(begun) => begun,
            Err(_) => return HttpResponse::ServiceUnavailable().finish(),
        }
    } else {
        visit.begin()
    };
    let flow = match onward {
        Some(Onward::Live(pieces)) => return send_as_it_comes(&reply, pieces, door),
        Some(Onward::Stored(flow)) => Some(flow),
        None => None,
    };
    match (reply.delivery.take(), flow) {
        (None, None) => convert_reply(reply, is_head),
        (None, Some(flow)) => send_in_pieces(&reply, flow),
        // Boxed, so that ordinary answers do not carry the room for it.
        (Some(delivery), flow) => {
            Box::pin(deliver(*delivery, reply, flow, is_head, line, door)).await
        }
    }
}

/// An answer whose rest is read from the store as fast as the client takes it, so that little of it is ever in memory.
pub(super) fn send_in_pieces(reply: &Reply, flow: Flow) -> HttpResponse {
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    let first = Ok::<_, std::io::Error>(reply.body.clone());
    let runtime = Handle::current();
    let send = move || {
        let offer = |piece| runtime.block_on(sender.send_timeout(piece, BODY_TIMEOUT)).is_ok();
        if let Err(error) = flow.send(|piece| offer(Ok(piece))) {
            // The client sees that it did not get the whole.
            offer(Err(std::io::Error::other(error)));
        }
    };
    drop(web::block(send));
    let rest = stream::unfold(receiver, async |mut receiver| {
        let piece = receiver.recv().await?;
        Some((piece, receiver))
    });
    let pieces = stream::once(std::future::ready(first)).chain(rest);
    head_of(reply).set_body(BodyStream::new(Box::pin(pieces))).map_into_boxed_body()
}

/// An answer whose rest is still to happen; it ends when the server is to stop.
fn send_as_it_comes(reply: &Reply, pieces: Pieces, door: &Door) -> HttpResponse {
    let first = stream::once(std::future::ready(reply.body.clone()));
    let rest = pieces.take_until(door.closing());
    let pieces = first.chain(rest).map(Ok::<_, Infallible>);
    head_of(reply).set_body(BodyStream::new(pieces)).map_into_boxed_body()
}

/// Method, target and headers of a request.
///
/// Of a request that is too large only the start of its path and its session are kept: enough to tell whose words
/// refuse it, and where that is written down.
fn convert_head(request: &actix_http::Request, is_too_large: bool) -> Request {
    let method = request.method().clone();
    let body = Bytes::new();
    if is_too_large {
        let start: String = request.path().chars().take(200).collect();
        let target = start.parse().unwrap_or_default();
        let mut headers = Headers::default();
        for name in [SESSION_HEADER, http::header::HOST] {
            if let Some(value) = request.headers().get(&name) {
                headers.append(name, value.clone());
            }
        }
        return Request::new(method, target, headers, body);
    }
    let target = request.uri();
    let target = match target.path_and_query() {
        Some(path) if target.authority().is_none() => path.clone().into(),
        _ => target.clone(),
    };
    let mut headers = Headers::with_capacity(request.headers().len());
    for (name, value) in request.headers() {
        headers.append(name.clone(), value.clone());
    }
    Request::new(method, target, headers, body)
}

fn head_size(request: &actix_http::Request) -> usize {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 4);
    request.path().len() + request.uri().query().map_or(0, str::len) + headers.sum::<usize>()
}

/// Why there is no body.
enum Unread {
    Refused(Rejection),
    TooSlow,
    Broken,
}

async fn read_body(head: &Request, mut payload: Payload, limit: usize) -> Result<Bytes, Unread> {
    if matches!(payload, Payload::None) {
        return Ok(Bytes::new());
    }
    let announced = head.headers().get(http::header::CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let too_large = Unread::Refused(Rejection::TooLarge { limit });
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large);
    }
    let mut body = BytesMut::new();
    loop {
        match timeout(BODY_TIMEOUT, payload.next()).await {
            Err(_) => return Err(Unread::TooSlow),
            Ok(None) => return Ok(body.freeze()),
            Ok(Some(Err(_))) => return Err(Unread::Broken),
            Ok(Some(Ok(piece))) if body.len() + piece.len() > limit => {
                return Err(too_large);
            }
            Ok(Some(Ok(piece))) => body.extend_from_slice(&piece),
        }
    }
}

/// Status and headers, but for the length, which the web server finds out for itself.
pub(super) fn head_of(reply: &Reply) -> HttpResponse {
    let mut response = HttpResponse::new(reply.status);
    let headers = response.headers_mut();
    headers.reserve(reply.headers.len());
    for (name, value) in reply.headers.iter() {
        if *name != http::header::CONTENT_LENGTH {
            headers.append(name.clone(), value.clone());
        }
    }
    response
}

pub(super) fn convert_reply(reply: Reply, is_head: bool) -> HttpResponse {
    let response = head_of(&reply);
    if !is_head {
        return response.set_body(reply.body).map_into_boxed_body();
    }
    let nothing = stream::empty::<Result<Bytes, Infallible>>();
    let length = reply.headers.get(&http::header::CONTENT_LENGTH);
    match length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok()) {
        // The length of the body that a GET would have had.
        Some(length) => response.set_body(SizedStream::new(length, nothing)).map_into_boxed_body(),
        // That length would not have been known beforehand.
        None => response.set_body(body::None::new()).map_into_boxed_body(),
    }
}
