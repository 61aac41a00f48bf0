//! NEG507: the certificates of a target HTTPS or SSL proxy: none, of another scope, not issued,
//! expired, or for other hosts.

mod hosts;
mod state;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Certificate, TargetProxy};
use crate::world::{Missing, Sought, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG507",
    slug: "certificate-trouble",
    severity: Severity::Error,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::Certificate,
    ],
    follows: &["NEG615"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told = Vec::new();
    for proxy in world.cloud().target_proxies() {
        // A mesh has certificates of its own, and what has no front serves nobody.
        let mut rules = world.cloud().rules_before(&proxy);
        let serves = rules.any(|rule| {
            let scheme = rule.scheme();
            scheme.is_some_and(|it| it != "INTERNAL_SELF_MANAGED")
        });
        if !serves || !matches!(proxy.protocol(), "HTTPS" | "SSL") {
            continue;
        }
        let has_map = proxy.certificate_map().is_some();
        if !has_map && proxy.certificates().next().is_none() {
            verdicts.find(none_at_all(&proxy));
            continue;
        }
        verdicts.findings.extend(other_scopes(&proxy));
        // A map wins over the list, which then says nothing of what clients get.
        if has_map {
            hosts::leave(world, &proxy, verdicts);
            continue;
        }
        let held = Held::of(world, &proxy);
        for certificate in &held.certificates {
            if !told.contains(&certificate.link) {
                verdicts.undecided.extend(state::open(world, certificate));
                let finding = state::judge(world, &proxy, &held, certificate);
                told.extend(finding.as_ref().map(|_| certificate.link));
                verdicts.findings.extend(finding);
            }
        }
        hosts::judge(world, &proxy, &held, verdicts);
    }
}

/// The certificates that a proxy lists.
struct Held<'d> {
    /// Those that were read.
    certificates: Vec<Certificate<'d>>,
    /// Why not all were.
    missing: Option<Missing>,
}

impl<'d> Held<'d> {
    fn of(world: &World<'d>, proxy: &TargetProxy<'d>) -> Self {
        let (mut certificates, mut missing) = (Vec::new(), None);
        for to in proxy.certificates() {
            if to.link.collection != "sslCertificates" {
                missing = Some(not_of_compute(to.link.name));
                continue;
            }
            match world.cloud().seek::<Certificate<'d>>(Kind::Certificate, to) {
                Sought::Found(certificate) => certificates.push(certificate),
                Sought::Unclear(why) => missing = Some(why),
                Sought::Absent => {
                    missing = Some(Missing::new(
                        format!(
                            "certificate {} is not among those that were read",
                            to.link.name
                        ),
                        "the project as it is now",
                    ));
                }
            }
        }
        Self {
            certificates,
            missing,
        }
    }
}

fn not_of_compute(name: &str) -> Missing {
    Missing::new(
        format!("{name} is of Certificate Manager, which is not read"),
        "a look with gcloud certificate-manager certificates list and maps list",
    )
}

fn none_at_all(proxy: &TargetProxy<'_>) -> Finding {
    let message = format!(
        "{} has no certificate: every TLS handshake fails",
        cloud::head(proxy)
    );
    let label = Label::new(proxy.head(), "names no certificate and no certificate map");
    Finding::new(&ROW, proxy, message, label)
        .help("make or upload a certificate for the hosts that it serves, and give it to the proxy")
}

/// Certificates that live elsewhere than the proxy.
fn other_scopes(proxy: &TargetProxy<'_>) -> Option<Finding> {
    let elsewhere = |location| location != proxy.link.location;
    let wrong = proxy
        .certificates()
        .find(|it| elsewhere(it.link.location))?;
    let message = format!(
        "{} {}, and its certificate {} {}: the API refuses the pair",
        cloud::head(proxy),
        cloud::place(proxy.link),
        wrong.link.name,
        cloud::place(wrong.link),
    );
    let label = Label::new(wrong.node, cloud::place(wrong.link));
    Some(
        Finding::new(&ROW, proxy, message, label)
            .detail("scope")
            .help("make the certificate anew in the scope of the proxy, and give it to the proxy"),
    )
}
