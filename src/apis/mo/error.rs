//! Every way a request can fail, and how Mushroom Observer words it.
//!
//! The name of a variant is the code that clients see, after `API2::`. All failures are answered with status 200.

use std::borrow::Cow;

use strum::{EnumString, IntoStaticStr};

use super::model::Model;

/// A failure of a request, or of one record of those that a request is for.
#[derive(Clone, Debug, PartialEq, thiserror::Error, EnumString, IntoStaticStr)]
#[expect(clippy::enum_variant_names, reason = "the service calls one of them QueryError")]
pub enum Error {
    #[error("Name \"{text}\" is ambiguous, matches {}.", matches.join(" / "))]
    AmbiguousName { text: String, matches: Vec<String> },
    #[error("You can't edit this location because someone has made it their profile location.")]
    AnotherUsersProfileLocation,
    #[error("API key for \"{notes}\" has not been activated yet. (key = \"{key}\")")]
    APIKeyNotVerified { notes: String, key: String },
    #[error("Invalid request type \"index\".")]
    BadAction,
    #[error("Bad key \"{0}\".")]
    BadAPIKey(String),
    #[error("Invalid classification string.")]
    BadClassification,
    #[error("Expected \"{text}\" to be in {limit}.")]
    BadLimitedParameterValue { text: String, limit: String },
    #[error("{0}")]
    BadParameterValue(String),
    #[error("Invalid version number \"{0}\".")]
    BadVersion(String),
    #[error("Only the account owner can delete their account.")]
    CanOnlyDeleteYourOwnAccount,
    // The service's own slip of the pen (contract 7.2).
    #[error(
        "Presently, we're only allowing API clients to synonymize unsynonymized names with other names. If one of the \
         names has no synonyms, synonymize that name with the others. But there's no way to merge two sets os synonyms \
         via the API right now."
    )]
    CanOnlySynonymizeUnsynonymizedNames,
    #[error("The parameter, \"{0}\", can only be used if the observation has a specimen.")]
    CanOnlyUseThisFieldIfHasSpecimen(&'static str),
    #[error(
        "Only owner of observation and curators of fungarium can add fungarium records to an observation."
    )]
    CantAddHerbariumRecord,
    #[error("Failed to download the resource at the URL, \"{url}\": {reason}")]
    CouldntDownloadURL { url: String, reason: String },
    #[error("Failed to create {kind} \"{name}\": {}", reasons.join("; "))]
    CreateFailed { kind: &'static str, name: String, reasons: Vec<Cow<'static, str>> },
    #[error("Location name is invalid: {}", .0.join("; "))]
    DubiousLocationName(Vec<String>),
    #[error("There is already an external link to \"{0}\".")]
    ExternalLinkAlreadyExists(String),
    #[error(
        "In order to create an external link, you must either have edit permissions for the observation, or you must \
         be a member of the external site's project."
    )]
    ExternalLinkPermissionDenied,
    #[error("Field slip code '{0}' is already in use.")]
    #[strum(serialize = "FieldSlipAPI::CodeAlreadyUsed")]
    CodeAlreadyUsed(String),
    // Quirk (contract 7.2): the placeholder is not filled.
    #[error("File \"[file]\" is missing.")]
    FileMissing,
    #[error("Usage: {0}")]
    HelpMessage(String),
    #[error("There is already a record for {number} at {herbarium}.")]
    HerbariumRecordAlreadyExists { number: String, herbarium: String },
    #[error("Image {id} already has dhash {old}; refusing to overwrite with {new}.")]
    ImageDhashMismatch { id: i64, old: String, new: String },
    #[error("Must supply both latitude and longitude, or neither.")]
    LatLongMustBothBeSet,
    #[error("The location \"{0}\" already exists.")]
    LocationAlreadyExists(String),
    #[error("Missing \"{0}\" parameter.")]
    MissingParameter(&'static str),
    #[error("You didn't supply any \"set\" parameters.")]
    MissingSetParameters,
    #[error(
        "Expected an upload file. You may send the file in the data of the HTTP request, or you may specify a URL \
         using the \"upload_url\" parameter."
    )]
    MissingUpload,
    #[error("You are not an admin for {0}.")]
    MustBeAdmin(String),
    #[error("Must authenticate with API key to perform this operation.")]
    MustAuthenticate,
    #[error("You can only edit {0} that you have created.")]
    MustBeCreator(&'static str),
    #[error("You are not a member of project \"{0}\".")]
    MustBeMember(String),
    #[error("You can only edit {0} if you are the only editor.")]
    MustBeOnlyEditor(&'static str),
    #[error("You must be the owner of the {kind} \"{name}\" to do this.")]
    MustBeOwner { kind: &'static str, name: String },
    #[error("This action requires a site administrator's API key.")]
    MustBeSiteAdmin,
    #[error("You do not have permission to edit {kind} \"{name}\".")]
    MustHaveEditPermission { kind: &'static str, name: String },
    // The service's grammar (contract 7.2).
    #[error("You can't edit this location because there is an fungarium there.")]
    MustNotHaveAnyHerbaria,
    #[error("You can only edit {0} if you own all the descriptions.")]
    MustOwnAllDescriptions(&'static str),
    #[error("You can only edit names if no one else has proposed that name.")]
    MustOwnAllNamings,
    #[error("You can only edit {0} if you own all its observations.")]
    MustOwnAllObservations(&'static str),
    #[error("You can only edit {0} if you own all its observation lists.")]
    MustOwnAllSpeciesLists(&'static str),
    #[error("The name \"{0}\" already exists.")]
    NameAlreadyExists(String),
    #[error("The name, \"{0}\", doesn't parse as a valid scientific name.")]
    NameDoesntParse(String),
    #[error("The name, \"{name}\", isn't valid for {rank}.")]
    NameWrongForRank { name: String, rank: String },
    #[error("Need to supply all four edges of bounding box: north, south, east and west.")]
    NeedAllFourEdges,
    #[error("Invalid request method \"{method}\" for \"{table}\".")]
    NoMethodForAction { method: String, table: &'static str },
    #[error("{} #{id} does not exist, or someone has deleted it.", model.title())]
    ObjectNotFoundByID { model: Model, id: String },
    #[error("{} \"{text}\" does not exist, or someone has deleted it.", model.title())]
    ObjectNotFoundByString { model: Model, text: String },
    #[error(
        "{kind} \"{name}\" is a read-only reflection of an imported source. Edit it at the source and resync instead."
    )]
    ObservationIsReadOnly { kind: &'static str, name: String },
    #[error("Can only use one of the parameters {}.", .0.join(", "))]
    OneOrTheOther(Vec<&'static str>),
    #[error(
        "It is okay to leave the {0} parameter off, but if you include it in your PATCH request, it cannot be blank. \
         Leaving a set parameter off means it will leave that property alone and do nothing; setting it to a blank \
         tells MO to delete or clear the property. And some properties cannot be deleted or cleared."
    )]
    ParameterCantBeBlank(&'static str),
    #[error("Password incorrect.")]
    PasswordIncorrect,
    // Quirk (contract 7.2): the placeholder is not filled.
    #[error("The project, \"[project]\", already exists.")]
    ProjectTaken,
    #[error("There was a problem while rendering the results. {0}")]
    RenderFailed(String),
    #[error("The observation list \"{0}\" already exists.")]
    SpeciesListAlreadyExists(String),
    #[error("The string, \"{text}\", has more than {limit} characters.")]
    StringTooLong { text: String, limit: usize },
    #[error(
        "Only one upload allowed per request. You may send the file in the data of the HTTP request, or you may \
         specify a URL using the \"upload_url\" parameter. But do not use both methods at the same time."
    )]
    TooManyUploads,
    #[error("You are attempting to update multiple locations to the same name.")]
    TryingToSetMultipleLocationsToSameName,
    #[error("You can only change the name, author and rank of one name at a time.")]
    TryingToSetMultipleNamesAtOnce,
    #[error("Unexpected file attached.")]
    UnexpectedUpload,
    #[error("Unexpected parameters: {}", .0.join(", "))]
    UnusedParameters(Vec<String>),
    #[error("The account \"{0}\" has been disabled and can no longer be used.")]
    UserAccountBlocked(String),
    #[error("The user \"{0}\" already exists or is taken.")]
    UserAlreadyExists(String),
    #[error("The user group \"{0}\" already exists.")]
    UserGroupTaken(String),
    #[error(
        "The user \"{0}\" is not verified yet; you can request another verification email on the website."
    )]
    UserNotVerified(String),
    /// The body is no JSON object, which the web framework refuses before the API sees it.
    #[error("the body is no JSON object: {0}")]
    #[strum(disabled)]
    MalformedBody(String),
    /// A scenario asks for this failure.
    #[error("{details}")]
    #[strum(disabled)]
    Injected { code: String, details: String },
    /// The store failed while records were looked for: a mistake of wardian's own.
    #[error("There was an internal problem with Query: {0}")]
    QueryError(String),
    /// The store failed while a record was changed: a mistake of wardian's own.
    #[error("{0}")]
    #[strum(disabled)]
    StatementInvalid(String),
}

impl Error {
    /// `API2::BadAPIKey`.
    pub fn code(&self) -> String {
        match self {
            Self::Injected { code, .. } => return code.clone(),
            // As the service's platform calls it.
            Self::StatementInvalid(_) => return "ActiveRecord::StatementInvalid".to_owned(),
            _ => {}
        }
        let variant: &'static str = self.into();
        format!("API2::{variant}")
    }

    /// What is said of the failure of a code when there is nothing to name; nothing of a code that there is not.
    pub fn usual_details(code: &str) -> String {
        let known = code.strip_prefix("API2::").and_then(|name| name.parse::<Self>().ok());
        known.map(|error| error.details()).unwrap_or_default()
    }

    /// Whether showing the results failed, after the work.
    pub fn is_of_rendering(&self) -> bool {
        match self {
            Self::RenderFailed(_) => true,
            Self::Injected { code, .. } => code == "API2::RenderFailed",
            _ => false,
        }
    }

    /// What clients read: the text without HTML tags that a request may have put into it.
    pub fn details(&self) -> String {
        strip_tags(&self.to_string())
    }

    /// Whether nothing is shown of the results. Only a failure of the store, met midway, is not.
    pub fn is_fatal(&self) -> bool {
        !matches!(self, Self::StatementInvalid(_))
    }

    /// The place in the service's code that a production answer names (invented); none when rendering failed.
    pub fn trace(&self) -> Option<&'static str> {
        if self.is_of_rendering() {
            return None;
        }
        Some(match self {
            Self::UnusedParameters(_) | Self::HelpMessage(_) => {
                "app/classes/api2/core/parameters.rb:142:in 'done_parsing_parameters!'"
            }
            Self::BadParameterValue(_)
            | Self::BadLimitedParameterValue { .. }
            | Self::StringTooLong { .. }
            | Self::MissingParameter(_)
            | Self::ParameterCantBeBlank(_)
            | Self::ObjectNotFoundByID { .. }
            | Self::ObjectNotFoundByString { .. } => {
                "app/classes/api2/core/parameters.rb:58:in 'parse'"
            }
            Self::BadAPIKey(_)
            | Self::APIKeyNotVerified { .. }
            | Self::UserNotVerified(_)
            | Self::UserAccountBlocked(_)
            | Self::MustAuthenticate => {
                "app/classes/api2/core/authentication.rb:31:in 'authenticate_user'"
            }
            Self::BadAction | Self::BadVersion(_) | Self::NoMethodForAction { .. } => {
                "app/classes/api2/core/base.rb:87:in 'process_request'"
            }
            _ => "app/classes/api2/core/model_api.rb:121:in 'process_request'",
        })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        // Without the statement, which may be as long as what the client sent.
        let reason = match error {
            rusqlite::Error::SqlInputError { msg, .. } => msg,
            error => error.to_string(),
        };
        tracing::error!(reason, "the store failed");
        Self::QueryError(reason)
    }
}

fn strip_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let is_tag = rest[start + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match rest[start..].find('>') {
            Some(end) if is_tag => {
                plain += &rest[..start];
                rest = &rest[start + end + 1..];
            }
            _ => {
                plain += &rest[..=start];
                rest = &rest[start + 1..];
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_name_of_the_failure() {
        assert_eq!(Error::BadAction.code(), "API2::BadAction");
        assert_eq!(
            Error::CodeAlreadyUsed("X-1".into()).code(),
            "API2::FieldSlipAPI::CodeAlreadyUsed"
        );
    }

    #[test]
    fn tags_in_echoed_values_are_left_out() {
        let error = Error::BadAPIKey("<b>x</b> 1 < 2".into());

        assert_eq!(error.details(), "Bad key \"x 1 < 2\".");
    }
}
