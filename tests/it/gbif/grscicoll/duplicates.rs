//! Who may be registered twice.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::curator::Curator;

impl Curator {
    /// The codes of each group that holds one of ours, those of a group in alphabetical order.
    #[track_caller]
    fn groups(&self, target: &str) -> Vec<Vec<String>> {
        self.grouped(target, "code")
    }

    /// The same by names.
    #[track_caller]
    fn grouped(&self, target: &str, member: &str) -> Vec<Vec<String>> {
        let answer = self.get(target);
        let text = |one: &Value| one[member].as_str().unwrap().to_owned();
        let groups = answer["duplicates"].as_array().unwrap().iter().map(|group| {
            let mut group: Vec<String> = group.as_array().unwrap().iter().map(text).collect();
            group.sort();
            group
        });
        let mut groups: Vec<Vec<String>> =
            groups.filter(|group| group.iter().any(|text| text.starts_with("ZZ"))).collect();
        groups.sort();
        groups
    }
}

fn at(country: &str, city: &str) -> Value {
    json!({ "country": country, "city": city })
}

#[test]
fn those_of_the_same_code_are_grouped() {
    let curator = Curator::new();
    let first = curator
        .institution(&json!({ "code": "ZZA", "name": "Museum A", "address": at("DK", "Aarhus") }));
    let second = curator
        .institution(&json!({ "code": "ZZA", "name": "Quite Another", "active": false,
                 "mailingAddress": at("ES", "León") }));
    curator.institution(&json!({ "code": "zza", "name": "Third of Them" }));
    let tag = json!({ "namespace": "iDigBio.org", "name": "n", "value": "v" });
    let path = format!("/v1/grscicoll/institution/{first}/machineTag");
    assert_eq!(curator.0.post(&path, &tag).status(), 201);
    let path = format!("/v1/grscicoll/institution/{second}/masterSourceMetadata");
    let source = json!({ "source": "IH_IRN", "sourceId": "123456" });
    assert_eq!(curator.0.post(&path, &source).status(), 201);

    let answer = curator.get("institution/possibleDuplicates?sameCode=true");

    let groups = answer["duplicates"].as_array().unwrap();
    let group = groups.iter().find(|group| group[0]["code"] == "ZZA").unwrap();
    let mut expected = [
        json!({ "key": first, "code": "ZZA", "name": "Museum A", "physicalCountry": "DK",
                "physicalCity": "Aarhus", "active": true, "ih": false, "idigbio": true }),
        json!({ "key": second, "code": "ZZA", "name": "Quite Another", "mailingCountry": "ES",
                "mailingCity": "León", "active": false, "ih": true, "idigbio": false }),
    ];
    expected.sort_by_key(|one| one["key"].to_string());
    assert_eq!(group.to_string(), json!(expected).to_string());
    let date = answer["generationDate"].as_str().unwrap();
    let shape: String = date.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert_eq!(shape, "9999-99-99 99:99:99Z");
}

#[test]
fn without_duplicates_there_is_no_date() {
    let curator = Curator::new();

    let answer = curator.whole(
        "institution/possibleDuplicates?sameCode=true&sameName=true&sameCity=true&sameCountry=false",
    );

    assert_eq!(answer, "200 application/json\n{\"duplicates\":[]}");
}

#[test]
fn the_seed_has_pairs_on_purpose() {
    let curator = Curator::new();
    let of_seed = |query: &str| {
        let answer = curator.get(&format!("institution/possibleDuplicates?{query}"));
        let mut groups: Vec<Vec<String>> = answer["duplicates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| {
                let names = group.as_array().unwrap().iter();
                let mut names: Vec<String> =
                    names.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
                names.sort();
                names
            })
            .collect();
        groups.sort();
        groups
    };

    assert_eq!(
        of_seed("sameCode=true&sameCity=true"),
        [["Regional Natural Heritage Centre", "Two Rivers Museum of Minerals"]]
    );
    assert_eq!(of_seed("sameCode=true").len(), 3);
    assert_eq!(
        of_seed("sameName=true"),
        [["Museum of Mountain Flora", "Museum of Mountain Flora"]]
    );
    let alike = of_seed("sameFuzzyName=true&sameName=false");
    for pair in [
        ["Institute of Lake Ecology", "Institute of Lake Ecology Studies"],
        ["Museo de la Flora del Valle", "Museo de la Flora del Valles"],
    ] {
        assert!(alike.contains(&pair.map(str::to_owned).to_vec()), "{pair:?} in {alike:?}");
    }
}

