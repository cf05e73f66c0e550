//! Observations with their images, namings and votes.

use jiff::Timestamp;
use jiff::civil::Date;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::inserts::Inserts;
use super::names::Names;
use super::people::USED_LICENSES;
use super::places::{Location, Places};
use super::{
    KEY_HOLDERS, Times, USERS, after, factor, first_day, last_day, midnight, owner, since, words,
};
use crate::apis::mo::consensus::{confidence, weight};
use crate::apis::mo::tables::observation::UNKNOWN;
use crate::world::draw::Weighted;
use crate::world::{World, draw};

/// How often each holder of a key comes first: they all have at least so many observations.
const ROUNDS: usize = 12;

const IMAGES: usize = 2600;
const UNATTACHED: f64 = 0.03;

/// What was seen, as far as later seeds want to know.
pub struct Seen {
    pub observations: Vec<Sighting>,
    pub images: usize,
}

pub struct Sighting {
    pub id: i64,
    pub user: i64,
    pub day: Date,
    /// What is said about it and made of it comes after this.
    pub entered: Timestamp,
    pub name: String,
    pub images: Vec<i64>,
}

/// What all observations are drawn from.
struct Sources<'w> {
    world: &'w World,
    names: &'w Names,
    places: &'w Places,
    months: Weighted<i8>,
    votes: Weighted<f64>,
    counts: Weighted<usize>,
    /// By user: contribution, legal name, licence.
    users: Vec<(i64, String, i64)>,
}

pub fn fill(
    world: &World,
    db: &Connection,
    names: &Names,
    places: &Places,
) -> anyhow::Result<Seen> {
    let mut random = world.stream("mo observations");
    let sources = Sources {
        world,
        names,
        places,
        months: Weighted::new([
            (1, 3.0),
            (2, 2.5),
            (3, 3.0),
            (4, 5.0),
            (5, 6.0),
            (6, 7.0),
            (7, 9.0),
            (8, 12.0),
            (9, 19.0),
            (10, 22.0),
            (11, 14.0),
            (12, 5.0),
        ]),
        votes: Weighted::new([
            (3.0, 55.0),
            (2.0, 28.0),
            (1.0, 12.0),
            (-1.0, 2.0),
            (-2.0, 2.0),
            (-3.0, 1.0),
        ]),
        counts: Weighted::new([(1, 36.0), (2, 29.0), (3, 19.0), (4, 9.0), (5, 5.0), (6, 2.0)]),
        users: users(db)?,
    };
    let count = super::observations(world);
    let attached = ((IMAGES * factor(world)) as f64 * (1.0 - UNATTACHED)).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rounded count")]
    let attached = attached as usize;
    let mut inserts = Inserts::prepare(db)?;
    let mut seen = Seen { observations: Vec::with_capacity(count), images: 0 };
    for number in 0..count {
        let left = (count - number, attached.saturating_sub(seen.images));
        let sighting =
            sources.observe(&mut inserts, &mut random, number, left, &mut seen.images)?;
        seen.observations.push(sighting);
        world.count_record();
    }
    while seen.images < IMAGES * factor(world) {
        let user = random.random_range(1..=USERS);
        let day = draw::day(&mut random, first_day(), last_day());
        sources.photograph(&mut inserts, &mut random, &mut seen.images, user, day)?;
    }
    let profile =
        "UPDATE mo_users SET image_id = (SELECT min(id) FROM mo_images WHERE user_id = mo_users.id)
                   WHERE image_id = 0";
    db.execute(profile, [])?;
    Ok(seen)
}

fn users(db: &Connection) -> rusqlite::Result<Vec<(i64, String, i64)>> {
    let sql =
        "SELECT contribution, CASE name WHEN '' THEN login ELSE name END, license_id FROM mo_users
               ORDER BY id";
    db.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}

