//! `--shard`: as it is given, or as the process's environment says.

use crate::model::Shard;

/// Where a CI server says which of several equal jobs this is.
struct Server {
    name: &'static str,
    /// The variable with this job's number …
    number: &'static str,
    /// … the number of the first job …
    first: u32,
    /// … and the variable with how many there are.
    of: &'static str,
    /// The variable that tells this server from others that use the same names.
    sign: Option<&'static str>,
}

/// The servers that are known, in the order of the documentation.
static SERVERS: &[Server] = &[
    server("GitLab", "CI_NODE_INDEX", 1, "CI_NODE_TOTAL", Some("GITLAB_CI")),
    server("CircleCI", "CIRCLE_NODE_INDEX", 0, "CIRCLE_NODE_TOTAL", None),
    server("Buildkite", "BUILDKITE_PARALLEL_JOB", 0, "BUILDKITE_PARALLEL_JOB_COUNT", None),
    server("Azure Pipelines", "SYSTEM_JOBPOSITIONINPHASE", 1, "SYSTEM_TOTALJOBSINPHASE", None),
    server("Bitbucket", "BITBUCKET_PARALLEL_STEP", 0, "BITBUCKET_PARALLEL_STEP_COUNT", None),
    server("Semaphore", "SEMAPHORE_JOB_INDEX", 1, "SEMAPHORE_JOB_COUNT", None),
    // Kubernetes does not tell a pod how many completions its Job has: the manifest does.
    server("Kubernetes", "JOB_COMPLETION_INDEX", 0, "COUNTERSIGN_SHARDS", None),
];

const fn server(
    name: &'static str,
    number: &'static str,
    first: u32,
    of: &'static str,
    sign: Option<&'static str>,
) -> Server {
    Server { name, number, first, of, sign }
}

/// Reads `K/N`, or looks the shard up for `auto`.
pub(super) fn shard(text: &str) -> Result<Shard, String> {
    if text == "auto" { found(super::process_environment) } else { text.parse() }
}

fn found(environment: impl Fn(&str) -> Option<String>) -> Result<Shard, String> {
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    let mut said: Vec<(&Server, Shard)> = Vec::new();
    for server in SERVERS.iter().filter(|server| server.sign.is_none_or(|sign| set(sign).is_some())) {
        let Some(number) = set(server.number) else { continue };
        let of = set(server.of).ok_or_else(|| {
            format!("{} is set, but {} is not: set it to the number of shards", server.number, server.of)
        })?;
        let shard = number
            .parse::<u32>()
            .ok()
            .and_then(|number| (number.checked_sub(server.first)?).checked_add(1))
            .zip(of.parse::<u32>().ok())
            .and_then(|(number, of)| Shard::new(number, of));
        let shard = shard.ok_or_else(|| {
            let (name, first) = (server.name, server.first);
            format!(
                "{}={number} and {}={of} are no shard; {name} counts from {first}",
                server.number, server.of
            )
        })?;
        said.push((server, shard));
    }
    match said.as_slice() {
        [] => {
            let names: Vec<&str> = SERVERS.iter().map(|server| server.number).collect();
            Err(format!("nothing says which shard this is: none of {} is set; give K/N", names.join(", ")))
        }
        [(_, shard), others @ ..] if others.iter().all(|(_, other)| other == shard) => Ok(*shard),
        several => {
            let words: Vec<String> =
                several.iter().map(|(server, shard)| format!("{} says {shard}", server.name)).collect();
            Err(format!("{}; give K/N", words.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<String, String> {
        let value = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        found(value).map(|shard| shard.to_string())
    }

    #[test]
    fn each_server_is_understood_as_it_counts() {
        for (variables, shard) in [
            (&[("GITLAB_CI", "true"), ("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")][..], "1/4"),
            (&[("CIRCLE_NODE_INDEX", "3"), ("CIRCLE_NODE_TOTAL", "4")], "4/4"),
            (&[("BUILDKITE_PARALLEL_JOB", "0"), ("BUILDKITE_PARALLEL_JOB_COUNT", "2")], "1/2"),
            (&[("SYSTEM_JOBPOSITIONINPHASE", "2"), ("SYSTEM_TOTALJOBSINPHASE", "2")], "2/2"),
            (&[("BITBUCKET_PARALLEL_STEP", "1"), ("BITBUCKET_PARALLEL_STEP_COUNT", "3")], "2/3"),
            (&[("SEMAPHORE_JOB_INDEX", "3"), ("SEMAPHORE_JOB_COUNT", "3")], "3/3"),
            (&[("JOB_COMPLETION_INDEX", "0"), ("COUNTERSIGN_SHARDS", "8")], "1/8"),
            // Two that agree.
            (
                &[
                    ("CIRCLE_NODE_INDEX", "1"),
                    ("CIRCLE_NODE_TOTAL", "4"),
                    ("JOB_COMPLETION_INDEX", "1"),
                    ("COUNTERSIGN_SHARDS", "4"),
                ],
                "2/4",
            ),
        ] {
            assert_eq!(of(variables).as_deref(), Ok(shard), "{variables:?}");
        }
    }

    #[test]
    fn what_is_not_certain_is_refused() {
        for (variables, says) in [
            (&[][..], "nothing says which shard"),
            // Other servers use the names of GitLab and count from 0; a job of GitLab that is not parallel has a total.
            (&[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")], "nothing says"),
            (&[("GITLAB_CI", "true"), ("CI_NODE_TOTAL", "1")], "nothing says"),
            (&[("GITLAB_CI", "true"), ("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")], "counts from 1"),
            (&[("CIRCLE_NODE_INDEX", "4"), ("CIRCLE_NODE_TOTAL", "4")], "counts from 0"),
            (&[("JOB_COMPLETION_INDEX", "1")], "COUNTERSIGN_SHARDS is not"),
            (&[("JOB_COMPLETION_INDEX", "x"), ("COUNTERSIGN_SHARDS", "4")], "no shard"),
            (
                &[
                    ("CIRCLE_NODE_INDEX", "1"),
                    ("CIRCLE_NODE_TOTAL", "4"),
                    ("JOB_COMPLETION_INDEX", "1"),
                    ("COUNTERSIGN_SHARDS", "8"),
                ],
                "CircleCI says 2/4, Kubernetes says 2/8",
            ),
        ] {
            let error = of(variables).unwrap_err();
            assert!(error.contains(says), "{variables:?}: {error}");
        }
    }
}