#[test]
fn countries_and_cities_are_those_of_both_addresses() {
    let curator = Curator::new();
    let make = |name: &str, address: Value, mailing: Value| {
        curator.institution(
            &json!({ "code": "ZZB", "name": name, "address": address, "mailingAddress": mailing }),
        )
    };
    make("ZZ1", at("DK", "Århus"), json!({}));
    make("ZZ2", at("SE", "Lund"), at("DK", "AAR HUS"));
    make("ZZ3", at("SE", "arhus"), json!({}));
    make("ZZ4", json!({}), json!({}));
    let with = |query: &str| {
        curator.grouped(&format!("institution/possibleDuplicates?sameCode=true&{query}"), "name")
    };

    assert_eq!(with("sameCountry=true"), [["ZZ1", "ZZ2", "ZZ3"]]);
    assert_eq!(with("sameCountry=false"), [["ZZ1", "ZZ3"]]);
    assert_eq!(with("sameCity=true"), [["ZZ1", "ZZ3"]]);
    assert_eq!(with("sameCity=true&sameCountry=true"), Vec::<Vec<String>>::new());
    assert_eq!(with("sameCity=false"), [["ZZ1", "ZZ2", "ZZ3"]]);
    assert_eq!(with("sameCity=false&sameCountry=false"), Vec::<Vec<String>>::new());
    // The one without addresses is in none of these, and in the plain group.
    assert_eq!(with(""), [["ZZ1", "ZZ2", "ZZ3", "ZZ4"]]);
}

#[test]
fn pairs_are_left_out_by_country_and_key() {
    let curator = Curator::new();
    let make = |name: &str, country: &str| {
        curator
            .institution(&json!({ "code": "ZZC", "name": name, "address": { "country": country } }))
    };
    let first = make("ZZ1", "DK");
    make("ZZ2", "SE");
    let third = make("ZZ3", "NO");
    let with = |query: &str| {
        curator.grouped(&format!("institution/possibleDuplicates?sameCode=true&{query}"), "name")
    };

    assert_eq!(with("inCountries=DK,FI"), [["ZZ1", "ZZ2", "ZZ3"]]);
    assert_eq!(with("inCountries=FI"), Vec::<Vec<String>>::new());
    assert_eq!(with("notInCountries=denmark"), [["ZZ2", "ZZ3"]]);
    assert_eq!(with("notInCountries=DK&notInCountries=SWE"), Vec::<Vec<String>>::new());
    assert_eq!(with(&format!("excludeKeys={first}")), [["ZZ2", "ZZ3"]]);
    assert_eq!(with(&format!("excludeKeys={first},{third}")), Vec::<Vec<String>>::new());
    assert_eq!(with("inCountries=DK&notInCountries=NO"), [["ZZ1", "ZZ2"]]);
}

#[test]
fn names_are_the_same_or_alike_or_neither() {
    let curator = Curator::new();
    for (code, name) in [
        ("ZZ1", "Hall of Dragonfly Wings"),
        ("ZZ2", "Hall  of dragonfly wíngs"),
        ("ZZ3", "Hall of Dragonfly Wing"),
        ("ZZ4", "Halls of the Dragonfly Wing"),
        ("ZZ5", "Something Else"),
    ] {
        curator.institution(&json!({ "code": code, "name": name }));
    }
    let with = |query: &str| curator.groups(&format!("institution/possibleDuplicates?{query}"));

    assert_eq!(with("sameName=true"), [["ZZ1", "ZZ2"]]);
    assert_eq!(with("sameName=true&sameFuzzyName=true"), [["ZZ1", "ZZ2"]]);
    assert_eq!(with("sameName=true&sameFuzzyName=false"), Vec::<Vec<String>>::new());
    assert_eq!(with("sameFuzzyName=true&sameCode=true"), Vec::<Vec<String>>::new());
    // What is alike through a third only stays in two groups, unless likeness is not asked for.
    let alike = with("sameFuzzyName=true");
    assert!(alike.iter().all(|group| group.len() >= 2), "{alike:?}");
    let all: Vec<&str> = alike.iter().flatten().map(String::as_str).collect();
    assert!(["ZZ1", "ZZ2", "ZZ3"].iter().all(|code| all.contains(code)), "{alike:?}");
    assert!(!all.contains(&"ZZ5"), "{alike:?}");
    assert_eq!(with("sameCode=false&sameName=false"), [["ZZ1", "ZZ2", "ZZ3", "ZZ4"]]);
    assert_eq!(with("sameCode=false&sameFuzzyName=false"), Vec::<Vec<String>>::new());
}

#[test]
fn groups_by_code_are_united_over_third_ones() {
    let curator = Curator::new();
    // The first and the last share no city, and both share one with the second.
    for (name, physical, mailing) in
        [("ZZ1", "One", "One"), ("ZZ2", "One", "Two"), ("ZZ3", "Two", "Two")]
    {
        curator.institution(&json!({
            "code": "ZZD", "name": name,
            "address": { "city": physical }, "mailingAddress": { "city": mailing },
        }));
    }

    let groups =
        curator.grouped("institution/possibleDuplicates?sameCode=true&sameCity=true", "name");

    assert_eq!(groups, [["ZZ1", "ZZ2", "ZZ3"]]);
}

