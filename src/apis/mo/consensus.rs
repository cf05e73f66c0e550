//! What the votes on an observation come to: the confidence in each proposed name, and the name that wins.

use rusqlite::{Connection, params};

use super::error::Error;
use super::tables::observation::UNKNOWN;

/// How much a vote weighs: experience counts, and whoever saw the thing counts for one more.
pub fn weight(contribution: i64, is_owner: bool) -> f64 {
    let experience = if contribution < 10 { 1.0 } else { (contribution as f64).log10() };
    if is_owner { experience + 1.0 } else { experience }
}

/// The confidence that weighted votes give; one vote alone never gives its whole value.
pub fn confidence(votes: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    let (sum, weights) = votes
        .into_iter()
        .fold((0.0, 0.0), |(s, w), (value, weight)| (s + value * weight, w + weight));
    sum / (weights + 1.0)
}

/// A naming with its votes, as value and weight.
struct Proposal {
    naming: i64,
    name: i64,
    votes: Vec<(f64, f64)>,
}

/// Counts the votes on an observation anew: confidence of each naming, consensus and confidence of the observation.
pub fn recount(db: &Connection, observation: i64) -> Result<(), Error> {
    let sql = "SELECT g.id, g.name_id, v.value, u.contribution, v.user_id = o.user_id
               FROM mo_namings g JOIN mo_observations o ON o.id = g.observation_id
               LEFT JOIN mo_votes v ON v.naming_id = g.id LEFT JOIN mo_users u ON u.id = v.user_id
               WHERE g.observation_id = ? ORDER BY g.id";
    let mut namings: Vec<Proposal> = Vec::new();
    {
        let mut query = db.prepare_cached(sql)?;
        let mut rows = query.query([observation])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if namings.last().is_none_or(|last| last.naming != id) {
                namings.push(Proposal { naming: id, name: row.get(1)?, votes: Vec::new() });
            }
            if let (Some(value), Some(contribution)) = (row.get(2)?, row.get(3)?)
                && let Some(proposal) = namings.last_mut()
            {
                proposal.votes.push((value, weight(contribution, row.get(4)?)));
            }
        }
    }
    let mut best: Option<(i64, f64)> = None;
    for Proposal { naming, name, votes } in namings {
        let confidence = confidence(votes);
        db.prepare_cached("UPDATE mo_namings SET vote_cache = ? WHERE id = ?")?
            .execute(params![confidence, naming])?;
        // The older of two that are equally believed wins.
        if best.is_none_or(|(_, highest)| confidence > highest) {
            best = Some((name, confidence));
        }
    }
    let (name, confidence) = match best {
        Some((name, confidence)) => (name, Some(confidence)),
        None => (UNKNOWN, None),
    };
    db.prepare_cached("UPDATE mo_observations SET name_id = ?, vote_cache = ? WHERE id = ?")?
        .execute(params![name, confidence, observation])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sure_vote_of_an_experienced_owner_gives_about_2_4() {
        let sure = confidence([(3.0, weight(1000, true))]);

        assert!((sure - 2.4).abs() < 1e-9, "{sure}");
    }

    #[test]
    fn doubts_lower_the_confidence() {
        let agreed = confidence([(3.0, 4.0), (3.0, 2.0)]);
        let disputed = confidence([(3.0, 4.0), (-2.0, 2.0)]);

        assert!(disputed < agreed && agreed < 3.0);
    }
}
