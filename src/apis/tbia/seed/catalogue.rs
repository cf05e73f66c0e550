//! The catalogue of names: the taxa of the records, and all that they belong to.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::row_number;
use super::taiwan::{Taiwan, Taxon};
use crate::world::World;

/// Taxa above the ones that are listed get ids from here on.
const FIRST_HIGHER_ID: u32 = 2600;

/// The ranks of a classification, from the top.
const RANKS: [&str; 6] = ["kingdom", "phylum", "class", "order", "family", "genus"];

/// Writes the taxa; the row numbers are their places in the list, then come those above them.
pub fn write(taiwan: &Taiwan, world: &World, db: &Connection) -> rusqlite::Result<()> {
    for (index, taxon) in taiwan.taxa.iter().enumerate() {
        write_one(db, index, taxon, world)?;
    }
    let mut known: HashSet<(&str, &str)> =
        taiwan.taxa.iter().map(|taxon| (taxon.rank.as_str(), taxon.name.as_str())).collect();
    let mut number = taiwan.taxa.len();
    for taxon in &taiwan.taxa {
        for (depth, rank) in RANKS.iter().enumerate() {
            let (name, _) = taxon.classification()[depth];
            if !name.is_empty() && known.insert((rank, name)) {
                write_higher(db, number, depth, taxon, world)?;
                number += 1;
            }
        }
    }
    Ok(())
}

impl Taxon {
    /// Latin and Chinese names from kingdom to genus; empty where there is none.
    fn classification(&self) -> [(&str, &str); 6] {
        [
            (&self.kingdom, &self.kingdom_c),
            (&self.phylum, &self.phylum_c),
            (&self.class, &self.class_c),
            (&self.order, &self.order_c),
            (&self.family, &self.family_c),
            (&self.genus, &self.genus_c),
        ]
    }
}

const INSERT: &str = "INSERT INTO tbia_taxon VALUES
    (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

fn write_one(db: &Connection, index: usize, taxon: &Taxon, world: &World) -> rusqlite::Result<()> {
    let is_in_taiwan = world.taxa.find(&taxon.name).is_none_or(|known| known.lives_in("TW"));
    let [kingdom, phylum, class, order, family, genus] = taxon.classification();
    db.prepare_cached(INSERT)?.execute(params![
        row_number(index),
        taxon.id,
        taxon.rank,
        taxon.name,
        filled(&taxon.name_author),
        filled(&taxon.common_name_c),
        filled(&taxon.alternative_name_c),
        filled(&taxon.synonyms),
        filled(&taxon.misapplied),
        filled(kingdom.0),
        filled(kingdom.1),
        filled(phylum.0),
        filled(phylum.1),
        filled(class.0),
        filled(class.1),
        filled(order.0),
        filled(order.1),
        filled(family.0),
        filled(family.1),
        filled(genus.0),
        filled(genus.1),
        taxon.species(),
        filled(&taxon.group),
        filled(&taxon.alien_type),
        filled(&taxon.protected),
        is_in_taiwan,
    ])?;
    Ok(())
}

/// Writes the taxon of one rank that `lower` belongs to.
fn write_higher(
    db: &Connection,
    number: usize,
    depth: usize,
    lower: &Taxon,
    world: &World,
) -> rusqlite::Result<()> {
    let (name, chinese) = lower.classification()[depth];
    let known = world.taxa.find(name);
    let rank = |rank: usize| {
        let (latin, chinese) = lower.classification()[rank];
        if rank <= depth { (filled(latin), filled(chinese)) } else { (None, None) }
    };
    // A family or genus is of one group of organisms; what is above may be of several.
    let group = if depth >= 4 { filled(&lower.group) } else { None };
    db.prepare_cached(INSERT)?.execute(params![
        row_number(number),
        format!("t{:07}", FIRST_HIGHER_ID + u32::try_from(number).expect("a few hundred")),
        RANKS[depth],
        name,
        known.and_then(|known| filled(&known.authorship)),
        filled(chinese),
        None::<&str>,
        None::<&str>,
        None::<&str>,
        rank(0).0,
        rank(0).1,
        rank(1).0,
        rank(1).1,
        rank(2).0,
        rank(2).1,
        rank(3).0,
        rank(3).1,
        rank(4).0,
        rank(4).1,
        rank(5).0,
        rank(5).1,
        None::<&str>,
        group,
        None::<&str>,
        None::<&str>,
        true,
    ])?;
    Ok(())
}

/// Nothing for an empty text.
pub fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
