//! When to stop stating a program, or making it smaller.
//!
//! A large event takes seconds to be stated, and nobody is to wait for longer than was said. So whatever goes over all
//! talks or rows asks once for each of them, which costs little beside what it does with them.

use std::fmt;

/// Whether it is time to stop. Once it is, it stays so.
#[derive(Clone, Copy)]
pub(crate) struct Halt<'h>(Option<&'h (dyn Fn() -> bool + Sync)>);

impl<'h> Halt<'h> {
    /// It never is.
    pub(crate) const NEVER: Self = Self(None);

    /// When somebody says so. Made to be asked often, so it must be cheap to say.
    pub(crate) fn when(said: &'h (dyn Fn() -> bool + Sync)) -> Self {
        Self(Some(said))
    }

    /// Whether it is time.
    pub(crate) fn is_due(self) -> bool {
        self.0.is_some_and(|said| said())
    }
}

impl fmt::Debug for Halt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Halt::when(..)" } else { "Halt::NEVER" })
    }
}

#[cfg(test)]
mod tests;
