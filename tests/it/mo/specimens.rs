//! What belongs to observations: collection numbers, fungarium records, sequences, occurrences.

use super::{refused, send};
use crate::support::Client;

const ADA: i64 = 7;

#[test]
fn sequences_are_told_apart_by_their_codes_alone() {
    let mo = Client::of("mo");
    let refusal = "API2::CreateFailed Failed to create DNA sequence \"X\": Sequence is a duplicate of another one of this observation";
    let made =
        send(&mo, ADA, "POST", "sequences", "observation=2&locus=ITS1&bases=acgtn RYKM\nacgt");
    assert_eq!(made["bases"], "acgtn RYKM\nacgt", "it is kept as it was sent");

    for same in ["ACGTNRYKMACGT", ">ITS of mine\n1 acgtnrykm\n10 acgt", " acgtnrykm acgt "] {
        let sent = format!("observation=2&locus=X&bases={same}");
        assert_eq!(refused(&mo, ADA, "POST", "sequences", &sent), refusal, "{same}");
    }
    let other = send(&mo, ADA, "POST", "sequences", "observation=2&locus=X&bases=ACGTNRYKMACGG");
    let id = &other["id"];
    let sent = format!("id={id}&set_bases=acgtnrykmacgt");
    assert_eq!(refused(&mo, ADA, "PATCH", "sequences", &sent), refusal);
    send(&mo, ADA, "PATCH", "sequences", &format!("id={id}&set_bases=acgtnrykmacgg"));
    send(&mo, ADA, "POST", "sequences", "observation=3&locus=X&bases=ACGTNRYKMACGT");
}