#[test]
fn collections_are_compared_by_institution_too() {
    let curator = Curator::new();
    let house = curator.institution(&json!({ "code": "ZZH" }));
    let other = curator.institution(&json!({ "code": "ZZI" }));
    let make = |name: &str, institution: Option<&str>| {
        curator.collection(&json!({ "code": "ZZE", "name": name, "institutionKey": institution }))
    };
    make("ZZ1", Some(&house));
    make("ZZ2", Some(&house));
    make("ZZ3", Some(&other));
    make("ZZ4", None);
    let with = |query: &str| {
        curator.grouped(&format!("collection/possibleDuplicates?sameCode=true&{query}"), "name")
    };

    assert_eq!(with("sameInstitution=true"), [["ZZ1", "ZZ2"]]);
    assert_eq!(with("sameInstitution=false"), [["ZZ1", "ZZ2", "ZZ3"]]);
    assert_eq!(with(&format!("inInstitutions={other}")), [["ZZ1", "ZZ2", "ZZ3", "ZZ4"]]);
    assert_eq!(with(&format!("notInInstitutions={other}")), [["ZZ1", "ZZ2", "ZZ4"]]);
    assert_eq!(with(&format!("notInInstitutions={house},{other}")), Vec::<Vec<String>>::new());
    let answer = curator.get("collection/possibleDuplicates?sameCode=true&sameInstitution=true");
    let groups = answer["duplicates"].as_array().unwrap();
    let group = groups.iter().find(|group| group[0]["code"] == "ZZE").unwrap();
    assert_eq!(group[0]["institutionKey"], house);
    // Institutions have no institution, and do not know the parameter.
    let of_institutions = "institution/possibleDuplicates?sameCode=true&sameInstitution=maybe";
    assert_eq!(curator.0.get(&format!("/v1/grscicoll/{of_institutions}")).status(), 200);
}

#[test]
fn a_name_may_be_alike_where_codes_must_differ() {
    let curator = Curator::new();
    for (code, city) in [("ZZ1", "Here"), ("ZZ2", "Here"), ("ZZ2", "There")] {
        curator.institution(&json!({
            "code": code, "name": "Cabinet of Zoophytes", "address": { "city": city },
        }));
    }

    let groups =
        curator.groups("institution/possibleDuplicates?sameName=true&sameCode=false&sameCity=true");

    assert_eq!(groups, [["ZZ1", "ZZ2"]]);
}

#[test]
fn duplicates_follow_writes_at_once() {
    let curator = Curator::new();
    let first = curator.institution(&json!({ "code": "ZZF", "name": "One" }));
    curator.institution(&json!({ "code": "ZZF", "name": "Two" }));
    assert_eq!(curator.groups("institution/possibleDuplicates?sameCode=1"), [["ZZF", "ZZF"]]);

    curator.delete("institution", &first);

    let left = curator.groups("institution/possibleDuplicates?sameCode=1");
    assert_eq!(left, Vec::<Vec<String>>::new());
}

/// What is told to whoever compares nothing.
const NOTHING_COMPARED: &str =
    "400 text/plain;charset=UTF-8\nAt least one param to check the same field is required";

#[test]
fn bad_questions_are_refused() {
    let curator = Curator::new();
    let with = |query: &str| curator.whole(&format!("collection/possibleDuplicates{query}"));

    assert_eq!(with(""), NOTHING_COMPARED);
    assert_eq!(with("?sameInstitution=true"), NOTHING_COMPARED);
    assert_eq!(with("?inCountries=DK"), NOTHING_COMPARED);
    assert_snapshot!(with("?sameName=maybe&sameCity=2"), @r"
    422 text/plain;charset=UTF-8
    <ul><li>Validation of [sameCity] failed: Failed to convert property value of type 'java.lang.String' to required type 'java.lang.Boolean' for property 'sameCity'; Invalid boolean value '2'</li><li>Validation of [sameName] failed: Failed to convert property value of type 'java.lang.String' to required type 'java.lang.Boolean' for property 'sameName'; Invalid boolean value 'maybe'</li></ul>
    ");
    assert_snapshot!(with("?sameName=true&inCountries=DK,Atlantis"), @r"
    400 text/plain;charset=UTF-8
    Cannot parse Atlantis into a known Country
    ");
    assert_snapshot!(with("?sameName=true&excludeKeys=foo"), @r"
    400 text/plain;charset=UTF-8
    Invalid value foo for parameter excludeKeys
    ");
    assert_snapshot!(with("?sameName=true&inInstitutions=foo"), @r"
    400 text/plain;charset=UTF-8
    Invalid value foo for parameter inInstitutions
    ");
}
