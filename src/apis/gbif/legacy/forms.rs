//! The forms that IPTs send.

use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::{CONTACT, ENDPOINT};
use crate::apis::gbif::part::{self, Part};
use crate::apis::gbif::shape::{Document, Field, Sent};
use crate::apis::gbif::vocabulary::ENDPOINT_TYPE;
use crate::apis::gbif::{entity, moment, record};
use crate::kit::call::Call;
use crate::kit::param::{AnyParam, Param};

static FIELDS: [Param<Option<String>>; 15] = [
    Param::optional("organisationKey", "Key of the organization."),
    Param::optional("iptKey", "Key of the IPT."),
    Param::optional("name", "Title."),
    Param::optional("description", "Description."),
    Param::optional("homepageURL", "Homepage."),
    Param::optional("logoUrl", "Logo."),
    Param::optional("primaryContactType", "`administrative` or `technical`."),
    Param::optional("primaryContactName", "Name of the contact."),
    Param::optional("primaryContactEmail", "E-mail address of the contact."),
    Param::optional("primaryContactAddress", "Address of the contact."),
    Param::optional("primaryContactPhone", "Phone of the contact."),
    Param::optional("serviceTypes", "Types of services, parted by `|`."),
    Param::optional("serviceURLs", "Addresses of services, parted by `|`."),
    Param::optional("wsPassword", "The password that the IPT will use."),
    Param::optional("doi", "DOI of the resource."),
];
static SUBTYPE: Param<Option<String>> = Param::optional("subtype", "Subtype of the resource.");

pub fn declared() -> impl Iterator<Item = &'static dyn AnyParam> {
    FIELDS.iter().chain([&SUBTYPE]).map(|field| field as _)
}

/// A form that was sent.
pub struct Form<'c> {
    fields: Vec<(&'c str, &'c str)>,
}

impl<'c> Form<'c> {
    pub fn of(call: &'c Call) -> Self {
        Self { fields: call.fields.query().collect() }
    }

    pub fn get(&self, name: &str) -> Option<&'c str> {
        let found = self.fields.iter().rfind(|(known, _)| *known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// # Errors
    /// When it is missing or no key.
    pub fn demand_key(&self, name: &str) -> Result<String, Error> {
        let key = self.get(name).and_then(|text| text.parse::<Uuid>().ok());
        key.map(|key| key.to_string())
            .ok_or_else(|| Error::Refused(format!("{name} is missing or no key")))
    }

    /// What an installation is, as an IPT says it.
    pub fn installation(&self, owner: &str) -> Result<Document, Error> {
        let mut doc = Document::new();
        doc.insert("organizationKey".to_owned(), owner.into());
        doc.insert("type".to_owned(), "IPT_INSTALLATION".into());
        self.copy(&mut doc, &[("title", "name"), ("description", "description")]);
        checked(entity::installation::INSTALLATION.fields, doc)
    }

    /// What a dataset is, as an IPT says it.
    pub fn dataset(&self, owner: &str, installation: &str) -> Result<Document, Error> {
        let mut doc = Document::new();
        doc.insert("publishingOrganizationKey".to_owned(), owner.into());
        doc.insert("installationKey".to_owned(), installation.into());
        doc.insert("type".to_owned(), self.kind().into());
        self.copy(
            &mut doc,
            &[
                ("title", "name"),
                ("description", "description"),
                ("homepage", "homepageURL"),
                ("logoUrl", "logoUrl"),
                ("doi", "doi"),
            ],
        );
        if let Some(subtype) = self.get("subtype") {
            let known = crate::apis::gbif::vocabulary::DATASET_SUBTYPE.lenient(subtype);
            doc.extend(known.map(|known| ("subtype".to_owned(), Value::from(known))));
        }
        checked(entity::dataset::DATASET.fields, doc)
    }

    fn copy(&self, doc: &mut Document, members: &[(&str, &str)]) {
        for (member, field) in members {
            if let Some(text) = self.get(field) {
                doc.insert((*member).to_owned(), text.into());
            }
        }
    }

    /// What a dataset holds, by the services that it offers.
    fn kind(&self) -> &'static str {
        let services = self.get("serviceTypes").unwrap_or_default().to_uppercase();
        match services {
            services if services.contains("SAMPLING") => "SAMPLING_EVENT",
            services if services.contains("CHECKLIST") => "CHECKLIST",
            services if services.contains("OCCURRENCE") => "OCCURRENCE",
            _ => "METADATA",
        }
    }

