//! A service that plans conferences: it takes events as JSON, solves them on one pool of threads and stores the answers.

mod light;

pub use light::LightBeforeLunch;

use rayon::prelude::*;
use slotwise::{
    Answer, CheckedEvent, Event, Problems, SolveError, SolveOptions,
    rules::{NotAKind, Registry},
    solve,
};
use std::{collections::HashMap, error::Error};

/// The pool that all searches share, the kinds of rules that clients may write, and the answers given so far.
pub struct Service {
    pool: rayon::ThreadPool,
    registry: Registry,
    stored: HashMap<String, String>,
}

impl Service {
    /// A service that searches on so many threads.
    pub fn new(threads: usize) -> Result<Self, Box<dyn Error>> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        Ok(Self { pool, registry: kinds()?, stored: HashMap::new() })
    }

    /// Reads and checks an event.
    pub fn read(&self, event: &str) -> Result<CheckedEvent, Problems> {
        Event::read_with(event, &self.registry)
    }

    /// Answers one event. Problems of the event are one of the errors of a search.
    pub fn answer(&self, event: &str, options: &SolveOptions) -> Result<Answer, SolveError> {
        let event = self.read(event)?;
        self.pool.install(|| solve(&event, options))
    }

    /// Answers several events at once, all on the service's pool.
    pub fn answer_all(&self, events: &[String], options: &SolveOptions) -> Vec<Result<Answer, SolveError>> {
        self.pool.install(|| events.par_iter().map(|event| solve(&self.read(event)?, options)).collect())
    }

    /// Stores an answer under a key.
    pub fn store(&mut self, key: &str, answer: &Answer) -> Result<(), serde_json::Error> {
        self.stored.insert(key.to_owned(), serde_json::to_string(answer)?);
        Ok(())
    }

    /// The text that was stored under the key.
    pub fn stored(&self, key: &str) -> Option<&str> {
        self.stored.get(key).map(String::as_str)
    }

    /// The answer that was stored under the key.
    pub fn load(&self, key: &str) -> Result<Option<Answer>, serde_json::Error> {
        self.stored(key).map(serde_json::from_str).transpose()
    }
}

/// The kinds of rules that clients may write beside those built in.
pub fn kinds() -> Result<Registry, NotAKind> {
    Registry::new().with::<LightBeforeLunch>("light_before_lunch")
}
