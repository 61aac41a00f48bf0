//! NEG615: a ManagedCertificate that is not active, or is named where nobody finds it.

use std::collections::HashSet;
use std::ops::Range;

use jiff::SignedDuration;

use crate::document::{Inner, Node};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::gateway::Gateway;
use crate::kind::ingress::Ingress;
use crate::kind::object::Object;
use crate::remedy::Edit;
use crate::world::{Resolved, World, in_words};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG615",
    slug: "managed-certificate-trouble",
    severity: Severity::Warning,
    reads: &[
        Kind::ManagedCertificate,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Certificate,
        Kind::Node,
    ],
    follows: &[],
    check,
};

/// The annotation by which an Ingress names its ManagedCertificates.
const MANAGED: &str = "networking.gke.io/managed-certificates";
/// The one by which it names certificates of Compute Engine.
const PRE_SHARED: &str = "ingress.gcp.kubernetes.io/pre-shared-cert";
/// The option of a listener that does.
const OF_GATEWAY: &str = "networking.gke.io/pre-shared-certs";
const ALLOW_HTTP: &str = "kubernetes.io/ingress.allow-http";

/// So long Google looks at DNS and the load balancer before what it says of them counts.
const LOOKING: SignedDuration = SignedDuration::from_hours(1);
/// So long it may take to issue a certificate of which it says nothing bad.
const ISSUING: SignedDuration = SignedDuration::from_hours(24);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for certificate in certificates(world) {
        verdicts.findings.extend(not_active(world, certificate));
    }
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        let object = &ingress.object;
        missing(world, ingress, verdicts);
        let named = object.annotation(PRE_SHARED).map(|it| it.value);
        verdicts.findings.extend(mistaken(world, object, named));
    }
    for gateway in world.others().iter().filter_map(Gateway::new) {
        let mut known = HashSet::new();
        for listener in gateway.listeners().filter(|_| gateway.is_gke()) {
            let named = listener.node.at(&["tls", "options", OF_GATEWAY]);
            let mut findings = mistaken(world, gateway.object, named);
            findings.retain(|it| known.insert(it.detail.clone()));
            verdicts.findings.extend(findings);
        }
    }
}

fn certificates<'w, 'd>(world: &'w World<'d>) -> impl Iterator<Item = &'w Object<'d>> {
    let all = world.others().iter();
    all.filter(|it| it.kind == Kind::ManagedCertificate && it.deletion().is_none())
}

/// The names in a list with commas between them, and where they stand.
fn names(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut start = 0;
    let mut names = Vec::new();
    for part in text.split(',') {
        let name = part.trim();
        let from = start + part.len() - part.trim_start().len();
        start += part.len() + 1;
        if !name.is_empty() {
            names.push((from..from + name.len(), name));
        }
    }
    names
}

