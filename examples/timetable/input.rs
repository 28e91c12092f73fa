//! Reading files and standard input; what is wrong is said with the file's name.

use crate::output::Failure;
use slotwise::{CheckedEvent, Event, Problems, Timetable};
use std::{fs, io, io::Read, path::Path};

/// Whether the path means standard input.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn name(path: &Path) -> String {
    if is_standard(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let fail = |why: &dyn std::fmt::Display| Failure::bad_input(format!("{}: {why}", name(path)));
    let bytes = if is_standard(path) {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else if path.is_dir() {
        return Err(fail(&"this is a folder; a file is wanted"));
    } else {
        fs::read(path)
    };
    let bytes = bytes.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => fail(&"there is no such file"),
        _ => fail(&format_args!("it cannot be read: {e}")),
    })?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].split(|b| *b == b'\n').count();
        fail(&format_args!("line {line}, byte {}: this is not UTF-8; save the file in that encoding", at + 1))
    })
}

/// The event of a file, checked.
pub(crate) fn event(path: &Path) -> Result<CheckedEvent, Failure> {
    let text = text(path)?;
    Event::read(&text).map_err(|problems| Failure::bad_input(list(path, &problems)))
}

/// The timetable of a file.
pub(crate) fn timetable(path: &Path) -> Result<Timetable, Failure> {
    Timetable::from_json(&text(path)?).map_err(|problems| Failure::bad_input(list(path, &problems)))
}

/// Every problem on a line, then how many there are.
pub(crate) fn list(path: &Path, problems: &Problems) -> String {
    let count = problems.len();
    format!("{problems}\n{}: {count} {}", name(path), if count == 1 { "problem" } else { "problems" })
}
