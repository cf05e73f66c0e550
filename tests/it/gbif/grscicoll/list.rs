//! Lists of institutions and collections, and what narrows them.

use rstest::rstest;
use serde_json::{Value, json};

use super::{MNHN, NOBODY, admin, anybody, count, first, get, institution_in, key, key_of, keys};

/// The results of a list, all of them.
#[track_caller]
fn results(target: &str) -> Vec<Value> {
    let joint = if target.contains('?') { '&' } else { '?' };
    get(&anybody(), &format!("{target}{joint}limit=1000"))["results"].as_array().unwrap().clone()
}

/// Asserts that something is found, and that a condition holds for all of it.
#[track_caller]
fn all(target: &str, holds: impl Fn(&Value) -> bool) {
    let results = results(target);
    assert!(!results.is_empty(), "{target} finds nothing");
    for result in &results {
        assert!(holds(result), "{target}: {result}");
    }
}

fn country(entity: &Value) -> Option<&str> {
    let of = |address: &str| entity[address]["country"].as_str();
    of("address").or_else(|| of("mailingAddress"))
}

fn texts(entity: &Value, member: &str) -> Vec<String> {
    let list = entity[member].as_array().unwrap();
    list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn pages_have_the_registrys_envelope() {
    let page = anybody().get("/v1/grscicoll/institution?limit=2&offset=3").json();

    let members: Vec<&str> = page.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["offset", "limit", "endOfRecords", "count", "results"]);
    assert_eq!(page["results"].as_array().unwrap().len(), 2);
}

#[test]
fn pages_join_up_newest_first() {
    let client = anybody();
    let mut joined = Vec::new();
    for offset in (0..160).step_by(20) {
        joined.extend(keys(&get(&client, &format!("collection?offset={offset}"))));
    }

    let whole = results("collection");
    let created: Vec<String> =
        whole.iter().map(|one| one["created"].as_str().unwrap().to_owned()).collect();
    let mut sorted = created.clone();
    sorted.sort();
    sorted.reverse();
    assert_eq!(created, sorted);
    assert_eq!(joined, whole.iter().map(key).collect::<Vec<_>>());
}

#[test]
fn places_narrow() {
    all("institution?country=ES", |one| country(one) == Some("ES"));
    all("institution?country=spain&country=DNK", |one| matches!(country(one), Some("ES" | "DK")));
    all("institution?gbifRegion=north_america", |one| matches!(country(one), Some("US" | "CA")));
    all("collection?city=PARÍS", |one| one["address"]["city"] == "Paris");
    all("institution?city=ma drid", |one| one["address"]["city"] == "Madrid");
}

#[test]
fn names_and_codes_narrow() {
    all("institution?code=mnhn", |one| one["code"] == "MNHN");
    all("collection?name=Entomology", |one| one["name"] == "Entomology");
    assert_eq!(results("collection?name=entomology").len(), 0);
    all("collection?name=Insects&name=Entomology", |one| {
        matches!(one["name"].as_str(), Some("Insects" | "Entomology"))
    });
    all("institution?alternativeCode=KSTC", |one| one["code"] == "MOMF");
}

#[test]
fn names_are_found_though_misspelt_the_likest_first() {
    let found = results("institution?fuzzyName=Institute of Lake Ecology Stud");

    let names: Vec<&str> = found.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Institute of Lake Ecology Studies", "Institute of Lake Ecology"]);
}

#[test]
fn names_of_filters_are_known_in_any_case() {
    let client = anybody();

    assert_eq!(
        count(&client, "institution?COUNTRY=ES&limit=0"),
        count(&client, "institution?country=ES&limit=0")
    );
    assert_eq!(count(&client, "institution?LIMIT=1&Q=nothing&limit=0"), 72);
}

#[test]
fn booleans_are_true_or_anything_else() {
    all("institution?active=True", |one| one["active"] == true);
    all("institution?active=nonsense", |one| one["active"] == false);
    all("collection?personalCollection=false", |one| one["personalCollection"] == false);
    all("collection?displayOnNHCPortal=false", |one| one["displayOnNHCPortal"] == false);
}

