//! A small API for tests of what all APIs share: a herbarium with sheets that can be listed, added and spoilt.

#![expect(clippy::unnecessary_wraps, reason = "every handler may fail")]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::SERVER;
use http::{HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};
use wardian::emulator::{Emulator, Settings};
use wardian::kit::Api;
use wardian::kit::call::{Call, Caller, Identity, Request};
use wardian::kit::cors::Cors;
use wardian::kit::credential::{AuthFault, Credential};
use wardian::kit::delivery::{Delivery, Ending};
use wardian::kit::endpoint::{Access, Endpoint, Failure, Issues};
use wardian::kit::fields::Fields;
use wardian::kit::filter::{Filter, Where};
use wardian::kit::habits::{Check, Habits, Host, Options, Repeated, Unknown};
use wardian::kit::json::JsonStyle;
use wardian::kit::paging::Paging;
use wardian::kit::param::Param;
use wardian::kit::records::Records;
use wardian::kit::reply::{Rejection, Reply};
use wardian::kit::rest::Rest;
use wardian::seeding;
use wardian::store::File;
use wardian::world::{Recipe, World};

/// Passes wherever somebody has to say who he is.
pub const API_KEY: &str = "curators-key-0123456789";

static TAXON: Param<Option<String>> =
    Param::optional("taxon", "The name on the label.").also(&["species"]);
static LIMIT: Param<u32> = Param::or("limit", "20", "How many sheets to list.");
static TAGS: Param<Vec<String>> = Param::repeated("tag", "Notes on the sheet.");
static PARTS: Param<Vec<u32>> = Param::commas("part", "Numbers of parts.");
static NUMBER: Param<u32> = Param::path("number", "The sheet's number.");
static SIZE: Param<u32> = Param::required("size", "How many letters to send.");
static KEY: Param<Option<String>> = Param::optional("api_key", "Who is asking.");

static SECRET: Param<Option<String>> = Param::optional("client_secret", "What only the two know.");

static FILTERS: [Filter; 1] = [Filter::equals(&TAXON, "taxon")];

pub struct Herbarium {
    habits: &'static Habits,
}

/// Habits that no service is likely to have all of.
pub fn habits() -> Habits {
    Habits {
        checks: &[Check::Caller, Check::Access, Check::Params],
        repeated: Repeated::Last,
        empty_is_absent: true,
        names_ignore_case: false,
        unknown_params: Unknown::Refuse,
        trailing_slash: false,
        json: JsonStyle::COMPACT,
        records: Records { lists: &["/sheets"], ..Records::NONE },
        paging: Paging::None,
        locks_out: false,
        cors: Cors::Nobody,
        options: Options::Allow,
        headers: &HEADERS,
    }
}

static HEADERS: [(HeaderName, HeaderValue); 1] =
    [(SERVER, HeaderValue::from_static("herbarium/1"))];

static WORLD: LazyLock<File> = LazyLock::new(|| {
    let world = World::new(&Recipe::default()).unwrap();
    seeding::grow(&world, &[Herbarium::boxed(habits())]).unwrap()
});

/// An emulator that has a herbarium and nothing else.
pub fn emulator(settings: Settings) -> Arc<Emulator> {
    with_habits(habits(), settings)
}

/// The same with habits of one's own.
pub fn with_habits(habits: Habits, settings: Settings) -> Arc<Emulator> {
    let apis = vec![Herbarium::boxed(habits)];
    Arc::new(Emulator::new(apis, WORLD.clone(), None, settings))
}

impl Herbarium {
    fn boxed(habits: Habits) -> Box<dyn Api> {
        Box::new(Self { habits: Box::leak(Box::new(habits)) })
    }
}

