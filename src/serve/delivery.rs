//! Answers whose way to the client goes wrong because a scenario wants it so.
//!
//! All that waits in here waits without a thread: for a time, for the client to leave, for the server to stop.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::num::NonZeroU64;
use std::time::Duration;
use std::{io, mem};

use actix_web::body::{BodyStream, SizedStream};
use actix_web::http::ConnectionType;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{self, LocalBoxStream};
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use socket2::{SockRef, Socket};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until};

use super::door::Door;
use super::http::{convert_reply, head_of, send_in_pieces};
use crate::emulator::flow::Flow;
use crate::kit::delivery::{Delivery, Ending, LONGEST_HANG};
use crate::kit::reply::Reply;

/// How many pieces a second a slowed body is sent in, as long as they have a byte.
const PIECES_A_SECOND: u64 = 10;

/// How many bytes an overlong answer promises beyond what there is.
const PROMISED: u64 = 64;

type Pieces = LocalBoxStream<'static, io::Result<Bytes>>;

/// A second handle on the socket of a connection, for what the web server has no words for.
pub struct Line(Cell<Option<Socket>>);

impl Line {
    /// The line of a connection as the web server shows it; none when the process has no handle left.
    pub fn of(connection: &dyn Any) -> Option<Self> {
        let stream = connection.downcast_ref::<TcpStream>()?;
        let socket = SockRef::from(stream).try_clone().ok()?;
        Some(Self(Cell::new(Some(socket))))
    }

    /// From now on the end of the connection is a reset.
    fn arm(&self) {
        if let Some(socket) = self.0.take() {
            if let Err(error) = socket.set_linger(Some(Duration::ZERO)) {
                tracing::warn!(%error, "a connection will be closed instead of reset");
            }
            self.0.set(Some(socket));
        }
    }

    /// Waits for something, and tells whether the client was there till then.
    async fn outlasts(&self, event: impl Future<Output = ()>) -> bool {
        let socket = self.0.take().map(std::net::TcpStream::from);
        let Some(stream) = socket.and_then(|socket| TcpStream::from_std(socket).ok()) else {
            event.await;
            return true;
        };
        let stays = tokio::select! {
            () = event => true,
            () = left(&stream) => false,
        };
        self.0.set(stream.into_std().ok().map(Socket::from));
        stays
    }
}

/// Waits until the other side has ended the connection. What it sends before that is left for others to read.
async fn left(stream: &TcpStream) {
    loop {
        match stream.ready(Interest::READABLE).await {
            Ok(ready) if !ready.is_read_closed() => {}
            Ok(_) | Err(_) => return,
        }
        // Nothing is read: this only says that the news of readable bytes has been heard.
        let _ = stream.try_io(Interest::READABLE, || {
            Err::<(), _>(io::Error::from(io::ErrorKind::WouldBlock))
        });
    }
}

/// Sends an answer as its delivery says.
pub async fn deliver(
    delivery: Delivery,
    reply: Reply,
    flow: Option<Flow>,
    is_head: bool,
    line: Option<&Line>,
    door: &Door,
) -> HttpResponse {
    if !delivery.delay.is_zero() && !wait(delivery.delay, line, door).await {
        return nothing();
    }
    let has_body = !is_head && (flow.is_some() || !reply.body.is_empty());
    match delivery.ending {
        Ending::Whole => match delivery.rate.filter(|_| has_body) {
            Some(rate) => send_slowly(&reply, flow, rate, door),
            None => match flow {
                Some(flow) => send_in_pieces(&reply, flow),
                None => convert_reply(reply, is_head),
            },
        },
        Ending::CutBody if has_body => cut(&reply, flow, delivery.rate, door),
        Ending::Overlong => promise_more(&reply, flow, delivery.rate, is_head, door).await,
        Ending::Close | Ending::CutBody => nothing(),
        Ending::Reset => {
            if let Some(line) = line {
                line.arm();
            }
            nothing()
        }
        Ending::Hang => {
            // A thousand of them may hang for long: they keep nothing that they do not need.
            drop((reply, flow));
            wait(LONGEST_HANG, line, door).await;
            nothing()
        }
    }
}

/// Waits for a time, at most until the server is to stop, and tells whether the client is still there.
async fn wait(time: Duration, line: Option<&Line>, door: &Door) -> bool {
    let over = async {
        tokio::select! {
            () = sleep(time) => {}
            () = door.closing() => {}
        }
    };
    if let Some(line) = line {
        return line.outlasts(over).await;
    }
    over.await;
    true
}

/// An answer of which not a byte is sent: the web server drops the connection of a body that fails at once.
fn nothing() -> HttpResponse {
    HttpResponse::Ok().body(BodyStream::new(stream::once(std::future::ready(failure()))))
}

/// The end of a body that is none.
fn failure() -> io::Result<Bytes> {
    Err(io::ErrorKind::ConnectionAborted.into())
}