#[test]
fn numbers_narrow_by_ranges() {
    let specimens = |one: &Value| one["numberSpecimens"].as_i64();
    let all_with = results("collection?numberSpecimens=*,*").len();

    all("collection?numberSpecimens=0,1000", |one| specimens(one).unwrap() <= 1000);
    all("collection?numberSpecimens=0%2C1000", |one| specimens(one).unwrap() <= 1000);
    all("collection?numberSpecimens=1000 , *", |one| specimens(one).unwrap() >= 1000);
    all("collection?occurrenceCount=*,500", |one| one["occurrenceCount"].as_i64().unwrap() <= 500);
    all("institution?typeSpecimenCount=10,100", |one| {
        (10..=100).contains(&one["typeSpecimenCount"].as_i64().unwrap())
    });
    let low = results("collection?numberSpecimens=*,1000").len();
    let high = results("collection?numberSpecimens=1001,*").len();
    assert_eq!(low + high, all_with);
    let either = "collection?numberSpecimens=*,1000&numberSpecimens=1001,*";
    assert_eq!(results(either).len(), all_with);
    let one = specimens(&first(&anybody(), "collection?numberSpecimens=*,*")).unwrap();
    all(&format!("collection?numberSpecimens={one}"), |found| specimens(found) == Some(one));
}

#[test]
fn concepts_narrow_with_all_below_them() {
    let below = |one: &Value| {
        texts(one, "contentTypes").iter().any(|concept| {
            matches!(
                concept.as_str(),
                "Biological"
                    | "PreservedOrganisms"
                    | "Endoskeletons"
                    | "Exoskeletons"
                    | "PlantDerived"
                    | "CellsTissue"
                    | "MolecularDerivates"
                    | "LivingOrganisms"
                    | "AnimalDerived"
                    | "AnimalBuiltStructures"
            )
        })
    };
    all("collection?contentType=Biological", below);
    all("collection?contentType=BIOLOGICAL_PRESERVED_ORGANISMS", |one| {
        texts(one, "contentTypes").contains(&"PreservedOrganisms".to_owned())
    });
    all("institution?discipline=Biological", |one| {
        texts(one, "disciplines").iter().any(|concept| {
            matches!(
                concept.as_str(),
                "Botany" | "Zoology" | "Ecology" | "Taxonomy" | "EvolutionaryBiology"
            )
        })
    });
    all("collection?preservationType=sample_pinned", |one| {
        texts(one, "preservationTypes").contains(&"SamplePinned".to_owned())
    });
    all("collection?accessionStatus=INSTITUTIONAL", |one| {
        one["accessionStatus"] == "Institutional"
    });
    all("institution?type=herbarium", |one| texts(one, "types").contains(&"Herbarium".to_owned()));
    all("institution?institutionalGovernance=Academic", |one| {
        texts(one, "institutionalGovernances").iter().any(|word| word.starts_with("Academic"))
    });
    assert_eq!(results("collection?contentType=nonsense").len(), 0);
}

#[test]
fn identifier_and_type_hold_for_the_same_one() {
    let identified = first(&anybody(), "institution?identifierType=ROR");
    let identifiers = identified["identifiers"].as_array().unwrap();
    let ror = identifiers.iter().find(|one| one["type"] == "ROR").unwrap();
    let ror = ror["identifier"].as_str().unwrap();

    let both = results(&format!("institution?identifier={ror}&identifierType=ROR"));
    let mixed = results(&format!("institution?identifier={ror}&identifierType=WIKIDATA"));

    assert_eq!(both.iter().map(key).collect::<Vec<_>>(), [key(&identified)]);
    assert_eq!(mixed.len(), 0);
    assert_eq!(results("institution?identifierType=NONSENSE").len(), 0);
}

#[test]
fn parts_of_machine_tags_hold_for_the_same_one() {
    let client = admin();
    let key = super::new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}/machineTag");
    client.post(&path, &json!({ "namespace": "a.org", "name": "n", "value": "1" }));
    client.post(&path, &json!({ "namespace": "b.org", "name": "n", "value": "2" }));
    let found = |query: &str| count(&client, &format!("institution?{query}&limit=0"));

    assert_eq!(found("machineTagNamespace=a.org"), 1);
    assert_eq!(found("machineTagName=n"), 1);
    assert_eq!(found("machineTagNamespace=a.org&machineTagValue=1"), 1);
    assert_eq!(found("machineTagNamespace=a.org&machineTagValue=2"), 0);
}