impl Api for Herbarium {
    fn name(&self) -> &'static str {
        "herbarium"
    }

    fn title(&self) -> &'static str {
        "Herbarium <A & B>"
    }

    fn base_path(&self) -> &'static str {
        "/v1"
    }

    fn hosts(&self) -> &'static [Host] {
        const { &[Host::new("herbarium.test"), Host::at("sheets.test", "/v1")] }
    }

    fn habits(&self) -> &'static Habits {
        self.habits
    }

    fn schema(&self) -> &'static str {
        "CREATE TABLE herbarium_sheet (number INTEGER PRIMARY KEY, taxon TEXT NOT NULL) STRICT;"
    }

    fn seed(&self, world: &World, db: &Connection) -> anyhow::Result<()> {
        for taxon in ["Drosera rotundifolia", "Nepenthes alata", "Drosera rotundifolia"] {
            db.execute("INSERT INTO herbarium_sheet (taxon) VALUES (?)", [taxon])?;
            world.count_record();
        }
        Ok(())
    }

    fn records_table(&self) -> &'static str {
        "herbarium_sheet"
    }

    fn expected_records(&self, _: &World) -> u64 {
        3
    }

    fn endpoints(&self) -> Vec<Endpoint> {
        vec![
            Endpoint::get("/v1/sheet")
                .id("sheet.list")
                .summary("Lists sheets")
                .filters(&FILTERS)
                .takes([&LIMIT as _, &TAGS as _, &PARTS as _, &KEY as _])
                .handler(list),
            Endpoint::get("/v1/sheet/{number}")
                .also("/v1/specimen/{number}")
                .id("sheet.get")
                .summary("Gets a sheet")
                .takes([&NUMBER as _])
                .handler(get),
            Endpoint::post("/v1/sheet")
                .id("sheet.create")
                .summary("Adds a sheet")
                .access(Access::Role("CURATOR"))
                .handler(create),
            Endpoint::post("/v1/spill")
                .id("sheet.spill")
                .summary("Spoils a sheet and fails")
                .handler(spill),
            Endpoint::post("/v1/key")
                .id("key.create")
                .summary("Makes an API key")
                .form()
                .takes([&KEY as _, &SECRET as _, &TAXON as _])
                .issues(Issues::Members(&["key"]))
                .handler(make_key),
            Endpoint::get("/v1/key.xml")
                .id("key.xml")
                .summary("Shows a key in XML")
                .issues(Issues::Members(&["key"]))
                .handler(show_key),
            Endpoint::get("/v1/letters")
                .id("letter.list")
                .summary("Sends as many letters as wanted")
                .takes([&SIZE as _])
                .heavy()
                .handler(letters),
            Endpoint::get("/v1/letters/stream")
                .id("letter.stream")
                .summary("Sends as many letters as wanted, a hundred at a time")
                .takes([&SIZE as _])
                .handler(letter_stream),
            Endpoint::get("/v1/cabinets")
                .id("cabinet.list")
                .summary("Tells which cabinet is locked")
                .handler(cabinets),
            Endpoint::get("/v1/picture")
                .id("picture.get")
                .summary("Sends bytes that are no text")
                .handler(picture),
        ]
    }

    fn caller(&self, call: &Call, _: &Connection) -> Result<Caller, Rejection> {
        match call.header("x-api-key") {
            None => Ok(Caller::Nobody),
            Some(API_KEY) => Ok(Caller::Known(Identity::default())),
            Some(other) => Err(Rejection::BadCredentials { reason: format!("no key {other}") }),
        }
    }

    fn credential(&self, request: &Request, _: &Fields) -> Option<Credential> {
        let key = request.headers().get("x-api-key")?.to_str().ok()?.to_owned();
        Some(Credential { name: key.clone(), secret: key, expires: true })
    }

    fn admit(&self, call: &Call, role: &str, _: &Connection) -> Result<(), Rejection> {
        match call.caller {
            Caller::Nobody => Err(Rejection::NotAllowed { role: role.to_owned() }),
            Caller::Known(_) => Ok(()),
        }
    }

    fn refuse(&self, _: &Request, _: Timestamp, rejection: Rejection) -> Reply {
        let status = match rejection {
            Rejection::NoSuchPath => StatusCode::NOT_FOUND,
            Rejection::WrongMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Rejection::NotAuthenticated | Rejection::BadCredentials { .. } => {
                StatusCode::UNAUTHORIZED
            }
            Rejection::NotAllowed { .. } | Rejection::AuthFault(AuthFault::Forbid) => {
                StatusCode::FORBIDDEN
            }
            Rejection::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Rejection::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Rejection::Injected(ref fault) => fault.status,
            Rejection::AuthFault(_) => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        Reply::new(status, "text/plain", format!("herbarium: {rejection}"))
    }

    /// A herbarium sends its answers as the client wishes: `x-delivery: reset, delay=50, rate=1000`.
    fn dress(&self, request: &Request, reply: &mut Reply) {
        if let Some(wish) = request.headers().get("x-delivery") {
            reply.delivery = Some(Box::new(delivery(wish.to_str().unwrap())));
        }
    }

    fn unemulated(&self) -> &'static [&'static str] {
        &["/v1/loan/{*rest}"]
    }

    fn credentials(&self, _: &Connection, base: &str) -> rusqlite::Result<Value> {
        Ok(json!({ "key_url": format!("{base}/v1/key"), "curators": [{ "api_key": API_KEY }] }))
    }
}

fn delivery(wish: &str) -> Delivery {
    let mut delivery = Delivery::default();
    for part in wish.split(", ") {
        match part.split_once('=') {
            Some(("delay", millis)) => {
                delivery.delay = Duration::from_millis(millis.parse().unwrap());
            }
            Some(("rate", rate)) => delivery.rate = Some(rate.parse().unwrap()),
            _ => {
                delivery.ending = match part {
                    "reset" => Ending::Reset,
                    "close" => Ending::Close,
                    "cut" => Ending::CutBody,
                    "hang" => Ending::Hang,
                    "overlong" => Ending::Overlong,
                    other => panic!("no ending {other}"),
                }
            }
        }
    }
    delivery
}

