//! What was wrong so far, and how reading goes on after it.
//!
//! A value that is wrong or missing is told once and replaced by a [hole](Node::Hole), from which anything can be read,
//! so that the rest of its element is read, and told of, too. Checks of the whole event run on what was read; what they
//! say of holes, and of names that stood in something that could not be read, is left out: it would only repeat what
//! was told already.

use super::{
    decode::{Down, Flaw, What, fields_of},
    lines::{Told, prefixes},
    node::{Fields, Node, Path, Step},
    words,
};
use crate::event::{Problem, Problems, dangling::wanted_what};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};

/// The problems found so far, and the holes they left.
#[derive(Debug, Default)]
pub(crate) struct Report {
    told: Told,
    holes: HashSet<String>,
    /// Everything that has a hole somewhere in it.
    with_holes: HashSet<String>,
    /// Of what (`talk`) an id could not be read.
    nameless: HashSet<String>,
    /// Why the text is not JSON, where it could be read nonetheless.
    refused: Option<String>,
}

impl Report {
    /// How often one element is read again, each time with one mistake less. Past that, what is left is not told.
    const MOST_TRIES: usize = 100;

    pub(crate) fn problem(&mut self, path: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) {
        self.told.problems.push(Problem::new(path, found, wanted));
    }

    /// Takes out every field whose key stands in its object already, and tells of it.
    pub(crate) fn take_repeats(&mut self, tree: &mut Node) {
        // Nearly every file has none: no path is written then.
        if !tree.has_repeats() {
            return;
        }
        let mut times: HashMap<String, usize> = HashMap::new();
        tree.without_repeats(&mut Path::default(), &mut |path, key| {
            let nth = times.entry(path.to_owned()).or_default();
            *nth += 1;
            self.told.nth.insert(self.told.problems.len(), *nth);
            let of_tags =
                prefixes(path).last().is_some_and(|object| object.ends_with("tags") || object.ends_with("needs"));
            let wanted = if of_tags { "one, a list of all its values" } else { "one only" };
            self.problem(path, format!("a second `{key}`"), wanted);
        });
    }

    /// Notes why the text is not JSON: what is told where nothing else is wrong with it.
    pub(super) fn refused(&mut self, refused: &serde_json::Error) {
        self.refused = Some(refused.to_string());
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.told.problems.is_empty()
    }

    pub(crate) fn problems(&self) -> &[Problem] {
        &self.told.problems
    }

    /// Adds problems whose places in the text are known.
    pub(super) fn add(&mut self, problems: Vec<(usize, Problem)>) {
        for (at, problem) in problems {
            self.told.at.insert(self.told.problems.len(), at);
            self.told.problems.push(problem);
        }
    }

    /// `Ok` when nothing was found; else everything that was, in the order in which it stands in the text.
    pub(crate) fn none_or(mut self, text: &str) -> Result<(), Problems> {
        if let (Some(refused), true) = (self.refused.take(), self.is_empty()) {
            self.problem("", refused, "JSON");
        }
        if self.is_empty() { Ok(()) } else { Problems::none_or(self.told.in_text(text)) }
    }

    /// Notes that something at the path was not read.
    pub(crate) fn hole(&mut self, path: String) {
        self.with_holes.extend(prefixes(&path).map(str::to_owned));
        self.nameless.extend(named_there(&path).map(str::to_owned));
        self.holes.insert(path);
    }

    /// Whether the value at the path, or something that holds it, was not read.
    pub(crate) fn in_hole(&self, path: &str) -> bool {
        self.holes.contains(path) || prefixes(path).any(|above| self.holes.contains(above))
    }

    /// Tells of every field that is not known. One that is probably a known one misspelt takes its name; the others are
    /// taken out.
    pub(crate) fn known_fields(&mut self, fields: &mut Fields, path: &Path, known: &[&str]) {
        let mut free: Vec<&str> =
            known.iter().copied().filter(|name| !fields.iter().any(|(key, _)| key == name)).collect();
        let unknown = |key: &str| !known.contains(&key);
        let mut renamed = 0;
        fields.retain_mut(|(key, _)| {
            if !unknown(key) {
                return true;
            }
            let at = path.field(key);
            let meant = words::nearest(key, free.iter().copied());
            let wanted = match meant {
                Some(name) => format!("`{name}`"),
                None if known.is_empty() => "no field".to_owned(),
                None if known.len() <= 2 => words::listed(known, '`'),
                None => format!("one of the fields {}", words::listed(known, '`')),
            };
            self.problem(at.text(), "an unknown field", wanted);
            if let Some(name) = meant {
                self.told.written.insert(path.field(name).text().to_owned(), at.text().to_owned());
                free.retain(|other| other != &name);
                name.clone_into(key);
                renamed += 1;
            }
            meant.is_some()
        });
    }