#[test]
fn master_sources_narrow() {
    all("collection?masterSourceType=IH", |one| one["masterSource"] == "IH");
    all("collection?source=DATASET", |one| one["masterSourceMetadata"]["source"] == "DATASET");
    let source = first(&anybody(), "collection?source=IH_IRN");
    let id = source["masterSourceMetadata"]["sourceId"].as_str().unwrap();
    all(&format!("collection?source=IH_IRN&sourceId={id}"), |one| {
        one["masterSourceMetadata"]["sourceId"] == id
    });
}

#[test]
fn the_institution_of_a_collection_narrows_by_two_names() {
    let by_key = results(&format!("collection?institutionKey={MNHN}"));

    assert!(by_key.len() >= 20);
    assert_eq!(results(&format!("collection?institution={MNHN}")).len(), by_key.len());
    let both = format!("collection?institution={MNHN}&institutionKey={NOBODY}");
    assert_eq!(results(&both).len(), by_key.len());
    all(&format!("institution?institutionKey={MNHN}"), |one| key(one) == MNHN);
}

#[test]
fn contacts_narrow() {
    let holds = |one: &Value| !one["contactPersons"].as_array().unwrap().is_empty();
    let with = results("collection").into_iter().find(|one| holds(one)).unwrap();
    let contact = &with["contactPersons"][0];
    let email = contact["email"][0].as_str().unwrap();
    let number = &contact["key"];

    all(&format!("collection?contactEmail={email}"), |one| {
        one["contactPersons"].to_string().contains(email)
    });
    all(&format!("collection?contact={number}"), |one| key(one) == key(&with));
    assert_eq!(results(&format!("collection?contact={NOBODY}")).len(), 148);
}

#[test]
fn replaced_ones_are_found_by_what_replaced_them() {
    let mut deleted = results("institution/deleted").into_iter();
    let replaced = deleted.find(|one| one.get("replacedBy").is_some()).unwrap();
    let by = replaced["replacedBy"].as_str().unwrap();

    let found = results(&format!("institution/deleted?replacedBy={by}"));

    assert!(found.iter().all(|one| one["replacedBy"] == by) && !found.is_empty());
}

#[test]
fn sorting_is_by_specimens_with_the_uncounted_last() {
    let numbers = |order: &str| -> Vec<Option<i64>> {
        results(&format!("collection?sortBy=NUMBER_SPECIMENS{order}"))
            .iter()
            .map(|one| one["numberSpecimens"].as_i64())
            .collect()
    };
    let check = |numbers: Vec<Option<i64>>, descends: bool| {
        let counted: Vec<i64> = numbers.iter().copied().flatten().collect();
        let mut sorted = counted.clone();
        sorted.sort_unstable();
        if descends {
            sorted.reverse();
        }
        assert_eq!(counted, sorted);
        assert!(numbers[..counted.len()].iter().all(Option::is_some));
        assert!(counted.len() < numbers.len());
    };

    check(numbers(""), false);
    check(numbers("&sortOrder=ASC"), false);
    check(numbers("&sortOrder=DESC"), true);
}

#[test]
fn words_are_found_by_their_beginnings_all_of_them() {
    let found = |q: &str| count(&anybody(), &format!("collection?q={q}&limit=0"));

    assert!(found("insect") >= 5);
    assert_eq!(found("insect"), found("*insects*"));
    assert!(found("insect kansas") < found("insect"));
    assert_eq!(found("the"), 0);
    assert_eq!(found("%25"), 0);
    assert_eq!(found("qqqq"), 0);
}

#[test]
fn words_of_one_contact_person_find_the_entity() {
    let client = admin();
    let key = super::new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}/contactPerson");
    client.post(&path, &json!({ "firstName": "Xenia", "lastName": "Quokka" }));
    client.post(&path, &json!({ "firstName": "Yorick", "lastName": "Wombat" }));
    let found = |q: &str| count(&client, &format!("institution?q={q}&limit=0"));

    assert_eq!(found("xenia quok"), 1);
    assert_eq!(found("xenia wombat"), 0);
    assert_eq!(found("xenia museum"), 0);
}

