//! Query parameters: what they let through, compared with what the records say.

use rstest::rstest;
use serde_json::Value;
use wardian::store::Transaction;

use super::{error, ids, key_of, read, results, send};
use crate::support::Client;

/// All observations at low detail.
fn observations(mo: &Client, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for page in 1..=2 {
        all.extend(results(&mo.get(&format!("/api2/observations?detail=low&page={page}&{query}"))));
    }
    all
}

fn month(observation: &Value) -> i64 {
    observation["date"].as_str().unwrap()[5..7].parse().unwrap()
}

#[rstest]
#[case("6", |m: i64| m == 6)]
#[case("10-3", |m: i64| m >= 10 || m <= 3)]
#[case("2-5", |m: i64| (2..=5).contains(&m))]
fn months_match_any_year(#[case] text: &str, #[case] fits: fn(i64) -> bool) {
    let mo = Client::of("mo");

    let found = observations(&mo, &format!("date={text}"));

    let expected = observations(&mo, "").iter().filter(|o| fits(month(o))).count();
    assert!(expected > 0);
    assert_eq!(found.len(), expected);
    assert!(found.iter().all(|o| fits(month(o))));
}

#[test]
fn each_filter_keeps_to_what_it_says() {
    let mo = Client::of("mo");
    let all = observations(&mo, "");
    let check = |query: &str, fits: &dyn Fn(&Value) -> bool| {
        let found = observations(&mo, query);
        let expected: Vec<&Value> = all.iter().filter(|o| fits(o)).collect();
        assert!(!expected.is_empty() && expected.len() < all.len(), "{query}: {}", expected.len());
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
    };
    let within = |o: &Value, low: f64, high: f64| {
        o["confidence"].as_f64().is_some_and(|c| low < c && c <= high)
    };

    check("date=2019", &|o| o["date"].as_str().unwrap().starts_with("2019"));
    check("user=mycophile7", &|o| o["owner_id"] == 7);
    check("user=7,Maren Whitcomb", &|o| o["owner_id"] == 7 || o["owner_id"] == 1);
    check("has_images=no", &|o| o.get("primary_image_id").is_none());
    check("has_name=false", &|o| o["consensus_name"] == "Fungi");
    check("has_notes=0", &|o| o.get("notes").is_none() && o.get("notes_fields").is_none());
    check("has_notes_field=Cap,Nonsense", &|o| o["notes_fields"].get("Cap").is_some());
    check("has_public_lat_lng=1", &|o| o["latitude"].is_string());
    check("is_collection_location=no", &|o| o["is_collection_location"] == false);
    check("has_specimen=yes", &|o| o["specimen_available"] == true);
    check("confidence=2", &|o| within(o, 1.0, 2.0));
    check("confidence=3", &|o| within(o, 2.0, 3.0));
    check("confidence=-1", &|o| o["confidence"].as_f64().is_some_and(|c| (-1.0..0.0).contains(&c)));
    check("name=Tulostoma&include_subtaxa=yes", &|o| {
        let name = o["consensus_name"].as_str().unwrap();
        name == "Tulostoma" || name.starts_with("Tulostoma ")
    });
    check("children_of=Tulostoma", &|o| {
        o["consensus_name"].as_str().unwrap().starts_with("Tulostoma ")
    });
    check("region=Delaware, USA", &|o| {
        o["location_name"].as_str().unwrap().ends_with("Delaware, USA")
    });
    check("locations=Delaware", &|o| o["location_name"].as_str().unwrap().contains("Delaware"));
    check("date=6&locations=Delaware", &|o| {
        month(o) == 6 && o["location_name"].as_str().unwrap().contains("Delaware")
    });
    check("notes_has=latex -spore", &|o| {
        let text = format!("{}{}", o["notes"], o["notes_fields"]).to_lowercase();
        text.contains("latex") && !text.contains("spore")
    });
    check("updated_at=2019-2020", &|o| {
        let year = &o["updated_at"].as_str().unwrap()[..4];
        year == "2019" || year == "2020"
    });
}

#[test]
fn documented_places_with_commas_are_one_term() {
    let mo = Client::of("mo");

    let found = observations(&mo, "locations=Madison Heights\\, Pasadena\\, California\\, USA");

    let place = "Madison Heights, Pasadena, California, USA";
    assert!(found.iter().all(|o| o["location_name"].as_str().unwrap().contains(place)));
    assert_eq!(found, observations(&mo, &format!("locations={place}")));
}