    /// Puts the form's contact and services in the place of those that an entity has.
    pub fn replace_parts(
        &self,
        call: &Call,
        db: &Connection,
        key: &str,
        user: &str,
    ) -> Result<(), Error> {
        let Some(stored) = record::find_any(db, key)? else { return Ok(()) };
        let sql = "DELETE FROM gbif_part WHERE entity = ? AND name IN ('contact', 'endpoint')";
        db.prepare_cached(sql)?.execute([stored.id])?;
        let now = moment::written(call.now);
        let add = |part: &'static Part, doc: Document| -> Result<(), Error> {
            let mut doc = checked(part.fields, doc)?;
            let number = record::next_number(db, part.name)?;
            doc.insert("key".to_owned(), number.into());
            for (member, text) in
                [("createdBy", user), ("modifiedBy", user), ("created", &now), ("modified", &now)]
            {
                doc.insert(member.to_owned(), text.into());
            }
            Ok(part::insert(db, part, stored.id, number, &doc)?)
        };
        if let Some(contact) = self.contact() {
            add(&CONTACT, contact)?;
        }
        for endpoint in self.endpoints() {
            add(&ENDPOINT, endpoint)?;
        }
        Ok(record::show(db, &stored)?)
    }

    fn contact(&self) -> Option<Document> {
        let email = self.get("primaryContactEmail")?;
        let role = match self.get("primaryContactType") {
            Some(kind) if kind.eq_ignore_ascii_case("technical") => "TECHNICAL_POINT_OF_CONTACT",
            _ => "ADMINISTRATIVE_POINT_OF_CONTACT",
        };
        let mut contact = Document::new();
        contact.insert("type".to_owned(), role.into());
        contact.insert("primary".to_owned(), true.into());
        contact.insert("email".to_owned(), vec![email].into());
        for (member, field) in
            [("phone", "primaryContactPhone"), ("address", "primaryContactAddress")]
        {
            if let Some(text) = self.get(field) {
                contact.insert(member.to_owned(), vec![text].into());
            }
        }
        self.copy(&mut contact, &[("lastName", "primaryContactName")]);
        Some(contact)
    }

    fn endpoints(&self) -> Vec<Document> {
        let parts = |name: &str| self.get(name).unwrap_or_default().split('|');
        let services = parts("serviceTypes").zip(parts("serviceURLs"));
        services
            .filter(|(_, url)| !url.trim().is_empty())
            .map(|(kind, url)| {
                let kind = match kind.trim().to_uppercase().as_str() {
                    "RSS" => "FEED",
                    archive if archive.starts_with("DWC-ARCHIVE") => "DWC_ARCHIVE",
                    other => ENDPOINT_TYPE.lenient(other).unwrap_or("OTHER"),
                };
                let members = [("type", kind), ("url", url.trim())];
                members.iter().map(|(m, t)| ((*m).to_owned(), Value::from(*t))).collect()
            })
            .collect()
    }
}

// Quirk (contract 4.10): here bad data are a 400 whatever is wrong with them.
fn checked(fields: &[Field], doc: Document) -> Result<Document, Error> {
    Sent::of(fields, doc)?.checked().map_err(|error| match error {
        Error::Invalid(violations) => {
            let fields: Vec<String> = violations
                .into_iter()
                .map(|found| format!("{} {}", found.field, found.message))
                .collect();
            Error::Refused(fields.join(", "))
        }
        other => other,
    })
}
