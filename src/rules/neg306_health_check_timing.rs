//! NEG306: a health check that waits longer for an answer than it takes to ask again.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

use super::{Row, cloud, health};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG306",
    slug: "health-check-timing",
    severity: Severity::Error,
    reads: &[Kind::HealthCheck, Kind::BackendConfig],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for check in world.cloud().health_checks() {
        let (timeout, interval) = (check.timeout(), check.interval());
        let Some(node) = check.get("timeoutSec").filter(|_| timeout > interval) else {
            continue;
        };
        let message = format!("{}: {}", cloud::head(&check), words(timeout, interval));
        let change = format!("--timeout={interval}s");
        let run = health::update(&check, "wait no longer than the interval", &change);
        verdicts.find(
            Finding::new(
                &ROW,
                &check,
                message,
                Label::new(node, "longer than the interval"),
            )
            .because(check.place_of("checkIntervalSec"), "the interval")
            .run(run),
        );
    }
    for config in world.backend_configs() {
        let check = config.object.root().at(&["spec", "healthCheck"]);
        let number = |field: &str| {
            let node = check?.get(field)?;
            Some((node, Node::integer(node)?))
        };
        // What is not stated the controller fills with values that fit.
        let (Some((node, timeout)), Some((other, interval))) =
            (number("timeoutSec"), number("checkIntervalSec"))
        else {
            continue;
        };
        if timeout > interval {
            let message = format!(
                "BackendConfig {}: {}",
                config.object.name,
                words(timeout, interval)
            );
            let label = Label::new(node, "longer than the interval");
            verdicts.find(
                Finding::new(&ROW, &config.object, message, label)
                    .because(other, "the interval")
                    .help("set timeoutSec to checkIntervalSec at most"),
            );
        }
    }
}

fn words(timeout: i64, interval: i64) -> String {
    format!(
        "the health check waits {timeout} s for an answer and asks every {interval} s, which the \
         API refuses"
    )
}
