//! NEG618: a value of a Service load balancer's option that GKE does not know.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::service::{Service, ServiceType};
use crate::kind::{Annotation, Kind};
use crate::remedy::Edit;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG618",
    slug: "l4-annotation-ignored",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

/// Which load balancer a Service gets; where it is present its elder is not read.
const TYPE: &str = "networking.gke.io/load-balancer-type";
const OLD_TYPE: &str = "cloud.google.com/load-balancer-type";
const RBS: &str = "cloud.google.com/l4-rbs";
const TIER: &str = "cloud.google.com/network-tier";
/// What stands before the name of a GKE load-balancer class.
const CLASS_PREFIX: &str = "networking.gke.io/";
/// What people write for it: nothing, or the prefix of Google's annotations.
const MISTAKEN_PREFIXES: [&str; 3] = ["", "gke.io", "cloud.google.com"];
/// The names of the GKE load-balancer classes.
const CLASSES: [&str; 5] = [
    "l4-regional-internal",
    "l4-regional-external",
    "l4-regional-internal-legacy",
    "l4-regional-external-legacy",
    "standalone-passthrough-lb-neg",
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let balanced = world.services().filter(|service| {
        service.service_type == ServiceType::LoadBalancer && !service.object.partial
    });
    for service in balanced {
        // The class beats the annotations, which then are not read.
        if service.spec_text("loadBalancerClass").is_some() {
            verdicts.findings.extend(class(&service));
            continue;
        }
        verdicts.findings.extend(load_balancer_type(&service));
        if !is_internal(&service) {
            verdicts.findings.extend(rbs(&service));
            verdicts.findings.extend(tier(&service));
        }
    }
}

fn class(service: &Service<'_>) -> Option<Finding> {
    let node = service.object.spec()?.get("loadBalancerClass")?;
    let class = node.text()?;
    let (prefix, name) = class.rsplit_once('/').unwrap_or(("", class));
    let known = CLASSES.contains(&name);
    let is_wrong = if prefix == CLASS_PREFIX.trim_end_matches('/') {
        !known
    } else {
        known && MISTAKEN_PREFIXES.contains(&prefix)
    };
    if !is_wrong {
        // One of the classes, or one of another vendor.
        return None;
    }
    let message = format!(
        "Service {} has the load-balancer class {class}, which no controller of GKE serves: it \
         gets no load balancer",
        service.object.name
    );
    let near = CLASSES
        .into_iter()
        .min_by_key(|near| strsim::damerau_levenshtein(near, name))?;
    let label = Label::new(node, "no class of GKE");
    let finding = Finding::new(&ROW, &service.object, message, label).detail("class");
    Some(finding.help(format!(
        "the nearest class is {CLASS_PREFIX}{near}; a class cannot be changed on a Service that \
         exists, so make the Service anew"
    )))
}

/// The annotation that decides about the type, and its value.
fn deciding_type<'d>(service: &Service<'d>) -> Option<(Annotation<'d>, &'d str)> {
    let annotation = |key| service.object.annotation(key);
    let decides = annotation(TYPE).or_else(|| annotation(OLD_TYPE))?;
    Some((decides, decides.string()?))
}

fn is_internal(service: &Service<'_>) -> bool {
    deciding_type(service).is_some_and(|(_, value)| matches!(value, "Internal" | "internal"))
}

fn load_balancer_type(service: &Service<'_>) -> Option<Finding> {
    let (decides, value) = deciding_type(service)?;
    let plain = value.trim().to_ascii_lowercase();
    let elder = service.object.annotation(OLD_TYPE).filter(|elder| {
        decides.name() == TYPE && matches!(elder.string(), Some("Internal" | "internal"))
    });
    let says_external = plain == "external";
    // Public is what comes of it, and without a word to the contrary what is meant.
    let is_meant = (says_external || plain.is_empty()) && elder.is_none();
    if is_internal(service) || is_meant {
        return None;
    }
    let (what, label, severity) = if says_external {
        // Which of the two was meant is open.
        (
            "and the older key to Internal",
            "the newer key wins",
            Severity::Warning,
        )
    } else {
        (
            "which is not Internal",
            "neither Internal nor internal",
            Severity::Error,
        )
    };
    let meant = (plain == "internal").then_some("Internal");
    let what = format!("{what}: its load balancer is public");
    let mut finding = ignored(service, &decides, &what, label, meant).severity(severity);
    if let Some(elder) = elder {
        finding = finding.because(elder.value, "not read: the newer key is present");
    }
    Some(finding.help(
        "write Internal or internal, exactly so; on a Service that runs, the change of type \
         changes the address",
    ))
}

fn rbs(service: &Service<'_>) -> Option<Finding> {
    let annotation = service.object.annotation(RBS)?;
    let value = annotation.string()?;
    let plain = value.trim().to_ascii_lowercase();
    if value == "enabled" || matches!(plain.as_str(), "" | "disabled" | "false") {
        return None;
    }
    let meant = matches!(plain.as_str(), "enabled" | "enable" | "true" | "yes" | "on");
    let what = "which has no effect: only \"enabled\" asks for a backend service";
    let meant = meant.then_some("enabled");
    let finding = ignored(service, &annotation, what, "not exactly enabled", meant);
    Some(finding.severity(Severity::Warning).help(
        "write enabled, and on a new Service: from one that has a target pool already the \
         controller removes the annotation again",
    ))
}

fn tier(service: &Service<'_>) -> Option<Finding> {
    let annotation = service.object.annotation(TIER)?;
    let value = annotation.string()?;
    if matches!(value, "" | "Premium" | "Standard") {
        return None;
    }
    let mut tiers = ["Premium", "Standard"].into_iter();
    let meant = tiers.find(|tier| tier.eq_ignore_ascii_case(value.trim()));
    let what = "which is ignored: it is neither Premium nor Standard";
    let finding = ignored(service, &annotation, what, "no network tier", meant);
    Some(finding.severity(Severity::Warning).help(
        "write Premium or Standard, exactly so; the tier of an address that is in use cannot be \
         changed, the address changes with it",
    ))
}

/// A finding about an annotation's value, with the edit to the value that is plainly meant.
fn ignored(
    service: &Service<'_>,
    annotation: &Annotation<'_>,
    what: &str,
    label: &str,
    meant: Option<&str>,
) -> Finding {
    let (name, key) = (service.object.name, annotation.name());
    let value = annotation.string().unwrap_or_default();
    let message = format!("Service {name} sets {key} to {value:?}, {what}");
    let inner = annotation.inner().filter(|_| !annotation.value.is_alias());
    let change = inner
        .zip(meant)
        .and_then(|(inner, meant)| inner.change(0..inner.text().len(), meant));
    let title = format!("set {key} to {}", meant.unwrap_or_default());
    Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(annotation.value, label),
    )
    .detail(key)
    .edit(change.map(|change| Edit::risky(title, change)))
}
