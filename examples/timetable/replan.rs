//! `replan`: mends a published programme with the fewest changes.

use crate::{
    Exit,
    arguments::{Common, Format},
    input, json,
    output::{Failure, Output},
    searched,
};
use slotwise::{
    CheckedEvent, CivilTime, Placement, Timetable,
    explore::{Replan, ReplanError},
    timetable::Status,
};
use std::path::PathBuf;

/// The options of the command.
#[derive(clap::Args, Debug)]
pub(crate) struct Wanted {
    /// The event, as JSON; - reads standard input
    pub(crate) event: PathBuf,
    /// The published timetable, as JSON: what `solve --format json` writes, or {"placements": [...]}; the event's own
    /// `published` programme if not said
    #[arg(long, value_name = "TIMETABLE")]
    published: Option<PathBuf>,
    /// A speaker or a talk that is cancelled, by id; `speaker:ID` or `talk:ID` where both are called so
    #[arg(long, value_name = "SPEAKER|TALK")]
    cancel: Vec<String>,
    /// A room that is closed for a time: hall@2026-10-30T09:00..2026-10-30T12:00
    #[arg(long, value_name = "ROOM@FROM..TO", value_parser = window)]
    close: Vec<Stretch>,
    /// A speaker who is not there for a time: s1@2026-10-30T09:00..2026-10-30T12:00
    #[arg(long, value_name = "SPEAKER@FROM..TO", value_parser = window)]
    away: Vec<Stretch>,
    /// A room that seats another number of people: hall=120
    #[arg(long, value_name = "ROOM=PEOPLE", value_parser = capacity)]
    capacity: Vec<(String, u32)>,
    /// What was published to start before that time has been given, and stays
    #[arg(long, value_name = "TIME", value_parser = time)]
    given_before: Option<CivilTime>,
    /// Fill empty places: a talk that comes in is no change
    #[arg(long)]
    fill: bool,
}

/// Who or what, from when to when.
#[derive(Clone, Debug)]
struct Stretch {
    id: String,
    from: CivilTime,
    to: CivilTime,
}

/// Mends the published programme and shows what changes.
pub(crate) fn run(wanted: &Wanted, common: &Common, output: &Output) -> Result<Exit, Failure> {
    let path = &wanted.event;
    if input::is_standard(path) && wanted.published.as_deref().is_some_and(input::is_standard) {
        return Err(Failure::bad_input("only one of the two files can be standard input"));
    }
    let (event, mended) = searched(common, |options| {
        let event = input::event(path)?;
        let replan = wanted.replan(&event)?;
        let mended = replan.solve(&event, options).map_err(|error| match error {
            ReplanError::Request(problems) => Failure::bad_input(problems.to_string()),
            ReplanError::Search(error) => Failure::of_search(path, error),
            error => Failure::internal(error.to_string()),
        })?;
        Ok((event, mended))
    })?;
    output.write(&match common.format {
        Format::Json => json(&mended),
        Format::Text => mended.text(&event, output.columns()) + "\n",
    })?;
    output.say(&format!("{:.2} s", mended.timetable.search.seconds));
    Ok(match mended.timetable.status {
        Status::Infeasible => Exit::Infeasible,
        Status::Unknown => Exit::Unknown,
        _ => Exit::Answered,
    })
}

impl Wanted {
    fn replan(&self, event: &CheckedEvent) -> Result<Replan, Failure> {
        let published = match &self.published {
            Some(path) => input::timetable(path, event)?,
            None if event.event().published.is_empty() => {
                let wanted = "wanted --published TIMETABLE, or an event with a `published` programme";
                return Err(Failure::bad_input(format!("found no published programme; {wanted}")));
            }
            None => Timetable::new(event.event().published.iter().map(|p| {
                let mut placement = Placement::new(p.talk.clone(), p.room.clone(), p.start);
                placement.start_offset = p.start_offset;
                placement
            })),
        };
        let mut replan = Replan::of(published);
        for said in &self.cancel {
            replan = cancel(replan, said, event)?;
        }
        replan = self.close.iter().fold(replan, |r, s| r.close(s.id.as_str(), s.from, s.to));
        replan = self.away.iter().fold(replan, |r, s| r.away(s.id.as_str(), s.from, s.to));
        replan = self.capacity.iter().fold(replan, |r, (room, people)| r.capacity(room.as_str(), *people));
        replan = self.given_before.into_iter().fold(replan, Replan::given_before);
        Ok(if self.fill { replan.fill() } else { replan })
    }
}

/// Whose id it is: a talk's or a speaker's.
fn cancel(replan: Replan, said: &str, event: &CheckedEvent) -> Result<Replan, Failure> {
    if let Some(id) = said.strip_prefix("talk:") {
        return Ok(replan.cancel_talk(id));
    }
    if let Some(id) = said.strip_prefix("speaker:") {
        return Ok(replan.cancel_speaker(id));
    }
    match (event.find_talk(said), event.find_speaker(said)) {
        (Some(_), Some(_)) => {
            let wanted = format!("talk:{said} or speaker:{said}");
            Err(Failure::bad_input(format!(
                "--cancel: found {said:?}, which a talk and a speaker have as id; wanted {wanted}"
            )))
        }
        (None, Some(_)) => Ok(replan.cancel_speaker(said)),
        (Some(_), None) => Ok(replan.cancel_talk(said)),
        (None, None) => {
            let near = slotwise::explore::nearest_talk_or_speaker(event, said);
            let near = near.map_or(String::new(), |near| format!(", perhaps {near:?}"));
            let found = format!("--cancel: found {said:?}, which neither a talk nor a speaker has as id");
            Err(Failure::bad_input(format!("{found}; wanted the id of one{near}")))
        }
    }
}

fn time(text: &str) -> Result<CivilTime, String> {
    text.parse().map_err(|error: slotwise::NotATime| error.to_string())
}

/// `hall@2026-10-30T09:00..2026-10-30T12:00`.
fn window(text: &str) -> Result<Stretch, String> {
    let wrong = || "an id and two times are wanted, such as hall@2026-10-30T09:00..2026-10-30T12:00".to_owned();
    let (id, times) = text.rsplit_once('@').ok_or_else(wrong)?;
    let (from, to) = times.split_once("..").ok_or_else(wrong)?;
    Ok(Stretch { id: id.to_owned(), from: time(from)?, to: time(to)? })
}

/// `hall=120`.
fn capacity(text: &str) -> Result<(String, u32), String> {
    let wrong = || "a room and a number of people are wanted, such as hall=120".to_owned();
    let (room, people) = text.rsplit_once('=').ok_or_else(wrong)?;
    Ok((room.to_owned(), people.parse().map_err(|_| wrong())?))
}
