//! Ids: what an organiser calls a room, a talk, a speaker.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

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
    TalkId
);
id!(
    /// Names a reviewer.
    ReviewerId
);