    /// Reads one value; tells every mistake in it. None only where nothing can stand in for it.
    pub(crate) fn read<T: DeserializeOwned>(&mut self, node: &Node, path: &Path) -> Option<T> {
        if let Ok(value) = T::deserialize(node) {
            return Some(value);
        }
        let mut mended = node.clone();
        for _ in 0..Self::MOST_TRIES {
            match T::deserialize(&mended) {
                Ok(value) => return Some(value),
                Err(flaw) if self.mend(&mut mended, &flaw, path) => {}
                Err(_) => break,
            }
        }
        let found = "more mistakes than are told at once";
        self.problem(path.text(), found, "those told here to be mended first");
        self.stand_in(node, path)
    }

    /// Something of the type, with the same id, for others to refer to.
    fn stand_in<T: DeserializeOwned>(&mut self, node: &Node, path: &Path) -> Option<T> {
        self.hole(path.text().to_owned());
        let id = match node {
            Node::Object(fields) => fields.iter().find(|(key, id)| key == "id" && matches!(id, Node::Text(_))).cloned(),
            _ => None,
        };
        let mut node = id.map_or(Node::Hole(0), |id| Node::Object(vec![id]));
        for _ in 0..Self::MOST_TRIES {
            match T::deserialize(&node) {
                Ok(value) => return Some(value),
                Err(flaw) if self.mend(&mut node, &flaw, path) => {}
                Err(_) => return None,
            }
        }
        None
    }

    /// Tells the flaw and takes it out of the tree; false where that cannot be done.
    fn mend(&mut self, tree: &mut Node, flaw: &Flaw, above: &Path) -> bool {
        let mut path = above.clone();
        let mut node = tree;
        for step in flaw.steps() {
            let down = match (step, node) {
                (Down::Field(key), Node::Object(fields)) => {
                    path.push(Step::Field(key));
                    fields.iter_mut().find(|(k, _)| k == key).map(|(_, value)| value)
                }
                (Down::At(i), Node::List(items)) => {
                    path.push(Step::At(*i));
                    items.get_mut(*i)
                }
                _ => None,
            };
            let Some(down) = down else { return false };
            node = down;
        }
        // What is wrong with something we put there ourselves is no news.
        let silent = self.in_hole(path.text());
        match (&flaw.what, node) {
            (What::Unknown { known }, Node::Object(fields)) => self.known_fields(fields, &path, known),
            (What::Missing(name), node @ (Node::Object(_) | Node::Hole(_))) => {
                if !silent {
                    self.problem(path.text(), format!("no `{name}`"), format!("the field `{name}`"));
                }
                if matches!(node, Node::Hole(_)) {
                    *node = Node::Object(Vec::new());
                }
                if let Node::Object(fields) = node {
                    fields.push(((*name).to_owned(), Node::Hole(0)));
                }
                path.push(Step::Field(name));
                self.hole(path.text().to_owned());
            }
            // No such text was wanted: the next one is tried.
            (What::Wrong { .. }, Node::Hole(which)) => {
                *which += 1;
                return *which < super::node::STAND_INS.len();
            }
            (What::Wrong { wanted, .. }, node) => {
                if !silent {
                    let wanted = words::made_right(words::in_range(wanted, path.text(), node), node);
                    self.problem(path.text(), node.described(), wanted);
                }
                *node = Node::Hole(0);
                self.hole(path.text().to_owned());
            }
            _ => return false,
        }
        true
    }

    /// Reads a list, element by element. What cannot be read at all is stood in for, so that positions stay.
    pub(crate) fn list<T: DeserializeOwned>(&mut self, node: Option<Node>, name: &str) -> Vec<T> {
        let path = Path::at(name);
        let items = self.items(node, &path);
        items.iter().enumerate().filter_map(|(i, item)| self.read(item, &path.item(i))).collect()
    }

    /// The elements of a list; none where there is no list.
    pub(super) fn items(&mut self, node: Option<Node>, path: &Path) -> Vec<Node> {
        match node {
            None => Vec::new(),
            Some(Node::List(items)) => items,
            Some(other) => {
                let wanted = words::made_right("a list".to_owned(), &other);
                self.problem(path.text(), other.described(), wanted);
                self.hole(path.text().to_owned());
                Vec::new()
            }
        }
    }