impl Sources<'_> {
    fn observe(
        &self,
        inserts: &mut Inserts,
        random: &mut ChaCha8Rng,
        number: usize,
        (observations_left, images_left): (usize, usize),
        images: &mut usize,
    ) -> anyhow::Result<Sighting> {
        let id = i64::try_from(number + 1)?;
        let user = owner(random, number, ROUNDS);
        // Those of the holders of keys show what there is to see.
        let is_shown = number < KEY_HOLDERS.len() * ROUNDS;
        let place = self.place(random, number);
        let day = self.day(random, number);
        let Times { entered, created, updated } = since(random, midnight(day));
        let (name, text_name) = self.name(random, number, &place.country);
        let proposals = self.propose(inserts, random, id, user, name, &created)?;
        let (consensus, confidence) = proposals;
        let mut pictures = Vec::new();
        let wanted = if images_left >= observations_left * 3 {
            // The rest of the images is not to be left over.
            4
        } else if is_shown || draw::chance(random, 0.85) {
            *self.counts.draw(random)
        } else {
            0
        };
        for _ in 0..wanted.min(images_left) {
            pictures.push(self.photograph(inserts, random, images, user, day)?);
        }
        for (rank, image) in (1..).zip(&pictures) {
            inserts.link.execute([id, *image, rank])?;
        }
        let is_undefined = draw::chance(random, 0.1);
        let name_of_place =
            if is_undefined { self.elsewhere(random, &place.name) } else { place.name.clone() };
        let point = draw::chance(random, 0.55).then(|| point(random, &place));
        let altitude: Option<i64> =
            draw::chance(random, 0.25).then(|| random.random_range(2..1900));
        inserts.observation.execute(params![
            id,
            user,
            day.to_string(),
            name_of_place,
            (!is_undefined).then_some(place.id),
            point.map(|(latitude, _)| latitude),
            point.map(|(_, longitude)| longitude),
            altitude,
            point.is_some() && draw::chance(random, 0.06),
            // Most specimens are those of herbarium records and collection numbers, which come later.
            draw::chance(random, 0.01),
            draw::chance(random, 0.95),
            consensus,
            confidence,
            pictures.first(),
            self.notes(random),
            *draw::one(
                random,
                &["mo_website", "mo_website", "mo_api", "mo_iphone_app", "mo_android_app"]
            ),
            !is_shown && draw::chance(random, 0.01),
            created,
            updated,
            random.random_range(0..900),
            draw::chance(random, 0.8).then_some(&updated)
        ])?;
        Ok(Sighting { id, user, day, entered, name: text_name, images: pictures })
    }

    /// The observer's naming, perhaps another one, and the votes on both: what wins, and how sure that is.
    fn propose(
        &self,
        inserts: &mut Inserts,
        random: &mut ChaCha8Rng,
        observation: i64,
        user: i64,
        name: i64,
        now: &str,
    ) -> anyhow::Result<(i64, f64)> {
        let mut best: Option<(i64, f64)> = None;
        let others =
            usize::from(draw::chance(random, 0.27)) + usize::from(draw::chance(random, 0.03));
        for proposal in 0..=others {
            let name = if proposal == 0 { name } else { draw::one(random, &self.names.species).0 };
            let author = if proposal == 0 { user } else { random.random_range(1..=USERS) };
            let mut votes = vec![(author, *self.votes.draw(random))];
            // A second opinion doubts more.
            if proposal > 0 {
                votes[0].1 = *draw::one(random, &[1.0, 1.0, 2.0, -1.0]);
            }
            if draw::chance(random, 0.31) {
                let voter = random.random_range(1..=USERS);
                if voter != author {
                    votes.push((voter, *self.votes.draw(random)));
                }
            }
            let weighted = votes.iter().map(|(voter, value)| {
                let contribution = self.user(*voter).0;
                (*value, weight(contribution, *voter == user))
            });
            let confidence = confidence(weighted);
            let reasons = reasons(random);
            let naming = inserts.naming.insert(params![
                observation,
                name,
                author,
                confidence,
                reasons,
                now
            ])?;
            for (voter, value) in votes {
                inserts.vote.execute(params![naming, observation, voter, value])?;
            }
            if best.is_none_or(|(_, highest)| confidence > highest) {
                best = Some((name, confidence));
            }
        }
        Ok(best.unwrap_or((UNKNOWN, 0.0)))
    }

    fn photograph(
        &self,
        inserts: &mut Inserts,
        random: &mut ChaCha8Rng,
        images: &mut usize,
        user: i64,
        day: Date,
    ) -> anyhow::Result<i64> {
        *images += 1;
        let id = i64::try_from(*images)?;
        let (_, holder, license) = self.user(user);
        let license = if USED_LICENSES.contains(license) { *license } else { USED_LICENSES[1] };
        let longer = *draw::one(random, &[640, 1024, 1600, 2048, 3000, 4000]);
        let shorter = longer * 3 / 4;
        let (width, height) =
            if draw::chance(random, 0.75) { (longer, shorter) } else { (shorter, longer) };
        let (created, updated) = after(random, day);
        let notes = if draw::chance(random, 0.08) {
            words::field_note(self.world, random)
        } else {
            String::new()
        };
        let original = if draw::chance(random, 0.2) {
            format!("IMG_{:04}.JPG", id % 10_000)
        } else {
            String::new()
        };
        let quality: Option<f64> =
            draw::chance(random, 0.45).then(|| draw::round(random.random_range(1.5..4.0), 1));
        inserts.image.execute(params![
            id,
            user,
            day.to_string(),
            holder,
            license,
            notes,
            original,
            if draw::chance(random, 0.95) { "image/jpeg" } else { "image/png" },
            width,
            height,
            quality,
            draw::chance(random, 0.93),
            draw::chance(random, 0.9),
            created,
            updated,
            random.random_range(0..600),
            draw::chance(random, 0.7).then_some(&updated)
        ])?;
        Ok(id)
    }

    fn user(&self, id: i64) -> &(i64, String, i64) {
        &self.users[usize::try_from(id - 1).unwrap_or_default()]
    }

    /// Some finds are made in Delaware, where documented queries look for them.
    fn place(&self, random: &mut ChaCha8Rng, number: usize) -> Location {
        if number.is_multiple_of(40)
            && let Some(at) =
                self.places.delaware.get(random.random_range(0..self.places.delaware.len().max(1)))
        {
            return self.places.seen[*at].clone();
        }
        draw::one(random, &self.places.seen).clone()
    }

    fn day(&self, random: &mut ChaCha8Rng, number: usize) -> Date {
        let year = random.random_range(2006..=2025);
        let month = if number.is_multiple_of(80) { 6 } else { *self.months.draw(random) };
        let day = random.random_range(1..=28);
        let date = Date::new(year, month, day).unwrap_or_else(|_| last_day());
        if date > last_day() {
            Date::new(year - 1, month, day).unwrap_or_else(|_| last_day())
        } else {
            date
        }
    }

    /// What it is: something that grows there, sometimes only the genus, sometimes nobody knows.
    fn name(&self, random: &mut ChaCha8Rng, number: usize, country: &str) -> (i64, String) {
        if number % 100 < 5 {
            let known: Vec<&(i64, String)> = self
                .names
                .species
                .iter()
                .filter(|(_, name)| name.starts_with("Tulostoma "))
                .collect();
            if let Some((id, name)) = known.get(number % known.len().max(1)) {
                return (*id, name.clone());
            }
        }
        if draw::chance(random, 0.08) {
            return (UNKNOWN, "Fungi".to_owned());
        }
        if draw::chance(random, 0.06) {
            return (*draw::one(random, &self.names.genera), String::new());
        }
        let species = &self.names.species;
        let at = match self.names.by_country.get(country) {
            // Common ones are found more often.
            Some(native) => {
                let share: f64 = random.random::<f64>();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a place in a list"
                )]
                let at = (share * share * native.len() as f64) as usize;
                native[at.min(native.len() - 1)]
            }
            None => random.random_range(0..species.len()),
        };
        species[at].clone()
    }

    /// The text of a place that nobody has defined yet.
    fn elsewhere(&self, random: &mut ChaCha8Rng, near: &str) -> String {
        let (place, rest) = near.split_once(", ").unwrap_or((near, "USA"));
        let direction = draw::one(random, self.world.prose.about("locality", "directions"));
        format!("{} {direction} of {place}, {rest}", random.random_range(2..9))
    }

    fn notes(&self, random: &mut ChaCha8Rng) -> String {
        let mut notes = Map::new();
        if draw::chance(random, 0.15) {
            for (field, text) in words::fields(self.world, random) {
                notes.insert(field.to_owned(), text.into());
            }
        }
        if draw::chance(random, 0.55) {
            notes.insert("Other".to_owned(), words::field_note(self.world, random).into());
        }
        Value::Object(notes).to_string()
    }
}

/// Why somebody thinks so, in two of five cases.
fn reasons(random: &mut ChaCha8Rng) -> String {
    let mut reasons = Map::new();
    if draw::chance(random, 0.4) {
        let number = *draw::one(random, &["1", "1", "1", "2", "3", "4"]);
        let note = match number {
            "2" => *draw::one(random, &["", "Mushrooms Demystified", "Kuo & Methven"]),
            "3" => *draw::one(random, &["", "spores 8 µm, smooth"]),
            "4" => "KOH yellow",
            _ => "",
        };
        reasons.insert(number.to_owned(), note.into());
    }
    Value::Object(reasons).to_string()
}

fn point(random: &mut ChaCha8Rng, place: &Location) -> (f64, f64) {
    let edges = place.edges;
    let latitude = draw::round(random.random_range(edges.south..edges.north), 4);
    let longitude = draw::round(random.random_range(edges.west..edges.east), 4);
    (latitude, longitude)
}
