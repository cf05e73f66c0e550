//! Tables to download.

use insta::assert_snapshot;
use serde_json::json;

use super::curator::Curator;
use crate::gbif::DATASET;
use crate::support::Answer;

const OF_COLLECTIONS: &str = "key code name description country city province content_types active personal_collection doi email phone homepage catalog_url api_url preservation_types accession_status institution_name institution_code institution_key mailing_address address created_by modified_by created modified deleted tags identifiers contactPersons number_specimens machine_tags taxonomic_coverage geographic_coverage notes incorporated_collections alternative_codes comments occurrence_mappings replaced_by featuredImageUrl featuredImageLicense temporalCoverage masterSourceType displayOnNHCPortal";
const OF_INSTITUTIONS: &str = "key code name description country city province type active email phone homepage catalog_url api_url institutional_governance disciplines latitude longitude mailing_address address additional_names founding_date number_specimens logo_url created_by modified_by created modified deleted tags identifiers contactPersons machine_tags alternative_codes comments occurrence_mappings replaced_by converted_to_collection featuredImageUrl featuredImageLicense masterSourceType displayOnNHCPortal";

impl Curator {
    #[track_caller]
    fn export(&self, target: &str) -> Answer {
        let answer = self.0.get(&format!("/v1/grscicoll/{target}"));
        assert_eq!(answer.status(), 200, "{}", answer.text());
        answer
    }

    /// What a browser would call the file.
    #[track_caller]
    fn file(&self, target: &str) -> String {
        self.export(target).header("content-disposition").unwrap().to_owned()
    }

    /// The named cells of the only row of a table.
    #[track_caller]
    fn row(&self, target: &str) -> impl Fn(&str) -> String + use<> {
        let answer = self.export(target);
        let mut lines = answer.text().lines();
        let header: Vec<String> = lines.next().unwrap().split('\t').map(str::to_owned).collect();
        let cells: Vec<String> = lines.next().unwrap().split('\t').map(str::to_owned).collect();
        assert_eq!((header.len(), lines.next()), (cells.len(), None));
        move |name| cells[header.iter().position(|known| known == name).unwrap()].clone()
    }
}

#[test]
fn tables_have_a_column_for_each_field() {
    let curator = Curator::new();

    let collections = curator.export("collection/export?limit=1");
    let institutions = curator.export("institution/export");

    assert_eq!(collections.content_type(), "text/tab-separated-values");
    assert_eq!(
        collections.header("content-disposition"),
        Some("attachment; filename=\"collections.tsv\"")
    );
    let lines: Vec<&str> = collections.text().split_terminator('\n').collect();
    assert_eq!(lines[0], OF_COLLECTIONS.replace(' ', "\t"));
    assert_eq!(lines[0].split('\t').count(), 46);
    assert_eq!(lines.len(), 149);
    let lines: Vec<&str> = institutions.text().split_terminator('\n').collect();
    assert_eq!(lines[0], OF_INSTITUTIONS.replace(' ', "\t"));
    assert_eq!(lines[0].split('\t').count(), 42);
    assert_eq!(lines.len(), 73);
}

