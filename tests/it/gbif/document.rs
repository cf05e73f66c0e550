//! Metadata documents.

use http::Method;
use serde_json::{Value, json};

use super::{DATASET, NOBODY, ORGANIZATION, admin, anybody, dataset_of, editor, key_of};
use crate::support::{Answer, Client};

const EML: &str = r#"<?xml version="1.0"?>
<eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0" packageId="x" system="s">
  <dataset>
    <alternateIdentifier>https://ipt.example.org/resource?r=moths</alternateIdentifier>
    <title>Moths &amp; more</title>
    <creator>
      <individualName><givenName>Ada</givenName><surName>Finch</surName></individualName>
      <electronicMailAddress>ada@example.org</electronicMailAddress>
      <userId directory="https://orcid.org/">0000-0002-1825-0097</userId>
    </creator>
    <metadataProvider>
      <individualName><surName>Rook</surName></individualName>
    </metadataProvider>
    <pubDate>2022-03-04</pubDate>
    <language>deu</language>
    <abstract><para>One.</para><para>Two.</para></abstract>
    <keywordSet><keyword>light trap</keyword><keywordThesaurus>n/a</keywordThesaurus></keywordSet>
    <intellectualRights><para><ulink url="http://creativecommons.org/publicdomain/zero/1.0/legalcode"/></para></intellectualRights>
    <coverage>
      <temporalCoverage><rangeOfDates>
        <beginDate><calendarDate>1998-01-01</calendarDate></beginDate>
        <endDate><calendarDate>2003-12-31</calendarDate></endDate>
      </rangeOfDates></temporalCoverage>
    </coverage>
  </dataset>
  <additionalMetadata><metadata><gbif><citation identifier="c1">Finch 2022</citation></gbif></metadata></additionalMetadata>
</eml:eml>"#;

const DC: &str = r#"<oai_dc:dc xmlns:oai_dc="a" xmlns:dc="b"><dc:title>Plain title</dc:title><dc:creator>Wren</dc:creator><dc:subject>moths</dc:subject></oai_dc:dc>"#;

fn upload(gbif: &Client, key: &str, content: &str) -> Answer {
    let xml = [("content-type", "application/xml")];
    gbif.send(Method::POST, &format!("/v1/dataset/{key}/document"), &xml, content.to_owned())
}

fn new_dataset(gbif: &Client) -> String {
    key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)))
}

#[test]
fn an_uploaded_document_overwrites_its_dataset() {
    let gbif = admin();
    let key = new_dataset(&gbif);

    let answer = upload(&gbif, &key, EML);

    assert_eq!(answer.status(), 201, "{}", answer.text());
    let metadata = answer.json();
    assert_eq!((&metadata["type"], &metadata["datasetKey"]), (&json!("EML"), &json!(key)));
    let dataset = gbif.get(&format!("/v1/dataset/{key}")).json();
    assert_eq!(dataset["title"], "Moths & more");
    assert_eq!(dataset["description"], "One.\nTwo.");
    assert_eq!(dataset["language"], "deu");
    assert_eq!(dataset["type"], "OCCURRENCE");
    assert_eq!(dataset["license"], "http://creativecommons.org/publicdomain/zero/1.0/legalcode");
    assert_eq!(dataset["pubDate"], "2022-03-04T00:00:00.000+00:00");
    assert_eq!(dataset["citation"]["identifier"], "c1");
    let text = dataset["citation"]["text"].as_str().unwrap();
    assert!(text.starts_with("Finch A, Rook (2022). Moths & more. Lakeside Laboratory"), "{text}");
    assert_eq!(dataset["contacts"].as_array().unwrap().len(), 2);
    assert_eq!(dataset["contacts"][0]["userId"][0], "https://orcid.org/0000-0002-1825-0097");
    assert_eq!(dataset["identifiers"][0]["type"], "URL");
    assert_eq!(dataset["keywordCollections"][0]["keywords"], json!(["light trap"]));
    assert_eq!(dataset.get("networkKeys"), None);
    let found = gbif.get("/v1/dataset/search?keyword=LIGHT+TRAP&decade=2000").json();
    assert_eq!(super::keys(&found), [key]);
}

