//! What to call an element of a list beside its position: `talk "p3"`.

use super::Event;
use crate::text::cut;

/// The columns of an id in a message: longer ones are cut there.
const LONGEST: usize = 40;

/// Calls the element that a path leads into by its id. `field` tells the text of a field of an element of a list, where
/// there is one. None where the element has no id, or the path is that of the id itself.
pub(super) fn of(path: &str, mut field: impl FnMut(&str, usize, &str) -> Option<String>) -> Option<String> {
    let (list, position, rest) = head(path)?;
    let mut field = |name: &str| {
        let text = field(list, position, name).filter(|text| !text.trim().is_empty())?;
        Some(format!("{:?}", cut(&text, LONGEST)))
    };
    match list {
        "rooms" | "formats" | "blocks" | "slots" | "speakers" | "talks" | "reviewers" if rest != ".id" => {
            Some(format!("{} {}", list.strip_suffix('s')?, field("id")?))
        }
        "reviews" => Some(format!("review of {} by {}", field("talk")?, field("reviewer")?)),
        "published" | "placements" if rest != ".talk" => Some(format!("talk {}", field("talk")?)),
        "rules" => match field("name") {
            Some(name) if rest != ".name" => Some(format!("rule {name}")),
            _ if rest != ".kind" => Some(format!("{} rule", field("kind")?.trim_matches('"'))),
            _ => None,
        },
        _ => None,
    }
}

/// `talks`, `17` and `.speakers[0]` of `talks[17].speakers[0]`.
fn head(path: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = path.split_once('[')?;
    let (position, rest) = rest.split_once(']')?;
    Some((list, position.parse().ok()?, rest))
}

/// The fields that [`of`] may ask for, of the element that the path leads into.
pub(super) fn fields(path: &str) -> impl Iterator<Item = String> {
    let element = head(path).map(|(list, position, _)| format!("{list}[{position}]"));
    let names = ["id", "talk", "reviewer", "name", "kind"];
    element.into_iter().flat_map(move |element| names.map(|name| format!("{element}.{name}")))
}

/// The text of a field of an element of the event's lists, for [`of`].
pub(super) fn field(event: &Event, list: &str, position: usize, name: &str) -> Option<String> {
    let id = |id: Option<&str>| id.map(str::to_owned);
    match (list, name) {
        ("rooms", "id") => id(event.rooms.get(position).map(|x| x.id.as_str())),
        ("formats", "id") => id(event.formats.get(position).map(|x| x.id.as_str())),
        ("blocks", "id") => id(event.blocks.get(position).map(|x| x.id.as_str())),
        ("slots", "id") => id(event.slots.get(position).map(|x| x.id.as_str())),
        ("speakers", "id") => id(event.speakers.get(position).map(|x| x.id.as_str())),
        ("talks", "id") => id(event.talks.get(position).map(|x| x.id.as_str())),
        ("reviewers", "id") => id(event.reviewers.get(position).map(|x| x.id.as_str())),
        ("reviews", "talk") => id(event.reviews.get(position).map(|x| x.talk.as_str())),
        ("reviews", "reviewer") => id(event.reviews.get(position).map(|x| x.reviewer.as_str())),
        ("published", "talk") => id(event.published.get(position).map(|x| x.talk.as_str())),
        ("rules", "name") => event.rules.get(position)?.name.clone(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(path: &str) -> Option<String> {
        of(path, |_, _, field| match field {
            "id" | "talk" => Some("p3".to_owned()),
            "reviewer" => Some("r1".to_owned()),
            "kind" => Some("count".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn an_element_is_called_by_what_its_list_is_of_and_its_id() {
        assert_eq!(called("talks[17].speakers[0]").as_deref(), Some("talk \"p3\""));
        assert_eq!(called("talks[17]").as_deref(), Some("talk \"p3\""));
        assert_eq!(called("placements[2].room").as_deref(), Some("talk \"p3\""));
        assert_eq!(called("reviews[2].mark").as_deref(), Some("review of \"p3\" by \"r1\""));
        assert_eq!(called("rules[2].min").as_deref(), Some("count rule"));
    }

    #[test]
    fn what_has_no_id_or_is_wrong_in_it_is_called_nothing() {
        for path in ["talks[17].id", "timezone", "", "talks", "openings[0].end", "talks[x].y"] {
            assert_eq!(called(path), None, "{path}");
        }
    }

    #[test]
    fn an_id_without_end_is_cut() {
        let long = of("talks[0].minutes", |_, _, _| Some("x".repeat(1_000_000)));
        assert!(long.is_some_and(|label| label.chars().count() < 60));
    }
}
