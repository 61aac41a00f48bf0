//! What a large cluster costs: `benches/cluster.sh` runs this with the program to measure.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::process::Command;
use std::time::Instant;

use super::cluster::Cluster;
use super::crowd::{EVENTS, PODS, SERVICES, objects};
use super::tool::{Ran, asked_only_to_read, config_of};

/// So many objects at a time are made, so that the test itself stays small.
const AT_ONCE: usize = 5_000;

/// What a run cost.
#[derive(Debug)]
struct Cost {
    seconds: f64,
    /// Of the program alone, in seconds.
    cpu: f64,
    megabytes: f64,
    requests: usize,
}

#[test]
fn a_large_cluster_is_read_within_bounds() {
    let Ok(program) = env::var("NEGDOC_SCALE") else {
        return;
    };
    let cluster = Cluster::start().unwrap();
    let begin = Instant::now();
    let (mut all, mut count) = (objects(), 0);
    loop {
        let some: Vec<_> = all.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            break;
        }
        count += some.len();
        cluster.store(some);
    }
    say(&format!(
        "{count} objects stored in {:.0?}",
        begin.elapsed()
    ));
    let collected = cluster.folder.join("large.tar.gz");
    let collected = collected.to_str().unwrap();
    // The first of it warms the server. gcloud, which is asked for a token, would be counted too.
    let whole = cost(&cluster, &program, &["check", "--no-gcp", "-A"]);
    let runs: &[&[&str]] = &[
        &["check", "--no-gcp", "-A"],
        &["check", "--no-gcp", "-A"],
        &["check", "--no-gcp", "-A", "--format", "json"],
        &["check", "--no-gcp", "-n", "team-07"],
        &["check", "--no-gcp", "-A", "-l", "app=web-0007"],
        &["collect", "--no-gcp", "-A", "-o", collected],
        &["check", collected],
    ];
    let costs: Vec<_> = runs
        .iter()
        .map(|run| cost(&cluster, &program, run))
        .collect();
    // Services, slices, Deployments and NEGs, of which there are as many; and a page at least of
    // each of the others.
    let pages = |objects: usize| objects.div_ceil(500);
    let needed = 4 * pages(SERVICES) + pages(PODS) + pages(EVENTS);
    let check = &costs[0];
    assert!(whole.requests <= needed + 40, "{whole:?} {needed}");
    assert!(check.requests <= needed + 40, "{check:?} {needed}");
    assert!(check.cpu < 5.0 && check.megabytes < 500.0, "{check:?}");
    asked_only_to_read(&cluster);
}

fn say(line: &str) {
    writeln!(io::stdout(), "{line}").unwrap();
}

/// Runs the program as someone new, so that the audit log tells its requests.
fn cost(cluster: &Cluster, program: &str, arguments: &[&str]) -> Cost {
    let user = cluster.plain_user();
    let all = serde_json::json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]);
    cluster.allow(&user, &all, None);
    let before = cluster.audit(&user).len();
    let config = config_of(cluster, &user);
    let costs = cluster.folder.join("costs");
    let mut command = Command::new("/usr/bin/time");
    command
        .args(["--format", "%e %U %S %M", "--output"])
        .arg(&costs)
        .arg(program)
        .args(arguments)
        .env("KUBECONFIG", &config)
        .current_dir(&cluster.folder);
    let ran = Ran::of(&mut command);
    assert!([0, 1].contains(&ran.code), "{}", ran.stderr);
    let costs = fs::read_to_string(costs).unwrap();
    let last = costs.lines().last().unwrap();
    let numbers: Vec<f64> = last.split(' ').map(|it| it.parse().unwrap()).collect();
    let &[seconds, user_time, system_time, kilobytes] = numbers.as_slice() else {
        panic!("{costs}");
    };
    let cost = Cost {
        seconds,
        cpu: user_time + system_time,
        megabytes: kilobytes / 1024.0,
        requests: cluster.audit(&user).len() - before,
    };
    let end = ran.stdout.lines().last().unwrap_or_default();
    let end: String = end.chars().take(160).collect();
    let Cost {
        seconds,
        cpu,
        megabytes,
        requests,
    } = cost;
    say(&format!(
        "{arguments:?}: {seconds:.1} s, {cpu:.1} s of CPU, {megabytes:.0} MB, {requests} requests: {end}"
    ));
    cost
}
