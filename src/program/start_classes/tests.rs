//! Claims about the colours that name starts.

use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn as_many_colours_as_the_busiest_room_or_speaker_has_talks_are_enough(
        edges in proptest::collection::vec((0..4_u32, proptest::option::of(0..5_u32)), 0..24),
        spare in 0..3_usize,
    ) {
        let edges: Vec<_> = edges.into_iter().map(|(room, who)| (RoomIx(room), who.map(SpeakerIx))).collect();
        let of_room = |edge: &(RoomIx, _)| edges.iter().filter(|other| other.0 == edge.0).count();
        let of_speaker = |edge: &(_, Option<SpeakerIx>)| {
            edges.iter().filter(|other| edge.1.is_some() && other.1 == edge.1).count()
        };
        let many = edges.iter().map(|edge| of_room(edge).max(of_speaker(edge))).max().unwrap_or(0) + spare;
        let colours = colours(&edges, many);
        prop_assert!(colours.iter().all(|colour| *colour < many.max(1)));
        for (i, (room, speaker)) in edges.iter().enumerate() {
            for (j, (other_room, other_speaker)) in edges.iter().enumerate().take(i) {
                let meet = room == other_room || speaker.is_some() && speaker == other_speaker;
                prop_assert!(!meet || colours[i] != colours[j], "{i} and {j} meet in one colour");
            }
        }
    }
}
