//! Everything that a request can be refused for, in the service's words.

use http::Method;
use rstest::rstest;
use serde_json::json;

use super::{error, form, ids, key_of, refused};
use crate::support::Client;

/// The holder of a key who observed first.
const ADA: i64 = 7;

#[rstest]
#[case("observations?colour=red&a=1", "UnusedParameters Unexpected parameters: a, colour")]
#[case("users?login=x", "UnusedParameters Unexpected parameters: login")]
#[case("observations?version=2", "BadVersion Invalid version number \"2\".")]
#[case("observations?version=x", "BadParameterValue Invalid float, \"x\".")]
#[case("observations?api_key=xyz", "BadAPIKey Bad key \"xyz\".")]
#[case(
    "observations?has_images=maybe",
    "BadParameterValue Invalid boolean, \"maybe\", expect \"1\", \"yes\", \"true\", \"0\", \"no\", or \"false\"."
)]
#[case(
    "species_lists?has_comments=no",
    "BadLimitedParameterValue Expected \"no\" to be in [true]."
)]
#[case("observations?confidence=1e1", "BadParameterValue Invalid float, \"1e1\".")]
#[case("observations?confidence=5", "BadLimitedParameterValue Expected \"5\" to be in -3..3.")]
#[case("images?quality=9", "BadLimitedParameterValue Expected \"9\" to be in 1..4.")]
#[case(
    "images?size=foo",
    "BadLimitedParameterValue Expected \"foo\" to be in [:thumbnail, :small, :medium, :large, :huge]."
)]
#[case(
    "images?content_type=foo",
    "BadLimitedParameterValue Expected \"foo\" to be in [\"jpg\", \"gif\", \"png\", \"tiff\", \"bmp\", \"raw\"]."
)]
#[case(
    "sequences?archive=x",
    "BadLimitedParameterValue Expected \"x\" to be in [:GenBank, :ENA, :UNITE]."
)]
#[case(
    "observations?date=x",
    "BadParameterValue Invalid date range, \"x\", expect \"YYYYMMDD-YYYYMMDD\", \"YYYYMM-YYYYMM\", \"YYYY-YYYY\", \
     \"MM-MM\", \"YYYYMMDD\", \"YYYYMM\", \"YYYY\", \"MM\"."
)]
#[case(
    "observations?created_at=x",
    "BadParameterValue Invalid time range, \"x\", expect \"YYYYMMDDHHMMSS-YYYYMMDDHHMMSS\", \
     \"YYYYMMDDHHMM-YYYYMMDDHHMM\", \"YYYYMMDDHH-YYYYMMDDHH\", \"YYYYMMDD-YYYYMMDD\", \"YYYYMM-YYYYMM\", \
     \"YYYY-YYYY\", \"MM-MM\", \"YYYYMMHHMMSS\", \"YYYYMMDDHHMM\", \"YYYYMMDDHH\", \"YYYYMMDD\", \"YYYYMM\", \
     \"YYYY\", \"MM\"."
)]
#[case(
    "observations?north=x",
    "BadParameterValue Invalid latitude, \"x\", examples: \"-45.6789\", \"45.6789°S\", \"45°40.73'S\", \"45°40'44\"S\"."
)]
#[case(
    "observations?east=181",
    "BadParameterValue Invalid longitude, \"181\", examples: \"-45.6789\", \"45.6789°W\", \"45°40.73'W\", \
     \"45°40'44\"W\"."
)]
#[case(
    "observations?north=1&south=0&east=1",
    "NeedAllFourEdges Need to supply all four edges of bounding box: north, south, east and west."
)]
#[case(
    "observations?north=0&south=1&east=1&west=0",
    "NeedAllFourEdges Need to supply all four edges of bounding box: north, south, east and west."
)]
#[case(
    "observations?user=nobody",
    "ObjectNotFoundByString User \"nobody\" does not exist, or someone has deleted it."
)]
#[case(
    "observations?project=99",
    "ObjectNotFoundByID Project #99 does not exist, or someone has deleted it."
)]
#[case(
    "observations?species_list=none",
    "ObjectNotFoundByString Observation list \"none\" does not exist, or someone has deleted it."
)]
#[case(
    "observations?herbarium=99",
    "ObjectNotFoundByID Fungarium #99 does not exist, or someone has deleted it."
)]
#[case(
    "observations?herbarium_record=9999",
    "ObjectNotFoundByID Fungarium record #9999 does not exist, or someone has deleted it."
)]
#[case(
    "sequences?id=9999",
    "ObjectNotFoundByID DNA sequence #9999 does not exist, or someone has deleted it."
)]
#[case("observations?id=x", "BadParameterValue [:api_bad_id_parameter_value(val=\"x\",type=:id)]")]
#[case(
    "images?observation=x",
    "BadParameterValue Invalid or unknown observation, \"x\", accept only numerical id."
)]
#[case(
    "images?license=x",
    "BadParameterValue Invalid or unknown license, \"x\", accept only numerical id."
)]
#[case("external_links?external_site=x", "BadParameterValue Invalid external site, \"x\".")]
#[case(
    "observations?name=agaricus",
    "NameDoesntParse The name, \"agaricus\", doesn't parse as a valid scientific name."
)]
#[case(
    "observations?name=Nomen",
    "ObjectNotFoundByString Name \"Nomen\" does not exist, or someone has deleted it."
)]
#[case(
    "comments?target=foo",
    "BadParameterValue Invalid or unknown object, \"foo\", examples: \"name #1234\", \"observation #54321\", \
     \"species_list #42\"."
)]
#[case(
    "comments?target=foo 1",
    "BadLimitedParameterValue Expected \"foo 1\" to be in [:location, :location_description, :name, \
     :name_description, :observation, :project, :species_list]."
)]
#[case(
    "comments?target=name #999",
    "ObjectNotFoundByID Name #name #999 does not exist, or someone has deleted it."
)]
#[case("api_keys", "NoMethodForAction Invalid request method \"GET\" for \"api_keys\".")]
fn reading_is_refused(#[case] request: &str, #[case] expected: &str) {
    let path = format!("/api2/{}", request.replace('#', "%23"));

    assert_eq!(error(&Client::of("mo").get(&path)), format!("API2::{expected}"));
}