#[test]
fn the_same_document_is_kept_and_another_takes_its_place() {
    let gbif = admin();
    let key = new_dataset(&gbif);

    let first = upload(&gbif, &key, EML).json();
    let same = upload(&gbif, &key, EML).json();
    let other = upload(&gbif, &key, &EML.replace("Moths", "Bats")).json();

    assert_eq!(first, same);
    assert_ne!(first["key"], other["key"]);
    let listed = gbif.get(&format!("/v1/dataset/{key}/metadata")).json();
    assert_eq!(listed, json!([other]));
    let content = gbif.get(&format!("/v1/dataset/metadata/{}/document", other["key"]));
    assert_eq!(
        (content.content_type(), content.text()),
        ("application/xml", &*EML.replace("Moths", "Bats"))
    );
    assert_eq!(gbif.get(&format!("/v1/dataset/metadata/{}", first["key"])).status(), 404);
}

#[test]
fn eml_goes_before_dublin_core() {
    let gbif = admin();
    let key = new_dataset(&gbif);
    let title = || gbif.get(&format!("/v1/dataset/{key}")).json()["title"].clone();

    upload(&gbif, &key, DC);
    let of_dc = title();
    upload(&gbif, &key, EML);
    upload(&gbif, &key, &DC.replace("Plain", "Plainer"));

    assert_eq!(of_dc, "Plain title");
    assert_eq!(title(), "Moths & more");
    let kinds: Vec<Value> = gbif
        .get(&format!("/v1/dataset/{key}/metadata"))
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|metadata| metadata["type"].clone())
        .collect();
    assert_eq!(kinds, ["EML", "DC"]);
    let dc = gbif.get(&format!("/v1/dataset/{key}/metadata?type=dc")).json();
    assert_eq!(dc.as_array().unwrap().len(), 1);
    assert_eq!(gbif.get(&format!("/v1/dataset/{key}")).json()["tags"][0]["value"], "moths");
}

#[test]
fn a_locked_dataset_keeps_its_title_and_contacts() {
    let gbif = admin();
    let mut dataset = dataset_of(ORGANIZATION);
    dataset["lockedForAutoUpdate"] = true.into();
    let key = key_of(&gbif.post("/v1/dataset", &dataset));

    upload(&gbif, &key, EML);

    let shown = gbif.get(&format!("/v1/dataset/{key}")).json();
    assert_eq!(shown["title"], "Moth trap records of Sample County");
    assert_eq!(shown["contacts"], json!([]));
    assert_eq!(shown["temporalCoverages"][0]["@type"], "range");
}

#[test]
fn a_deleted_document_takes_its_coverages_along() {
    let gbif = editor();
    let key = new_dataset(&gbif);
    let id = upload(&gbif, &key, EML).json()["key"].clone();

    assert_eq!(gbif.delete(&format!("/v1/dataset/metadata/{id}")).status(), 204);

    let shown = gbif.get(&format!("/v1/dataset/{key}")).json();
    assert_eq!(shown["temporalCoverages"], json!([]));
    assert_eq!(shown["title"], "Moths & more");
    assert_eq!(shown["networkKeys"], json!([]));
}

#[test]
fn documents_that_cannot_be_understood_are_refused() {
    let gbif = admin();
    let key = new_dataset(&gbif);
    let before = gbif.get(&format!("/v1/dataset/{key}")).json();

    for content in ["", "hello", "<a/>", "<eml><dataset>", "{\"a\":1}"] {
        let answer = upload(&gbif, &key, content);
        assert_eq!(answer.whole(), "400 text/plain\nUnable to detect metadata type");
    }
    let too_short = EML.replace("Moths &amp; more", "M");
    assert_eq!(upload(&gbif, &key, &too_short).status(), 422);
    assert_eq!(gbif.get(&format!("/v1/dataset/{key}")).json(), before);
    assert_eq!(gbif.get(&format!("/v1/dataset/{key}/metadata")).json(), json!([]));
    assert_eq!(
        upload(&gbif, NOBODY, EML).whole(),
        format!("404 text/plain\nDataset {NOBODY} not existing")
    );
    assert_eq!(upload(&anybody(), &key, EML).status(), 403);
}

