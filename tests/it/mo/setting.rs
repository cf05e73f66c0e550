//! What requests can set, and what they cannot clear.

use serde_json::json;

use super::{read, refused, send};
use crate::support::Client;

const ADA: i64 = 7;

/// The refusal of a blank value.
fn cannot_be_blank(parameter: &str) -> String {
    format!(
        "API2::ParameterCantBeBlank It is okay to leave the {parameter} parameter off, but if you include it in your PATCH \
         request, it cannot be blank. Leaving a set parameter off means it will leave that property alone and do nothing; \
         setting it to a blank tells MO to delete or clear the property. And some properties cannot be deleted or cleared."
    )
}

#[test]
fn the_edges_of_a_location_cannot_be_cleared() {
    let mo = Client::of("mo");
    let made = send(
        &mo,
        ADA,
        "POST",
        "locations",
        "name=Spore Hill, Kent Co., Delaware, USA&north=39.2&south=39.1&east=-75.4&west=-75.5&high=100&low=50&notes=damp",
    );
    let id = &made["id"];
    let blank = |sent: &str| refused(&mo, ADA, "PATCH", "locations", &format!("id={id}&{sent}"));

    for edge in ["set_north", "set_south", "set_east", "set_west"] {
        assert_eq!(blank(&format!("{edge}=&set_notes=x")), cannot_be_blank(edge));
    }
    assert_eq!(blank("set_north=&set_south=&set_east=&set_west="), cannot_be_blank("set_north"));
    assert_eq!(blank("set_name="), cannot_be_blank("set_name"));
    let cleared =
        send(&mo, ADA, "PATCH", "locations", &format!("id={id}&set_high=&set_low=&set_notes="));
    for absent in ["altitude_maximum", "altitude_minimum", "notes"] {
        assert!(cleared.get(absent).is_none(), "{absent} stands in {cleared}");
    }
    assert_eq!(cleared["latitude_north"], "39.2");
}

#[test]
fn a_name_cannot_lose_its_name_and_rank() {
    let mo = Client::of("mo");
    let sent = "name=Novofungus&author=Sporer&rank=genus&citation=here&notes=there";
    let id = &send(&mo, ADA, "POST", "names", sent)["id"];
    let blank = |sent: &str| refused(&mo, ADA, "PATCH", "names", &format!("id={id}&{sent}"));

    for parameter in ["set_name", "set_rank", "set_deprecated"] {
        assert_eq!(blank(&format!("{parameter}=&set_notes=x")), cannot_be_blank(parameter));
    }
    let sent = format!("id={id}&set_author=&set_citation=&set_notes=&set_classification=");
    let cleared = send(&mo, ADA, "PATCH", "names", &sent);
    for absent in ["author", "citation", "notes", "parents"] {
        assert!(cleared.get(absent).is_none(), "{absent} stands in {cleared}");
    }
    assert_eq!((&cleared["name"], &cleared["rank"]), (&json!("Novofungus"), &json!("genus")));
}

#[test]
fn altitudes_end_where_the_column_ends() {
    let mo = Client::of("mo");
    let refusal = |text: &str| {
        format!(
            "API2::BadParameterValue Invalid elevation, \"{text}\", examples: \"1234\", \"1234m\", \"4048'\", \"4048ft\"."
        )
    };
    let place =
        "name=Spore Hill, Kent Co., Delaware, USA&north=39.2&south=39.1&east=-75.4&west=-75.5";
    for beyond in ["99999999999999999999999", "2147483648", "-2147483649m"] {
        let observation = format!("location=Earth&altitude={beyond}");
        assert_eq!(refused(&mo, ADA, "POST", "observations", &observation), refusal(beyond));
        let location = format!("{place}&high={beyond}");
        assert_eq!(refused(&mo, ADA, "POST", "locations", &location), refusal(beyond));
    }

    let highest = send(&mo, ADA, "POST", "observations", "location=Earth&altitude=2147483647");
    assert_eq!(highest["altitude"], 2_147_483_647);
    let sql = "SELECT count(*) FROM mo_locations WHERE name LIKE 'Spore Hill%' AND id > ?";
    assert_eq!(read::<i64>(&mo, sql, 0), 0, "what was refused left no trace");
}
