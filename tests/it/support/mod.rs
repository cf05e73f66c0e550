//! The cast of the tests: clients of one emulator, each in a session of its own.
//!
//! A [`Client`] talks to one API through [`Emulator::answer`], without a socket. Each has its own fork of the world, so
//! tests neither see nor disturb each other.

pub mod herbarium;
pub mod refusal;
pub mod served;
pub mod server;
pub mod visitor;

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;
use wardian::apis;
use wardian::emulator::{Emulator, Settings};
use wardian::kit::delivery::Delivery;
use wardian::kit::reply::Reply;
use wardian::seeding;
use wardian::session::Session;
use wardian::session::name::SessionName;
use wardian::store::File;
use wardian::world::{Recipe, World};

/// The default world, grown once for all tests.
pub static WORLD: LazyLock<File> = LazyLock::new(|| {
    let world = World::new(&Recipe::default()).unwrap();
    seeding::grow(&world, &apis::all()).unwrap()
});

/// The emulator that most tests share.
static EMULATOR: LazyLock<Arc<Emulator>> =
    LazyLock::new(|| emulator(Settings { max_sessions: usize::MAX, ..Settings::default() }));

/// An emulator of one's own, for tests of what the operator chooses.
pub fn emulator(settings: Settings) -> Arc<Emulator> {
    Arc::new(Emulator::new(apis::all(), WORLD.clone(), None, settings))
}

/// Somebody who calls one API, in a session of their own.
pub struct Client {
    emulator: Arc<Emulator>,
    session: Arc<Session>,
    prefix: String,
    headers: Vec<(String, String)>,
}

impl Client {
    /// A client of the API mounted at `/{api}`.
    pub fn of(api: &str) -> Self {
        Self::of_emulator(EMULATOR.clone(), &format!("/{api}"))
    }

    pub fn tbia() -> Self {
        Self::of("tbia")
    }

    /// A client of an emulator of one's own; paths get `prefix` in front.
    pub fn of_emulator(emulator: Arc<Emulator>, prefix: &str) -> Self {
        let name: SessionName = format!("test-{}", next_number()).parse().unwrap();
        let session = emulator.sessions.make(name, &emulator.sessions.pristine(), None).unwrap();
        Self { emulator, session, prefix: prefix.to_owned(), headers: Vec::new() }
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    pub fn emulator(&self) -> &Arc<Emulator> {
        &self.emulator
    }

    /// Whoever steers this client's session.
    pub fn control(&self) -> Self {
        Self {
            emulator: self.emulator.clone(),
            session: self.session.clone(),
            prefix: "/__admin".to_owned(),
            headers: Vec::new(),
        }
    }

    /// Somebody in the same session who sends no headers of their own: nobody known.
    pub fn anonymous(&self) -> Self {
        Self {
            emulator: self.emulator.clone(),
            session: self.session.clone(),
            prefix: self.prefix.clone(),
            headers: Vec::new(),
        }
    }

    /// The same client, sending one more header with every request.
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.push((name.to_owned(), value.to_owned()));
        Self {
            emulator: self.emulator.clone(),
            session: self.session.clone(),
            prefix: self.prefix.clone(),
            headers,
        }
    }

    /// The same client with HTTP Basic credentials.
    pub fn with_basic(&self, user: &str, password: &str) -> Self {
        use base64::Engine;
        let text = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
        self.with_header("authorization", &format!("Basic {text}"))
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new())
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Bytes::new())
    }

    #[track_caller]
    pub fn post(&self, path: &str, json: &Value) -> Answer {
        self.send_json(Method::POST, path, json)
    }

    #[track_caller]
    pub fn put(&self, path: &str, json: &Value) -> Answer {
        self.send_json(Method::PUT, path, json)
    }

    #[track_caller]
    pub fn send_json(&self, method: Method, path: &str, json: &Value) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], json.to_string())
    }

    /// Any request at all.
    #[track_caller]
    pub fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let target = format!("{}{path}", self.prefix);
        let mut request = http::Request::builder()
            .method(method)
            .uri(encode_target(&target))
            .header("x-wardian-session", self.session.name.as_str());
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = own.chain(headers.iter().copied()).collect();
        if !all.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request = request.header("host", "127.0.0.1:8080");
        }
        for (name, value) in all {
            request = request.header(name, value);
        }
        let request = request.body(body.into()).expect("the test wrote a valid request");
        let reply = self.emulator.answer(request);
        reply.into()
    }
}

/// What is seen where a service is as documented, and where it is as it really is in one of its quirks.
#[track_caller]
pub fn documented_and_live<T>(quirk: &str, see: impl Fn(&Client) -> T) -> [T; 2] {
    let (api, _) = quirk.split_once('.').unwrap();
    let (documented, live) = (Client::of(api), Client::of(api));
    live.control().put("/quirks", &serde_json::json!({ "live": [quirk] })).json();
    [see(&documented), see(&live)]
}

/// Lets tests write Chinese, blanks and pipes in paths as people do.
fn encode_target(target: &str) -> String {
    const ENCODED: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    utf8_percent_encode(target, ENCODED).to_string()
}

fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// How it would be sent.
    pub delivery: Delivery,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let Reply { status, headers, body, delivery, .. } = reply;
        Self {
            status,
            headers: headers.into(),
            body,
            delivery: delivery.map(|plan| *plan).unwrap_or_default(),
        }
    }
}

impl Answer {
    /// The same answer, if it has this status.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status(), status, "{}", self.text());
        self
    }

    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body of a successful answer, which must be JSON and say so.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text());
        assert!(self.content_type().starts_with("application/json"), "{}", self.content_type());
        self.any_json()
    }

    /// The body as JSON, whatever the status.
    #[track_caller]
    pub fn any_json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text()))
    }

    /// Status, content type and body, for snapshots of refusals.
    pub fn whole(&self) -> String {
        format!("{} {}\n{}", self.status(), self.content_type(), self.text())
    }
}
