//! Whether the certificates of a proxy are for the hosts that its URL map serves.

use std::collections::BTreeSet;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{TargetProxy, UrlMap};
use crate::world::{Missing, World};

use super::super::cloud;
use super::{Held, ROW};

/// Speaks of the hosts that no certificate of a proxy is for.
pub(super) fn judge(
    world: &World<'_>,
    proxy: &TargetProxy<'_>,
    held: &Held<'_>,
    verdicts: &mut Verdicts,
) {
    let mut certificates = held.certificates.iter();
    let mute = certificates.find(|it| it.names().next().is_none());
    let bare: Vec<(&str, Node<'_>)> = hosts(world, proxy)
        .into_iter()
        .filter(|(host, _)| {
            let mut held = held.certificates.iter();
            !held.any(|it| it.covers(host) == Some(true))
        })
        .collect();
    let Some((first, node)) = bare.first() else {
        return;
    };
    let silent = mute.map(|it| {
        Missing::new(
            format!("{} does not say for which names it is", cloud::called(it)),
            "gcloud compute ssl-certificates describe, or openssl on its text",
        )
    });
    if let Some(missing) = held.missing.clone().or(silent) {
        verdicts.leave(missing.undecided(&ROW, proxy, proxy.head()));
        return;
    }
    let names: Vec<String> = bare.iter().map(|(host, _)| (*host).to_owned()).collect();
    let message = format!(
        "No certificate of {} is for {}: browsers warn there and clients refuse",
        cloud::called(proxy),
        cloud::list(&names),
    );
    let mut finding = Finding::new(&ROW, proxy, message, Label::new(*node, "no certificate"))
        .severity(Severity::Warning)
        .detail(format!("host {first}"))
        .help(
            "give the proxy a certificate that is for these hosts too; a wildcard stands for one label",
        );
    for certificate in held.certificates.iter().take(3) {
        // The API writes a name twice: as it was asked for, and as it was issued.
        let names: BTreeSet<&str> = certificate.names().collect();
        let names: Vec<String> = names.into_iter().take(4).map(str::to_owned).collect();
        finding = finding.because(
            certificate.head(),
            format!("is for {}", cloud::list(&names)),
        );
    }
    verdicts.find(finding);
}

/// Leaves the hosts of a proxy with a certificate map, which is of Certificate Manager.
pub(super) fn leave(world: &World<'_>, proxy: &TargetProxy<'_>, verdicts: &mut Verdicts) {
    let Some(map) = proxy.certificate_map() else {
        return;
    };
    let name = map.text().and_then(|text| text.rsplit('/').next());
    if !hosts(world, proxy).is_empty() {
        let missing = super::not_of_compute(name.unwrap_or_default());
        verdicts.leave(missing.undecided(&ROW, proxy, map));
    }
}

/// The hosts that the URL map of a proxy names, without ports; `*` is no host.
fn hosts<'d>(world: &World<'d>, proxy: &TargetProxy<'d>) -> Vec<(&'d str, Node<'d>)> {
    let next = proxy.next().filter(|_| proxy.is_http());
    let map = next.and_then(|to| world.cloud().seek(Kind::UrlMap, to).found());
    let hosts = map.map(|map: UrlMap<'d>| map.hosts()).unwrap_or_default();
    let named = hosts.into_iter().filter_map(|node| {
        let host = node.text()?.split(':').next()?;
        // `*-web.example.com` is no name of a certificate.
        let plain = !host.trim_start_matches("*.").contains('*');
        plain.then_some((host, node))
    });
    named.collect()
}