#[test]
fn a_list_sees_every_write_at_once() {
    let client = admin();
    let mut body = institution_in("DK");
    body["name"] = "Zyzzyva House".into();
    let key = key_of(&client.post("/v1/grscicoll/institution", &body));
    let found = |q: &str| keys(&get(&client, &format!("institution?q={q}")));
    assert_eq!(found("zyzzyv"), [key.as_str()]);

    body["key"] = key.as_str().into();
    body["name"] = "Quagga House".into();
    client.put(&format!("/v1/grscicoll/institution/{key}"), &body);

    assert_eq!(found("zyzzyv"), [] as [&str; 0]);
    assert_eq!(found("quagga"), [key]);
}

#[test]
fn foreign_filters_are_passed_over() {
    assert_eq!(results("institution?contentType=Biological&institution=foo").len(), 72);
    assert_eq!(results("collection?discipline=Botany").len(), 148);
}

#[test]
fn places_are_given_as_geojson() {
    let client = anybody();

    let collection = get(&client, "institution/geojson?country=US");

    assert_eq!(collection["type"], "FeatureCollection");
    let features = collection["features"].as_array().unwrap();
    assert!(!features.is_empty());
    for feature in features {
        let shown = get(&client, &format!("institution/{}", key(&feature["properties"])));
        assert_eq!(feature["properties"]["name"], shown["name"]);
        assert_eq!(
            feature["geometry"],
            json!({ "type": "Point", "coordinates": [shown["longitude"], shown["latitude"]] })
        );
    }
}

#[rstest]
#[case("collection", "museum")]
#[case("collection", "museum natural")]
#[case("institution", "university")]
#[case("institution", "e")]
fn what_words_find_is_counted_whole_and_its_pages_join_up(#[case] kind: &str, #[case] q: &str) {
    let client = anybody();
    let page = |more: &str| get(&client, &format!("{kind}?q={q}{more}"));
    let whole = page("&limit=1000");
    let (found, total) = (keys(&whole), whole["count"].as_u64().unwrap());

    assert!(total > 2, "only {total} found");
    assert_eq!(found.len() as u64, total.min(1000));
    let parts = (0..found.len()).step_by(7);
    let joined: Vec<_> =
        parts.flat_map(|offset| keys(&page(&format!("&limit=7&offset={offset}")))).collect();
    assert_eq!(joined, found);
    // Narrowed, they are counted in another way.
    let narrowed = |yes: bool| page(&format!("&active={yes}&limit=0"))["count"].as_u64().unwrap();
    assert_eq!(narrowed(true) + narrowed(false), total);
    assert_eq!(keys(&page("&active=true&active=false&limit=1000")), found);
}

#[test]
fn the_mark_by_which_what_words_find_is_counted_is_no_word() {
    assert_eq!(count(&anybody(), "collection?q=\u{e000}2"), count(&anybody(), "collection?q=2"));
}

#[test]
fn all_collections_of_institutions_are_on_a_page_of_twenty() {
    let page = get(&anybody(), "collection/listForInstitution?code=MNHN");

    let results = page["results"].as_array().unwrap();
    assert_eq!(page["limit"], 20);
    assert_eq!(page["endOfRecords"], false);
    assert!(results.len() > 20 && page["count"] == results.len());
    assert!(results.iter().all(|one| one["institutionKey"] == MNHN));
}

#[test]
fn there_are_no_descriptors() {
    let client = anybody();
    let collection = key(&first(&client, "collection"));
    let empty = json!({ "offset": 0, "limit": 5, "endOfRecords": true, "count": 0, "results": [] });

    for path in [
        "collection/descriptorGroup/suggestion".to_owned(),
        format!("collection/{collection}/descriptorGroup"),
        format!("collection/{collection}/descriptorGroup/suggestion"),
    ] {
        assert_eq!(get(&client, &format!("{path}?limit=5")), empty);
    }
    let unknown = client.get(&format!("/v1/grscicoll/collection/{NOBODY}/descriptorGroup"));
    assert_eq!(unknown.whole(), format!("404 \nEntity collection not found with key {NOBODY}\r\n"));
}
