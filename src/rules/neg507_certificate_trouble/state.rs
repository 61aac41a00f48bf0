//! Whether a certificate is issued and still holds.

use jiff::{SignedDuration, Timestamp};

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Undecided};
use crate::kind::cloud::{Certificate, TargetProxy};
use crate::world::{Missing, World};

use super::super::cloud;
use super::{Held, ROW};

/// How long Google may take to issue a certificate after its DNS is right.
const ISSUING: SignedDuration = SignedDuration::from_hours(24);

/// How long before its end one that nobody renews is spoken of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is wrong with one certificate of a proxy.
pub(super) fn judge(
    world: &World<'_>,
    proxy: &TargetProxy<'_>,
    held: &Held<'_>,
    certificate: &Certificate<'_>,
) -> Option<Finding> {
    let now = world.cloud().now(certificate.link.project);
    let finding = expired(now, certificate).or_else(|| not_issued(now, certificate))?;
    // During a change of certificates another one answers.
    let mut others = held.certificates.iter();
    let stands_in = others.any(|other| {
        other.link != certificate.link && holds(now, other) && covers_all(other, certificate)
    });
    let finding = finding.because(proxy.place_of("sslCertificates"), "gives it to clients");
    let finding = finding.concerning(proxy);
    (!stands_in).then_some(finding)
}

/// True for one that works now.
fn holds(now: Option<Timestamp>, it: &Certificate<'_>) -> bool {
    let ended = now.zip(it.expires()).is_some_and(|(now, end)| end <= now);
    !ended && (!it.is_managed() || it.status() == Some("ACTIVE"))
}

fn covers_all(other: &Certificate<'_>, of: &Certificate<'_>) -> bool {
    of.names().all(|name| other.covers(name) == Some(true))
}

fn expired(now: Option<Timestamp>, it: &Certificate<'_>) -> Option<Finding> {
    let (now, end) = now.zip(it.expires())?;
    let label = |text: &str| Label::new(it.place_of("expireTime"), text);
    if end <= now {
        let message = format!("{} has expired: clients refuse it", cloud::head(it));
        return Some(
            Finding::new(&ROW, it, message, label("is over"))
                .help("upload a new certificate for its names and let the proxy use it"),
        );
    }
    let left = end.duration_since(now);
    if it.is_managed() || left > SOON {
        return None;
    }
    let message = format!(
        "{} expires in {}, and nobody renews it: its owner uploaded it",
        cloud::head(it),
        days(left),
    );
    Some(
        Finding::new(&ROW, it, message, label("soon"))
            .severity(Severity::Warning)
            .help("upload a new one in time and let the proxy use it, or change to a managed one"),
    )
}

fn days(left: SignedDuration) -> String {
    match left.as_hours() / 24 {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

fn not_issued(now: Option<Timestamp>, it: &Certificate<'_>) -> Option<Finding> {
    let status = it.status().filter(|_| it.is_managed())?;
    let failed: Vec<_> = it
        .domains()
        .filter(|(_, state)| state.text().is_some_and(|text| text != "ACTIVE"))
        .collect();
    let (severity, what) = match status {
        // It was issued; a domain that fails now is left out when it is renewed.
        "ACTIVE" if failed.is_empty() => return None,
        "ACTIVE" => (
            Severity::Warning,
            "is active, and not all of its domains can be renewed",
        ),
        "RENEWAL_FAILED" => (
            Severity::Warning,
            "could not be renewed, and serves until it expires",
        ),
        "PROVISIONING" if is_new(now, it) => return None,
        "PROVISIONING" => (
            Severity::Error,
            "is not issued yet: clients get no valid one",
        ),
        "PROVISIONING_FAILED" | "PROVISIONING_FAILED_PERMANENTLY" => (
            Severity::Error,
            "could not be issued: clients get no valid one",
        ),
        _ => return None,
    };
    let node = it.root().at(&["managed", "status"]);
    let place = node.map_or_else(|| it.head(), Node::place);
    let message = format!("{} {what}", cloud::head(it));
    let label = Label::new(place, status.to_lowercase().replace('_', " "));
    let mut finding = Finding::new(&ROW, it, message, label).severity(severity);
    let mut advice = Vec::new();
    for (domain, state) in failed.into_iter().take(3) {
        let (why, help) = in_words(state.text().unwrap_or_default());
        finding = finding.because(state, format!("{domain}: {why}"));
        if !advice.contains(&help) {
            advice.push(help);
        }
    }
    if advice.is_empty() {
        advice.push(LOOK);
    }
    Some(finding.help(advice.join("; ")))
}

/// A certificate that is being issued, for nobody knows how long.
pub(super) fn open(world: &World<'_>, it: &Certificate<'_>) -> Option<Undecided> {
    let now = world.cloud().now(it.link.project);
    let waits = it.is_managed() && it.status() == Some("PROVISIONING");
    if !waits || now.zip(it.created()).is_some() {
        return None;
    }
    let missing = Missing::new(
        "it is being issued, and it is not known for how long",
        "the project itself, or a snapshot of it, which says when it was read",
    );
    Some(missing.undecided(&ROW, it, it.head()))
}

/// True for one that is young enough to be waited for; also where its age is not known.
fn is_new(now: Option<Timestamp>, it: &Certificate<'_>) -> bool {
    now.zip(it.created())
        .is_none_or(|(now, made)| now.duration_since(made) < ISSUING)
}

const LOOK: &str = "gcloud compute ssl-certificates describe shows the state of each domain";

/// Why a domain is not active, and what to do.
fn in_words(state: &str) -> (&'static str, &'static str) {
    match state {
        "FAILED_NOT_VISIBLE" => (
            "does not lead to this load balancer",
            "let the DNS records of the domain, A and AAAA, name the address of the forwarding rule \
             on port 443 and nothing else; it is tried again by itself",
        ),
        "FAILED_CAA_CHECKING" => (
            "its CAA records cannot be read",
            "mend the DNS server of the domain: it does not answer for CAA records",
        ),
        "FAILED_CAA_FORBIDDEN" => (
            "its CAA records forbid Google's authorities",
            "allow pki.goog and letsencrypt.org in the CAA records of the domain",
        ),
        "FAILED_RATE_LIMITED" => (
            "too many certificates were asked for it",
            "wait: the authority limits how many certificates a domain gets",
        ),
        "PROVISIONING" => ("still being checked", LOOK),
        _ => ("not active", LOOK),
    }
}
