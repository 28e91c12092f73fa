//! Reading files and standard input; what is wrong is said with the file's name.

use crate::output::Failure;
use slotwise::{CheckedEvent, Event, Problems};
use std::{fs, io, io::Read, path::Path};

/// Whether the path means standard input.
pub(crate) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn name(path: &Path) -> String {
    if is_standard(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// More bytes than that are no event: a device that never ends, or the wrong file.
const MOST_BYTES: u64 = 1 << 30;

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let fail = |why: &dyn std::fmt::Display| Failure::bad_input(format!("{}: {why}", name(path)));
    let mut bytes = Vec::new();
    let read = if is_standard(path) {
        io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes)
    } else if path.is_dir() {
        return Err(fail(&"this is a folder; a file is wanted"));
    } else {
        fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
    };
    read.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => fail(&"there is no such file"),
        _ => fail(&format_args!("it cannot be read: {e}")),
    })?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(fail(&"this is larger than a gigabyte; a file of JSON is wanted"));
    }
    if let Some(found) = foreign(&bytes) {
        return Err(fail(&format_args!("this is {found}; a text in UTF-8 is wanted")));
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].split(|b| *b == b'\n').count();
        fail(&format_args!("line {line}, byte {}: this is not UTF-8; save the file in that encoding", at + 1))
    })
}

/// Names the format of a file whose first bytes show that it is not UTF-8 text.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let utf_16 = "a text in UTF-16: save it in the encoding UTF-8";
    // Half of the bytes of a plain text in UTF-16 are 0.
    let zeros = |from: usize| bytes.len() >= 4 && bytes.iter().take(64).skip(from).step_by(2).all(|b| *b == 0);
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("a text in UTF-32: save it in the encoding UTF-8"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some(utf_16),
        [b'P', b'K', 3, 4, ..] => Some("a ZIP archive, such as a spreadsheet is: export it as JSON"),
        [0x1F, 0x8B, ..] => Some("compressed with gzip: unpack it first"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF"),
        _ if zeros(0) != zeros(1) => Some(utf_16),
        _ if bytes.iter().take(1024).any(|b| *b == 0) => Some("a binary file"),
        _ => None,
    }
}

/// The event of a file, checked.
pub(crate) fn event(path: &Path) -> Result<CheckedEvent, Failure> {
    let text = text(path)?;
    Event::read(&text).map_err(|problems| Failure::bad_input(list(path, &problems)))
}

/// Every problem on a line, then how many there are.
pub(crate) fn list(path: &Path, problems: &Problems) -> String {
    let count = problems.len();
    format!("{problems}\n{}: {count} {}", name(path), if count == 1 { "problem" } else { "problems" })
}
