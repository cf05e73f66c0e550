//! Scientific names: ranks, and which texts can be a name of which rank.

/// A rank, the word that answers have for it, its code in the store and the dumps; highest last.
pub const RANKS: [(&str, &str, i64); 23] = [
    ("Form", "form", 100),
    ("Variety", "variety", 200),
    ("Subspecies", "subspecies", 300),
    ("Species", "species", 400),
    ("Group", "group", 410),
    ("Stirps", "stirps", 420),
    ("Series", "series", 430),
    ("Subsection", "subsection", 440),
    ("Section", "section", 460),
    ("Subgenus", "subgenus", 480),
    ("Genus", "genus", 500),
    ("Subtribe", "subtribe", 520),
    ("Tribe", "tribe", 540),
    ("Subfamily", "subfamily", 560),
    ("Family", "family", 600),
    ("Suborder", "suborder", 650),
    ("Order", "order", 700),
    ("Subclass", "subclass", 750),
    ("Class", "class", 800),
    ("Subphylum", "subphylum", 850),
    ("Phylum", "phylum", 900),
    ("Kingdom", "kingdom", 1000),
    ("Domain", "domain", 1100),
];

/// The names of the ranks, lowest first.
pub const RANK_NAMES: &[&str] = &{
    let mut names = [""; RANKS.len()];
    let mut index = 0;
    while index < RANKS.len() {
        names[index] = RANKS[index].0;
        index += 1;
    }
    names
};

pub const SPECIES: i64 = 400;
pub const GROUP: i64 = 410;
pub const GENUS: i64 = 500;

/// The ranks that a classification lists, from the top down.
pub const CLASSIFIED: [&str; 7] =
    ["Domain", "Kingdom", "Phylum", "Class", "Order", "Family", "Genus"];

pub fn rank_code(name: &str) -> Option<i64> {
    RANKS.iter().find(|(rank, ..)| rank.eq_ignore_ascii_case(name)).map(|(.., code)| *code)
}

/// As answers write it: `species`.
pub fn rank_word(code: i64) -> &'static str {
    RANKS.iter().find(|(.., known)| *known == code).map_or("species", |(_, word, _)| word)
}

/// Whether a text can be a scientific name, with or without author.
pub fn is_name(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    let letters = first.trim_matches('"');
    letters.starts_with(char::is_uppercase)
        && letters.chars().skip(1).all(|c| c.is_lowercase() || c == '-')
        && letters.chars().count() > 1
        && !text.contains(['<', '>', '{', '}', '#', '@', '=', ';'])
}

/// The rank that the form of a name without author tells: by its markers, else by its number of words.
fn form_of(text_name: &str) -> Option<i64> {
    let words: Vec<&str> = text_name.split(' ').collect();
    let is_epithet = |word: &&str| {
        let word = word.trim_matches('"');
        word.chars().all(|c| c.is_lowercase() || c == '-') && word.len() > 1
    };
    match &words[..] {
        [_] => Some(GENUS),
        [_, epithets @ .., "group" | "clade" | "complex"] if epithets.iter().all(is_epithet) => {
            Some(GROUP)
        }
        [_, "subg." | "subgenus", _] => Some(480),
        [_, "sect.", _] => Some(460),
        [_, "subsect.", _] => Some(440),
        [_, "ser.", _] => Some(430),
        [_, "stirps", _] => Some(420),
        [_, species] if is_epithet(species) => Some(SPECIES),
        [_, species, "subsp." | "ssp.", rest @ ..] if is_epithet(species) => match rest {
            [_] => Some(300),
            [_, "var.", _] => Some(200),
            [_, "f.", _] => Some(100),
            _ => None,
        },
        [_, species, "var.", rest @ ..] if is_epithet(species) => match rest {
            [_] => Some(200),
            [_, "f.", _] => Some(100),
            _ => None,
        },
        [_, species, "f.", form] if is_epithet(species) && is_epithet(form) => Some(100),
        _ => None,
    }
}

/// Whether a name without author has the form of a rank.
pub fn fits(text_name: &str, rank: i64) -> bool {
    let Some(form) = form_of(text_name) else { return false };
    if form == GENUS {
        let ends = |ending: &str| text_name.ends_with(ending);
        return match rank {
            GENUS => true,
            600 => ends("aceae"),
            700 => ends("ales"),
            800 => ends("mycetes"),
            rank => rank > GENUS,
        };
    }
    form == rank
}

/// The name that a name without author belongs to: `Amanita muscaria` of `Amanita muscaria var. alba`.
pub fn parent(text_name: &str) -> Option<(String, i64)> {
    let form = form_of(text_name)?;
    let words: Vec<&str> = text_name.split(' ').collect();
    let up_to = match form {
        GENUS => return None,
        SPECIES | GROUP..GENUS => 1,
        _ => words.len() - 2,
    };
    let parent = words[..up_to].join(" ");
    let rank = form_of(&parent)?;
    Some((parent, rank))
}

/// The lines of a classification: rank and name, from the top down.
pub fn classification(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .filter_map(|line| {
            let (rank, name) = line.split_once(':')?;
            Some((rank.trim(), name.trim().trim_matches('_')))
        })
        .collect()
}

/// A classification as it is kept, if the text is one: known ranks above genus, highest first.
pub fn read_classification(text: &str) -> Option<String> {
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (rank, name) = line.split_once(':')?;
        let code = rank_code(rank.trim())?;
        let name = name.trim().trim_matches('_');
        if code <= GENUS || !is_name(name) || name.contains(' ') {
            return None;
        }
        lines.push((code, format!("{}: _{name}_", RANKS.iter().find(|(.., c)| *c == code)?.0)));
    }
    lines.sort_by_key(|(code, _)| std::cmp::Reverse(*code));
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    Some(lines.join("\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_capital() {
        assert!(is_name("Agaricus") && is_name("Amanita muscaria (L.) Lam."));
        assert!(!is_name("agaricus") && !is_name("") && !is_name("12") && !is_name("AGARICUS x"));
    }

    #[test]
    fn the_form_of_a_name_tells_its_rank() {
        assert!(fits("Amanita", GENUS) && !fits("Amanita muscaria", GENUS));
        assert!(fits("Amanita muscaria", SPECIES) && !fits("Amanita Muscaria", SPECIES));
        assert!(fits("Amanita muscaria var. alba", 200) && fits("Amanita muscaria group", GROUP));
        assert!(fits("Agaricaceae", 600) && !fits("Agaricus", 600));
    }

    #[test]
    fn parents_are_the_shorter_names() {
        assert_eq!(parent("Amanita muscaria"), Some(("Amanita".into(), GENUS)));
        assert_eq!(
            parent("Amanita muscaria var. alba"),
            Some(("Amanita muscaria".into(), SPECIES))
        );
        assert_eq!(parent("Amanita"), None);
    }

    #[test]
    fn classifications_are_put_in_order() {
        assert_eq!(
            read_classification("Family: Agaricaceae\nkingdom: _Fungi_").as_deref(),
            Some("Kingdom: _Fungi_\r\nFamily: _Agaricaceae_")
        );
        assert_eq!(read_classification("Family Agaricaceae"), None);
        assert_eq!(read_classification("Species: _Agaricus_"), None);
    }
}
