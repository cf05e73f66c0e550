//! Vocabularies: what institutions and collections are described with. Concepts stand below others.
//!
//! Answers name concepts (`Prehistoric`); what is sent may also be the older name (`ARCHAEOLOGY_PREHISTORIC`).

mod collections;
mod institutions;

pub use self::collections::{ACCESSION_STATUS, COLLECTION_CONTENT_TYPE, PRESERVATION_TYPE};
pub use self::institutions::{DISCIPLINE, INSTITUTION_TYPE, INSTITUTIONAL_GOVERNANCE};

/// A concept, and those below it.
type Branch = (&'static str, &'static [&'static str]);

/// A vocabulary, and where its concepts stand.
pub struct Vocabulary {
    pub name: &'static str,
    /// The members of documents that hold its concepts.
    pub member: &'static str,
    branches: &'static [Branch],
    /// Older names that no rule gives.
    irregular: &'static [(&'static str, &'static str)],
}

impl Vocabulary {
    /// The concept that a text means: its name, or the older one, in any case.
    pub fn concept(&self, text: &str) -> Option<&'static str> {
        let sought = squeeze(text);
        let irregular = self.irregular.iter().find(|(old, _)| squeeze(old) == sought);
        irregular.map(|(_, concept)| *concept).or_else(|| self.named(&sought))
    }

    /// Whether this is the name of a concept, and no older one.
    pub fn has(&self, name: &str) -> bool {
        self.all().any(|(concept, _)| concept == name)
    }

    fn named(&self, sought: &str) -> Option<&'static str> {
        let by_name = self.all().find(|(concept, _)| squeeze(concept) == sought);
        let by_path = || {
            self.all().find(|(concept, parent)| {
                parent.is_some_and(|parent| squeeze(parent) + &squeeze(concept) == sought)
            })
        };
        let other = || {
            let mut parents = self.branches.iter().filter(|(_, children)| !children.is_empty());
            parents
                .find(|(parent, _)| squeeze(parent) + "other" == sought)
                .map(|(parent, _)| *parent)
        };
        by_name.or_else(by_path).map(|(concept, _)| concept).or_else(other)
    }

    /// The concept that stands above another.
    pub fn parent(&self, concept: &str) -> Option<&'static str> {
        self.all().find(|(known, _)| *known == concept).and_then(|(_, parent)| parent)
    }

    /// Every concept with the one above it.
    fn all(&self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.branches.iter().flat_map(|(parent, children)| {
            std::iter::once((*parent, None))
                .chain(children.iter().map(move |child| (*child, Some(*parent))))
        })
    }
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// The vocabularies of institutions.
pub static OF_INSTITUTIONS: [&Vocabulary; 3] =
    [&INSTITUTION_TYPE, &INSTITUTIONAL_GOVERNANCE, &DISCIPLINE];

/// The vocabularies of collections.
pub static OF_COLLECTIONS: [&Vocabulary; 3] =
    [&COLLECTION_CONTENT_TYPE, &PRESERVATION_TYPE, &ACCESSION_STATUS];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_names_mean_concepts() {
        assert_eq!(DISCIPLINE.concept("ARCHAEOLOGY_PREHISTORIC"), Some("Prehistoric"));
        assert_eq!(DISCIPLINE.concept("HEALTH_GENETICS_GENOMICS"), Some("HealthGeneticsGenomics"));
        assert_eq!(DISCIPLINE.concept("CHEMICAL_ANALYTICAL"), Some("AnalyticalChemistry"));
        assert_eq!(
            COLLECTION_CONTENT_TYPE.concept("PALEONTOLOGICAL_OTHER"),
            Some("Paleontological")
        );
        assert_eq!(
            COLLECTION_CONTENT_TYPE.concept("ARCHAEOLOGICA_WOODEN_ARTIFACTS"),
            Some("WoodenArtifacts")
        );
        assert_eq!(PRESERVATION_TYPE.concept("sample_pinned"), Some("SamplePinned"));
        assert_eq!(PRESERVATION_TYPE.concept("pinned"), None);
    }

    #[test]
    fn concepts_stand_below_others() {
        assert_eq!(DISCIPLINE.parent("Zoology"), Some("Biological"));
        assert_eq!(DISCIPLINE.parent("Biological"), None);
    }
}
