//! What must be true of slotwise: a module holds claims of one kind, a test is named as its claim.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::float_cmp, reason = "amounts are whole thousandths")]

mod against_the_oracle;
mod agreement;
mod availability;
mod bad_input;
mod check_agreement;
mod clock_change;
mod command_line;
mod common;
mod consecutive;
mod drawn;
mod exact_numbers;
mod example_events;
mod explore;
mod exploring;
mod families;
#[expect(dead_code, reason = "the tables print what no test asks for")]
#[path = "../benches/families/mod.rs"]
mod families_of_events;
mod invariants;
mod limits;
mod mistakes_of_others;
mod model;
mod never_lost;
mod oracle;
mod passes;
mod places_on_demand;
mod reading;
mod rules_mean;
mod shortfalls;
mod told;
