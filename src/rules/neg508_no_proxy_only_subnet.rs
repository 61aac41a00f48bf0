//! NEG508: a load balancer of Envoys without a subnet for them.

use std::collections::BTreeSet;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Link, Subnetwork};
use crate::world::{Road, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG508",
    slug: "no-proxy-only-subnet",
    severity: Severity::Error,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
        Kind::Subnetwork,
    ],
    follows: &[],
    check,
};

/// What Google asks for at least, in bits of the mask.
const SMALLEST: u8 = 26;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told: BTreeSet<(Link<'_>, &str)> = BTreeSet::new();
    for road in world.cloud().roads() {
        let Some((product, purpose)) = road
            .product
            .and_then(|it| Some((it, it.proxy_subnet.as_deref()?)))
        else {
            continue;
        };
        let Some((network, regions)) = world.cloud().proxies_of(road, product) else {
            continue;
        };
        for region in regions {
            if told.insert((road.rule.link, region)) {
                judge(world, road, purpose, network, region, verdicts);
            }
        }
    }
}

fn judge<'d>(
    world: &World<'d>,
    road: &Road<'d>,
    purpose: &str,
    network: Link<'d>,
    region: &str,
    verdicts: &mut Verdicts,
) {
    let subnets = world.cloud().proxy_subnets(network, region, purpose);
    if let Some(active) = subnets.iter().find(|it| it.is_active()) {
        verdicts.findings.extend(too_small(active));
        return;
    }
    if let Err(missing) = world.cloud().whole(Kind::Subnetwork, network.project) {
        verdicts.leave(missing.undecided(&ROW, &road.rule, road.rule.head()));
        return;
    }
    let backup = subnets.first();
    let message = format!(
        "{} has no proxies to send through: network {} has no active subnet of purpose {purpose} in \
         {region}{}",
        cloud::head(&road.rule),
        network.name,
        if backup.is_some() {
            ", only a backup"
        } else {
            ""
        },
    );
    let mut finding = Finding::new(
        &ROW,
        &road.rule,
        message,
        Label::new(road.rule.head(), "its proxies live there"),
    )
    .detail(region)
    .concerning(&road.service)
    .help(format!(
        "make one of at least 64 addresses (/23 is usual) in a free range: gcloud compute \
                 networks subnets create NAME --purpose={purpose} --role=ACTIVE --network={} \
                 --region={region} --range=RANGE; open the firewall for it as well",
        network.name
    ));
    if let Some(backup) = backup {
        finding = finding.because(backup.place_of("role"), "not in use");
    }
    verdicts.find(finding);
}

fn too_small(subnet: &Subnetwork<'_>) -> Option<Finding> {
    let (node, range) = subnet.range()?;
    let bits: u8 = range.rsplit_once('/')?.1.parse().ok()?;
    (bits > SMALLEST).then(|| {
        let message = format!(
            "Proxy-only subnet {} has room for {} addresses: proxies need 64 at least",
            subnet.name(),
            1_u64 << (32 - u32::from(bits.min(32)))
        );
        Finding::new(&ROW, subnet, message, Label::new(node, "too small"))
            .severity(Severity::Warning)
            .help("make a larger one as backup, and let it take over")
    })
}
