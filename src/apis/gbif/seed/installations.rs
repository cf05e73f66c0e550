//! Installations: each organization that serves data runs one.

use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::gardener::{Contact, Gardener, Past, key};
use super::organizations::Organization;
use super::setting::Setting;
use super::{INSTALLATIONS, factor};
use crate::apis::gbif::entity::installation::INSTALLATION;
use crate::apis::gbif::entity::organization::new_password;
use crate::apis::gbif::moment;
use crate::world::draw::{self, Weighted};
use crate::world::prose::fill;

/// A server of datasets.
pub struct Installation {
    pub key: String,
    pub kind: &'static str,
    pub title: String,
    /// The place of its owner among the organizations.
    pub owner: usize,
    pub host: String,
    pub is_deleted: bool,
}

/// Keys that documents and tests of clients use.
const KNOWN: [&str; 6] = [
    "b77901f9-d9b0-47fa-94e0-dd96450aa2b4",
    "2e029a0c-87af-42e6-87d7-f38a50b78201",
    "896898e8-c0ac-47a0-8f38-0f792fbe3343",
    "a0e05292-3d09-4eae-9f83-02ae3516283c",
    "d209e552-7e6e-4840-b13c-c0596ef36e55",
    "998fa743-e3d2-41bd-8cd3-754e22581224",
];

pub fn sow(
    gardener: &mut Gardener,
    organizations: &[Organization],
) -> rusqlite::Result<Vec<Installation>> {
    let mut random = gardener.world.stream("gbif.installations");
    let count = INSTALLATIONS * factor(gardener.world);
    let kinds = Weighted::new([
        ("IPT_INSTALLATION", 60.0),
        ("HTTP_INSTALLATION", 16.0),
        ("MDT_INSTALLATION", 13.0),
        ("SYMBIOTA_INSTALLATION", 6.0),
        ("BIOCASE_INSTALLATION", 5.0),
    ]);
    let owners: Vec<usize> = (0..organizations.len())
        .filter(|at| organizations[*at].is_endorsed && !organizations[*at].is_deleted)
        .collect();
    let families: Vec<_> =
        gardener.world.taxa.iter().filter(|taxon| taxon.rank == "family").collect();
    let mut installations = Vec::with_capacity(count);
    for number in 0..count {
        let past = Past::draw(&mut random, number, count);
        let drawn = *kinds.draw(&mut random);
        let owner = owners[number % owners.len()];
        let organization = &organizations[owner];
        let is_known = number < KNOWN.len();
        let kind = if is_known { "IPT_INSTALLATION" } else { drawn };
        let setting = Setting::draw(&mut random, gardener, organization, &families);
        let installation = Installation {
            key: KNOWN.get(number).map_or_else(|| key(&mut random), |key| (*key).to_owned()),
            kind,
            title: title(kind, organization, &setting),
            owner,
            host: format!("{}.{}", host_name(kind), organization.host),
            is_deleted: !is_known && number % INSTALLATIONS >= INSTALLATIONS - 3,
        };
        plant(gardener, &mut random, (&installation, organization), past, &setting)?;
        installations.push(installation);
    }
    Ok(installations)
}

fn host_name(kind: &str) -> &'static str {
    match kind {
        "IPT_INSTALLATION" => "ipt",
        "MDT_INSTALLATION" => "mdt",
        "SYMBIOTA_INSTALLATION" => "portal",
        "BIOCASE_INSTALLATION" => "biocase",
        _ => "data",
    }
}

fn title(kind: &str, organization: &Organization, setting: &Setting) -> String {
    let pattern = match kind {
        "IPT_INSTALLATION" => "{organization} IPT",
        "MDT_INSTALLATION" => "Metabarcoding Data Toolkit, {country}",
        "SYMBIOTA_INSTALLATION" => "{region} Symbiota portal",
        "BIOCASE_INSTALLATION" => "{organization} BioCASe provider",
        _ => "{organization} archive server",
    };
    let mut values = setting.values();
    values.push(("organization", &organization.title));
    fill(pattern, &values)
}

fn plant(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    (installation, organization): (&Installation, &Organization),
    past: Past,
    setting: &Setting,
) -> rusqlite::Result<()> {
    let mut doc = json!({
        "key": installation.key,
        "organizationKey": organization.key,
        "type": installation.kind,
        "title": installation.title,
    });
    if draw::chance(random, 0.83) || KNOWN.contains(&installation.key.as_str()) {
        let mut values = setting.values();
        values.push(("organization", &organization.title));
        let text = gardener.world.titles.one(random, "installation", "descriptions", &values);
        doc["description"] = text.into();
    }
    past.write(&mut doc);
    if installation.is_deleted {
        doc["deleted"] = moment::written(past.modified).into();
    }
    let id = gardener.plant(&INSTALLATION, doc)?;
    let contact = Contact {
        person: gardener.person(random, &organization.country),
        role: "TECHNICAL_POINT_OF_CONTACT",
        is_primary: true,
        organization: &organization.title,
        host: &organization.host,
        city: None,
    };
    gardener.contact(random, id, past, &contact)?;
    if installation.kind == "IPT_INSTALLATION" {
        gardener.endpoint(id, past, "FEED", &format!("https://{}/rss.do", installation.host))?;
    }
    let sql = "INSERT INTO gbif_password (entity, password) VALUES (?, ?)";
    gardener.db.prepare_cached(sql)?.execute((&installation.key, new_password(random)))?;
    if installation.kind == "BIOCASE_INSTALLATION" {
        let doc = json!({
            "installationKey": installation.key,
            "syncDate": moment::written(past.modified),
            "result": "OK",
            "details": "All datasets are up to date",
        });
        let sql = "INSERT INTO gbif_synchronisation (installation, doc) VALUES (?, ?)";
        gardener.db.prepare_cached(sql)?.execute((&installation.key, doc.to_string()))?;
    }
    Ok(())
}
