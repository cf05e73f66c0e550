//! Names of new locations: `Place, County Co., State, Country`.

use super::context::Context;
use super::error::Error;

/// The states and provinces of countries whose places have to be in one.
const STATES: [(&str, &[&str]); 3] = [
    (
        "USA",
        &[
            "Alabama",
            "Alaska",
            "Arizona",
            "Arkansas",
            "California",
            "Colorado",
            "Connecticut",
            "Delaware",
            "District of Columbia",
            "Florida",
            "Georgia",
            "Hawaii",
            "Idaho",
            "Illinois",
            "Indiana",
            "Iowa",
            "Kansas",
            "Kentucky",
            "Louisiana",
            "Maine",
            "Maryland",
            "Massachusetts",
            "Michigan",
            "Minnesota",
            "Mississippi",
            "Missouri",
            "Montana",
            "Nebraska",
            "Nevada",
            "New Hampshire",
            "New Jersey",
            "New Mexico",
            "New York",
            "North Carolina",
            "North Dakota",
            "Ohio",
            "Oklahoma",
            "Oregon",
            "Pennsylvania",
            "Puerto Rico",
            "Rhode Island",
            "South Carolina",
            "South Dakota",
            "Tennessee",
            "Texas",
            "Utah",
            "Vermont",
            "Virginia",
            "Washington",
            "West Virginia",
            "Wisconsin",
            "Wyoming",
        ],
    ),
    (
        "Canada",
        &[
            "Alberta",
            "British Columbia",
            "Manitoba",
            "New Brunswick",
            "Newfoundland and Labrador",
            "Northwest Territories",
            "Nova Scotia",
            "Nunavut",
            "Ontario",
            "Prince Edward Island",
            "Quebec",
            "Québec",
            "Saskatchewan",
            "Yukon",
        ],
    ),
    (
        "Australia",
        &[
            "Australian Capital Territory",
            "New South Wales",
            "Northern Territory",
            "Queensland",
            "South Australia",
            "Tasmania",
            "Victoria",
            "Western Australia",
        ],
    ),
];

/// Places that are in no country.
const BY_THEMSELVES: [&str; 8] = [
    "Earth",
    "Africa",
    "Antarctica",
    "Asia",
    "Europe",
    "North America",
    "Oceania",
    "South America",
];

/// Spellings that the service wants otherwise.
const PREFERRED: [(&str, &str); 10] = [
    ("County", "Co."),
    ("Parish", "Par."),
    ("Mt", "Mt."),
    ("Mount", "Mt."),
    ("Mtn", "Mtn."),
    ("National Forest", "NF"),
    ("National Monument", "NM"),
    ("National Park", "NP"),
    ("United States of America", "USA"),
    ("United Kingdom", "UK"),
];

/// Refuses a name that does not look like the others, with all the reasons.
pub fn check(context: &Context, name: &str) -> Result<(), Error> {
    let mut reasons = Vec::new();
    if name.split(',').skip(1).any(|part| !part.starts_with(' ') || part.trim().is_empty()) {
        reasons.push("All commas should be followed by a space and another word".to_owned());
    }
    let is_expected = |c: char| c.is_alphanumeric() || " ,.-'()&/`´’".contains(c);
    if let Some(c) = name.chars().find(|c| !is_expected(*c)) {
        reasons.push(format!("Contains unexpected character '{c}'"));
    }
    for (spelling, preferred) in PREFERRED {
        if has_words(name, spelling) {
            reasons
                .push(format!("For consistency, we prefer '{preferred}' instead of '{spelling}'."));
        }
    }
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    let (country, rest) = parts.split_last().expect("there is at least one part");
    let sql = "SELECT 1 FROM mo_countries WHERE name = ?";
    if !BY_THEMSELVES.contains(country) && !context.any(sql, [country])? {
        reasons.push(format!("Unknown country '{country}'"));
    }
    let states = STATES.iter().find(|(known, _)| known == country).map(|(_, states)| states);
    if let (Some(states), Some(state)) = (states, rest.last())
        && !states.contains(state)
    {
        reasons.push(format!("Unrecognized state or province '{state}' for '{country}'."));
    }
    if reasons.is_empty() { Ok(()) } else { Err(Error::DubiousLocationName(reasons)) }
}

fn has_words(name: &str, words: &str) -> bool {
    name.match_indices(words).any(|(at, _)| {
        let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '.');
        is_edge(name[..at].chars().last()) && is_edge(name[at + words.len()..].chars().next())
    })
}
