//! Vocabularies: what institutions and collections are described with. Concepts stand below others.
//!
//! Answers name concepts (`Prehistoric`); what is sent may also be the older name (`ARCHAEOLOGY_PREHISTORIC`).

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

pub static INSTITUTION_TYPE: Vocabulary = Vocabulary {
    name: "InstitutionType",
    member: "types",
    irregular: &[],
    branches: &[
        ("BiomedicalResearchInstitute", &[]),
        ("BotanicalGarden", &[]),
        ("Herbarium", &[]),
        ("LivingOrganismCollection", &[]),
        ("MedicalResearchInstitute", &[]),
        ("Museum", &[]),
        ("MuseumHerbariumPrivateNonProfit", &[]),
        ("OtherInstitutionalType", &[]),
        ("OtherTypeResearchInstitutionBiorepository", &[]),
        ("UniversityCollege", &[]),
        ("ZooAquarium", &[]),
    ],
};

pub static INSTITUTIONAL_GOVERNANCE: Vocabulary = Vocabulary {
    name: "InstitutionalGovernance",
    member: "institutionalGovernances",
    irregular: &[],
    branches: &[
        (
            "Academic",
            &[
                "AcademicFederal",
                "AcademicForProfit",
                "AcademicLocal",
                "AcademicNonProfit",
                "AcademicState",
            ],
        ),
        ("Federal", &[]),
        ("ForProfit", &[]),
        ("Local", &[]),
        ("NonProfit", &[]),
        ("Other", &[]),
        ("State", &[]),
    ],
};

pub static ACCESSION_STATUS: Vocabulary = Vocabulary {
    name: "AccessionStatus",
    member: "accessionStatus",
    irregular: &[],
    branches: &[("Institutional", &[]), ("Project", &[])],
};

pub static PRESERVATION_TYPE: Vocabulary = Vocabulary {
    name: "PreservationType",
    member: "preservationTypes",
    irregular: &[],
    branches: &[
        ("StorageOutdoors", &[]),
        ("StorageIndoors", &[]),
        ("StorageControlledAtmosphere", &[]),
        ("StorageFrozenMinus20", &[]),
        ("StorageFrozenMinus80", &[]),
        ("StorageFrozenBetweenMinus132AndMinus196", &[]),
        ("StorageOther", &[]),
        ("StorageRefrigerated", &[]),
        ("StorageRecorded", &[]),
        ("StorageVacuum", &[]),
        ("SampleCryopreserved", &[]),
        ("SampleDried", &[]),
        ("SampleEmbedded", &[]),
        ("SampleFluidPreserved", &[]),
        ("SamplePinned", &[]),
        ("SamplePressed", &[]),
        ("SampleSkeletonized", &[]),
        ("SampleSlideMount", &[]),
        ("SampleSurfaceCoating", &[]),
        ("SampleTanned", &[]),
        ("SampleWaxBlock", &[]),
        ("SampleOther", &[]),
        ("SampleFreezeDrying", &[]),
    ],
};

pub static COLLECTION_CONTENT_TYPE: Vocabulary = Vocabulary {
    name: "CollectionContentType",
    member: "contentTypes",
    // Quirk (contract 5.14): misspelt ever since.
    irregular: &[("ARCHAEOLOGICA_WOODEN_ARTIFACTS", "WoodenArtifacts")],
    branches: &[
        (
            "Archaeological",
            &[
                "HumanRemains",
                "FaunalRemains",
                "FloralRemains",
                "C14",
                "Coprolites",
                "CeramicArtifacts",
                "FaunalArtifacts",
                "FloralArtifacts",
                "LithicArtifacts",
                "MetalArtifacts",
                "TextilesBasketry",
                "TechonologicalProcessesRemains",
                "WoodenArtifacts",
            ],
        ),
        (
            "Biological",
            &[
                "LivingOrganisms",
                "LivingCellOrTissueCultures",
                "PreservedOrganisms",
                "AnimalBuiltStructures",
                "AnimalDerived",
                "Biofluids",
                "CellsTissue",
                "Endoskeletons",
                "Exoskeletons",
                "Feces",
                "MolecularDerivates",
                "PlantDerived",
            ],
        ),
        (
            "HumanDerived",
            &[
                "BiofluidsHuman",
                "BloodHuman",
                "CellsHuman",
                "FecesHuman",
                "MolecularDerivatives",
                "TissueHuman",
            ],
        ),
        (
            "EarthPlanetary",
            &[
                "Asteroids",
                "Comets",
                "CosmicInterplanetaryDust",
                "Gas",
                "Gems",
                "Ice",
                "LunarMaterials",
                "MetalsOres",
                "Meteorites",
                "Minerals",
                "Rocks",
                "Sediments",
                "Soils",
                "SpaceExposedMaterials",
                "Water",
            ],
        ),
        (
            "Paleontological",
            &[
                "Conodonts",
                "InvertebrateFossils",
                "InvertebrateMicrofossils",
                "PetrifiedWood",
                "PlantFossils",
                "TraceFossils",
                "VertebrateFossils",
            ],
        ),
        (
            "Records",
            &[
                "Seismograms",
                "Radiograph",
                "Images",
                "Documents",
                "Documentation",
                "DerivedData",
                "AssociatedData",
                "Maps",
                "Recordings",
            ],
        ),
    ],
};

