//! What a harvester asks for, and what is wrong with it.

use jiff::Timestamp;

use super::ProtocolError;
use crate::apis::gbif::moment;
use crate::kit::fields::Fields;
use crate::kit::xml::Element;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Identify,
    ListMetadataFormats,
    ListSets,
    ListIdentifiers,
    ListRecords,
    GetRecord,
}

impl Verb {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "Identify" => Self::Identify,
            "ListMetadataFormats" => Self::ListMetadataFormats,
            "ListSets" => Self::ListSets,
            "ListIdentifiers" => Self::ListIdentifiers,
            "ListRecords" => Self::ListRecords,
            "GetRecord" => Self::GetRecord,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Identify => "Identify",
            Self::ListMetadataFormats => "ListMetadataFormats",
            Self::ListSets => "ListSets",
            Self::ListIdentifiers => "ListIdentifiers",
            Self::ListRecords => "ListRecords",
            Self::GetRecord => "GetRecord",
        }
    }
}

/// The arguments of a request.
#[derive(Debug, Default)]
pub struct Arguments {
    pub verb: Option<Verb>,
    pub identifier: Option<String>,
    pub metadata_prefix: Option<String>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub set: Option<String>,
    pub resumption_token: Option<String>,
    /// What is wrong with the arguments themselves, whatever the data.
    pub problem: Option<ProtocolError>,
}

impl Arguments {
    pub fn read(fields: &Fields) -> Self {
        let one = |name: &str| {
            let mut values = fields.query().filter(|(known, _)| *known == name);
            values.next().map(|(_, value)| value.to_owned())
        };
        let mut arguments = Self {
            identifier: one("identifier"),
            metadata_prefix: one("metadataPrefix"),
            set: one("set"),
            resumption_token: one("resumptionToken"),
            ..Self::default()
        };
        let verbs: Vec<&str> =
            fields.query().filter(|(name, _)| *name == "verb").map(|(_, verb)| verb).collect();
        let [verb] = verbs.as_slice() else { return Self::illegal_verb() };
        let Some(verb) = Verb::read(verb) else { return Self::illegal_verb() };
        arguments.verb = Some(verb);
        for name in ["from", "until"] {
            let Some(text) = one(name) else { continue };
            let Some(moment) = read_date(&text) else {
                // Quirk (contract 6.8): the request is then echoed with verb and format alone.
                return Self {
                    verb: Some(verb),
                    metadata_prefix: arguments.metadata_prefix,
                    problem: Some(ProtocolError::bad_argument(format!("{name}={text}"))),
                    ..Self::default()
                };
            };
            *(if name == "from" { &mut arguments.from } else { &mut arguments.until }) =
                Some(moment);
        }
        arguments.problem = arguments.misuse(verb).map(ProtocolError::bad_argument);
        arguments
    }

    fn illegal_verb() -> Self {
        let problem = Some(ProtocolError::new("badVerb", "Illegal verb"));
        Self { problem, ..Self::default() }
    }

    /// Whether the arguments do not go with the verb.
    fn misuse(&self, verb: Verb) -> Option<String> {
        let selects = self.metadata_prefix.is_some() || self.narrows();
        let resumes = self.resumption_token.is_some();
        let identifies = self.identifier.is_some();
        let text = match verb {
            Verb::Identify if selects || resumes || identifies => {
                "Identify verb does not accept any extra parameter"
            }
            Verb::ListMetadataFormats if selects || resumes => {
                "ListMetadataFormats verb only accepts one optional parameter - identifier"
            }
            Verb::ListSets if selects || identifies => {
                "ListSets verb only accepts one optional parameter - resumptionTokenResolver"
            }
            Verb::GetRecord
                if !identifies || self.metadata_prefix.is_none() || resumes || self.narrows() =>
            {
                "GetRecord verb requires the use of the parameters - identifier and metadataPrefix"
            }
            Verb::ListIdentifiers | Verb::ListRecords if identifies => {
                return Some(format!(
                    "{} verb does not accept the identifier parameter",
                    verb.name()
                ));
            }
            Verb::ListIdentifiers | Verb::ListRecords if resumes && selects => {
                "ResumptionToken cannot be sent together with from, until, metadataPrefix or set parameters"
            }
            Verb::ListIdentifiers | Verb::ListRecords
                if !resumes && self.metadata_prefix.is_none() =>
            {
                return Some(format!(
                    "{} verb must receive the metadataPrefix parameter",
                    verb.name()
                ));
            }
            Verb::ListIdentifiers | Verb::ListRecords
                if self.from.zip(self.until).is_some_and(|(from, until)| from > until) =>
            {
                "The 'from' date must be less then the 'until' one"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }

    fn narrows(&self) -> bool {
        self.from.is_some() || self.until.is_some() || self.set.is_some()
    }

    /// The request as the answer repeats it.
    pub fn echo(&self, base_url: &str) -> Element {
        let mut echo = Element::text("request", base_url);
        let Some(verb) = self.verb else { return echo };
        for (name, value) in [
            ("verb", Some(verb.name().to_owned())),
            ("identifier", self.identifier.clone()),
            ("metadataPrefix", self.metadata_prefix.clone()),
            ("from", self.from.map(moment::written_in_seconds)),
            ("until", self.until.map(moment::written_in_seconds)),
            ("set", self.set.clone()),
            ("resumptionToken", self.resumption_token.clone()),
        ] {
            if let Some(value) = value {
                echo = echo.attribute(name, value);
            }
        }
        echo
    }
}

/// A day, or a moment to the second.
pub fn read_date(text: &str) -> Option<Timestamp> {
    let is_day = text.len() == "2019-01-15".len();
    let is_moment = text.len() == "2019-01-15T00:00:00Z".len() && text.ends_with('Z');
    if is_day || is_moment { moment::read(text) } else { None }
}
