//! What IPTs call.

use http::Method;
use serde_json::Value;
use wardian::store::Transaction;

use super::{INSTALLATION, NOBODY, ORGANIZATION, anybody};
use crate::support::{Answer, Client};

fn as_organization(gbif: &Client) -> Client {
    let sql = "SELECT password FROM gbif_password WHERE entity = ?";
    let password: String = gbif
        .session()
        .data
        .transact(Transaction::Read, |db| db.query_row(sql, [ORGANIZATION], |row| row.get(0)))
        .unwrap();
    gbif.with_basic(ORGANIZATION, &password)
}

fn form(gbif: &Client, path: &str, body: &str) -> Answer {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    gbif.send(Method::POST, path, &form, body.to_owned())
}

fn key_in(answer: &Answer) -> String {
    assert_eq!(answer.status(), 201, "{}", answer.text());
    let text = answer.text();
    assert!(text.contains("<iptEntityResponse><key>"), "{text}");
    text.split("<key>").nth(1).unwrap()[..36].to_owned()
}

#[test]
fn an_ipt_registers_itself_and_its_resources() {
    let gbif = anybody();
    let organization = as_organization(&gbif);

    let ipt = key_in(&form(
        &organization,
        "/registry/ipt/register",
        &format!(
            "organisationKey={ORGANIZATION}&name=Our+IPT&description=D&wsPassword=secret&\
             primaryContactType=technical&primaryContactName=Ada&primaryContactEmail=a%40b.org&\
             serviceTypes=RSS&serviceURLs=https%3A%2F%2Fipt.example.org%2Frss.do"
        ),
    ));
    let resource = key_in(&form(
        &organization,
        "/registry/ipt/resource",
        &format!(
            "organisationKey={ORGANIZATION}&iptKey={ipt}&name=Moths&description=M&\
             serviceTypes=EML%7CDWC-ARCHIVE-OCCURRENCE&serviceURLs=https%3A%2F%2Fa.org%2Feml%7Chttps%3A%2F%2Fa.org%2Fdwca"
        ),
    ));
    let updated = form(
        &gbif.with_basic(&ipt, "secret"),
        &format!("/registry/ipt/update/{ipt}"),
        "name=Renamed",
    );

    let installation = gbif.get(&format!("/v1/installation/{ipt}")).json();
    let dataset = gbif.get(&format!("/v1/dataset/{resource}")).json();
    assert_eq!(updated.status(), 204);
    assert_eq!(installation["title"], "Renamed");
    assert_eq!(dataset["type"], "OCCURRENCE");
    assert_eq!(dataset["endpoints"].as_array().unwrap().len(), 2);
    let deleted = organization.delete(&format!("/registry/ipt/resource/{resource}"));
    assert_eq!((deleted.status(), deleted.text()), (200, ""));
    assert!(gbif.get(&format!("/v1/dataset/{resource}")).json()["deleted"].is_string());
}

#[test]
fn bad_data_and_bad_credentials_are_told_apart() {
    let gbif = anybody();
    let body = format!("organisationKey={ORGANIZATION}");

    assert_eq!(form(&gbif, "/registry/ipt/register", &body).status(), 401);
    let wrong = gbif.with_basic(ORGANIZATION, "wrong");
    assert_eq!(form(&wrong, "/registry/ipt/register", &body).status(), 401);
    assert_eq!(form(&as_organization(&gbif), "/registry/ipt/register", &body).status(), 400);
    assert_eq!(form(&gbif, "/registry/ipt/register", "").status(), 400);
}

#[test]
fn bad_data_leave_nothing_behind() {
    let gbif = anybody();
    let organization = as_organization(&gbif);
    let installations = || gbif.get("/v1/installation?limit=1000").json();
    let datasets = || gbif.get("/v1/dataset?limit=1").json()["count"].clone();
    let before = (installations(), datasets());

    let service = form(
        &organization,
        "/registry/ipt/register",
        &format!("organisationKey={ORGANIZATION}&name=Ours&serviceTypes=RSS&serviceURLs=nowhere"),
    );
    let ipt = form(
        &organization,
        "/registry/ipt/resource",
        &format!(
            "organisationKey={ORGANIZATION}&iptKey={NOBODY}&name=Moths&\
             serviceTypes=EML&serviceURLs=https%3A%2F%2Fa.org%2Feml"
        ),
    );

    assert_eq!(service.whole(), "400 text/plain\nurl Invalid URI");
    assert_eq!(ipt.whole(), format!("400 text/plain\nThere is no installation {NOBODY}"));
    assert_eq!((installations(), datasets()), before);
}

#[test]
fn a_password_can_be_tested() {
    let gbif = anybody();
    let path = format!("/registry/organisation/{ORGANIZATION}.json?op=login");

    let answer = as_organization(&gbif).get(&path);

    assert_eq!((answer.status(), answer.text()), (200, ""));
    assert_eq!(gbif.get(&path).status(), 401);
}

#[test]
fn lists_are_short() {
    let gbif = anybody();

    let organisations = gbif.get("/registry/organisation.json").json();
    let one = gbif.get(&format!("/registry/organisation/{ORGANIZATION}.json")).json();
    let resources =
        gbif.get(&format!("/registry/resource.json?organisationKey={ORGANIZATION}")).json();

    assert_eq!(organisations[0].as_object().unwrap().len(), 2);
    assert_eq!(one["name"], "Lakeside Laboratory of Ornithology");
    let resource = resources[0]["key"].as_str().unwrap();
    assert_eq!(gbif.get(&format!("/registry/resource/{resource}")).json(), resources[0]);
    let belongs = format!("/registry/resource/{resource}/belongs/organisation");
    assert_eq!(gbif.get(&format!("{belongs}/{ORGANIZATION}")).status(), 200);
    assert_eq!(gbif.get(&format!("{belongs}/{INSTALLATION}")).status(), 404);
    assert!(gbif.get("/registry/network.json").json().as_array().unwrap().len() == 12);
}

#[test]
fn a_resource_joins_and_leaves_networks() {
    let gbif = anybody();
    let organization = as_organization(&gbif);
    let networks = gbif.get("/registry/network.json").json();
    let resources =
        gbif.get(&format!("/registry/resource.json?organisationKey={ORGANIZATION}")).json();
    let resource = resources[0]["key"].as_str().unwrap().to_owned();
    let of_resource = || gbif.get(&format!("/registry/resource/{resource}/networks")).json();
    let network = networks
        .as_array()
        .unwrap()
        .iter()
        .find(|network| !of_resource().as_array().unwrap().contains(network))
        .unwrap()
        .clone();
    let path =
        format!("/registry/resource/{resource}/network/{}", network["key"].as_str().unwrap());
    let is_member = |list: Value| list.as_array().unwrap().contains(&network);

    assert_eq!(organization.post(&path, &Value::Null).status(), 204);
    assert!(is_member(of_resource()));
    assert_eq!(organization.delete(&path).status(), 204);
    assert!(!is_member(of_resource()));
}