#[test]
fn cells_say_what_entities_are() {
    let curator = Curator::new();
    let house = curator.institution(&json!({ "code": "ZXA", "name": "House of Exports" }));
    let key = curator.collection(&json!({
        "code": "ZXA-E", "name": "Ticks\tand \"Mites\"", "description": "One.\nTwo.",
        "institutionKey": house, "contentTypes": ["PreservedOrganisms", "Exoskeletons"],
        "email": ["a@example.org", "b@example.org"], "numberSpecimens": 5,
        "alternativeCodes": [{ "code": "TM", "description": "old" }],
        "address": { "address": "1 Road", "city": "Aarhus", "province": "Jylland",
                     "postalCode": "8000", "country": "DK" },
        "mailingAddress": { "city": "Lund" },
    }));
    curator.identifier("collection", &key, "URL", "https://example.org/1");
    curator.identifier("collection", &key, "URL", "https://example.org/2");
    curator.mapping("collection", &key, &json!({ "datasetKey": DATASET, "code": "TM" }));
    let post = |part: &str, body| {
        let answer = curator.0.post(&format!("/v1/grscicoll/collection/{key}/{part}"), &body);
        assert_eq!(answer.status(), 201, "{}", answer.text());
    };
    post("tag", json!({ "value": "checked" }));
    post("machineTag", json!({ "namespace": "n.org", "name": "a", "value": "b" }));
    post("comment", json!({ "content": "Said." }));
    post(
        "contactPerson",
        json!({
            "firstName": "Ada", "lastName": "Moth", "phone": ["1", "2"], "email": ["ada@example.org"],
            "position": ["Curator"], "taxonomicExpertise": ["Acari"],
        }),
    );

    let cell = curator.row("collection/export?code=zxa-e");

    assert_eq!(cell("name"), "\"Ticks and \"\"Mites\"\"\"");
    assert_eq!(cell("description"), "One. Two.");
    assert_eq!(cell("content_types"), "PreservedOrganisms;Exoskeletons");
    assert_eq!(cell("email"), "a@example.org;b@example.org");
    assert_eq!((cell("country"), cell("city")), ("DK".to_owned(), "Aarhus".to_owned()));
    assert_eq!(cell("address"), "1 Road Aarhus Jylland 8000 Denmark");
    assert_eq!(cell("mailing_address"), "Lund");
    assert_eq!(cell("institution_name"), "House of Exports");
    assert_eq!(cell("institution_code"), "ZXA");
    assert_eq!(cell("institution_key"), house);
    assert_eq!(cell("active"), "true");
    assert_eq!(cell("personal_collection"), "false");
    assert_eq!(cell("displayOnNHCPortal"), "true");
    assert_eq!(cell("masterSourceType"), "GRSCICOLL");
    assert_eq!(cell("identifiers"), "https://example.org/2;https://example.org/1");
    assert_eq!(cell("tags"), "checked");
    assert_eq!(cell("machine_tags"), "n.org:a:b");
    assert_eq!(cell("comments"), "Said.");
    assert_eq!(cell("contactPersons"), "Ada Moth 1 2 ada@example.org Curator Acari");
    assert_eq!(cell("occurrence_mappings"), format!("TM:{DATASET}"));
    assert_eq!(cell("alternative_codes"), "TM");
    assert_eq!(cell("number_specimens"), "5");
    assert_eq!(cell("deleted"), "");
    assert_eq!(cell("created_by"), "grscicoll_admin");
    let created = cell("created");
    let shape: String = created.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert_eq!(shape, "9999-99-99T99:99:99.999Z");
}

#[test]
fn places_have_four_decimals_at_most() {
    let curator = Curator::new();
    curator.institution(&json!({
        "code": "ZXB", "latitude": 38.954_349, "longitude": -95.5, "types": ["Museum", "Herbarium"],
        "foundingDate": 1926,
    }));

    let cell = curator.row("institution/export?code=ZXB&format=TSV");

    assert_eq!((cell("latitude"), cell("longitude")), ("38.9543".to_owned(), "-95.5".to_owned()));
    assert_eq!(cell("type"), "Museum;Herbarium");
    assert_eq!(cell("founding_date"), "1926");
}

#[test]
fn commas_part_cells_on_request() {
    let curator = Curator::new();
    curator.institution(&json!({ "code": "ZXC", "name": "One, Two" }));

    let answer = curator.export("institution/export?format=CSV&code=ZXC");

    assert_eq!(answer.content_type(), "text/csv");
    let lines: Vec<&str> = answer.text().split("\r\n").collect();
    assert_eq!(lines[0], OF_INSTITUTIONS.replace(' ', ","));
    assert!(lines[1].contains(",ZXC,\"One, Two\","), "{}", lines[1]);
    assert_eq!(lines[2..], [""]);
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"ZXC-institutions.csv\"")
    );
}