#[test]
fn documents_come_as_xml_json_or_forms() {
    let gbif = admin();
    let key = new_dataset(&gbif);
    let path = format!("/v1/dataset/{key}/document");

    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer = gbif.send(Method::POST, &path, &[("content-type", media_type)], EML);
        assert_eq!((answer.status(), answer.content_type()), (415, "application/json"));
    }
    let utf8 = [("content-type", "application/xml; charset=UTF-8")];
    assert_eq!(gbif.send(Method::POST, &path, &utf8, EML).status(), 201);
}

#[test]
fn documents_come_as_forms_too() {
    let gbif = admin();
    let key = new_dataset(&gbif);
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"document\"; filename=\"eml.xml\"\r\n\r\n{EML}\r\n--b--\r\n"
    );
    let form = [("content-type", "multipart/form-data; boundary=b")];

    let answer = gbif.send(Method::POST, &format!("/v1/dataset/{key}/document"), &form, body);

    assert_eq!(answer.status(), 201, "{}", answer.text());
    assert_eq!(gbif.get(&format!("/v1/dataset/{key}")).json()["title"], "Moths & more");
}

#[test]
fn every_dataset_is_written_as_eml() {
    let gbif = anybody();

    let answer = gbif.get(&format!("/v1/dataset/{DATASET}/document"));

    assert_eq!(answer.content_type(), "application/xml");
    let text = answer.text();
    assert!(text.starts_with(r#"<?xml version="1.0" encoding="UTF-8"?><eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0""#));
    for part in [
        format!(r#"packageId="{DATASET}" system="http://gbif.org" scope="system" xml:lang=""#),
        "<alternateIdentifier>https://doi.org/10.15468/igasai</alternateIdentifier>".to_owned(),
        "<additionalMetadata><metadata><gbif><dateStamp>".to_owned(),
        "accessed via GBIF.org on".to_owned(),
    ] {
        assert!(text.contains(&part), "{part}");
    }
}

#[test]
fn what_is_written_can_be_uploaded_again() {
    let gbif = admin();
    let written = gbif.get(&format!("/v1/dataset/{DATASET}/document")).text().to_owned();
    let original = gbif.get(&format!("/v1/dataset/{DATASET}")).json();
    let key = new_dataset(&gbif);

    assert_eq!(upload(&gbif, &key, &written).status(), 201);

    let copy = gbif.get(&format!("/v1/dataset/{key}")).json();
    for member in [
        "title",
        "description",
        "keywordCollections",
        "taxonomicCoverages",
        "geographicCoverages",
        "samplingDescription",
        "license",
    ] {
        assert_eq!(copy[member], original[member], "{member}");
    }
    assert_eq!(
        copy["contacts"].as_array().unwrap().len(),
        original["contacts"].as_array().unwrap().len()
    );
}

#[test]
fn descriptors_of_data_packages_are_kept_and_change_nothing() {
    let gbif = admin();
    let key = new_dataset(&gbif);
    let path = format!("/v1/dataset/{key}/document");
    let json = [("content-type", "application/json")];
    let before = gbif.get(&format!("/v1/dataset/{key}")).json();
    let descriptor = r#"{"profile":"http://rs.tdwg.org/dwc-dp/1.0/dwc-dp-profile.json","resources":[{"name":"event"}]}"#;

    let of_darwin_core = gbif.send(Method::POST, &path, &json, descriptor).json();
    let of_catalogue =
        gbif.send(Method::POST, &path, &json, r#"{"name":"coldp","resources":[]}"#).json();
    let unknown = gbif.send(Method::POST, &path, &json, r#"{"name":"x","resources":[]}"#);
    let described = gbif.get(&format!("/v1/dataset/{key}")).json();
    upload(&gbif, &key, EML);

    for member in ["title", "description", "contacts", "modified"] {
        assert_eq!(described[member], before[member]);
    }
    assert_eq!(of_darwin_core["type"], "DWC_DP");
    assert_eq!(of_darwin_core["contentJson"], descriptor);
    assert_eq!(of_catalogue["type"], "COL_DP");
    assert_eq!(unknown.whole(), "400 text/plain\nUnable to detect metadata type");
    let content = gbif.get(&format!("/v1/dataset/metadata/{}/document", of_darwin_core["key"]));
    assert_eq!((content.content_type(), content.text()), ("application/json", descriptor));
    let listed = gbif.get(&format!("/v1/dataset/{key}/metadata")).json();
    let types: Vec<&Value> =
        listed.as_array().unwrap().iter().map(|metadata| &metadata["type"]).collect();
    assert_eq!(types, ["EML", "DWC_DP", "COL_DP"]);
    assert_eq!(listed[0].get("contentJson"), None);
    assert_eq!(gbif.delete(&format!("/v1/dataset/metadata/{}", listed[0]["key"])).status(), 204);
    assert_eq!(gbif.get(&format!("/v1/dataset/{key}")).json()["title"], "Moths & more");
}

#[test]
fn nothing_is_uploaded_to_a_deleted_dataset() {
    let gbif = admin();
    let key = new_dataset(&gbif);
    gbif.delete(&format!("/v1/dataset/{key}"));

    assert_eq!(
        upload(&gbif, &key, EML).whole(),
        format!("404 text/plain\nDataset {key} has been deleted")
    );
}

/// What GBIF's profile has room for and [`EML`] does not hold.
const RICH: &str = r#"<eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0" packageId="x" system="s">
  <dataset>
    <shortName>moths</shortName><title>Moths of two centuries</title>
    <creator><individualName><salutation>Dr</salutation><surName>Finch</surName></individualName>
      <address><deliveryPoint>Hill 1</deliveryPoint><city>Town</city><country>GB</country></address></creator>
    <associatedParty><individualName><surName>Wren</surName></individualName><role>curator</role></associatedParty>
    <coverage>
      <geographicCoverage><geographicDescription>All of it</geographicDescription><boundingCoordinates>
        <westBoundingCoordinate>-1.5</westBoundingCoordinate><eastBoundingCoordinate>2.25</eastBoundingCoordinate>
        <northBoundingCoordinate>4</northBoundingCoordinate><southBoundingCoordinate>-3</southBoundingCoordinate>
      </boundingCoordinates></geographicCoverage>
      <temporalCoverage><rangeOfDates><beginDate><calendarDate>1899</calendarDate></beginDate>
        <endDate><calendarDate>2001-02</calendarDate></endDate></rangeOfDates></temporalCoverage>
      <temporalCoverage><singleDateTime><calendarDate>2005-06-07</calendarDate></singleDateTime></temporalCoverage>
      <taxonomicCoverage><taxonomicClassification><taxonRankName>family</taxonRankName>
        <taxonRankValue>Sphingidae</taxonRankValue><commonName>hawk moths</commonName>
      </taxonomicClassification></taxonomicCoverage>
    </coverage>
    <purpose><para>P</para></purpose><introduction><para>I</para></introduction>
    <gettingStarted><para>G</para></gettingStarted><acknowledgements><para>A</para></acknowledgements>
    <maintenance><description><para>M</para></description>
      <maintenanceUpdateFrequency>asNeeded</maintenanceUpdateFrequency></maintenance>
    <methods><methodStep><description><para>S</para></description></methodStep>
      <sampling><studyExtent><description><para>E</para></description></studyExtent>
        <samplingDescription><para>D</para></samplingDescription></sampling>
      <qualityControl><description><para>Q</para></description></qualityControl></methods>
    <project id="P-1"><title>Project</title>
      <personnel><individualName><surName>Rook</surName></individualName><role>principalInvestigator</role></personnel>
      <funding><para>F</para></funding></project>
  </dataset>
  <additionalMetadata><metadata><gbif>
    <citation identifier="c1">Own words</citation>
    <bibliography><citation identifier="b1">Book</citation></bibliography>
    <physical><objectName>table.csv</objectName><characterEncoding>UTF-8</characterEncoding>
      <dataFormat><externallyDefinedFormat><formatName>CSV</formatName><formatVersion>1</formatVersion>
      </externallyDefinedFormat></dataFormat>
      <distribution><online><url>https://a.org/table.csv</url></online></distribution></physical>
    <resourceLogoUrl>https://a.org/logo.png</resourceLogoUrl>
    <collection><parentCollectionIdentifier>p</parentCollectionIdentifier>
      <collectionIdentifier>i</collectionIdentifier><collectionName>Moths</collectionName></collection>
    <formationPeriod>Victorian</formationPeriod>
    <specimenPreservationMethod>pinned</specimenPreservationMethod>
    <livingTimePeriod>Holocene</livingTimePeriod>
    <jgtiCuratorialUnit><jgtiUnitType>drawers</jgtiUnitType>
      <jgtiUnits uncertaintyMeasure="5">100</jgtiUnits></jgtiCuratorialUnit>
    <jgtiCuratorialUnit><jgtiUnitType>jars</jgtiUnitType>
      <jgtiUnitRange><beginRange>3</beginRange><endRange>9</endRange></jgtiUnitRange></jgtiCuratorialUnit>
  </gbif></metadata></additionalMetadata>
</eml:eml>"#;

#[test]
fn all_that_the_profile_has_room_for_is_read_and_written() {
    let gbif = admin();
    let (first, second) = (new_dataset(&gbif), new_dataset(&gbif));

    assert_eq!(upload(&gbif, &first, RICH).status(), 201);
    let written = gbif.get(&format!("/v1/dataset/{first}/document")).text().to_owned();
    assert_eq!(upload(&gbif, &second, &written).status(), 201);

    let read = gbif.get(&format!("/v1/dataset/{first}")).json();
    let again = gbif.get(&format!("/v1/dataset/{second}")).json();
    let midnight = |day: &str| format!("{day}T00:00:00.000+00:00");
    assert_eq!(
        read["temporalCoverages"],
        json!([
            { "@type": "range", "start": midnight("1899-01-01"), "end": midnight("2001-02-01") },
            { "@type": "single", "date": midnight("2005-06-07") },
            { "@type": "verbatim", "period": "Victorian", "type": "FORMATION_PERIOD" },
            { "@type": "verbatim", "period": "Holocene", "type": "LIVING_TIME_PERIOD" },
        ])
    );
    assert_eq!(
        read["dataDescriptions"],
        json!([{
            "name": "table.csv", "charset": "UTF-8", "url": "https://a.org/table.csv",
            "format": "CSV", "formatVersion": "1",
        }])
    );
    assert_eq!(
        read["curatorialUnits"],
        json!([
            { "typeVerbatim": "drawers", "count": 100, "deviation": 5, "lower": 0, "upper": 0 },
            { "typeVerbatim": "jars", "count": 0, "deviation": 0, "lower": 3, "upper": 9 },
        ])
    );
    assert_eq!(read["collections"][0]["specimenPreservationMethod"], "pinned");
    for member in [
        "shortName",
        "logoUrl",
        "bibliographicCitations",
        "curatorialUnits",
        "taxonomicCoverages",
        "geographicCoverages",
        "temporalCoverages",
        "project",
        "samplingDescription",
        "collections",
        "dataDescriptions",
        "purpose",
        "introduction",
        "gettingStarted",
        "acknowledgements",
        "maintenanceUpdateFrequency",
        "maintenanceDescription",
    ] {
        assert!(!read[member].is_null() && read[member] != json!([]), "{member}");
        assert_eq!(again[member], read[member], "{member}");
    }
}
