//! Options as JSON: what of them is data. Callbacks and the cancel flag are not.

use super::{BackendKind, SolveOptions};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{borrow::Cow, time::Duration};

/// The fields of the JSON. Absent ones have their defaults.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct AsJson {
    /// Stop after so many seconds with the best found; absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("minimum" = 0))]
    time_limit_seconds: Option<f64>,
    /// Stop after so many units of work, which are in the order of a millisecond; absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    work_limit: Option<u64>,
    /// Where random choices begin.
    seed: u64,
    /// Stop when the bound is at most this share above the value.
    #[schemars(range(min = 0, max = 1))]
    gap: f64,
    /// On how many threads to solve; 0: on those of the pool that the search is called in, which has one a core.
    threads: usize,
    /// How many places, over all talks, are written out at most.
    written_out: u64,
    /// Whether what an outline of the rules settles is settled without writing out any place.
    outlined: bool,
    /// The solver; absent: the strongest of the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<BackendKind>,
}

impl Default for AsJson {
    fn default() -> Self {
        Self::of(&SolveOptions::default())
    }
}

impl AsJson {
    fn of(options: &SolveOptions) -> Self {
        let SolveOptions { work_limit, seed, gap, threads, written_out, outlined, backend, .. } = *options;
        let time_limit_seconds = options.time_limit.map(|limit| limit.as_secs_f64());
        Self { time_limit_seconds, work_limit, seed, gap, threads, written_out, outlined, backend }
    }

    /// The options; where a number is out of range, what was found and what is wanted.
    fn read(self) -> Result<SolveOptions, String> {
        let Self { time_limit_seconds, work_limit, seed, gap, threads, written_out, outlined, backend } = self;
        if let Some(seconds) = time_limit_seconds.filter(|seconds| !seconds.is_finite() || *seconds < 0.0) {
            return Err(format!("`time_limit_seconds` is {seconds:?}; a number of seconds, 0 or more, is wanted"));
        }
        if !(0.0..=1.0).contains(&gap) {
            return Err(format!("`gap` is {gap:?}; a share from 0 to 1 is wanted"));
        }
        // More seconds than a duration holds are more than anybody waits for.
        let limit = |seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        let time_limit = time_limit_seconds.map(limit);
        let default = SolveOptions::default();
        Ok(SolveOptions { time_limit, work_limit, seed, gap, threads, written_out, outlined, backend, ..default })
    }
}

impl Serialize for SolveOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AsJson::of(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SolveOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AsJson::deserialize(deserializer)?.read().map_err(de::Error::custom)
    }
}

impl JsonSchema for SolveOptions {
    fn schema_name() -> Cow<'static, str> {
        "SolveOptions".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        AsJson::json_schema(generator)
    }
}

impl Serialize for BackendKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for BackendKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
            let wanted = match known[..] {
                [] => "no name, as this build has no solver".to_owned(),
                _ => format!("a solver of this build: {}", known.join(", ")),
            };
            de::Error::custom(format_args!("found {name:?}; wanted {wanted}"))
        })
    }
}

impl JsonSchema for BackendKind {
    fn schema_name() -> Cow<'static, str> {
        "BackendKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
        schemars::json_schema!({ "type": "string", "enum": names, "description": "A solver of this build." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SolveOptions, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn written(options: &SolveOptions) -> String {
        serde_json::to_string(options).expect("options are JSON")
    }

    #[test]
    fn options_are_read_as_they_are_written() {
        let options = SolveOptions::new()
            .time_limit(Duration::from_millis(1500))
            .work_limit(70)
            .seed(u64::MAX)
            .gap(0.005)
            .threads(3)
            .written_out(1000)
            .outlined(false);
        let text = written(&options);
        assert_eq!(
            text,
            "{\"time_limit_seconds\":1.5,\"work_limit\":70,\"seed\":18446744073709551615,\"gap\":0.005,\"threads\":3,\
             \"written_out\":1000,\"outlined\":false}"
        );
        let again = read(&text).expect("options");
        assert_eq!(written(&again), text);
        assert_eq!((again.time_limit, again.work_limit), (Some(Duration::from_millis(1500)), Some(70)));
    }

    #[test]
    fn what_is_absent_has_its_default() {
        assert_eq!(written(&read("{}").expect("options")), written(&SolveOptions::new()));
    }

    #[test]
    fn a_limit_beyond_what_a_duration_holds_is_the_longest_one() {
        let longest = written(&SolveOptions::new().time_limit(Duration::MAX));
        assert_eq!(read(&longest).expect("options").time_limit, Some(Duration::MAX));
    }

    #[test]
    fn what_is_out_of_range_or_unknown_is_refused_and_told() {
        for (text, said) in [
            (
                r#"{"time_limit_seconds": -1}"#,
                "`time_limit_seconds` is -1.0; a number of seconds, 0 or more, is wanted",
            ),
            (r#"{"gap": 5}"#, "`gap` is 5.0; a share from 0 to 1 is wanted"),
            (r#"{"time_limit": 5}"#, "unknown field `time_limit`, expected one of `time_limit_seconds`"),
            (r#"{"backend": "cplex"}"#, "found \"cplex\"; wanted a solver of this build: "),
            (r#"{"threads": -2}"#, "invalid value: integer `-2`"),
        ] {
            let told = read(text).expect_err(text);
            assert!(told.contains(said), "{text}: {told}");
        }
    }

    #[test]
    fn every_solver_of_the_build_is_read_by_its_name() {
        for kind in BackendKind::ALL {
            let options = read(&format!("{{\"backend\": \"{kind}\"}}")).expect("options");
            assert_eq!(options.backend, Some(*kind));
        }
    }
}
