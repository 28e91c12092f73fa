//! The program as people run it: what it prints, what it writes, and how it ends.

use serde_json::{Value, json};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// Where `cargo test` puts the example: beside the folder of the test itself.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let program = folder.join("examples").join(format!("timetable{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is missing: `cargo test` or `cargo build --example timetable` builds it",
        program.display()
    );
    program
}

/// A folder with files in it, and the program run there.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn with(event: &Value) -> Self {
        let desk = Self(TempDir::new().unwrap());
        desk.put("event.json", event.to_string());
        desk
    }

    pub(crate) fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    pub(crate) fn get(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = entries.collect();
        names.sort();
        names
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(program());
        command.current_dir(&self.0).args(line.split(' ')).env_remove("COLUMNS").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Run {
        Run::of(&self.command(line).output().unwrap())
    }

    fn run_with_input(&self, line: &str, input: &str) -> Run {
        let mut command = self.command(line);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Who refuses its arguments does not read.
        let written = child.stdin.take().unwrap().write_all(input.as_bytes());
        assert!(written.is_ok() || line.contains("- -"), "input that is not read");
        Run::of(&child.wait_with_output().unwrap())
    }
}

/// What a run said, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let run = Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// The result, of a run that ended with that code.
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    pub(crate) fn json(&self) -> Value {
        assert!(self.out.ends_with("}\n") || self.out.ends_with("]\n"), "{}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Cloud Nord in small: two rooms of talks and one of labs, and nine proposals for five places. One timetable alone is
/// the best, so that every solver finds it.
pub(crate) fn small() -> Value {
    let at = |time: &str| format!("2026-10-30T{time}");
    let slot = |id: &str, start: &str, end: &str, rooms: &[&str], format: &str| json!({"id": id, "start": at(start), "end": at(end), "rooms": rooms, "formats": [format]});
    let talk = |id: &str, title: &str, speakers: &[&str], format: &str, topic: &str, audience: u32| {
        let tags = json!({"topic": [topic]});
        json!({"id": id, "title": title, "speakers": speakers, "format": format, "tags": tags, "audience": audience})
    };
    let speaker = |id: &str, name: &str, region: &str| json!({"id": id, "name": name, "tags": {"region": [region]}});
    let marks = [[5, 4, 5], [4, 4, 5], [4, 3, 4], [3, 4, 4], [3, 3, 4], [2, 3, 3], [5, 5, 4], [3, 2, 3], [4, 4, 3]];
    let reviews: Vec<Value> = (marks.iter().enumerate())
        .flat_map(|(t, marks)| {
            marks
                .iter()
                .enumerate()
                .map(move |(r, mark)| json!({"reviewer": format!("r{r}"), "talk": format!("p{}", t + 1), "mark": mark}))
        })
        .collect();
    json!({
        "name": "Cloud Nord en petit", "timezone": "Europe/Paris",
        "rooms": [{"id": "teilhard", "capacity": 300}, {"id": "mf1092", "capacity": 120}, {"id": "atelier", "capacity": 40}],
        "formats": [{"id": "talk", "minutes": 50}, {"id": "lab", "minutes": 120}],
        "slots": [
            slot("t1", "09:50", "10:40", &["teilhard", "mf1092"], "talk"),
            slot("t2", "11:00", "11:50", &["teilhard", "mf1092"], "talk"),
            slot("l1", "09:50", "11:50", &["atelier"], "lab"),
        ],
        "speakers": [
            speaker("s1", "Hélène Béranger", "hauts-de-france"), speaker("s2", "Aïcha Lefèvre", "ailleurs"),
            speaker("s3", "Jean-François Dœuff", "ailleurs"), speaker("s4", "Zoë Müller", "hauts-de-france"),
            speaker("s5", "Noël Château", "ailleurs"), speaker("s6", "Margaux Crépin", "hauts-de-france"),
        ],
        "talks": [
            talk("p1", "Kubernetes à l'échelle, sans larmes", &["s1"], "talk", "kubernetes", 280),
            talk("p2", "Où vont mes octets ? Une enquête", &["s2", "s3"], "talk", "data", 90),
            talk("p3", "Déployer le vendredi", &["s3"], "talk", "kubernetes", 150),
            talk("p4", "La sécurité dès la conception", &["s4"], "talk", "sécurité", 140),
            talk("p5", "Mesurer, c'est gérer", &["s5"], "talk", "data", 60),
            talk("p6", "Un cluster dans mon garage", &["s6"], "talk", "kubernetes", 100),
            talk("p7", "Premiers pas avec Rust, en deux heures", &["s6"], "lab", "rust", 38),
            talk("p8", "eBPF pour de vrai", &["s5"], "lab", "noyau", 45),
            talk("p9", "Le nuage qui venait du froid", &["s1"], "talk", "data", 130),
        ],
        "reviewers": [{"id": "r0"}, {"id": "r1"}, {"id": "r2"}],
        "reviews": reviews,
        "rules": [
            {"kind": "merit", "weight": 10},
            {"kind": "count", "name": "la région", "measure": "speakers",
             "talks": {"speaker_tags": {"region": ["hauts-de-france"]}}, "min_share": 0.4, "max_share": 0.6, "required": true},
            {"kind": "count", "each": ["tag:topic"], "measure": "talks", "max": 2, "required": true},
            {"kind": "count", "each": ["speaker"], "measure": "talks", "max": 1, "required": true},
            {"kind": "count", "each": ["time", "tag:topic"], "measure": "talks", "max": 1, "weight": 3},
            {"kind": "count", "each": ["tag:topic"], "measure": "talks", "min": 1, "weight": 1},
            {"kind": "fit", "weight": 0.1},
            {"kind": "place", "name": "on commence par le nuage", "weight": 1, "talks": {"ids": ["p1", "p2", "p9"]},
             "where": {"slots": ["t1"]}, "want": "in"},
        ],
    })
}

/// The same, with two accepted labs and one place for them.
fn impossible() -> Value {
    let mut event = small();
    event["talks"][6]["status"] = json!("accepted");
    event["talks"][7]["status"] = json!("accepted");
    event
}

#[test]
fn a_solved_event_ends_with_0_and_says_in_json_what_the_contract_says() {
    let desk = Desk::with(&small());
    let run = desk.run("solve event.json --format json").ended(0);
    let answer = run.json();
    let of_contract =
        ["status", "stopped_by", "value", "bound", "gap", "placements", "left_out", "rules", "explanation", "search"];
    for field in of_contract {
        assert!(answer.get(field).is_some(), "{field} is missing");
    }
    assert_eq!(
        (&answer["status"], &answer["stopped_by"], &answer["gap"]),
        (&json!("optimal"), &json!("proof"), &json!(0.0))
    );
    assert_eq!(answer["value"], answer["bound"]);
    assert_eq!(answer["placements"].as_array().unwrap().len(), 5);
    assert_eq!(answer["left_out"].as_array().unwrap().len(), 4);
    for field in ["talk", "room", "start", "end", "slot"] {
        assert!(answer["placements"][0][field].is_string(), "{field} is missing");
    }
    for field in ["name", "kind", "required", "cost", "details"] {
        assert!(answer["rules"].as_array().unwrap().iter().all(|rule| rule.get(field).is_some()), "{field} is missing");
    }
    for field in ["seconds", "backend", "threads", "atoms", "rows", "first_feasible_seconds"] {
        assert!(answer["search"].get(field).is_some(), "{field} is missing");
    }
}

#[test]
fn a_dash_reads_standard_input() {
    let desk = Desk::with(&small());
    let file = desk.run("solve event.json").ended(0);
    let piped = desk.run_with_input("solve -", &small().to_string()).ended(0);
    assert_eq!(piped.out, file.out);
    desk.run_with_input("audit - -", &small().to_string()).ended(2);
}

#[test]
fn quiet_says_nothing_but_the_result() {
    let desk = Desk::with(&small());
    assert!(!desk.run("solve event.json").ended(0).err.is_empty());
    assert_eq!(desk.run("solve --quiet event.json").ended(0).err, "");
}

#[test]
fn a_search_that_nobody_watches_draws_no_bar() {
    let desk = Desk::with(&small());
    let run = desk.run("solve event.json").ended(0);
    assert!(run.err.ends_with(" threads\n") && run.err.lines().count() == 1, "{}", run.err);
    assert!(!run.err.contains(['\r', '\x1b']) && !run.out.contains(['\r', '\x1b']), "{run:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_search_answers_with_what_it_has() {
    let desk = Desk::with(&small());
    let mut command = desk.command("solve - --format json");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // A pipe holds much less: when all of it is gone, the program is reading, and its ears are open.
    input.write_all(" ".repeat(1 << 20).as_bytes()).unwrap();
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    input.write_all(small().to_string().as_bytes()).unwrap();
    drop(input);
    let run = Run::of(&child.wait_with_output().unwrap());
    let answer = run.json();
    let found = answer["status"] == "feasible";
    assert_eq!(answer["stopped_by"], "cancelled");
    run.ended(if found { 0 } else { 4 });
}

#[test]
fn an_impossible_event_ends_with_3_and_says_so() {
    let desk = Desk::with(&impossible());
    let run = desk.run("solve event.json").ended(3);
    assert!(run.out.starts_with("No timetable satisfies what must hold."), "{}", run.out);
    let answer = desk.run("solve event.json --format json").ended(3).json();
    assert_eq!((&answer["status"], &answer["value"]), (&json!("infeasible"), &Value::Null));
}

#[test]
fn a_search_without_time_claims_nothing_that_it_has_not() {
    let desk = Desk::with(&small());
    let run = desk.run("solve event.json --time-limit 0s --format json");
    let answer = run.json();
    assert_eq!(answer["stopped_by"], "time");
    // A first timetable may be there before the first look at the clock; nothing is proven of it.
    let found = answer["status"] == "feasible";
    assert_eq!(answer["status"], if found { "feasible" } else { "unknown" });
    assert_eq!(answer["value"].is_null(), !found);
    run.ended(if found { 0 } else { 4 });
}

#[test]
fn a_search_that_stops_before_it_has_a_timetable_ends_with_4() {
    let mut event = small();
    // Lengths are even and their sum is to be odd: there is no such choice, and no row says so.
    for (i, talk) in event["talks"].as_array_mut().unwrap().iter_mut().enumerate() {
        talk["minutes"] = json!(20 + 2 * i);
    }
    event["rules"] = json!([{"kind": "count", "measure": "minutes", "min": 81, "max": 81, "required": true}]);
    let run = Desk::with(&event).run("solve event.json --time-limit 0s --format json").ended(4);
    assert_eq!(run.json()["status"], "unknown");
}

#[test]
fn weights_too_large_for_exact_sums_are_bad_input_and_end_with_2() {
    let mut event = small();
    event["talks"][0]["audience"] = json!(1_000_000);
    event["rules"] = json!([{"kind": "merit", "weight": 1}, {"kind": "fit", "name": "Nobody stands", "weight": 1_000_000,
        "empty_weight": 1_000_000}]);
    event["rooms"][1]["capacity"] = json!(1_000_000);
    let desk = Desk::with(&event);
    let run = desk.run("solve event.json").ended(2);
    let said = "rules[1].weight: found weights by which the rule \"Nobody stands\" may come to";
    assert!(run.out.is_empty() && run.err.starts_with(said), "{run:?}");
    assert!(run.err.contains("scaled down alike") && run.err.contains("event.json: 1 problem"), "{run:?}");
    desk.put(
        "plan.json",
        json!({"placements": [
            {"talk": "p1", "room": "teilhard", "start": "2026-10-30T09:50"},
            {"talk": "p2", "room": "mf1092", "start": "2026-10-30T11:00"},
        ]})
        .to_string(),
    );
    let run = desk.run("audit event.json plan.json").ended(2);
    assert!(run.out.is_empty() && run.err.starts_with(said) && run.err.contains("event.json: 1 problem"), "{run:?}");
}

#[test]
fn every_option_of_the_search_is_taken() {
    let desk = Desk::with(&small());
    let value = |line: &str| desk.run(line).ended(0).json()["value"].clone();
    let plain = value("solve event.json --format json");
    for options in [
        "--time-limit 1h",
        "--time-limit 2m",
        "--time-limit 600",
        "--time-limit 600000ms",
        "--work-limit 1000000",
        "--seed 7",
        "--gap 0%",
        "--gap 0.0",
        "--gap 0/3",
        "--threads 1",
        "--backend microlp",
    ] {
        if options.contains("microlp") && slotwise::BackendKind::named("microlp").is_none() {
            continue;
        }
        assert_eq!(value(&format!("solve event.json --format json {options}")), plain, "{options}");
        // Options stand before the command as well as behind it.
        assert_eq!(value(&format!("{options} --format json solve event.json")), plain, "{options}");
    }
    let loose = desk.run("solve event.json --format json --gap 100%").ended(0).json();
    assert!(loose["bound"].as_f64() >= plain.as_f64());
}

#[test]
fn bad_usage_ends_with_2_and_says_what_is_wanted() {
    let desk = Desk::with(&small());
    for (line, wanted) in [
        ("solve", "<EVENT>"),
        ("solve event.json --time-limit soon", "a time of 0 or more is wanted"),
        ("solve event.json --time-limit -5s", ""),
        ("solve event.json --gap 150%", "a share is wanted"),
        ("solve event.json --gap NaN", "a share is wanted"),
        ("solve event.json --gap 1/0", "a share is wanted"),
        ("solve event.json --gap 4/3", "a share is wanted"),
        ("solve event.json --threads 100000", "a whole number from 0 to"),
        ("solve event.json --seed -1", ""),
        ("solve event.json --backend cplex", "this build has"),
        ("solve event.json --format yaml", "possible values: text, json"),
        ("solve event.json --fast", "--fast"),
        ("invent event.json", "invent"),
    ] {
        let run = desk.run(line).ended(2);
        assert!(run.out.is_empty() && run.err.contains(wanted), "{line}: {run:?}");
    }
}

#[test]
fn bad_input_ends_with_2_and_names_the_file() {
    let desk = Desk::with(&small());
    desk.put("latin1.json", b"{\"name\": \"\n Ev\xe9nement\"}");
    desk.put("broken.json", "{\"name\": \"x\"");
    desk.put("empty.json", "");
    desk.put("plan.json", "{\"placements\": []}");
    let utf16 = |bytes: fn(u16) -> [u8; 2]| "{\"name\": \"x\"}".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    desk.put("utf16.json", [&[0xFF, 0xFE][..], &utf16(u16::to_le_bytes)].concat());
    desk.put("utf16be.json", utf16(u16::to_be_bytes));
    desk.put("binary.json", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0");
    desk.put("sheet.xlsx", b"PK\x03\x04\x14\0\x06\0");
    fs::create_dir(desk.0.path().join("folder")).unwrap();
    for (line, file, wanted) in [
        ("solve none.json", "none.json", "there is no such file"),
        ("solve folder", "folder", "this is a folder"),
        ("solve latin1.json", "latin1.json: line 2, byte", "not UTF-8"),
        ("check broken.json", "broken.json: 1 problem", ""),
        ("solve empty.json", "empty.json: 1 problem", ""),
        ("audit event.json none.json", "none.json", "there is no such file"),
        ("audit event.json broken.json", "broken.json", ""),
        ("audit none.json event.json", "none.json", "there is no such file"),
        ("audit event.json event.json", "event.json", "found an event: an object with `timezone`, `talks` and `rooms`"),
        ("solve plan.json", "plan.json", "found a timetable: an object with `placements`"),
        ("check plan.json", "plan.json", "found a timetable: an object with `placements`"),
        ("audit plan.json event.json", "plan.json", "found a timetable: an object with `placements`"),
        ("solve utf16.json", "utf16.json", "a text in UTF-16"),
        ("solve utf16be.json", "utf16be.json", "a text in UTF-16"),
        ("audit event.json utf16.json", "utf16.json", "a text in UTF-16"),
        ("solve binary.json", "binary.json", "a binary file"),
        ("solve sheet.xlsx", "sheet.xlsx", "a ZIP archive"),
        ("audit event.json empty.json", "empty.json", "found an empty file; wanted a timetable"),
        ("audit event.json folder", "folder", "this is a folder"),
    ] {
        let run = desk.run(line).ended(2);
        let said = if line.starts_with("check") { run.out } else { run.err };
        assert!(said.contains(file) && said.contains(wanted), "{line}: {said}");
    }
}

#[test]
fn check_lists_every_problem_with_its_path_and_counts_them() {
    let mut event = small();
    event["talks"][3]["speakers"] = json!(["s4", "nobody"]);
    event["slots"][0]["rooms"] = json!(["cellar"]);
    let desk = Desk::with(&event);
    let run = desk.run("check event.json").ended(2);
    let lines: Vec<_> = run.out.lines().collect();
    assert!(lines[0].starts_with("slots[0].rooms[0] (slot \"t1\", line 1): found \"cellar\""), "{}", run.out);
    assert!(lines[1].starts_with("talks[3].speakers[1] (talk \"p4\", line 1): found \"nobody\""), "{}", run.out);
    assert_eq!(lines[2], "event.json: 2 problems");
    let problems = desk.run("check event.json --format json").ended(2).json();
    let second = &problems["problems"][1];
    assert_eq!((&second["path"], &second["line"]), (&json!("talks[3].speakers[1]"), &json!(1)));
    assert_eq!((&second["element"], &problems["warnings"]), (&json!("talk \"p4\""), &json!([])));
    // What cannot be solved is a message, not a result.
    let run = desk.run("solve event.json").ended(2);
    assert!(run.out.is_empty() && run.err.ends_with("event.json: 2 problems\n"), "{run:?}");
}

#[test]
fn check_says_what_a_right_event_is() {
    let desk = Desk::with(&small());
    let checked = desk.run("check event.json --format json").ended(0).json();
    assert_eq!(checked, json!({"problems": [], "warnings": []}));
    insta::assert_snapshot!(desk.run("check event.json").ended(0).out);
}

#[test]
fn the_text_is_a_grid_and_the_reasons_to_trust_it() {
    let desk = Desk::with(&small());
    insta::assert_snapshot!(desk.run("solve event.json").ended(0).out);
}

#[test]
fn a_narrow_text_is_a_list_and_no_line_is_wider() {
    let desk = Desk::with(&small());
    let text = |columns: &str| {
        Run::of(&desk.command("solve event.json").env("COLUMNS", columns).output().unwrap()).ended(0).out
    };
    for columns in ["45", "70", "100", "160"] {
        let wide: usize = columns.parse().unwrap();
        let text = text(columns);
        assert!(text.lines().all(|line| line.chars().count() <= wide), "{text}");
    }
    insta::assert_snapshot!(text("45"));
}

#[test]
fn a_file_is_written_whole_and_holds_what_standard_output_would() {
    let desk = Desk::with(&small());
    let run = desk.run("solve event.json -o plan.txt").ended(0);
    assert_eq!(run.out, "");
    assert_eq!(desk.get("plan.txt"), desk.run("solve event.json").ended(0).out);
    desk.put("plan.txt", "what was there before, and longer than any answer".repeat(1000));
    desk.run("solve event.json --output plan.txt").ended(0);
    assert_eq!(desk.get("plan.txt"), desk.run("solve event.json -o -").ended(0).out);
    assert_eq!(desk.files(), ["event.json", "plan.txt"]);
}

#[test]
fn a_file_stays_as_it_was_when_there_is_no_result() {
    let desk = Desk::with(&small());
    desk.put("broken.json", "{");
    desk.put("plan.json", "precious");
    desk.run("solve broken.json -o plan.json").ended(2);
    desk.run("audit event.json broken.json -o plan.json").ended(2);
    assert_eq!(desk.get("plan.json"), "precious");
    assert_eq!(desk.files(), ["broken.json", "event.json", "plan.json"]);
}

#[test]
fn what_cannot_be_written_ends_with_2_and_names_the_file() {
    let desk = Desk::with(&small());
    fs::create_dir(desk.0.path().join("folder")).unwrap();
    for file in ["folder", "none/plan.json", "event.json/plan.json"] {
        let run = desk.run(&format!("solve event.json -o {file}")).ended(2);
        assert!(run.err.contains(&format!("{file}: it cannot be written")), "{run:?}");
    }
    assert_eq!(desk.files(), ["event.json", "folder"]);
}

#[cfg(unix)]
#[test]
fn a_written_file_has_the_permissions_of_any_other_and_links_are_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = Desk::with(&small());
    let path = |name: &str| desk.0.path().join(name);
    let mode = |name: &str| fs::metadata(path(name)).unwrap().permissions().mode() & 0o777;
    desk.run("solve event.json -o new.json").ended(0);
    assert_eq!(mode("new.json"), mode("event.json"));
    fs::set_permissions(path("new.json"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("new.json", path("link.json")).unwrap();
    desk.put("new.json", "old");
    desk.run("solve event.json -o link.json").ended(0);
    assert_eq!(mode("new.json"), 0o640);
    assert!(fs::symlink_metadata(path("link.json")).unwrap().is_symlink() && desk.get("new.json") != "old");
    // A device is written to, not replaced.
    desk.run("solve event.json -o /dev/null").ended(0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn what_solve_writes_audit_confirms() {
    let desk = Desk::with(&small());
    desk.run("solve event.json --format json -o plan.json").ended(0);
    let plan: Value = serde_json::from_str(&desk.get("plan.json")).unwrap();
    let audit = desk.run("audit event.json plan.json --format json").ended(0).json();
    assert_eq!((&audit["valid"], &audit["value"]), (&json!(true), &plan["value"]));
    assert_eq!(audit["rules"], plan["rules"]);
    let text = desk.run("audit event.json plan.json").ended(0).out;
    assert!(text.starts_with("Valid: everything that must hold does."), "{text}");
    let piped = desk.run_with_input("audit event.json -", &desk.get("plan.json")).ended(0);
    assert_eq!(piped.out, text);
}

#[test]
fn audit_of_a_tampered_timetable_says_what_is_broken() {
    let desk = Desk::with(&small());
    desk.run("solve event.json --format json -o plan.json").ended(0);
    let mut plan: Value = serde_json::from_str(&desk.get("plan.json")).unwrap();
    // A talk of the late morning moves to where one of the early morning is, beside the lab.
    let first = plan["placements"][1].clone();
    for field in ["room", "start", "end", "slot"] {
        plan["placements"][3][field] = first[field].clone();
    }
    desk.put("plan.json", plan.to_string());
    let audit = desk.run("audit event.json plan.json --format json").ended(0).json();
    assert_eq!(audit["valid"], json!(false));
    let run = desk.run("audit event.json plan.json").ended(0);
    assert!(run.out.starts_with("NOT VALID: "), "{}", run.out);
    assert!(run.out.contains("a room holds one talk at a time"), "{}", run.out);
    // What the event does not have is no timetable of it at all.
    plan["placements"][0]["room"] = json!("cellar");
    desk.put("plan.json", plan.to_string());
    let run = desk.run("audit event.json plan.json").ended(2);
    assert!(run.err.starts_with("placements[0].room (talk "), "{run:?}");
    assert!(run.err.contains("found \"cellar\", which no room has as id; wanted the id of a room: "), "{run:?}");
}

/// The small event with an accepted talk that no room can hold, and a rule about a misspelt tag.
fn doubtful() -> Value {
    let mut event = small();
    event["talks"][0]["needs"] = json!({"equipment": ["recording"]});
    event["talks"][0]["status"] = json!("accepted");
    event["rules"][4]["each"][1] = json!("tag:topc");
    event
}

#[test]
fn warnings_are_told_by_check_and_by_every_answer() {
    let mut event = doubtful();
    event["talks"][0]["status"] = json!("proposed");
    let desk = Desk::with(&event);
    let paths = |warnings: &Value| {
        let list = warnings.as_array().unwrap().iter();
        list.map(|w| w["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let told = ["talks[0]", "rules[4].each[1]"];
    assert_eq!(paths(&desk.run("check event.json --format json").ended(0).json()["warnings"]), told);
    assert_eq!(paths(&desk.run("solve event.json --format json").ended(0).json()["warnings"]), told);
    for line in ["check event.json", "solve event.json"] {
        let text = desk.run(line).ended(0).out;
        assert!(text.contains("no talk bears the tag \"topc\"; did you mean \"topic\"?"), "{line}: {text}");
        assert!(text.contains("2 warnings"), "{line}: {text}");
    }
}

#[test]
fn without_a_timetable_the_warning_that_explains_it_is_told_and_no_advice_on_rules() {
    let desk = Desk::with(&doubtful());
    let text = desk.run("solve event.json").ended(3).out;
    assert!(text.contains("talks[0]: the talk \"p1\""), "{text}");
    assert!(text.contains("is accepted, and no place takes it") && !text.contains("give one required rule"), "{text}");
    let answer = desk.run("solve event.json --format json").ended(3).json();
    assert_eq!(answer["warnings"][0]["impossible"], json!(true));
    assert!(answer["explanation"].as_str().unwrap().starts_with("talks[0]: the talk \"p1\""));
}

#[test]
fn two_accepted_talks_for_one_place_are_told_as_that() {
    let desk = Desk::with(&impossible());
    let text = desk.run("solve event.json").ended(3).out.replace('\n', " ");
    assert!(text.contains("2 talks of the format \"lab\" are accepted (\"p7\" and \"p8\")"), "{text}");
    assert!(text.contains("there is 1 place for them"), "{text}");
}

#[test]
fn an_event_without_rules_is_told_which_one_to_add() {
    let mut event = small();
    event["rules"] = json!([]);
    let desk = Desk::with(&event);
    let text = desk.run("solve event.json").ended(0).out.replace('\n', " ");
    assert!(
        text.contains("no rule makes a talk worth placing") && text.contains("\"merit\", \"weight\": 1}"),
        "{text}"
    );
}

#[test]
fn a_file_without_a_command_is_told_of_solve() {
    let desk = Desk::with(&small());
    for line in ["event.json", "./plan.json", "event.json --format json"] {
        let run = desk.run(line).ended(2);
        let file = line.split(' ').next().unwrap();
        assert!(run.err.contains(&format!("timetable solve {file}")), "{run:?}");
    }
    assert!(!desk.run("invent").ended(2).err.contains("solve invent"));
}

#[test]
fn texts_without_end_are_cut_in_messages() {
    let mut event = small();
    event["talks"][0]["format"] = json!("x".repeat(1_000_000));
    event["talks"][1]["title"] = json!("é".repeat(1_000_000));
    event["talks"][1]["minutes"] = json!("é".repeat(1_000_000));
    let desk = Desk::with(&event);
    let run = desk.run("check event.json").ended(2);
    assert!(run.out.len() < 2000 && run.out.contains('…'), "{}", run.out.len());
}

#[test]
fn who_reads_only_the_beginning_causes_no_panic() {
    let desk = Desk::with(&small());
    for line in ["schema", "solve event.json", "check event.json", "--help"] {
        let mut command = desk.command(line);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        Run::of(&child.wait_with_output().unwrap()).ended(0);
    }
}

#[test]
fn the_schema_is_json_and_names_the_lists_of_the_event() {
    let desk = Desk::with(&small());
    let schema = desk.run("schema").ended(0).json();
    for list in ["rooms", "formats", "slots", "openings", "speakers", "talks", "reviews", "rules"] {
        assert!(schema["properties"].get(list).is_some(), "{list} is missing");
    }
}

#[test]
fn titles_that_would_move_the_cursor_do_not() {
    let mut event = small();
    event["talks"][0]["title"] = json!("Rouge \u{1b}[31m\net\ttabulé");
    event["talks"][7]["title"] = json!("\u{7}");
    let desk = Desk::with(&event);
    let run = desk.run("solve event.json").ended(0);
    assert!(run.out.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", run.out);
}

#[test]
fn the_example_events_are_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let desk = Desk::with(&small());
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "json") {
            let run = Run::of(&desk.command("check").arg(&path).output().unwrap()).ended(0);
            assert!(run.out.contains("nothing is wrong"), "{}: {}", path.display(), run.out);
        }
    }
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let picture = readme.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next()).unwrap();
    let event = root.join("examples/data/cloud-nord.json");
    let mut command = Command::new(program());
    command.arg("solve").arg(event).args(["--backend", "microlp"]).env_remove("COLUMNS").stdin(Stdio::null());
    let run = Run::of(&command.output().unwrap());
    assert!(run.out.starts_with(picture), "the README's picture is not what is printed:\n{}", run.out);
}

#[test]
fn a_time_that_comes_twice_is_shown_with_its_offset_in_grid_and_list() {
    let talks: Vec<_> = (1..=4).map(|i| json!({"id": format!("t{i}"), "minutes": 60, "merit": 1})).collect();
    let desk = Desk::with(&json!({
        "name": "Night", "timezone": "Europe/Paris", "rooms": [{"id": "hall"}],
        "openings": [{"start": "2026-10-25T01:00", "end": "2026-10-25T04:00", "every_minutes": 60, "rooms": ["hall"]}],
        "talks": talks, "rules": [{"kind": "merit", "weight": 1}]
    }));
    let grid = desk.run("solve event.json --quiet").ended(0).out;
    for times in ["│ 01:00 –       ", "│ 02:00 +02:00 –", "│ 02:00 +01:00 –", "│ 03:00 –"] {
        assert!(grid.contains(times), "{times:?} in {grid}");
    }
    let mut narrow = desk.command("solve event.json --quiet");
    let list = Run::of(&narrow.env("COLUMNS", "40").output().unwrap()).ended(0).out;
    for times in ["02:00 +02:00  hall", "02:00 +01:00  hall"] {
        assert!(list.contains(times), "{times:?} in {list}");
    }
}
