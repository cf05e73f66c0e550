//! Photographs, videos and sounds of records.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::taiwan::Dataset;
use crate::world::draw;

#[derive(Debug, Default)]
pub struct Media {
    /// Addresses, joined by semicolons.
    pub addresses: Option<String>,
    pub kind: Option<&'static str>,
}

pub fn draw(
    dataset: &Dataset,
    recorded_by: Option<&str>,
    serial: u64,
    random: &mut ChaCha8Rng,
) -> Media {
    let likely = match dataset.resource_contacts.as_str() {
        "iNaturalist.org" => 0.9,
        "路殺社" => 0.6,
        "玉山國家公園管理處" => 0.4,
        _ if dataset.institution_code == "HAST" => 0.8,
        _ if dataset.is_collection => 0.15,
        _ => 0.05,
    };
    if !draw::chance(random, likely) {
        return Media::default();
    }
    if dataset.institution_code == "HAST" {
        let sheet = format!("https://media.example.org/hast/specimen/S_{serial:06}-l.jpg");
        return Media { addresses: Some(sheet), kind: Some("image") };
    }
    let (kind, ending) = if recorded_by == Some("自動相機") && draw::chance(random, 0.5) {
        ("video", "mp4")
    } else if !dataset.is_collection && draw::chance(random, 0.06) {
        ("audio", "mp3")
    } else {
        ("image", "jpg")
    };
    let count = if draw::chance(random, 0.25) { random.random_range(2..5) } else { 1 };
    let addresses: Vec<String> = (0..count)
        .map(|_| {
            let number: u32 = random.random_range(10_000_000..400_000_000);
            format!("https://media.example.org/{kind}s/{number}/large.{ending}")
        })
        .collect();
    Media { addresses: Some(addresses.join(";")), kind: Some(kind) }
}
