//! NEG639: a BackendConfig with values that the Ingress controller refuses.

use crate::controller::event::{Cause, Trouble};
use crate::document::{Inner, Node, edit};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::backend_config::BackendConfig;
use crate::kind::ingress::Ingress;
use crate::remedy::Edit;
use crate::world::{BackendPort, Resolved, Told, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG639",
    slug: "backendconfig-refused",
    severity: Severity::Error,
    reads: &[
        Kind::BackendConfig,
        Kind::Service,
        Kind::Ingress,
        Kind::Event,
    ],
    follows: &[],
    check,
};

const AFFINITIES: [&str; 3] = ["NONE", "CLIENT_IP", "GENERATED_COOKIE"];
/// A day, in seconds.
const LONGEST_COOKIE: i64 = 86_400;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let configs = world.backend_configs().iter();
    for config in configs.filter(|it| !it.object.partial && it.object.deletion().is_none()) {
        let reads = |reached: &BackendPort<'_, '_>| {
            let read = world.config_of(reached.service, reached.port);
            read.is_some_and(|read| std::ptr::eq(read, config))
        };
        let faults = [
            exclusive(config),
            affinity(config),
            cookie(config),
            sampling(config),
        ];
        let faults: Vec<_> = faults.into_iter().flatten().collect();
        let reader = (!faults.is_empty())
            .then(|| world.backend_ports().find(reads))
            .flatten();
        let findings = faults
            .into_iter()
            .map(|fault| fault.finding(config, reader.as_ref()));
        verdicts.findings.extend(findings);
    }
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        verdicts.findings.extend(secrets(world, ingress));
    }
}

/// A value that is refused.
struct Fault<'d> {
    /// The field.
    detail: &'static str,
    /// What the BackendConfig does, as a part of a sentence.
    what: String,
    label: Label,
    /// A value that this one cannot stand beside.
    beside: Option<Node<'d>>,
    help: String,
    edit: Option<Edit>,
}

impl Fault<'_> {
    fn finding(self, config: &BackendConfig<'_>, reader: Option<&BackendPort<'_, '_>>) -> Finding {
        let effect = match reader {
            Some(reached) => format!("Ingress {} stops as a whole", reached.ingress.object.name),
            None => "an Ingress that sends to a Service with it stops as a whole".to_owned(),
        };
        let message = format!(
            "BackendConfig {} {}: {effect}",
            config.object.name, self.what
        );
        let mut finding = Finding::new(&ROW, &config.object, message, self.label)
            .detail(self.detail)
            .help(self.help)
            .edit(self.edit);
        if let Some(beside) = self.beside {
            finding = finding.because(beside, "on as well");
        }
        let Some(reached) = reader else {
            return finding.severity(Severity::Warning);
        };
        let service = &reached.service.service.object;
        let finding = finding
            .concerning(service)
            .concerning(&reached.ingress.object);
        match reached.service.backend_configs() {
            Some(stated) => finding.because(stated.annotation.value, "a Service names it here"),
            None => finding,
        }
    }
}

fn field<'d>(config: &BackendConfig<'d>, path: &[&str]) -> Option<Node<'d>> {
    let node = config.object.spec()?.at(path)?;
    let open = Inner::new(node).is_some_and(|inner| inner.placeholder().is_some());
    (!open).then_some(node)
}

fn exclusive<'d>(config: &BackendConfig<'d>) -> Option<Fault<'d>> {
    let on = |feature| field(config, &[feature, "enabled"]).filter(|it| it.boolean() == Some(true));
    let (iap, cdn) = (on("iap")?, on("cdn")?);
    Some(Fault {
        detail: "iap and cdn",
        what: "turns on IAP and CDN, which exclude each other".to_owned(),
        label: Label::new(iap, "IAP and CDN exclude each other"),
        beside: Some(cdn),
        help: "turn off one of the two; content behind IAP is for single users and not cached"
            .to_owned(),
        edit: None,
    })
}

fn affinity<'d>(config: &BackendConfig<'d>) -> Option<Fault<'d>> {
    let node = field(config, &["sessionAffinity", "affinityType"])?;
    let affinity = node.text().filter(|text| !text.is_empty())?;
    if AFFINITIES.contains(&affinity) {
        return None;
    }
    let spelt = affinity
        .trim()
        .to_ascii_uppercase()
        .replace(['-', ' '], "_");
    let meant = AFFINITIES.into_iter().find(|known| *known == spelt);
    let edit = meant.and_then(|meant| {
        let change = edit::replace_string(node, meant)?;
        Some(Edit::safe(
            format!("replace {affinity:?} with {meant:?}"),
            change,
        ))
    });
    Some(Fault {
        detail: "affinityType",
        what: format!(
            "asks for the session affinity {affinity:?}, which its controller does not know"
        ),
        label: Label::new(node, "no affinity of a BackendConfig"),
        beside: None,
        help: format!(
            "write {}, exactly so",
            AFFINITIES.join(", ").replace(", GEN", " or GEN")
        ),
        edit,
    })
}

