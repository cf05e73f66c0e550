//! What people write: notes in the field, comments, profiles.

use rand_chacha::ChaCha8Rng;

use crate::world::World;
use crate::world::draw;
use crate::world::prose::fill;

/// The lists that fill the patterns of field notes.
const LISTS: [&str; 6] = ["habit", "substrate", "habitat", "smell", "taste", "spore_print"];

/// One or two sentences from the field.
pub fn field_note(world: &World, random: &mut ChaCha8Rng) -> String {
    let mut note = one_note(world, random);
    if draw::chance(random, 0.3) {
        note.push('\n');
        note += &one_note(world, random);
    }
    note
}

fn one_note(world: &World, random: &mut ChaCha8Rng) -> String {
    let pattern = draw::one(random, world.prose.about("fungus", "note")).clone();
    let person = draw::one(random, &world.people).short_name();
    let mut note = fill(&pattern, &[("person", &person)]);
    for list in LISTS {
        if note.contains(&format!("{{{list}}}")) {
            note = fill(
                &note,
                &[(list, draw::one::<String>(random, world.prose.about("fungus", list)))],
            );
        }
    }
    note
}

/// The fields of a template, filled in.
pub fn fields(world: &World, random: &mut ChaCha8Rng) -> Vec<(&'static str, String)> {
    [("Cap", "cap"), ("Gills", "gills"), ("Stem", "stem")]
        .into_iter()
        .map(|(field, list)| (field, draw::one(random, world.prose.about("fungus", list)).clone()))
        .collect()
}

/// One entry of a list of texts.
pub fn one(world: &World, random: &mut ChaCha8Rng, topic: &str, kind: &str) -> String {
    draw::one(random, world.prose.about(topic, kind)).clone()
}
