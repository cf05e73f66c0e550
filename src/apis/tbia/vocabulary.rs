//! The words that records and parameters of TBIA are written with.

/// Kinds of record, as Darwin Core and GBIF name them.
pub const BASES_OF_RECORD: [&str; 11] = [
    "HumanObservation",
    "MachineObservation",
    "PreservedSpecimen",
    "MaterialSample",
    "LivingSpecimen",
    "FossilSpecimen",
    "MaterialCitation",
    "MaterialEntity",
    "Taxon",
    "Occurrence",
    "Event",
];

/// How specimens are kept.
pub const PRESERVATIONS: [&str; 6] =
    ["蠟葉標本", "浸液標本", "乾燥標本", "針插標本", "酒精", "冷凍"];

/// The category of a record whose place may be known to all.
pub const NOT_SENSITIVE: &str = "無";

/// Ranks below the species.
pub const RANKS_BELOW_SPECIES: [&str; 8] = [
    "subspecies",
    "nothosubspecies",
    "variety",
    "subvariety",
    "nothovariety",
    "form",
    "subform",
    "special-form",
];

/// The groups of organisms, Chinese and English.
pub const GROUPS: [(&str, &str); 21] = [
    ("鳥類", "Birds"),
    ("爬蟲類", "Reptiles"),
    ("哺乳類", "Mammals"),
    ("甲蟲類", "Beetles"),
    ("魚類", "Fishes"),
    ("兩棲類", "Amphibians"),
    ("蛾類", "Moths"),
    ("蝶類", "Butterflies"),
    ("蜘蛛", "Spiders"),
    ("蜻蛉類", "Dragonflies"),
    ("蝸牛與貝類", "Snails & Shells"),
    ("其他昆蟲", "Other Insects"),
    ("蝦蟹類", "Crustaceans"),
    ("裸子植物", "Gymnosperms"),
    ("被子植物", "Angiosperms"),
    ("蕨類植物", "Ferns"),
    ("苔蘚植物", "Mosses"),
    ("真菌", "Fungi"),
    ("藻類", "Algae"),
    ("病毒", "Viruses"),
    ("細菌", "Bacteria"),
];

const INSECTS: &[&str] = &["甲蟲類", "蛾類", "蝶類", "蜻蛉類", "其他昆蟲"];
const VASCULAR_PLANTS: &[&str] = &["裸子植物", "被子植物", "蕨類植物"];

/// The groups that a name stands for: itself, its Chinese name, or what an older and wider name was split into.
pub fn groups_named(name: &str) -> Vec<&str> {
    match name {
        "昆蟲" | "Insects" => INSECTS.to_vec(),
        "維管束植物" | "Vascular Plants" | "Plants" => VASCULAR_PLANTS.to_vec(),
        _ => {
            let known = GROUPS.iter().find(|(_, english)| *english == name);
            vec![known.map_or(name, |(chinese, _)| chinese)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::reference::SeedData;

    #[test]
    fn wide_groups_stand_for_what_they_were_split_into() {
        assert_eq!(groups_named("Insects"), INSECTS);
        assert_eq!(groups_named("維管束植物"), VASCULAR_PLANTS);
        assert_eq!(groups_named("Birds"), ["鳥類"]);
        assert_eq!(groups_named("鳥類"), ["鳥類"]);
        assert_eq!(groups_named("birds"), ["birds"]);
    }

    #[test]
    fn the_groups_are_those_of_the_reference_data() {
        let listed: Vec<(String, String)> = SeedData::embedded().rows("taiwan/groups.csv").unwrap();

        assert!(listed.iter().map(|(c, e)| (c.as_str(), e.as_str())).eq(GROUPS));
    }
}