/// The text of a list of names that nobody fills in later.
fn list(node: Node<'_>) -> Option<Inner<'_>> {
    Inner::new(node).filter(|it| it.placeholder().is_none())
}

/// What an Ingress names and the controller of certificates does not find.
fn missing(world: &World<'_>, ingress: &Ingress<'_>, verdicts: &mut Verdicts) {
    let object = &ingress.object;
    let Some(inner) = object.annotation(MANAGED).and_then(|it| list(it.value)) else {
        return;
    };
    for (range, name) in names(inner.text()) {
        let place = inner.place(range.clone());
        match world.other(Kind::ManagedCertificate, object, name) {
            Resolved::Found(_) => {}
            Resolved::Absent => {
                let near = world.nearest(Kind::ManagedCertificate, object, name);
                let message = format!(
                    "Ingress {} names ManagedCertificate {name}, which is not there: it goes \
                     without that certificate",
                    object.name
                );
                let label =
                    Label::new(place, "no ManagedCertificate of this name in the namespace");
                let finding = Finding::new(&ROW, object, message, label).detail(name);
                let Some(near) = near else {
                    let help = "create the ManagedCertificate in the namespace of the Ingress, or \
                                take the name out";
                    verdicts.find(finding.help(help));
                    continue;
                };
                let change = inner.change(range, near);
                let edit = change.map(|it| Edit::risky(format!("name {near}"), it));
                verdicts.find(finding.help(format!("did you mean {near}?")).edit(edit));
            }
            Resolved::Unclear(mut missing) => {
                missing.reason = format!("ManagedCertificate {name}: {}", missing.reason);
                verdicts.leave(missing.undecided(&ROW, object, place));
            }
        }
    }
}

/// A ManagedCertificate's own name where that of the certificate that it makes is wanted.
fn mistaken(world: &World<'_>, object: &Object<'_>, named: Option<Node<'_>>) -> Vec<Finding> {
    let Some(inner) = named.and_then(list) else {
        return Vec::new();
    };
    let finding = |(range, name): (Range<usize>, &str)| {
        let mut own = certificates(world);
        let own = own.find(|it| it.name == name && it.clusters.meets(object.clusters))?;
        if world.cloud().certificates().any(|it| it.name() == name) {
            return None;
        }
        let message = format!(
            "{} {} names certificate {name}, and that is the name of a ManagedCertificate: the \
             certificate of Compute Engine has another",
            object.kind_name, object.name
        );
        let label = Label::new(
            inner.place(range.clone()),
            "the name of a ManagedCertificate",
        );
        let finding = Finding::new(&ROW, object, message, label)
            .detail(format!("name {name}"))
            .concerning(own)
            .because(own.head(), "this one");
        let shown = own.shown().map(|it| it.root());
        let real = shown.and_then(|it| it.at(&["status", "certificateName"]));
        let Some(real) = real.and_then(Node::text).filter(|it| !it.is_empty()) else {
            return Some(finding.help(
                "name the certificate that its status.certificateName gives (mcrt-…), or make a \
                 certificate for the Gateway itself",
            ));
        };
        let change = inner.change(range, real);
        Some(
            finding
                .help(
                    "name the certificate itself, which lives as long as its ManagedCertificate, or \
                     make one for the Gateway",
                )
                .edit(change.map(|it| Edit::risky(format!("name {real}"), it))),
        )
    };
    names(inner.text())
        .into_iter()
        .filter_map(finding)
        .collect()
}

/// What a cluster shows of a certificate that Google has not issued, or not renewed.
fn not_active(world: &World<'_>, certificate: &Object<'_>) -> Option<Finding> {
    let status = certificate.shown()?.root().get("status")?;
    let state = status.get("certificateStatus")?;
    let stated = state.text().filter(|it| *it != "Active")?;
    let age = world.age(certificate, certificate.changed())?;
    let domains = status.get("domainStatus").into_iter().flat_map(Node::items);
    let domains: Vec<_> = domains
        .filter_map(Domain::new)
        .filter(Domain::is_open)
        .collect();
    let patience = match stated {
        "RenewalFailed" | "ProvisioningFailedPermanently" => SignedDuration::ZERO,
        _ if domains.iter().any(Domain::has_failed) => LOOKING,
        _ => ISSUING,
    };
    if age < patience {
        return None;
    }
    let names: Vec<String> = domains.iter().map(|it| it.name.to_owned()).collect();
    let effect = match (stated, names.is_empty()) {
        ("RenewalFailed", _) => "it could not be renewed and ends soon".to_owned(),
        (_, true) => "no certificate is issued".to_owned(),
        (_, false) => format!("no certificate is issued for {}", cloud::list(&names)),
    };
    let message = format!(
        "ManagedCertificate {} is {}, {} after its last change: {effect}",
        certificate.name,
        if stated.is_empty() {
            "not issued"
        } else {
            stated
        },
        in_words(age)
    );
    let failed = domains.iter().find(|it| it.has_failed());
    let mut finding =
        Finding::new(&ROW, certificate, message, Label::new(state, "not active")).detail("status");
    for domain in domains.iter().filter(|it| it.has_failed()).take(3) {
        finding = finding.because(domain.state, domain.why());
    }
    finding = named_by(world, certificate, failed, finding);
    let name = status.get("certificateName").and_then(Node::text);
    let made = world
        .cloud()
        .certificates()
        .find(|it| Some(it.name()) == name);
    Some(match made {
        Some(made) => finding.concerning(&made),
        None => finding,
    })
}

/// What the Ingresses that name it have to do with it, and what to do.
fn named_by(
    world: &World<'_>,
    certificate: &Object<'_>,
    failed: Option<&Domain<'_>>,
    mut finding: Finding,
) -> Finding {
    let mut named = world.ingresses().iter().filter(|ingress| {
        let object = &ingress.object;
        let annotation = object.annotation(MANAGED).and_then(|it| it.inner());
        annotation.is_some_and(|it| names(it.text()).iter().any(|it| it.1 == certificate.name))
            && object.shares_namespace(certificate)
    });
    let Some(ingress) = named.next() else {
        if world.whole(Kind::Ingress, certificate).is_ok() {
            return finding.severity(Severity::Note).help(
                "name it in networking.gke.io/managed-certificates of an Ingress: Google issues a \
                 certificate for what a load balancer uses; or delete it",
            );
        }
        return finding.help("name it in the Ingress of its domains");
    };
    let object = &ingress.object;
    finding = finding.concerning(object);
    let off = object.annotation(ALLOW_HTTP).map(|it| it.value);
    if let Some(off) = off.filter(|it| it.text() == Some("false")) {
        finding = finding.because(off, "HTTP is off before the certificate is there");
    }
    finding.help(match failed.map(Domain::word) {
        Some("FailedNotVisible") => {
            let shown = object.shown().map(|it| it.root());
            let address = shown.and_then(|it| {
                let list = it.at(&["status", "loadBalancer", "ingress"])?;
                list.items().next()?.get("ip")?.text()
            });
            format!(
                "let every A and AAAA record of the domain lead to {}, keep HTTP allowed until the \
                 certificate is active, and wait up to an hour",
                address.unwrap_or("the Ingress's address")
            )
        }
        Some("FailedCaaForbidden" | "FailedCaaChecking") => {
            "let the domain's CAA records admit pki.goog and letsencrypt.org, or remove them"
                .to_owned()
        }
        Some("FailedRateLimited") => {
            "wait: the authority issues so many certificates for a domain and a time".to_owned()
        }
        _ => {
            "let the DNS of every domain lead to the Ingress's address, and look at its own events"
                .to_owned()
        }
    })
}

/// A domain of a ManagedCertificate and how far it is.
struct Domain<'d> {
    name: &'d str,
    state: Node<'d>,
}

impl<'d> Domain<'d> {
    fn new(entry: Node<'d>) -> Option<Self> {
        Some(Self {
            name: entry.get("domain")?.text()?,
            state: entry.get("status")?,
        })
    }

    fn word(&self) -> &'d str {
        self.state.text().unwrap_or_default()
    }

    fn is_open(&self) -> bool {
        self.word() != "Active"
    }

    fn has_failed(&self) -> bool {
        self.word().starts_with("Failed")
    }

    fn why(&self) -> &'static str {
        match self.word() {
            "FailedNotVisible" => "the domain does not lead to the load balancer",
            "FailedCaaChecking" => "its CAA records could not be read",
            "FailedCaaForbidden" => "its CAA records forbid the authority",
            "FailedRateLimited" => "the authority has issued too many for it",
            _ => "not issued",
        }
    }
}
