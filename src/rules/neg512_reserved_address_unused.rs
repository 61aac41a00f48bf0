//! NEG512: an address was reserved for a road, by its name, and nothing uses it.

use jiff::SignedDuration;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Address, CloudObject, ForwardingRule, Neg};
use crate::world::{Missing, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG512",
    slug: "reserved-address-unused",
    severity: Severity::Note,
    reads: &[
        Kind::Address,
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
        Kind::Ingress,
    ],
    follows: &["NEG501", "NEG502", "NEG505", "NEG201", "NEG901", "NEG902"],
    check,
};

/// An address is reserved before what uses it is made.
const AFOOT: SignedDuration = SignedDuration::from_hours(24);

/// The annotations by which an Ingress takes an address.
const TAKEN_BY: [&str; 2] = [
    "kubernetes.io/ingress.global-static-ip-name",
    "kubernetes.io/ingress.regional-static-ip-name",
];

/// What an unused address was for.
enum Meant<'d> {
    /// This rule, which has an address that is not reserved.
    Rule(ForwardingRule<'d>),
    /// This, to which no forwarding rule leads.
    Bare(CloudObject<'d>),
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for address in world.cloud().addresses() {
        if !is_unused(world, &address) {
            continue;
        }
        match meant(world, &address) {
            Ok(Some(meant)) => verdicts.find(finding(&address, &meant)),
            Ok(None) => {}
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &address, address.head())),
        }
    }
}

fn is_unused(world: &World<'_>, address: &Address<'_>) -> bool {
    let lb = ["GCE_ENDPOINT", "SHARED_LOADBALANCER_VIP", ""];
    let is_front = lb.contains(&address.purpose().unwrap_or_default());
    let age = address.created().and_then(|made| {
        let project = address.link.project;
        world.cloud().age(project, made)
    });
    let is_afoot = age.is_some_and(|age| age < AFOOT);
    let named = |key: &&str| {
        let mut ingresses = world.ingresses().iter();
        ingresses.any(|it| it.object.annotation_text(key) == Some(address.name()))
    };
    address.is_reserved()
        && address.users().next().is_none()
        && is_front
        && !is_afoot
        && !TAKEN_BY.iter().any(named)
}

/// What an address was for, by its name; nothing but a name can say so.
fn meant<'d>(world: &World<'d>, address: &Address<'d>) -> Result<Option<Meant<'d>>, Missing> {
    let all = world.cloud();
    let fits = |object: &CloudObject<'d>| {
        object.link.project == address.link.project
            && cloud::are_of_one(address.name(), object.name())
    };
    let kind = |it: &ForwardingRule<'d>| {
        let internal = it.scheme().is_some_and(|it| it.starts_with("INTERNAL"));
        let wanted = if internal { "INTERNAL" } else { "EXTERNAL" };
        address.address_type() == wanted && address.link.location == it.link.location
    };
    let mut rules = all.roads().iter().map(|road| road.rule);
    let rule = rules.find(|it| fits(it) && kind(it) && all.is_ephemeral(it));
    if let Some(rule) = rule {
        all.whole(Kind::Address, rule.link.project)?;
        return Ok(Some(Meant::Rule(rule)));
    }
    let mut services = all.backend_services();
    let bare = services.find(|it| fits(it) && !all.is_live(it.link));
    if let Some(service) = bare {
        all.ways_are_whole(&service)?;
        return Ok(Some(Meant::Bare(service.object)));
    }
    let is_held = |neg: Neg<'d>| all.holders(neg.link).next().is_some();
    let loose = |neg: &Neg<'d>| neg.is_zonal() && !all.negs_named(neg.name()).any(is_held);
    let Some(neg) = all.negs().find(|neg| fits(neg) && loose(neg)) else {
        return Ok(None);
    };
    all.whole(Kind::BackendService, neg.link.project)?;
    Ok(Some(Meant::Bare(neg.object)))
}

fn finding(address: &Address<'_>, meant: &Meant<'_>) -> Finding {
    let name = cloud::head(address);
    let (message, place, text, help) = match meant {
        Meant::Rule(rule) => (
            format!(
                "{name} is reserved and unused, and {} has another that is not reserved",
                cloud::called(rule)
            ),
            rule.place_of("IPAddress"),
            "another address".to_owned(),
            "make the forwarding rule anew with the reserved address, and let DNS follow; or \
             reserve the one it has, and release this one",
        ),
        Meant::Bare(object) => (
            format!(
                "{name} is reserved and unused, and no forwarding rule leads to {}",
                cloud::called(object)
            ),
            object.head(),
            "no front".to_owned(),
            "finish the road with a forwarding rule on this address; or release it, if the road is \
             gone: what is reserved and unused costs money",
        ),
    };
    let concerned = match meant {
        Meant::Rule(rule) => &rule.object,
        Meant::Bare(object) => object,
    };
    let label = Label::new(address.place_of("status"), "unused");
    Finding::new(&ROW, address, message, label)
        .because(place, text)
        .concerning(concerned)
        .help(help)
}
