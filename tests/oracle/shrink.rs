//! Makes an event smaller that shows a fault, as long as it shows it.

use serde_json::Value;
use std::time::{Duration, Instant};

/// A smaller event is looked for no longer than this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes away lists' elements and objects' fields, large things first, for as long as `fails` holds of what is left; at
/// most so many tries.
pub(crate) fn shrink(event: &Value, tries: usize, fails: &dyn Fn(&Value) -> bool) -> Value {
    let mut event = event.clone();
    let (mut left, begun) = (tries, Instant::now());
    loop {
        let before = event.clone();
        for path in paths(&event) {
            if left == 0 || begun.elapsed() > PATIENCE {
                return event;
            }
            let mut smaller = event.clone();
            // What was taken away before may have moved or ended the path.
            if !remove(&mut smaller, &path) {
                continue;
            }
            left -= 1;
            if fails(&smaller) {
                event = smaller;
            }
        }
        if event == before {
            return event;
        }
    }
}

/// Where something stands: keys and positions, from the top.
type Path = Vec<String>;

/// The paths of everything that may go, the largest things first, and of a list the last element first.
fn paths(event: &Value) -> Vec<Path> {
    let mut all = Vec::new();
    gather(event, &mut Vec::new(), &mut all);
    all.sort_by_key(|path| std::cmp::Reverse(event.pointer(&pointer(path)).map_or(0, |v| v.to_string().len())));
    all
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |path, step| path + "/" + step)
}

fn gather(value: &Value, path: &mut Path, all: &mut Vec<Path>) {
    let steps: Vec<String> = match value {
        Value::Array(list) => (0..list.len()).rev().map(|i| i.to_string()).collect(),
        Value::Object(fields) => fields.keys().cloned().collect(),
        _ => return,
    };
    for step in steps {
        path.push(step);
        all.push(path.clone());
        let inner = value.pointer(&format!("/{}", path[path.len() - 1]));
        inner.into_iter().for_each(|inner| gather(inner, path, all));
        path.pop();
    }
}

/// Takes away what is there, and every mention of its id if it has one; false where there is nothing.
fn remove(event: &mut Value, path: &Path) -> bool {
    let (last, above) = path.split_last().unwrap();
    let removed = match event.pointer_mut(&pointer(&above.to_vec())) {
        Some(Value::Array(list)) => last.parse().ok().filter(|i: &usize| *i < list.len()).map(|i| list.remove(i)),
        Some(Value::Object(fields)) => fields.remove(last),
        _ => None,
    };
    if let Some(id) = removed.as_ref().and_then(|removed| removed.get("id")) {
        forget(event, id);
    }
    removed.is_some()
}

/// Takes an id out of every list, and out of lists whatever names it in a field.
fn forget(value: &mut Value, id: &Value) {
    match value {
        Value::Array(list) => {
            let names = |value: &Value| {
                value == id
                    || value.as_object().is_some_and(|o| ["talk", "room"].iter().any(|key| o.get(*key) == Some(id)))
                    || value.as_array().is_some_and(|pair| pair.contains(id))
            };
            list.retain(|value| !names(value));
            list.iter_mut().for_each(|value| forget(value, id));
        }
        Value::Object(fields) => fields.values_mut().for_each(|value| forget(value, id)),
        _ => {}
    }
}
