//! What sources call an organism, and the taxon that the portal takes it for.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;

use super::catalogue::filled;
use super::taiwan::{Taiwan, Taxon};
use crate::store::text::fold;
use crate::world::World;
use crate::world::draw;

/// One way in which a source names an organism; many records share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Naming {
    /// Its place in the list of taxa.
    pub taxon: Option<usize>,
    /// Whether the taxon stands above what the source names.
    pub is_matched_higher: bool,
    pub scientific: Option<String>,
    pub vernacular: Option<String>,
    /// As identified at first, be it in Chinese.
    pub original: Option<String>,
    pub name_id: Option<String>,
}

/// Names that no catalogue knows, Latin and Chinese.
const UNRESOLVED: [(&str, &str); 12] = [
    ("Aves sp.", "不明鳥類"),
    ("Anura sp.", "不明蛙類"),
    ("Insecta gen. sp.", "不明昆蟲"),
    ("Plantae indet.", "不明植物"),
    ("Poaceae gen. sp.", "不明禾草"),
    ("Chiroptera sp.", "不明蝙蝠"),
    ("Muridae sp.", "不明鼠類"),
    ("Serpentes sp.", "不明蛇類"),
    ("Heterocera sp.", "不明蛾類"),
    ("Osteichthyes sp.", "不明魚類"),
    ("Brachyura sp.", "不明蟹類"),
    ("Bryophyta indet.", "不明苔蘚"),
];

/// A Latin name, and a Chinese one where there is one.
type Pair = (String, Option<String>);

/// Knows by which names sources may call what belongs to a genus or family.
pub struct Namer {
    /// By the name of the higher taxon.
    lower: HashMap<String, Vec<Pair>>,
}

impl Namer {
    pub fn new(taiwan: &Taiwan, world: &World) -> Self {
        let higher = taiwan.taxa.iter().filter(|taxon| taxon.is_higher());
        let mut lower: HashMap<String, Vec<Pair>> = higher
            .map(|taxon| {
                let loose = (format!("{} sp.", taxon.name), filled(&taxon.common_name_c));
                (taxon.name.clone(), vec![(loose.0, loose.1.map(str::to_owned))])
            })
            .collect();
        let species =
            world.taxa.iter().filter(|taxon| taxon.is_accepted() && taxon.rank == "species");
        for taxon in species {
            let is_matched_itself = taiwan.taxa.iter().any(|known| known.name == taxon.name);
            if is_matched_itself {
                continue;
            }
            for above in world.taxa.lineage(taxon) {
                if let Some(names) = lower.get_mut(&above.name) {
                    names.push((taxon.name.clone(), taxon.chinese().next().map(str::to_owned)));
                }
            }
        }
        Self { lower }
    }

    /// A name that the portal finds nothing for.
    pub fn unresolved(random: &mut ChaCha8Rng) -> Naming {
        let (latin, chinese) = *draw::one(random, &UNRESOLVED);
        Naming {
            scientific: draw::chance(random, 0.8).then(|| latin.to_owned()),
            vernacular: draw::chance(random, 0.6).then(|| chinese.to_owned()),
            original: Some(draw::one(random, &[latin, chinese]).to_string()),
            ..Naming::default()
        }
    }

    /// A name of something that belongs to a genus or family, which is all that the portal finds.
    pub fn below(&self, taxon: usize, of: &Taxon, random: &mut ChaCha8Rng) -> Naming {
        let (latin, chinese) = draw::one(random, &self.lower[&of.name]);
        Naming {
            taxon: Some(taxon),
            is_matched_higher: true,
            scientific: Some(latin.clone()),
            vernacular: chinese.clone().filter(|_| draw::chance(random, 0.7)),
            original: draw::chance(random, 0.2).then(|| latin.clone()),
            name_id: None,
        }
    }

    /// A name of this very taxon.
    pub fn of(&self, taxon: usize, of: &Taxon, random: &mut ChaCha8Rng) -> Naming {
        Naming {
            taxon: Some(taxon),
            is_matched_higher: false,
            scientific: draw::chance(random, 0.94).then(|| scientific(of, random)),
            vernacular: draw::chance(random, 0.75).then(|| vernacular(of, random)),
            original: draw::chance(random, 0.24).then(|| original(of, random)),
            // The catalogue's numbers from before it had ids of its own.
            name_id: draw::chance(random, 0.29).then(|| (310_000 + taxon * 977).to_string()),
        }
    }

    /// The name on the specimen that the portal's documents show.
    pub fn plain(taxon: usize, of: &Taxon) -> Naming {
        Naming {
            taxon: Some(taxon),
            scientific: Some(of.name.clone()),
            vernacular: filled(&of.common_name_c).map(str::to_owned),
            ..Naming::default()
        }
    }
}

fn scientific(taxon: &Taxon, random: &mut ChaCha8Rng) -> String {
    if draw::chance(random, 0.2) && !taxon.name_author.is_empty() {
        return format!("{} {}", taxon.name, taxon.name_author);
    }
    let synonyms: Vec<&str> = taxon.synonyms.split(',').filter(|name| !name.is_empty()).collect();
    if !synonyms.is_empty() && draw::chance(random, 0.1) {
        return draw::one(random, &synonyms).to_string();
    }
    taxon.name.clone()
}

fn vernacular(taxon: &Taxon, random: &mut ChaCha8Rng) -> String {
    let others: Vec<&str> =
        taxon.alternative_name_c.split(',').filter(|name| !name.is_empty()).collect();
    if !others.is_empty() && draw::chance(random, 0.12) {
        return draw::one(random, &others).to_string();
    }
    // Sources write the same character in two ways.
    if draw::chance(random, 0.2) {
        return taxon.common_name_c.replace('臺', "台");
    }
    taxon.common_name_c.clone()
}

fn original(taxon: &Taxon, random: &mut ChaCha8Rng) -> String {
    if draw::chance(random, 0.4) {
        return taxon.common_name_c.clone();
    }
    scientific(taxon, random)
}

impl Naming {
    /// All names by which it is searched, folded, one on a line.
    pub fn searched(&self, taiwan: &Taiwan) -> String {
        let taxon = self.taxon.map(|index| &taiwan.taxa[index]);
        let known = taxon.map(|taxon| {
            [
                &taxon.name,
                &taxon.common_name_c,
                &taxon.alternative_name_c,
                &taxon.synonyms,
                &taxon.misapplied,
            ]
        });
        let given = [&self.scientific, &self.vernacular, &self.original];
        let names: Vec<&str> = known
            .into_iter()
            .flatten()
            .chain(given.into_iter().flatten())
            .map(String::as_str)
            .filter(|name| !name.is_empty())
            .collect();
        fold(&names.join("\n")).into_owned()
    }
}
