//! The kinds of records, and how each may be named in a request.

/// A kind of record that a parameter can refer to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Model {
    ApiKey,
    CollectionNumber,
    Comment,
    ExternalLink,
    ExternalSite,
    FieldSlip,
    Herbarium,
    HerbariumRecord,
    Image,
    License,
    Location,
    LocationDescription,
    Name,
    NameDescription,
    #[default]
    Observation,
    Occurrence,
    Project,
    Sequence,
    SpeciesList,
    User,
}

/// What there is to say about a kind of record.
struct About {
    word: &'static str,
    class: &'static str,
    title: &'static str,
    table: &'static str,
}

const fn about(
    word: &'static str,
    class: &'static str,
    title: &'static str,
    table: &'static str,
) -> About {
    About { word, class, title, table }
}

impl Model {
    const fn about(self) -> About {
        match self {
            Self::ApiKey => about("api_key", "ApiKey", "API key", "mo_api_keys"),
            Self::CollectionNumber => about(
                "collection_number",
                "CollectionNumber",
                "Collection number",
                "mo_collection_numbers",
            ),
            Self::Comment => about("comment", "Comment", "Comment", "mo_comments"),
            Self::ExternalLink => {
                about("external_link", "ExternalLink", "External link", "mo_external_links")
            }
            Self::ExternalSite => {
                about("external_site", "ExternalSite", "External site", "mo_external_sites")
            }
            Self::FieldSlip => about("field_slip", "FieldSlip", "Field slip", "mo_field_slips"),
            Self::Herbarium => about("herbarium", "Herbarium", "Fungarium", "mo_herbaria"),
            Self::HerbariumRecord => about(
                "herbarium_record",
                "HerbariumRecord",
                "Fungarium record",
                "mo_herbarium_records",
            ),
            Self::Image => about("image", "Image", "Image", "mo_images"),
            Self::License => about("license", "License", "License", "mo_licenses"),
            Self::Location => about("location", "Location", "Location", "mo_locations"),
            Self::LocationDescription => about(
                "location_description",
                "LocationDescription",
                "Location description",
                "mo_location_descriptions",
            ),
            Self::Name => about("name", "Name", "Name", "mo_names"),
            Self::NameDescription => about(
                "name_description",
                "NameDescription",
                "Name description",
                "mo_name_descriptions",
            ),
            Self::Observation => {
                about("observation", "Observation", "Observation", "mo_observations")
            }
            Self::Occurrence => about("occurrence", "Occurrence", "Occurrence", "mo_occurrences"),
            Self::Project => about("project", "Project", "Project", "mo_projects"),
            Self::Sequence => about("sequence", "Sequence", "DNA sequence", "mo_sequences"),
            Self::SpeciesList => {
                about("species_list", "SpeciesList", "Observation list", "mo_species_lists")
            }
            Self::User => about("user", "User", "User", "mo_users"),
        }
    }

    /// As types are written: `species_list`.
    pub const fn word(self) -> &'static str {
        self.about().word
    }

    /// As comments name their target: `SpeciesList`.
    pub const fn class(self) -> &'static str {
        self.about().class
    }

    /// As messages begin: `Observation list`.
    pub const fn title(self) -> &'static str {
        self.about().title
    }

    /// Its table in the store.
    pub const fn table(self) -> &'static str {
        self.about().table
    }

    /// As messages name it within a sentence.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::ApiKey => "api key",
            Self::CollectionNumber => "collection number",
            Self::ExternalLink => "external link",
            Self::ExternalSite => "external site",
            Self::FieldSlip => "field slip",
            Self::Herbarium => "fungarium",
            Self::HerbariumRecord => "fungarium record",
            Self::LocationDescription => "location description",
            Self::NameDescription => "name description",
            Self::Sequence => "DNA sequence",
            Self::SpeciesList => "observation list",
            other => other.word(),
        }
    }

    /// What can be commented on.
    pub const COMMENTED: [Self; 7] = [
        Self::Location,
        Self::LocationDescription,
        Self::Name,
        Self::NameDescription,
        Self::Observation,
        Self::Project,
        Self::SpeciesList,
    ];
}