#[test]
fn documented_places_are_a_list_once_a_comma_is_escaped() {
    let mo = Client::of("mo");
    let either = observations(&mo, "locations=Madison Heights\\, Pasadena,Delaware");

    let first = observations(&mo, "locations=Madison Heights, Pasadena");
    let second = observations(&mo, "locations=Delaware");
    assert!(!first.is_empty() && !second.is_empty());
    assert_eq!(either.len(), first.len() + second.len());
}

#[test]
fn records_are_listed_by_text_too_where_they_have_one() {
    let mo = Client::of("mo");
    let id = |query: &str| ids(&mo.get(&format!("/api2/{query}")));

    assert_eq!(id("users?id=mycophile7,3"), [3, 7]);
    assert_eq!(id("names?id=Fungi"), [1]);
    let burbank = id("locations?id=Burbank\\, California\\, USA");
    assert_eq!((burbank.len(), &burbank), (1, &id("locations?id=USA\\, California\\, Burbank")));
    assert_eq!(
        error(&mo.get("/api2/comments?id=x")),
        "API2::BadParameterValue [:api_bad_id_parameter_value(val=\"x\",type=:id)]"
    );
    assert_eq!(
        error(&mo.get("/api2/users?id=nobody")),
        "API2::ObjectNotFoundByString User \"nobody\" does not exist, or someone has deleted it."
    );
}

#[test]
fn lists_may_be_longer_than_any_expression_of_the_store() {
    let mo = Client::of("mo");
    let many = |member: &dyn Fn(usize) -> String, between: &str| {
        (0..1100).map(member).collect::<Vec<_>>().join(between)
    };
    let found = |query: &str| ids(&mo.get(&format!("/api2/{query}"))).len();

    let spans = many(&|n| format!("{}-{}", 4 * n + 1, 4 * n + 2), ",");
    assert_eq!(found(&format!("observations?id={spans}")), 650);
    let locations = many(&|n| (n % 200 + 1).to_string(), ",");
    assert!(found(&format!("observations?location={locations}")) > 1000);
    let words = many(&|n| format!("word{n}"), "+OR+");
    assert_eq!(found(&format!("observations?notes_has={words}")), 0);
    let words = many(&|n| format!("-word{n}"), "+");
    assert_eq!(found(&format!("observations?notes_has={words}")), 1300);
    let fields = many(&|n| format!("field{n}"), ",");
    assert_eq!(found(&format!("observations?has_notes_field={fields}")), 0);
    let types = many(&|n| ["name", "observation"][n % 2].to_owned(), ",");
    assert!(found(&format!("comments?type={types}")) > 500);
}

#[test]
fn what_the_store_cannot_take_is_refused_in_the_services_words() {
    let mo = Client::of("mo");
    let words = (0..40_000).map(|n| format!("-{n}")).collect::<Vec<_>>().join(" ");
    let body = format!("api_key={}&has_notes_field={}", key_of(&mo, 7), words.replace(' ', ","));

    let refusal = error(&super::form(&mo, "DELETE", "/api2/observations", &body));

    assert_eq!(
        refusal,
        "API2::QueryError There was an internal problem with Query: too many SQL variables"
    );
    assert_eq!(ids(&mo.get("/api2/observations")).len(), 1300);
}

#[test]
fn notes_are_searched_as_people_read_them() {
    let mo = Client::of("mo");
    let notes = "say \"hello\" 12\" tall a\\b tab\tX line1\nline2 end";
    let made =
        send(&mo, 7, "POST", "observations", &format!("location=Foo&notes={notes}&notes[Cap]=red"));
    let id = made["id"].as_i64().unwrap();
    let finds = |words: &str| {
        let words = wardian::kit::links::encode_one(words);
        ids(&mo.get(&format!("/api2/observations?notes_has={words}"))).contains(&id)
    };

    for words in ["12\"", "a\\b", "\"tab\tX\"", "line2", "\"Cap: red\""] {
        assert!(finds(words), "{words}");
    }
    for words in ["nline2", "Other", "}"] {
        assert!(!finds(words), "{words}");
    }
}

#[test]
fn a_continent_is_its_countries_and_no_others_that_end_alike() {
    let mo = Client::of("mo");
    let sql = "UPDATE mo_observations SET `where` = 'Lae, Papua New Guinea' WHERE id = 1";
    let moved = mo.session().data.transact(Transaction::Write, |db| db.execute(sql, []));
    assert_eq!(moved, Ok(1));
    let found = |region: &str| ids(&mo.get(&format!("/api2/observations?region={region}")));

    assert!(found("Oceania").contains(&1) && found("Guinea").contains(&1));
    assert!(!found("Africa").contains(&1), "Guinea is there, Papua New Guinea is not");
    let europe = found("Europe");
    assert!(found("Germany").iter().all(|id| europe.contains(id)) && europe.len() > 10);
}