/// What a herbarium refuses itself.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("there is no such sheet")]
    Missing,
    #[error("a sheet needs a taxon")]
    NoTaxon,
    #[error(transparent)]
    Body(#[from] Rejection),
    #[error(transparent)]
    Store(#[from] rusqlite::Error),
}

impl Failure for Refusal {
    fn into_reply(self, _: &Call) -> Reply {
        let status = match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::NoTaxon | Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Reply::new(status, "text/plain", self.to_string())
    }
}

fn list(call: &Call, db: &Connection) -> Result<Reply, Refusal> {
    let rows = Where::new("number > 0").filter(&FILTERS, &call.fields);
    let sql = format!("SELECT number, taxon FROM herbarium_sheet {rows} ORDER BY number");
    let mut query = db.prepare_cached(&sql)?;
    let sheets = query
        .query_map(rusqlite::params_from_iter(rows.values()), |row| {
            Ok(json!({ "number": row.get::<_, i64>(0)?, "taxon": row.get::<_, String>(1)? }))
        })?
        .collect::<rusqlite::Result<Vec<Value>>>()?;
    let mut next = format!("{}/v1/sheet?page=2", call.base());
    if let Some(key) = call.get(&KEY) {
        next = format!("{next}&api_key={key}");
    }
    Ok(call.answer(&json!({
        "sheets": sheets,
        "next": next,
        "limit": call.get(&LIMIT),
        "tags": call.get(&TAGS),
        "parts": call.get(&PARTS),
    })))
}

fn get(call: &Call, db: &Connection) -> Result<Reply, Refusal> {
    let sql = "SELECT taxon FROM herbarium_sheet WHERE number = ?";
    let taxon: Option<String> =
        db.query_row(sql, [call.get(&NUMBER)], |row| row.get(0)).optional()?;
    let taxon = taxon.ok_or(Refusal::Missing)?;
    Ok(call.answer(&json!({ "taxon": taxon, "area": 0.000_01, "note": "<è>" })))
}

fn create(call: &Call, db: &Connection) -> Result<Reply, Refusal> {
    let body: Value = call.json()?;
    let id = call.new_uuid();
    // Stored and drawn before it is refused, so that tests see whether anything of it stays.
    let taxon = body["taxon"].as_str().unwrap_or_default();
    db.execute("INSERT INTO herbarium_sheet (taxon) VALUES (?)", [taxon])?;
    if taxon.is_empty() {
        return Err(Refusal::NoTaxon);
    }
    let made = json!({ "number": db.last_insert_rowid(), "id": id });
    Ok(call.answer_with(StatusCode::CREATED, &made))
}

fn spill(call: &Call, db: &Connection) -> Result<Reply, Refusal> {
    call.new_uuid();
    db.execute("DELETE FROM herbarium_sheet", [])?;
    panic!("the tea is on the table");
}

fn make_key(call: &Call, _: &Connection) -> Result<Reply, Refusal> {
    let made = json!({
        "key": call.new_uuid(),
        "token": "issued-token-value",
        "taxon": call.get(&TAXON),
        "for": call.get(&KEY),
    });
    let cookie = http::HeaderValue::from_static("sheet=crumbs-of-a-cookie; Path=/; HttpOnly");
    let token = http::HeaderValue::from_static("issued-token-value");
    Ok(call
        .answer(&made)
        .with(http::header::SET_COOKIE, cookie)
        .with(http::HeaderName::from_static("token"), token))
}

fn show_key(_: &Call, _: &Connection) -> Result<Reply, Refusal> {
    let text = "<keys><key type=\"string\">issued-key-value</key><name>A</name></keys>";
    Ok(Reply::new(StatusCode::OK, "application/xml", text))
}

fn letters(call: &Call, _: &Connection) -> Result<Reply, Refusal> {
    Ok(Reply::new(StatusCode::OK, "text/plain", "è".repeat(call.get(&SIZE) as usize)))
}

fn letter_stream(call: &Call, _: &Connection) -> Result<Reply, Refusal> {
    let size = call.get(&SIZE) as usize;
    let reply = Reply::new(StatusCode::OK, "text/plain", "");
    Ok(reply.followed_by(Rest::stored(move |_, send| {
        for begin in (0..size).step_by(100) {
            let piece: Vec<u8> = (begin..size.min(begin + 100)).map(letter).collect();
            if !send(piece.into()) {
                break;
            }
        }
        Ok(())
    })))
}

/// The letter at a place of a stream, so that tests see when one is missing.
pub fn letter(place: usize) -> u8 {
    b'a' + u8::try_from(place % 25).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "every handler may fail")]
fn cabinets(call: &Call, _: &Connection) -> Result<Reply, Refusal> {
    let locked = call.subquery.follow().map(|subquery| format!("{subquery:?}"));
    Ok(call.answer(&serde_json::json!({ "locked": locked })))
}

fn picture(_: &Call, _: &Connection) -> Result<Reply, Refusal> {
    Ok(Reply::new(StatusCode::OK, "image/png", Bytes::from_static(b"\x89PNG\r\n\x1a\n")))
}
