//! Spans around the steps of a search, with the feature `tracing`; nothing at all without it.
//!
//! A step may run on any thread of a pool, which may be busy with another search's step when it begins. So the span that a
//! step belongs to is not the one that its thread is in, but one that is handed on.

/// The span that steps belong to.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Parent {
    /// The span that this thread is in.
    pub(crate) fn here() -> Self {
        Self {
            #[cfg(feature = "tracing")]
            span: tracing::Span::current(),
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn id(&self) -> Option<tracing::span::Id> {
        self.span.id()
    }
}

/// Everything until the end of the block is a step of that name, part of what the parent spans.
macro_rules! step {
    ($name:literal, $parent:expr) => {
        #[cfg(feature = "tracing")]
        let _step = tracing::info_span!(target: "slotwise", parent: $parent.id(), $name).entered();
        #[cfg(not(feature = "tracing"))]
        let _: &$crate::trace::Parent = &$parent;
    };
}

pub(crate) use step;
