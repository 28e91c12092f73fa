//! Every file in `tests/bad_input` is wrong in one way (those called `several_...` in several), and says so: where, what
//! was found, and what would be right. The snapshots in `tests/snapshots` are what an organiser reads.

use slotwise::Event;
use std::{fs, path::PathBuf};

fn bad_files() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("bad_input");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("the file can be read"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_bad_file_is_reported_as_bad() {
    let files = bad_files();
    assert!(files.len() >= 45);
    for (name, text) in files {
        assert!(Event::read(&text).is_err(), "{name} was taken for a good event");
    }
}

#[test]
fn every_message_says_where_what_and_what_would_be_right() {
    for (name, text) in bad_files() {
        let message = Event::read(&text).expect_err(&name).to_string();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, message);
        });
    }
}

#[test]
fn one_mistake_makes_one_message() {
    // In these, the one mistake is in two or more places of the file.
    let told_at_each_place = ["dangling_published", "dangling_rule_talks", "dangling_rule_where"];
    for (name, text) in bad_files() {
        let problems = Event::read(&text).expect_err(&name);
        if name.starts_with("several_") {
            assert!(problems.len() > 1, "{name}: {problems}");
        } else if !told_at_each_place.contains(&name.as_str()) {
            assert_eq!(problems.len(), 1, "{name}: {problems}");
        }
    }
}
