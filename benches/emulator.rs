//! The emulator as a function: what one request costs without a socket.

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use wardian::apis;
use wardian::emulator::{Emulator, Settings};
use wardian::kit::call::Request;
use wardian::scenario::definition::{Reading, Scenario};
use wardian::scenario::repertoire::Source;
use wardian::seeding;
use wardian::session::name::SessionName;
use wardian::store::{Database, File, Transaction};
use wardian::world::{Recipe, World};

fn world() -> File {
    let world = World::new(&Recipe::default()).expect("the embedded data are sound");
    seeding::grow(&world, &apis::all()).expect("the default world grows")
}

fn emulator(world: &File) -> Arc<Emulator> {
    let settings = Settings { max_sessions: usize::MAX, ..Settings::default() };
    Arc::new(Emulator::new(apis::all(), world.clone(), None, settings))
}

fn get(target: &str) -> Request {
    http::Request::get(target)
        .header("host", "127.0.0.1:8080")
        .body(Bytes::new())
        .expect("the target is valid")
        .into()
}

fn requests(criterion: &mut Criterion) {
    let emulator = emulator(&world());
    let mut bench = |name: &str, target: &str| {
        let check = emulator.answer(get(target));
        assert!(check.status.is_success(), "{target}: {}", check.status);
        criterion.bench_function(name, |bencher| {
            bencher.iter_batched(
                || get(target),
                |request| black_box(emulator.answer(request)),
                BatchSize::SmallInput,
            );
        });
    };
    bench("tbia, one record by id", "/tbia/api/v1/occurrence?id=6540d35818aad00028ecda95");
    bench("tbia, a page of 20 of a taxon", "/tbia/api/v1/occurrence?taxonID=t0052516");
    bench("tbia, a page of 20 in a box", "/tbia/api/v1/occurrence?boundedBy=122%2C24%2C121%2C23");
}

/// What a request costs beside a hundred rules that are about others.
fn rules(criterion: &mut Criterion) {
    let emulator = emulator(&world());
    let rule = |number: usize| {
        let matching = match number % 4 {
            0 => "api: mo".to_owned(),
            1 => "api: tbia, method: POST".to_owned(),
            2 => format!("path: /api/v{number}/**"),
            _ => format!("query: {{ limit: '{number}' }}"),
        };
        format!("  - match: {{ {matching} }}\n    effect: {{ error: {{ status: 503 }} }}\n")
    };
    let rules: String = (0..100).map(rule).collect();
    let yaml = format!("name: many\ntitle: Many\ndescription: None fits.\nrules:\n{rules}");
    let session = emulator.sessions.default_session();
    let reading = Reading { vocabulary: &session.stage.repertoire().vocabulary, folder: None };
    let scenario = Scenario::from_yaml(&yaml, reading).expect("it is a scenario");
    session.stage.change(|cast| cast.put(Arc::new(scenario), Source::Session));
    let target = "/tbia/robots.txt?a=b";
    for (name, active) in [("no rules", false), ("a hundred rules", true)] {
        session.stage.change(|cast| cast.switch("many", active));
        criterion.bench_function(&format!("tbia, robots.txt, {name}"), |bencher| {
            bencher.iter_batched(
                || get(target),
                |request| black_box(emulator.answer(request)),
                BatchSize::SmallInput,
            );
        });
    }
}

fn sessions(criterion: &mut Criterion) {
    let world = world();
    let emulator = emulator(&world);
    let pristine = emulator.sessions.pristine();
    let mut number = 0;
    criterion.bench_function("fork a session", |bencher| {
        bencher.iter_batched(
            || {
                number += 1;
                format!("fork-{number}").parse::<SessionName>().expect("it is plain")
            },
            |name| {
                let made = emulator.sessions.make(name.clone(), &pristine, None);
                emulator.sessions.end(name.as_str()).expect("it was just made");
                made
            },
            BatchSize::SmallInput,
        );
    });
    let session = emulator.sessions.default_session();
    criterion.bench_function("reset a session's data", |bencher| {
        bencher.iter(|| session.reset_data(&world).expect("memory takes it"));
    });
    criterion.bench_function("first write in a fork", |bencher| {
        bencher.iter_batched_ref(
            || Database::fork(&world),
            |fork| {
                fork.transact(Transaction::Write, |db| {
                    db.execute("UPDATE wardian_state SET drawn = drawn + 1", [])
                })
            },
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(emulating, requests, rules, sessions);
criterion_main!(emulating);