#[test]
fn files_are_named_after_what_was_asked_for() {
    let curator = Curator::new();
    let named = |file: &str| format!("attachment; filename=\"{file}\"");

    assert_eq!(
        curator.file("collection/export?country=usa&q=insect&active=true&limit=5"),
        named("US-insect-collections.tsv")
    );
    assert_eq!(
        curator.file(
            "collection/export?q=a&fuzzyName=b&machineTagValue=c&machineTagName=d&machineTagNamespace=e\
             &identifier=f&identifierType=URL&contact=7&name=h&code=I&alternativeCode=j\
             &institution=6a6ac6c5-1b8a-48db-91a2-f8661274ff80&city=k&country=DK&country=SE&gbifRegion=europe"
        ),
        named(
            "EUROPE-DK-SE-k-6a6ac6c5-1b8a-48db-91a2-f8661274ff80-j-I-h-7-URL-f-e-d-c-b-a-collections.tsv"
        )
    );
    assert_eq!(
        curator.file("institution/export?institution=6a6ac6c5-1b8a-48db-91a2-f8661274ff80"),
        named("institutions.tsv")
    );
    assert_eq!(curator.file("institution/export?q=a%22b"), named("a_b-institutions.tsv"));
}

#[test]
fn only_tables_of_collections_can_begin_later() {
    let curator = Curator::new();
    let rows = |target: &str| curator.export(target).text().lines().count() - 1;

    assert_eq!(rows("collection/export?offset=140"), 8);
    assert_eq!(rows("collection/export?offset=1000"), 0);
    assert_eq!(rows("institution/export?offset=70"), 72);
    assert_eq!(rows("institution/export?country=ES&contentType=x&institution=foo"), {
        let page = curator.get("institution?country=ES&limit=0");
        usize::try_from(page["count"].as_u64().unwrap()).unwrap()
    });
}

#[test]
fn tables_follow_the_order_of_lists() {
    let curator = Curator::new();
    for query in ["country=US", "q=museum", "sortBy=NUMBER_SPECIMENS&sortOrder=DESC"] {
        let page = curator.get(&format!("institution?limit=1000&{query}"));
        let listed: Vec<&str> = page["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["key"].as_str().unwrap())
            .collect();

        let table = curator.export(&format!("institution/export?{query}"));

        let keys: Vec<&str> = table.text().lines().skip(1).map(|line| &line[..36]).collect();
        assert_eq!(keys, listed, "{query}");
    }
}

#[test]
fn collections_of_institutions_are_exported_together() {
    let curator = Curator::new();
    let target = "collection/exportForInstitution?code=MNHN";

    let answer = curator.export(target);

    let of_museum = "collection?institutionKey=6a6ac6c5-1b8a-48db-91a2-f8661274ff80&limit=0";
    let count = curator.get(of_museum)["count"].as_u64().unwrap();
    assert_eq!(answer.text().lines().count() as u64, count + 1);
    assert_eq!(answer.text().lines().next(), Some(&*OF_COLLECTIONS.replace(' ', "\t")));
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"MNHN-collections.tsv\"")
    );
    let nothing = curator.0.get("/v1/grscicoll/collection/exportForInstitution?code=nobody");
    assert_eq!((nothing.status(), nothing.body.len()), (204, 0));
}

#[test]
fn unknown_formats_are_refused() {
    let curator = Curator::new();

    assert_snapshot!(curator.whole("collection/export?format=csv"), @r"
    400 text/plain;charset=UTF-8
    No enum constant org.gbif.api.model.common.export.ExportFormat.csv
    ");
    assert_snapshot!(curator.whole("institution/export?country=Atlantis"), @r"
    400 text/plain;charset=UTF-8
    Cannot parse Atlantis into a known Country
    ");
    assert_snapshot!(curator.whole("collection/exportForInstitution?format=XLS"), @r"
    400 text/plain;charset=UTF-8
    No enum constant org.gbif.api.model.common.export.ExportFormat.XLS
    ");
}
