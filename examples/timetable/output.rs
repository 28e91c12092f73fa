//! Writing results: to standard output, or to a file that is written whole or not at all.

use crate::{Exit, input};
use slotwise::SolveError;
use std::{
    fmt, fs, io,
    io::Write,
    path::{Path, PathBuf},
};

/// The columns of a text that no terminal shows.
const COLUMNS: usize = 100;

/// Why there is no result.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self { exit: Exit::BadInput, message: message.into() }
    }

    /// A search that gave no answer: the event's fault or the solver's.
    pub(crate) fn of_search(path: &Path, error: SolveError) -> Self {
        match error {
            SolveError::TooLarge(weights) => Self::bad_input(input::list(path, &weights.into())),
            SolveError::Query(problems) => Self::bad_input(input::list(path, &problems)),
            SolveError::NoBackend => Self::bad_input(error.to_string()),
            _ => Self::internal(error.to_string()),
        }
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, message: message.into() }
    }
}

/// Where results and messages go.
#[derive(Debug)]
pub(crate) struct Output {
    /// None: standard output.
    file: Option<PathBuf>,
    quiet: bool,
}

impl Output {
    pub(crate) fn new(file: Option<PathBuf>, quiet: bool) -> Self {
        Self { file: file.filter(|path| path.as_os_str() != "-"), quiet }
    }

    /// Writes the result.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        let Some(path) = &self.file else {
            let mut out = io::stdout().lock();
            return match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
                // Who reads only the beginning has read enough.
                Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                written => written.map_err(|e| Failure::bad_input(format!("standard output cannot be written: {e}"))),
            };
        };
        let fail = |e: &dyn fmt::Display| Failure::bad_input(format!("{}: it cannot be written: {e}", path.display()));
        if path.is_dir() {
            return Err(fail(&"this is a folder; a file is wanted"));
        }
        replace(path, text).map_err(|e| fail(&reason(&e)))
    }

    /// A message beside the result.
    pub(crate) fn say(&self, message: &str) {
        if !self.quiet {
            self.complain(message);
        }
    }

    /// A message that quiet does not silence.
    #[expect(clippy::unused_self, reason = "it belongs to where messages go")]
    pub(crate) fn complain(&self, message: &str) {
        // Without anywhere to say it there is nobody to tell.
        let _ = writeln!(io::stderr().lock(), "{message}");
    }

    /// How wide a text may be: what `COLUMNS` says, else what the terminal has, else a hundred.
    pub(crate) fn columns(&self) -> usize {
        let asked = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
        let terminal = || {
            let size = if self.file.is_none() { terminal_size::terminal_size_of(io::stdout()) } else { None };
            size.map(|(width, _)| usize::from(width.0))
        };
        asked.filter(|columns| *columns > 0).or_else(terminal).unwrap_or(COLUMNS).clamp(30, 400)
    }
}

/// Why something could not be written, without the name of the file beside it: nobody asked for that one.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        // An error of the library's own, which names the file: its kind says what it is.
        kind if error.get_ref().is_some() => kind.to_string(),
        _ => error.to_string(),
    }
}

/// Writes beside the file, then renames: a reader finds the old text or the new one, never a part of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // What a link leads to is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&path).ok();
    if existing.as_ref().is_some_and(|found| !found.is_file()) {
        // A pipe or a device has no old text to keep.
        return fs::OpenOptions::new().write(true).open(&path)?.write_all(text.as_bytes());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".timetable-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the user's mask leaves of it, as for any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Some(existing) = existing {
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map(drop).map_err(|e| e.error)
}
