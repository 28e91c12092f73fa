//! Ids: what an organiser calls a room, a talk, a speaker.
//!
//! An id hashes and compares as its text does, so a map by id is asked with a `&str`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{borrow::Borrow, convert::Infallible, fmt, str::FromStr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(id: T) -> Self {
                Self(id.into())
            }
        }

        impl FromStr for $name {
            type Err = Infallible;

            /// Any text is an id; that an event has it, the checks of the event say.
            fn from_str(id: &str) -> Result<Self, Infallible> {
                Ok(Self(id.to_owned()))
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    };
}

id!(
    /// Names a [`Room`](super::Room).
    RoomId
);
id!(
    /// Names a [`Format`](super::Format).
    FormatId
);
id!(
    /// Names a [`Block`](super::Block).
    BlockId
);
id!(
    /// Names a [`Slot`](super::Slot).
    SlotId
);
id!(
    /// Names a [`Speaker`](super::Speaker).
    SpeakerId
);
id!(
    /// Names a [`Talk`](super::Talk).
    ///
    /// ```
    /// use slotwise::TalkId;
    /// use std::collections::HashMap;
    /// let votes: HashMap<TalkId, u32> = HashMap::from([("p1".into(), 12)]);
    /// assert_eq!(votes.get("p1"), Some(&12));
    /// assert_eq!(TalkId::from("p1"), "p1");
    /// ```
    TalkId
);
id!(
    /// Names a reviewer.
    ReviewerId
);