    /// Reads a field that the file must have.
    pub(super) fn field<T: DeserializeOwned + Default>(&mut self, node: Option<Node>, name: &str) -> T {
        let Some(node) = node else {
            self.problem("", format!("no `{name}`"), format!("the field `{name}`"));
            self.hole(name.to_owned());
            return T::default();
        };
        self.read(&node, &Path::at(name)).unwrap_or_default()
    }

    /// Tells of fields that the type does not have. A type that does not tell its fields takes whatever it takes.
    pub(crate) fn fields_for<T: DeserializeOwned>(&mut self, fields: &mut Fields, path: &Path, more: &[&str]) {
        if let Some(own) = fields_of::<T>() {
            let known: Vec<&str> = own.iter().chain(more).copied().collect();
            self.known_fields(fields, path, &known);
        }
    }

    /// Adds what the checks of the whole event found, without what only follows from what could not be read.
    pub(crate) fn add_checks(&mut self, found: Vec<Problem>) {
        let news: Vec<_> = found.into_iter().filter(|problem| !self.follows(problem)).collect();
        self.told.problems.extend(news);
    }

    fn follows(&self, problem: &Problem) -> bool {
        // Something whose id could not be read may have the very id that seems to lead nowhere.
        let nameless = |wanted: &str| wanted_what(wanted).is_some_and(|what| self.nameless.contains(what));
        self.in_hole(&problem.path) || self.with_holes.contains(&problem.path) || nameless(&problem.wanted)
    }
}

/// What a list is of (`talk`) where the path is that of the list, of an element of it, or of an element's id.
fn named_there(path: &str) -> Option<&str> {
    let (list, rest) = path.split_at(path.find('[').unwrap_or(path.len()));
    let element = rest.strip_suffix(".id").unwrap_or(rest);
    (element.is_empty() || element.find(']') == Some(element.len() - 1)).then(|| list.strip_suffix('s')).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{event, rules};

    /// Whether something of the type stands in for what cannot be read at all.
    fn is_stood_in_for<T: DeserializeOwned>() -> bool {
        Report::default().stand_in::<T>(&Node::Null, &Path::default().item(0)).is_some()
    }

    #[test]
    fn everything_in_a_list_can_be_stood_in_for() {
        assert!(is_stood_in_for::<event::Room>());
        assert!(is_stood_in_for::<event::Format>());
        assert!(is_stood_in_for::<event::Block>());
        assert!(is_stood_in_for::<event::Slot>());
        assert!(is_stood_in_for::<event::Opening>());
        assert!(is_stood_in_for::<event::Speaker>());
        assert!(is_stood_in_for::<event::Talk>());
        assert!(is_stood_in_for::<event::Review>());
        assert!(is_stood_in_for::<event::Reviewer>());
        assert!(is_stood_in_for::<event::Interest>());
        assert!(is_stood_in_for::<event::Published>());
    }

    #[test]
    fn of_every_kind_of_rule_something_is_read_whatever_is_missing() {
        for kind in rules::Kind::KINDS {
            let rule = Node::Object(vec![("kind".into(), Node::Text((*kind).into()))]);
            assert!(
                rules::read(rule, &Path::default(), &rules::Registry::new(), &mut Report::default()).is_some(),
                "{kind}"
            );
        }
    }

    #[test]
    fn what_holds_a_hole_is_known_and_what_it_holds() {
        let mut report = Report::default();
        report.hole("talks[0].tags.topic[1]".to_owned());
        assert!(report.in_hole("talks[0].tags.topic[1]") && report.in_hole("talks[0].tags.topic[1].x"));
        assert!(!report.in_hole("talks[0].tags.topic[10]") && !report.in_hole("talks[0]"));
        assert!(report.with_holes.contains("talks[0].tags") && !report.with_holes.contains("talks[1]"));
    }

    #[test]
    fn names_are_lost_with_a_list_an_element_or_an_id() {
        assert_eq!(named_there("talks"), Some("talk"));
        assert_eq!(named_there("talks[17]"), Some("talk"));
        assert_eq!(named_there("talks[17].id"), Some("talk"));
        assert_eq!(named_there("talks[17].speakers[0]"), None);
        assert_eq!(named_there("talks[17].tags.id"), None);
    }
}