fn send_slowly(reply: &Reply, flow: Option<Flow>, rate: NonZeroU64, door: &Door) -> HttpResponse {
    let length = flow.is_none().then_some(reply.body.len() as u64);
    respond(reply, length, paced(pieces(reply.body.clone(), flow), Some(rate), door))
}

/// Sends the first half: of the body, or of the first window if its length is not known.
fn cut(reply: &Reply, flow: Option<Flow>, rate: Option<NonZeroU64>, door: &Door) -> HttpResponse {
    let half = |piece: Bytes| piece.slice(..piece.len() / 2);
    let (length, part) = match flow {
        None => (Some(reply.body.len() as u64), pieces(half(reply.body.clone()), None)),
        Some(flow) => {
            let begun = windows(flow).take(1).map_ok(half);
            (None, pieces(reply.body.clone(), None).chain(begun).boxed_local())
        }
    };
    let end = async {
        // The web server sends what it has while it waits for more.
        tokio::task::yield_now().await;
        failure()
    };
    respond(reply, length, paced(part, rate, door).chain(stream::once(end)).boxed_local())
}

/// Sends the whole body after a length that is larger.
async fn promise_more(
    reply: &Reply,
    flow: Option<Flow>,
    rate: Option<NonZeroU64>,
    is_head: bool,
    door: &Door,
) -> HttpResponse {
    let mut length = match reply.headers.get(&http::header::CONTENT_LENGTH) {
        // The length of the body that a GET would have had.
        Some(length) if is_head => length.to_str().ok().and_then(|text| text.parse().ok()),
        _ => Some(reply.body.len() as u64),
    };
    let mut rest = None;
    if let Some(flow) = flow {
        let counted = web::block(move || (flow.count(), flow)).await;
        let Ok((Ok(count), flow)) = counted else { return nothing() };
        length = length.map(|length| length + count);
        rest = Some(flow);
    }
    let body = paced(pieces(reply.body.clone(), rest), rate, door);
    let mut response = head_of(reply);
    // An end that is announced lets the web server send all that it has before it.
    response.head_mut().set_connection_type(ConnectionType::Close);
    response.head_mut().no_chunking(true);
    let promised = length.unwrap_or_default() + PROMISED;
    response.headers_mut().insert(CONTENT_LENGTH, promised.into());
    response.set_body(BodyStream::new(body)).map_into_boxed_body()
}

fn respond(reply: &Reply, length: Option<u64>, body: Pieces) -> HttpResponse {
    match length {
        Some(length) => {
            head_of(reply).set_body(SizedStream::new(length, body)).map_into_boxed_body()
        }
        None => head_of(reply).set_body(BodyStream::new(body)).map_into_boxed_body(),
    }
}

/// A body and what follows it.
fn pieces(body: Bytes, flow: Option<Flow>) -> Pieces {
    let first = stream::once(std::future::ready(Ok(body)));
    match flow {
        Some(flow) => first.chain(windows(flow)).boxed_local(),
        None => first.boxed_local(),
    }
}

/// What follows a body, read window by window, so that no thread waits for a slow client.
fn windows(flow: Flow) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(flow.slowly(), async |mut slow| {
        let read = web::block(move || (slow.read_on(), slow)).await.map_err(io::Error::other)?;
        let (window, slow) = read;
        Ok(window.map_err(io::Error::other)?.map(|window| (window, slow)))
    })
}

/// The same bytes, no more of them a second than `rate` says.
fn paced(pieces: Pieces, rate: Option<NonZeroU64>, door: &Door) -> Pieces {
    let Some(rate) = rate.map(NonZeroU64::get) else { return pieces };
    let pace = Pace {
        pieces,
        held: Bytes::new(),
        rate,
        begin: Instant::now(),
        sent: 0,
        closing: Some(door.closing().boxed_local()),
    };
    stream::unfold(pace, async |mut pace| Some((pace.next().await?, pace))).boxed_local()
}

/// A body on its slow way.
struct Pace {
    pieces: Pieces,
    /// What is left of the piece that is being sent.
    held: Bytes,
    rate: u64,
    begin: Instant,
    sent: u64,
    /// None once the server is to stop, whereupon the rest leaves at once.
    closing: Option<LocalBoxFuture<'static, ()>>,
}

impl Pace {
    /// The next few bytes, when their time has come.
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if self.held.is_empty() {
            match self.pieces.next().await? {
                Ok(piece) => self.held = piece,
                Err(error) => return Some(Err(error)),
            }
        }
        let Some(closing) = &mut self.closing else { return Some(Ok(mem::take(&mut self.held))) };
        let most = usize::try_from(self.rate / PIECES_A_SECOND).unwrap_or(usize::MAX).max(1);
        let slice = self.held.split_to(most.min(self.held.len()));
        self.sent += slice.len() as u64;
        let due = self.begin + Duration::from_secs_f64(self.sent as f64 / self.rate as f64);
        tokio::select! {
            () = sleep_until(due) => {}
            () = closing => self.closing = None,
        }
        Some(Ok(slice))
    }
}