pub static DISCIPLINE: Vocabulary = Vocabulary {
    name: "Discipline",
    member: "disciplines",
    irregular: &[
        ("CHEMICAL_ANALYTICAL", "AnalyticalChemistry"),
        ("CHEMICAL_ATMOSPHERIC", "AtmosphericChemistry"),
        ("CHEMICAL_INORGANIC", "InorganicChemistry"),
        ("CHEMICAL_NUCLEAR", "NuclearChemistry"),
        ("CHEMICAL_ORGANIC", "OrganicChemistry"),
        ("CHEMICAL_PHYSICAL", "PhysicalChemistry"),
    ],
    branches: &[
        ("Archaeology", &["Prehistoric", "Historic", "Underwater"]),
        ("Anthropology", &["AnthropologyBiological", "Cultural", "Linguistic"]),
        ("Space", &["Astronomy", "Astrophysics", "Cosmology", "PlanetaryScience"]),
        ("Atmospheric", &["PhysicsDynamics", "Climatology", "Meteorology"]),
        (
            "Chemical",
            &[
                "AnalyticalChemistry",
                "Astrochemistry",
                "AtmosphericChemistry",
                "Biochemistry",
                "Biogeochemistry",
                "Cosmochemistry",
                "InorganicChemistry",
                "NuclearChemistry",
                "OrganicChemistry",
                "PhysicalChemistry",
            ],
        ),
        (
            "Geological",
            &[
                "EconomicGeologyMineralResources",
                "EnergyResourceGeology",
                "Geochemistry",
                "Geology",
                "GeophysicsSeismology",
                "HydrologyWaterResources",
                "MineralogyPetrology",
                "Paleontology",
                "Volcanology",
            ],
        ),
        (
            "Ocean",
            &[
                "MarineBiologyAndBiologicalOceanography",
                "MarineGeologyAndPaleoceanography",
                "OceanographyChemicalPhysical",
            ],
        ),
        (
            "Physics",
            &[
                "Acoustics",
                "AppliedPhysics",
                "AtomicMolecularChemicalPhysics",
                "Biophysics",
                "MedicalRadiological",
                "NuclearPhysics",
                "OpticsPhotonics",
                "ParticlePhysics",
            ],
        ),
        (
            "Agricultural",
            &[
                "AnimalScience",
                "AnimalSciencePoultry",
                "AgriculturalAnimalBreeding",
                "AgriculturalHorticulturalPlantBreeding",
                "AgronomyCropScience",
                "EnvironmentalScience",
                "FishingFisheriesScience",
                "FoodScienceAndTechnology",
                "ForestSciencesAndForestry",
                "HorticulturalScience",
                "NaturalResources",
                "PlantSciences",
                "SoilChemistryMicrobiology",
                "SoilSciences",
                "WildlifeRangeManagement",
                "WoodScienceAndPulpTechnology",
            ],
        ),
        (
            "Biological",
            &[
                "AnatomyAndPhysiology",
                "Botany",
                "CellularBiologyAndHistology",
                "DevelopmentBiologyEmbryology",
                "Ecology",
                "EnvironmentalToxicology",
                "EvolutionaryBiology",
                "GeneticsGenomics",
                "MicrobiologyBacteriologyVirology",
                "MolecularBiology",
                "NeurosciencesAndNeurobiology",
                "Parasitology",
                "PathologyAnimalPlant",
                "Taxonomy",
                "Zoology",
            ],
        ),
        (
            "Health",
            &[
                "BiomedicalScience",
                "EnvironmentalHealth",
                "EpidemiologyPublicHealth",
                "HealthGeneticsGenomics",
                "HealthMicrobiologyBacteriologyVirology",
                "HealthNeurosciencesAndNeurobiology",
                "NutritionSciences",
                "PathologyHuman",
                "PharmaceuticalMedicinalSciences",
                "PharmacologyHumanAndAnimal",
                "Toxicology",
                "VeterinarySciences",
            ],
        ),
        ("Material", &[]),
    ],
};

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
