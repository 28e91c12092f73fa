//! The conflict graph: talks that never run at once, and the cliques that say so in the fewest rows.
//!
//! One row "at most one of these at this moment" over a whole clique replaces a row for each pair, and cuts off more of
//! the fractional solutions (clique inequalities of the vertex packing polytope: Padberg, *On the facial structure of
//! set packing polyhedra*, 1973).

use super::Halt;
use crate::event::TalkIx;
use petgraph::graphmap::UnGraphMap;
use std::collections::{BTreeSet, HashSet};

/// Talks that never run at once.
#[derive(Debug, Default)]
pub(super) struct Conflicts {
    groups: BTreeSet<Vec<TalkIx>>,
}

impl Conflicts {
    /// Any two of these never run at once.
    pub(super) fn group(&mut self, talks: &[TalkIx]) {
        let mut group = talks.to_vec();
        group.sort_unstable();
        group.dedup();
        if group.len() > 1 {
            self.groups.insert(group);
        }
    }

    /// Cliques that cover every conflict, each grown as far as it goes: the largest groups first. Not all, where it
    /// is time to stop.
    pub(super) fn cliques(self, halt: Halt<'_>) -> Vec<Vec<TalkIx>> {
        let mut groups: Vec<_> = self.groups.into_iter().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        let graph: UnGraphMap<TalkIx, ()> =
            groups.iter().flat_map(|group| pairs(group)).take_while(|_| !halt.is_due()).collect();
        let mut covered: HashSet<(TalkIx, TalkIx)> = HashSet::new();
        let mut cliques = Vec::new();
        for group in groups {
            if halt.is_due() {
                break;
            }
            if pairs(&group).all(|pair| covered.contains(&pair)) {
                continue;
            }
            let mut clique = group;
            // Whoever joins conflicts with all, so also with the first.
            let mut candidates: Vec<_> = graph.neighbors(clique[0]).collect();
            candidates.sort_unstable();
            for candidate in candidates {
                if !clique.contains(&candidate) && clique.iter().all(|c| graph.contains_edge(*c, candidate)) {
                    clique.push(candidate);
                }
            }
            clique.sort_unstable();
            covered.extend(pairs(&clique));
            cliques.push(clique);
        }
        cliques
    }
}

fn pairs(talks: &[TalkIx]) -> impl Iterator<Item = (TalkIx, TalkIx)> + '_ {
    talks.iter().enumerate().flat_map(|(i, a)| talks[i + 1..].iter().map(|b| (*a, *b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cliques(groups: &[&[u32]]) -> Vec<Vec<u32>> {
        let mut conflicts = Conflicts::default();
        for group in groups {
            conflicts.group(&group.iter().map(|t| TalkIx(*t)).collect::<Vec<_>>());
        }
        conflicts.cliques(Halt::NEVER).into_iter().map(|c| c.into_iter().map(|t| t.0).collect()).collect()
    }

    #[test]
    fn pairs_that_make_a_triangle_become_one_clique() {
        assert_eq!(cliques(&[&[1, 2], &[2, 3], &[1, 3]]), [[1, 2, 3]]);
    }

    #[test]
    fn a_group_inside_another_adds_nothing() {
        assert_eq!(cliques(&[&[1, 2, 3, 4], &[2, 4]]), [[1, 2, 3, 4]]);
    }

    #[test]
    fn a_path_stays_two_cliques() {
        assert_eq!(cliques(&[&[1, 2], &[2, 3]]), [[1, 2], [2, 3]]);
    }
}