fn cookie<'d>(config: &BackendConfig<'d>) -> Option<Fault<'d>> {
    let node = field(config, &["sessionAffinity", "affinityCookieTtlSec"])?;
    let seconds = node
        .integer()
        .filter(|it| !(0..=LONGEST_COOKIE).contains(it))?;
    Some(Fault {
        detail: "affinityCookieTtlSec",
        what: format!(
            "keeps the cookie of its session affinity for {seconds} seconds, which is refused"
        ),
        label: Label::new(node, "not from 0 to 86400"),
        beside: None,
        help: "write 0 for as long as the browser is open, or up to 86400, a day".to_owned(),
        edit: None,
    })
}

fn sampling<'d>(config: &BackendConfig<'d>) -> Option<Fault<'d>> {
    let node = field(config, &["logging", "sampleRate"])?;
    let rate: f64 = node.text()?.parse().ok()?;
    if (0.0..=1.0).contains(&rate) {
        return None;
    }
    Some(Fault {
        detail: "sampleRate",
        what: format!("logs requests at the rate {rate}, which is refused"),
        label: Label::new(node, "not from 0.0 to 1.0"),
        beside: None,
        help: "write the share of the requests, 1.0 for all and 0.5 for one half".to_owned(),
        edit: None,
    })
}

/// Secrets are never read: that one is missing, or what it lacks, is known from the controller.
fn secrets(world: &World<'_>, ingress: &Ingress<'_>) -> Vec<Finding> {
    let object = &ingress.object;
    if object.live.is_none() {
        return Vec::new();
    }
    let now = world.now(object);
    let mut told = world.told(object);
    told.retain(|told| {
        told.trouble == Trouble::Translate && told.is_recent(now) && told.lasts(now)
    });
    let mut findings = Vec::new();
    for told in &told {
        for report in &told.decoded.causes {
            if let Cause::BackendConfigInvalid { name, error, .. } = report.cause
                && let Some((secret, lacks)) = missed(error)
                && let Resolved::Found(configs) = world.backend_config(object, name)
                && let [config] = configs.as_slice()
                && config.object.changed() <= told.last
            {
                findings.extend(secret_missed(world, ingress, told, config, (secret, lacks)));
            }
        }
    }
    findings
}

/// The Secret that an error is about, and the key that it lacks; `None` where the Secret itself is
/// not there.
fn missed(error: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = error.strip_prefix("error retrieving secret ") {
        let (secret, why) = rest.split_once(": ")?;
        return why.ends_with("not found").then_some((secret, None));
    }
    let (secret, rest) = error.strip_prefix("secret ")?.split_once(" missing ")?;
    Some((secret, Some(rest.split(' ').next()?)))
}

fn secret_missed(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    told: &Told<'_, '_>,
    config: &BackendConfig<'_>,
    (secret, lacks): (&str, Option<&str>),
) -> Option<Finding> {
    let iap = field(config, &["iap", "oauthclientCredentials", "secretName"]);
    let keys = field(config, &["cdn", "signedUrlKeys"]);
    let keys = keys.into_iter().flat_map(Node::items);
    let mut named = iap
        .into_iter()
        .chain(keys.filter_map(|key| key.get("secretName")));
    let node = named.find(|node| node.text() == Some(secret))?;
    let (what, label) = match lacks {
        None => (
            format!("Secret {secret}, which is not there"),
            "no such Secret".to_owned(),
        ),
        Some(key) => (
            format!("Secret {secret}, which has no {key}"),
            format!("it has no {key}"),
        ),
    };
    let message = format!(
        "BackendConfig {} names {what}: Ingress {} stops as a whole",
        config.object.name, ingress.object.name
    );
    let said = told.label(world.now(&ingress.object));
    let finding = Finding::new(&ROW, &config.object, message, Label::new(node, label))
        .detail(format!("secret {secret}"))
        .concerning(&ingress.object)
        .because(said.place, said.text);
    Some(finding.help(
        "make the Secret in the namespace of the BackendConfig: with client_id and client_secret \
         for IAP, with key_value for signed URLs",
    ))
}