#[test]
fn names_in_brackets_are_unknown_but_for_notes() {
    let mo = Client::of("mo");
    let key = key_of(&mo, 7);
    let unknown = "API2::UnusedParameters Unexpected parameters: ";
    for (query, names) in [
        ("observations?id[]=1&id[]=2", "id[]"),
        ("observations?user[a]=7&detail[]=high&page[]=x", "detail[], page[], user[a]"),
        ("names?help[]=1", "help[]"),
    ] {
        assert_eq!(error(&mo.get(&format!("/api2/{query}"))), format!("{unknown}{names}"));
    }
    let deleted = form(&mo, "DELETE", "/api2/comments", &format!("api_key={key}&id[]=1"));
    assert_eq!(error(&deleted), format!("{unknown}id[]"));
    let body = json!({"api_key": key, "id": {"x": 5}}).to_string();
    let json = [("content-type", "application/json")];
    let deleted = mo.send(Method::DELETE, "/api2/comments", &json, body);
    assert_eq!(error(&deleted), format!("{unknown}id[x]"));
    let noted =
        form(&mo, "POST", "/api2/observations", &format!("api_key={key}&location=Earth&notes[]=1"));
    assert_eq!(error(&noted), format!("{unknown}notes[]"));
    assert_eq!(ids(&mo.get("/api2/comments")).len(), 700);
}

#[test]
fn the_page_of_what_is_made_has_to_be_a_number() {
    let mo = Client::of("mo");

    let refusal = refused(&mo, 7, "POST", "observations", "location=Earth&page=x");

    assert!(refusal.starts_with("API2::RenderFailed There was a problem while rendering the results. Invalid integer, \"x\"."));
    assert_eq!(ids(&mo.get("/api2/observations")).len(), 1300);
}

