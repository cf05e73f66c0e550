//! The journal as it is written: server-sent events.

use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::error::Error;
use super::requests::{self, Line, Wanted};
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::kit::rest::Rest;
use crate::session::Session;
use crate::session::journal::masking::Masking;
use crate::session::journal::{Entry, EntryId, Following};

/// How long nothing may happen until a comment says that the connection is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

static LAST_EVENT_ID: Param<Option<String>> =
    Param::header("last-event-id", "The last entry that was seen: those after it come first.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/requests/stream")
            .id("request.stream")
            .summary("Sends each request as an event when it has been answered")
            .takes([&SESSION as _, &HEADER as _, &LAST_EVENT_ID as _])
            .takes(requests::conditions())
            .media_type("text/event-stream")
            .handler(follow),
    ]
}

fn follow(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let wanted = Wanted::read(call, installation)?;
    let last = call.get(&LAST_EVENT_ID).and_then(|text| EntryId::parse(&text));
    let follower = Follower::new(&session, wanted, last);
    let events = stream::unfold(follower, async |mut follower| {
        let event = follower.next().await?;
        Some((event, follower))
    });
    // The first bytes tell the client that it is connected.
    let reply = Reply::new(StatusCode::OK, "text/event-stream", ": connected\n\n");
    Ok(reply.followed_by(Rest::live(events)))
}

/// Somebody who reads a journal while it is written.
struct Follower {
    /// It may end while it is followed.
    session: Weak<Session>,
    wanted: Wanted,
    following: Following,
}

impl Follower {
    fn new(session: &Arc<Session>, wanted: Wanted, last: Option<EntryId>) -> Self {
        let following = session.journal.follow(last);
        Self { session: Arc::downgrade(session), wanted, following }
    }

    /// The next event; none when the session has ended.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            let Following { last, missed, news } = &mut self.following;
            let entry = match missed.pop_front() {
                Some(entry) => entry,
                None => match timeout(HEARTBEAT, news.recv()).await {
                    Err(_) => return Some(Bytes::from_static(b": alive\n\n")),
                    Ok(Ok(entry)) => entry,
                    Ok(Err(RecvError::Closed)) => return None,
                    // Too slow: the journal still has what was missed.
                    Ok(Err(RecvError::Lagged(_))) => {
                        let last = *last;
                        self.following = self.session.upgrade()?.journal.follow(Some(last));
                        continue;
                    }
                },
            };
            *last = entry.id;
            if self.wanted.includes(&entry) {
                return Some(event(&entry));
            }
        }
    }
}

fn event(entry: &Entry) -> Bytes {
    let line = Line::of(entry, &Masking::new(entry));
    let data = serde_json::to_string(&line).expect("lines serialize");
    format!("event: request\nid: {}\ndata: {data}\n\n", entry.id).into()
}