#[test]
fn a_box_holds_points_and_centres_of_locations() {
    let mo = Client::of("mo");

    let found = observations(&mo, "north=34.25&south=34.11&west=-118.2&east=-118.07");

    assert!(!found.is_empty());
    for observation in &found {
        match observation["latitude"].as_str().map(|text| text.parse::<f64>().unwrap()) {
            Some(latitude) => assert!((34.11..=34.25).contains(&latitude), "{observation}"),
            None => {
                assert!(
                    observation["location_name"].as_str().unwrap().ends_with("California, USA")
                );
            }
        }
    }
    // The location's box is the same, so places nested in it are found too.
    assert_eq!(found, observations(&mo, "location=Pasadena\\, California\\, USA"));
    let names: Vec<&Value> = found.iter().map(|o| &o["location_name"]).collect();
    assert!(
        names.contains(&&Value::from("Madison Heights, Pasadena, California, USA")),
        "{names:?}"
    );
    assert!(ids(&mo.get("/api2/observations?location=Earth")).len() > 500);
}

#[test]
fn synonyms_widen_a_name() {
    let mo = Client::of("mo");
    let group =
        results(&mo.get("/api2/names?has_synonyms=1&is_deprecated=1&detail=high"))[0].clone();
    let own = group["id"].as_i64().unwrap();
    let mut expected: Vec<i64> = group["synonyms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name["id"].as_i64().unwrap())
        .collect();
    expected.push(own);
    expected.sort_unstable();

    let found =
        ids(&mo.get(&format!("/api2/names?name={own}&include_synonyms=1&misspellings=either")));

    assert_eq!(found, expected);
    assert_eq!(
        ids(&mo.get(&format!("/api2/names?synonyms_of={own}&misspellings=include"))),
        expected
    );
    assert_eq!(ids(&mo.get(&format!("/api2/names?name={own}"))), [own]);
}

#[test]
fn names_are_found_by_rank_spelling_and_place() {
    let mo = Client::of("mo");

    let genera = results(&mo.get("/api2/names?rank=GENUS&detail=low"));
    assert!(genera.iter().all(|name| name["rank"] == "genus"));
    let misspelt = results(&mo.get("/api2/names?misspellings=only&detail=low"));
    assert!(!misspelt.is_empty() && misspelt.iter().all(|name| name["misspelled"] == true));
    let all = ids(&mo.get("/api2/names?misspellings=either")).len();
    assert_eq!(all, 700);
    assert_eq!(ids(&mo.get("/api2/names")).len(), all - misspelt.len());
    assert_eq!(ids(&mo.get("/api2/names?name=Amanita baccata")).len(), 2);
    let of_family = results(&mo.get("/api2/names?classification_has=Boletaceae&detail=low"));
    assert!(!of_family.is_empty());
    let here = ids(&mo.get("/api2/names?location=Pasadena\\, California\\, USA"));
    let seen = observations(&mo, "location=Pasadena\\, California\\, USA");
    for observation in seen {
        assert!(here.contains(&observation["consensus_id"].as_i64().unwrap()));
    }
}

#[test]
fn images_are_found_by_what_they_show() {
    let mo = Client::of("mo");
    let count = |query: &str| ids(&mo.get(&format!("/api2/images?{query}"))).len();

    for image in results(&mo.get("/api2/images?size=huge&quality=3.5&detail=low")) {
        let longer = image["width"].as_i64().max(image["height"].as_i64());
        assert!(longer >= Some(1280) && image["quality"].as_f64() >= Some(3.5), "{image}");
    }
    assert_eq!(count("content_type=jpg") + count("content_type=png"), 2600);
    assert_eq!(count("content_type=gif,raw"), 0);
    assert_eq!(count("ok_for_export=1") + count("ok_for_export=0"), 2600);
    assert!((1..200).contains(&(2600 - count("has_observation=1"))));
    let of_first = results(&mo.get("/api2/images?observation=1&detail=high"));
    assert!(of_first.iter().all(|image| image["observation_ids"] == serde_json::json!([1])));
    assert!(count("confidence=2-3") > count("confidence=3"));
    assert!(
        count("name=Tulostoma&include_subtaxa=1&license=3")
            < count("name=Tulostoma&include_subtaxa=1")
    );
}

#[test]
fn sequences_are_found_by_their_observations() {
    let mo = Client::of("mo");
    let of_ada = results(&mo.get("/api2/sequences?observer=mycophile7&detail=low"));

    assert!(!of_ada.is_empty());
    for sequence in &of_ada {
        let observation = sequence["observation_id"].as_i64().unwrap();
        assert_eq!(
            read::<i64>(&mo, "SELECT user_id FROM mo_observations WHERE id = ?", observation),
            7
        );
    }
    let total = ids(&mo.get("/api2/sequences")).len();
    assert_eq!(
        ids(&mo.get("/api2/sequences?has_images=1")).len()
            + ids(&mo.get("/api2/sequences?has_images=0")).len(),
        total
    );
    let its = results(&mo.get("/api2/sequences?locus=its&archive=genbank,ena&detail=low"));
    assert!(
        its.iter()
            .all(|s| s["locus"] == "ITS" && (s["archive"] == "GenBank" || s["archive"] == "ENA"))
    );
}

#[test]
fn comments_are_found_by_target_and_type() {
    let mo = Client::of("mo");

    let on_names = results(&mo.get("/api2/comments?type=name,project&detail=low"));
    assert!(on_names.iter().all(|c| c["object_type"] == "Name" || c["object_type"] == "Project"));
    let first = &on_names[0];
    let target = format!("{} %23{}", first["object_type"].as_str().unwrap(), first["object_id"]);
    let found = results(&mo.get(&format!("/api2/comments?target={target}&detail=low")));
    assert!(found.contains(first));
    assert!(found.iter().all(|c| c["object_id"] == first["object_id"]));
    let searched = results(
        &mo.get("/api2/comments?content_has=\"first record\" OR voucher*specimen&detail=low"),
    );
    assert!(searched.iter().all(|c| c["content"].as_str().unwrap().contains("First record")));
}

#[test]
fn a_filter_of_every_table_can_be_combined() {
    let mo = Client::of("mo");
    for query in [
        "collection_numbers?collector=ada sporer&number_has=2019&created_at=2000-2025",
        "external_links?url=inaturalist&user=7",
        "external_sites?name=INAT",
        "field_slips?code_has=nemf&project=1",
        "herbaria?code=NY&description=fungi&address=York",
        "herbarium_records?herbarium=NY&has_notes=1&initial_det_has=a",
        "location_descriptions?location=2,3,10&user=7",
        "locations?north=40&south=38&east=-74&west=-76",
        "name_descriptions?name=Agaricus&include_subtaxa=1",
        "occurrences?observation=4,5&field_slip=1",
        "projects?has_observations=1&has_images=true&title_has=foray",
        "species_lists?name=Agaricus&include_subtaxa=1&has_notes=0",
        "users?id=7&created_at=1990-2025",
    ] {
        let answer = mo.get(&format!("/api2/{query}"));
        let body = answer.json();
        assert!(body["errors"].is_null(), "{query}: {body}");
        assert!(body["query"].as_str().unwrap().contains(" WHERE "), "{query}");
    }
    for location in
        results(&mo.get("/api2/locations?north=40&south=38&east=-74&west=-76&detail=low"))
    {
        let north: f64 = location["latitude_north"].as_str().unwrap().parse().unwrap();
        assert!(north <= 40.0001, "{location}");
    }
}

#[test]
fn the_query_of_an_answer_is_what_ran() {
    let mo = Client::of("mo");

    let body = mo.get("/api2/observations?user=mycophile7&date=2019&detail=low").json();

    assert_eq!(
        body["query"],
        "SELECT `observations`.`id` FROM `observations` WHERE `observations`.`when` >= '2019-01-01' AND \
         `observations`.`when` <= '2019-12-31' AND `observations`.`user_id` IN (7) ORDER BY `observations`.`id` ASC"
    );
}

#[test]
fn private_names_of_files_are_shown_to_who_may_edit() {
    let mo = Client::of("mo");
    let id: i64 =
        read(&mo, "SELECT min(id) FROM mo_images WHERE original_name <> '' AND user_id = ?", 7);
    let show =
        |key: String| results(&mo.get(&format!("/api2/images/{id}?detail=low{key}")))[0].clone();

    assert!(show(String::new()).get("original_name").is_none());
    assert!(show(format!("&api_key={}", key_of(&mo, 7)))["original_name"].is_string());
}