#[test]
fn an_error_has_four_members_and_nothing_else_is_there() {
    let answer = Client::of("mo").get("/api2/names?colour=1");

    let mut body = answer.json();
    body["run_date"] = "now".into();
    body["run_time"] = 0.0.into();
    insta::assert_snapshot!(body, @r#"{"version":2.0,"run_date":"now","errors":[{"code":"API2::UnusedParameters","details":"Unexpected parameters: colour","fatal":"true","trace":"app/classes/api2/core/parameters.rb:142:in 'done_parsing_parameters!'"}],"run_time":0.0}"#);
}

#[rstest]
#[case("detail=foo", "Expected \"foo\" to be in [:none, :low, :high].\n")]
#[case("page=x", "Invalid integer, \"x\".\n")]
fn bad_detail_and_page_fail_while_rendering(#[case] query: &str, #[case] reason: &str) {
    let answer = Client::of("mo").get(&format!("/api2/users?{query}"));

    let body = answer.json();
    assert!(body["version"].is_null());
    let failure = &body["errors"][0];
    assert_eq!(failure["code"], "API2::RenderFailed");
    let start = format!("There was a problem while rendering the results. {reason}");
    assert!(failure["details"].as_str().unwrap().starts_with(&start), "{failure}");
    assert!(failure.get("trace").is_none());
}

#[rstest]
#[case(Method::DELETE, "names", "name")]
#[case(Method::DELETE, "locations", "location")]
#[case(Method::DELETE, "projects", "project")]
#[case(Method::DELETE, "users", "user")]
#[case(Method::POST, "herbaria", "external_sites")]
#[case(Method::PATCH, "external_sites", "external_sites")]
#[case(Method::POST, "name_descriptions", "name_description")]
#[case(Method::POST, "location_descriptions", "location_description")]
#[case(Method::PATCH, "api_keys", "api_keys")]
fn methods_that_a_table_lacks_are_refused_before_the_key_is_missed(
    #[case] method: Method,
    #[case] table: &str,
    #[case] word: &str,
) {
    let answer = Client::of("mo").send(method.clone(), &format!("/api2/{table}"), &[], "");

    let expected =
        format!("API2::NoMethodForAction Invalid request method \"{method}\" for \"{word}\".");
    assert_eq!(error(&answer), expected);
}

#[test]
fn writing_needs_a_key_that_works() {
    let mo = Client::of("mo");
    let post =
        |key: &str| error(&mo.send(Method::POST, &format!("/api2/observations{key}"), &[], ""));
    let unverified: String =
        super::read(&mo, "SELECT key FROM mo_api_keys WHERE user_id = ? AND verified IS NULL", 4);

    assert_eq!(
        post(""),
        "API2::MustAuthenticate Must authenticate with API key to perform this operation."
    );
    assert_eq!(
        post(&format!("?api_key={unverified}")),
        format!(
            "API2::APIKeyNotVerified API key for \"Weather station\" has not been activated yet. (key = \"{unverified}\")"
        )
    );
    let blocked = post(&format!("?api_key={}", key_of(&mo, 57)));
    assert!(blocked.starts_with("API2::UserAccountBlocked The account \""), "{blocked}");
    assert!(blocked.ends_with("\" has been disabled and can no longer be used."), "{blocked}");
    let unverified_user = post(&format!("?api_key={}", key_of(&mo, 58)));
    assert!(unverified_user.starts_with("API2::UserNotVerified The user \""), "{unverified_user}");
}

#[test]
fn other_credentials_are_ignored() {
    let mo = Client::of("mo").with_basic("mycophile7", "secret-mycophile7");

    let answer = mo.send(Method::POST, "/api2/comments", &[], "");

    assert!(error(&answer).starts_with("API2::MustAuthenticate"));
}

/// What a POST or PATCH of Ada's is refused for: method, table, parameters, refusal.
#[rstest]
#[case("POST", "observations", "", "MissingParameter Missing \"location\" parameter.")]
#[case(
    "POST",
    "observations",
    "location=Earth&latitude=1",
    "LatLongMustBothBeSet Must supply both latitude and longitude, or neither."
)]
#[case(
    "POST",
    "observations",
    "location=Earth&has_specimen=no&initial_det=x&herbarium=1",
    "CanOnlyUseThisFieldIfHasSpecimen The parameter, \"herbarium\", can only be used if the observation has a specimen."
)]
#[case(
    "POST",
    "observations",
    "location=Earth&name=Amanita baccata",
    "AmbiguousName Name \"Amanita baccata\" is ambiguous, matches Amanita baccata Arora / Amanita baccata Borealis."
)]
#[case(
    "POST",
    "observations",
    "location=Earth&date=x",
    "BadParameterValue Invalid date, \"x\", expect \"YYYYMMDD\"."
)]
#[case(
    "POST",
    "observations",
    "location=Earth&altitude=high",
    "BadParameterValue Invalid elevation, \"high\", examples: \"1234\", \"1234m\", \"4048'\", \"4048ft\"."
)]
#[case(
    "POST",
    "observations",
    "location=Earth&vote=9",
    "BadLimitedParameterValue Expected \"9\" to be in -3..3."
)]
#[case(
    "PATCH",
    "observations",
    "id=1&set_has_specimen=",
    "ParameterCantBeBlank It is okay to leave the set_has_specimen parameter off, but if you include it in your PATCH request, it cannot be blank. Leaving a set parameter off means it will leave that property alone and do nothing; setting it to a blank tells MO to delete or clear the property. And some properties cannot be deleted or cleared."
)]
#[case("POST", "comments", "content=x", "MissingParameter Missing \"summary\" parameter.")]
#[case("POST", "comments", "summary=x", "MissingParameter Missing \"content\" parameter.")]
#[case("POST", "comments", "summary=x&content=y", "MissingParameter Missing \"target\" parameter.")]
#[case("POST", "external_links", "", "MissingParameter Missing \"observation\" parameter.")]
#[case(
    "POST",
    "collection_numbers",
    "observation=1",
    "MissingParameter Missing \"number\" parameter."
)]
#[case(
    "POST",
    "herbarium_records",
    "observation=1",
    "MissingParameter Missing \"herbarium\" parameter."
)]
#[case("POST", "sequences", "observation=1", "MissingParameter Missing \"locus\" parameter.")]
#[case("POST", "users", "password=secret", "MissingParameter Missing \"login\" parameter.")]
#[case("POST", "users", "login=abc", "MissingParameter Missing \"email\" parameter.")]
#[case(
    "POST",
    "users",
    "login=abc&email=a@b.org",
    "MissingParameter Missing \"password\" parameter."
)]
#[case("POST", "users", "login=abc&email=ab", "BadParameterValue Invalid email address, \"ab\".")]
#[case(
    "POST",
    "users",
    "login=mycophile7&email=a@b.org&password=secret",
    "UserAlreadyExists The user \"mycophile7\" already exists or is taken."
)]
#[case(
    "POST",
    "users",
    "login=ab&email=a@b.org&password=1234",
    "CreateFailed Failed to create user \"ab\": Login must be between 3 and 40 characters; Password must be between 5 and 40 characters"
)]
#[case("POST", "names", "rank=genus", "MissingParameter Missing \"name\" parameter.")]
#[case("POST", "names", "name=Agaricus", "MissingParameter Missing \"rank\" parameter.")]
#[case(
    "POST",
    "names",
    "name=Agaricus&rank=genus",
    "NameAlreadyExists The name \"Agaricus L.\" already exists."
)]
#[case(
    "POST",
    "names",
    "name=Novus fungus&rank=genus",
    "NameWrongForRank The name, \"Novus fungus\", isn't valid for genus."
)]
#[case(
    "POST",
    "names",
    "name=novus&rank=genus",
    "NameDoesntParse The name, \"novus\", doesn't parse as a valid scientific name."
)]
#[case(
    "POST",
    "names",
    "name=Novus&rank=genus&classification=nonsense",
    "BadClassification Invalid classification string."
)]
#[case(
    "POST",
    "locations",
    "name=Earth&north=1&south=0&east=1&west=0",
    "LocationAlreadyExists The location \"Earth\" already exists."
)]
#[case(
    "POST",
    "locations",
    "name=X, Y, USA&south=0&east=1&west=0",
    "MissingParameter Missing \"north\" parameter."
)]
#[case(
    "POST",
    "locations",
    "name=Here,Nowhere County, Califonia, USA&north=1&south=0&east=1&west=0",
    "DubiousLocationName Location name is invalid: All commas should be followed by a space and another word; \
     For consistency, we prefer 'Co.' instead of 'County'.; Unrecognized state or province 'Califonia' for 'USA'."
)]
#[case(
    "POST",
    "locations",
    "name=Here*, Atlantis&north=1&south=0&east=1&west=0",
    "DubiousLocationName Location name is invalid: Contains unexpected character '*'; Unknown country 'Atlantis'"
)]
#[case("POST", "projects", "summary=x", "MissingParameter Missing \"title\" parameter.")]
#[case("POST", "api_keys", "", "MissingParameter Missing \"app\" parameter.")]
#[case(
    "POST",
    "api_keys",
    "app=x&for_user=1&password=wrong",
    "PasswordIncorrect Password incorrect."
)]
#[case(
    "POST",
    "api_keys",
    "app=x&for_user=",
    "BadParameterValue [:api_bad_for_user_parameter_value(val=\"\",type=:for_user)]"
)]
#[case("POST", "field_slips", "", "MissingParameter Missing \"code\" parameter.")]
#[case(
    "POST",
    "field_slips",
    "code=nemf-00100",
    "FieldSlipAPI::CodeAlreadyUsed Field slip code 'NEMF-00100' is already in use."
)]
#[case(
    "POST",
    "field_slips",
    "code=12-34",
    "CreateFailed Failed to create field slip \"12-34\": Code must contain something other than digits, dots and dashes"
)]
#[case("POST", "occurrences", "", "MissingParameter Missing \"observation\" parameter.")]
#[case(
    "POST",
    "images",
    "",
    "MissingUpload Expected an upload file. You may send the file in the data of the HTTP request, or you may specify a URL using the \"upload_url\" parameter."
)]
#[case("POST", "images", "upload_file=/etc/passwd", "FileMissing File \"[file]\" is missing.")]
#[case("POST", "observations/5", "location=Earth", "UnusedParameters Unexpected parameters: id")]
#[case(
    "PATCH",
    "observations",
    "id=1",
    "MissingSetParameters You didn't supply any \"set\" parameters."
)]
#[case(
    "PATCH",
    "observations",
    "id=1&set_colour=red",
    "UnusedParameters Unexpected parameters: set_colour"
)]
#[case(
    "PATCH",
    "projects",
    "id=1&set_title=",
    "ParameterCantBeBlank It is okay to leave the set_title parameter off, but if you include it in your PATCH request, it cannot be blank. Leaving a set parameter off means it will leave that property alone and do nothing; setting it to a blank tells MO to delete or clear the property. And some properties cannot be deleted or cleared."
)]
#[case(
    "PATCH",
    "locations",
    "set_notes=x",
    "TryingToSetMultipleLocationsToSameName You are attempting to update multiple locations to the same name."
)]
#[case(
    "PATCH",
    "species_lists",
    "user=mycophile7&set_title=x",
    "TryingToSetMultipleLocationsToSameName You are attempting to update multiple locations to the same name."
)]
#[case(
    "PATCH",
    "names",
    "rank=genus&set_author=x",
    "TryingToSetMultipleNamesAtOnce You can only change the name, author and rank of one name at a time."
)]
#[case(
    "PATCH",
    "images",
    "id=1&set_dhash=1",
    "MustBeSiteAdmin This action requires a site administrator's API key."
)]
#[case(
    "PATCH",
    "comments",
    "id=1&set_summary=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "StringTooLong The string, \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\", has more than 100 characters."
)]
fn writing_is_refused(
    #[case] method: &str,
    #[case] table: &str,
    #[case] parameters: &str,
    #[case] expected: &str,
) {
    let mo = Client::of("mo");
    let body = format!("api_key={}&{parameters}", key_of(&mo, ADA));

    let answer = form(&mo, method, &format!("/api2/{table}"), &body);

    assert_eq!(error(&answer), format!("API2::{expected}"));
    assert_eq!(answer.json()["user"], ADA);
}

#[test]
fn a_body_that_is_no_json_gets_a_page() {
    let mo = Client::of("mo");

    let answer = mo.send(
        Method::PATCH,
        "/api2/names?id=1",
        &[("content-type", "application/json")],
        "{\"set_notes\":",
    );

    assert_eq!((answer.status(), answer.content_type()), (400, "text/html; charset=utf-8"));
}

#[test]
fn a_file_where_none_is_wanted_is_refused() {
    let mo = Client::of("mo");
    let path = format!("/api2/comments?api_key={}", key_of(&mo, ADA));

    let json = mo.send(
        Method::POST,
        &path,
        &[("content-type", "application/json")],
        "{\"summary\":\"x\"}",
    );
    assert_eq!(error(&json), "API2::UnexpectedUpload Unexpected file attached.");

    // The official app sends this header without a body.
    let empty = mo.send(Method::POST, &path, &[("content-type", "application/json")], "");
    assert_eq!(error(&empty), "API2::MissingParameter Missing \"summary\" parameter.");
}
