//! Institutions that documents, tests of clients and the matching of codes rely on.

/// Codes of the world's institutions that are there in every world: those of Kansas, of Spain, of Denmark, the largest
/// one, and the herbaria that keep specimens of Mushroom Observer, so that their codes lead somewhere.
pub const CODES: [&str; 38] = [
    "MNHN", "KU", "KANU", "SEMC", "KUMIP", "KSC", "MEPAR", "FHSM", "FHKSC", "KSTC", "KSP", "KGS",
    "KWU", "MNCN", "MA", "BC", "BCN", "NHMD", "C", "AAU", "NHMA", "NY", "FH", "UBC", "US", "GH",
    "A", "MO", "F", "CAS", "UC", "JEPS", "SBBG", "RSA", "UCR", "MICH", "WIS", "MIN",
];

/// An institution that is much like another on purpose.
pub struct Lookalike {
    pub code: &'static str,
    pub name: &'static str,
    pub city: &'static str,
    pub country: &'static str,
    pub latitude: f64,
    pub longitude: f64,
    /// A code of somebody else that it also goes by.
    pub alternative_code: Option<&'static str>,
}

const fn lookalike(
    code: &'static str,
    name: &'static str,
    (city, country): (&'static str, &'static str),
    (latitude, longitude): (f64, f64),
) -> Lookalike {
    Lookalike { code, name, city, country, latitude, longitude, alternative_code: None }
}

/// Three pairs share a code, the first of them a city too; two pairs have nearly the same name, one pair has the same.
pub const LOOKALIKES: [Lookalike; 12] = [
    lookalike("TRM", "Two Rivers Museum of Minerals", ("Randers", "DK"), (56.46, 10.04)),
    lookalike("TRM", "Regional Natural Heritage Centre", ("Randers", "DK"), (56.461, 10.05)),
    lookalike("NHC", "Northern Heath Collection", ("Inverness", "GB"), (57.477, -4.224)),
    lookalike("NHC", "Nuova Casa degli Herbari", ("Trento", "IT"), (46.07, 11.12)),
    lookalike("SBH", "Seaside Botanical House", ("Haifa", "IL"), (32.82, 34.99)),
    lookalike("SBH", "Southern Bryophyte Herbarium", ("Hobart", "AU"), (-42.88, 147.33)),
    lookalike("ILE", "Institute of Lake Ecology", ("Konstanz", "DE"), (47.66, 9.17)),
    lookalike("ILES", "Institute of Lake Ecology Studies", ("Lindau", "DE"), (47.55, 9.69)),
    lookalike("MFV", "Museo de la Flora del Valle", ("Oaxaca", "MX"), (17.06, -96.72)),
    lookalike("MFLV", "Museo de la Flora del Valles", ("Puebla", "MX"), (19.04, -98.2)),
    lookalike("MMF", "Museum of Mountain Flora", ("Pune", "IN"), (18.52, 73.86)),
    Lookalike {
        alternative_code: Some("KSTC"),
        ..lookalike("MOMF", "Museum of Mountain Flora", ("Boulder", "US"), (40.01, -105.27))
    },
];

/// How many more of a country there are than of one that is not listed.
pub fn weight(country: &str) -> usize {
    match country {
        "US" => 7,
        "GB" | "DE" | "FR" | "BR" | "AU" => 3,
        "ES" | "DK" | "IT" | "IL" | "IN" | "MX" => 2,
        _ => 1,
    }
}
