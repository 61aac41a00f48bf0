//! What stands beside a road: addresses, proxy-only subnets, certificates, health checks.

use crate::kind::Kind;
use crate::kind::cloud::{
    Address, BackendService, Certificate, ForwardingRule, HealthCheck, Subnetwork, TargetProxy,
};
use crate::world::Sought;

use super::super::{Hop, State};
use super::{Builder, unread};
use crate::finding::Subject;
use crate::kind::cloud::Link;

impl<'d> Builder<'_, 'd> {
    /// The reservation of a rule's address.
    pub(super) fn address(&mut self, place: usize, rule: &ForwardingRule<'d>) {
        let cloud = self.world.cloud();
        let own = |it: &Address<'d>| {
            !rule.address().is_empty()
                && it.address() == rule.address()
                && it.link.project == rule.link.project
                && (it.address_type() == "EXTERNAL" || it.link.location == rule.link.location)
        };
        let Some(address) = cloud.addresses().find(own) else {
            let read = cloud.whole(Kind::Address, rule.link.project).is_ok();
            if read && cloud.is_ephemeral(rule) {
                self.fact(place, "ephemeral address");
            }
            return;
        };
        let (side, new) = self.object("address", &address);
        if new {
            let status = if address.is_reserved() {
                "unused"
            } else {
                "in use"
            };
            let kind = address.address_type().to_lowercase();
            self.fact(
                side,
                format!("{}, static, {kind}, {status}", address.address()),
            );
        }
        self.stand(place, side);
    }

    /// The subnets in which the proxies of a rule's load balancer live. That one is missing is said
    /// of the rule.
    pub(super) fn proxy_subnets(&mut self, place: usize, rule: &ForwardingRule<'d>) {
        let cloud = self.world.cloud();
        let Some((product, purpose)) = cloud
            .product(rule)
            .and_then(|it| Some((it, it.proxy_subnet.as_deref()?)))
        else {
            return;
        };
        let own = cloud.roads().iter().filter(|it| it.rule.link == rule.link);
        for (network, regions) in own.filter_map(|road| cloud.proxies_of(road, product)) {
            for region in regions {
                let subnets = cloud.proxy_subnets(network, region, purpose);
                for subnet in subnets.iter().filter(|it| it.is_active()) {
                    let side = self.proxy_subnet(subnet);
                    self.stand(place, side);
                }
                if subnets.iter().any(Subnetwork::is_active) {
                    continue;
                }
                if let Err(missing) = cloud.whole(Kind::Subnetwork, network.project) {
                    let side = self.unread_subnet(network, region);
                    self.state(side, State::Unread(unread("it", &missing)));
                    self.stand(place, side);
                }
            }
        }
    }

    fn proxy_subnet(&mut self, subnet: &Subnetwork<'d>) -> usize {
        let (side, new) = self.object("proxy-only subnet", subnet);
        if new {
            let range = subnet.range().map_or("no range", |(_, range)| range);
            self.fact(side, format!("{range}, {}", subnet.link.location.name()));
        }
        side
    }

    fn unread_subnet(&mut self, network: Link<'d>, region: &str) -> usize {
        let name = format!("of {region}");
        let subject = Subject {
            cluster: network.project.to_owned(),
            kind: "Subnetwork".to_owned(),
            namespace: region.to_owned(),
            name: name.clone(),
        };
        let (side, new) = self.add(Hop::new("proxy-only subnet", name, subject), network.name);
        if new {
            self.fact(side, format!("network {}", network.name));
        }
        side
    }

    /// The certificates that a proxy gives to clients.
    pub(super) fn certificates(&mut self, place: usize, proxy: &TargetProxy<'d>) {
        let elsewhere = "it is of Certificate Manager, which is not read: gcloud \
                         certificate-manager certificates list";
        if let Some(node) = proxy.certificate_map() {
            let name = node.text().unwrap_or_default();
            let name = name.rsplit('/').next().unwrap_or_default();
            let subject = Subject {
                kind: "CertificateMap".to_owned(),
                name: name.to_owned(),
                ..proxy.subject()
            };
            let hop = Hop::new("certificate map", name, subject).at(node.place());
            let (side, _) = self.add(hop, "");
            self.state(side, State::Unread(elsewhere.to_owned()));
            self.stand(place, side);
            // The map is asked first, and others only where there is none.
            return;
        }
        for to in proxy.certificates() {
            let cloud = self.world.cloud();
            let side = if to.link.collection != "sslCertificates" {
                self.named("certificate", to, State::Unread(elsewhere.to_owned()))
            } else if let Some(found) = cloud.seek::<Certificate<'d>>(Kind::Certificate, to).found()
            {
                self.certificate(&found)
            } else {
                let state = match cloud.whole(Kind::Certificate, to.link.project) {
                    Ok(()) => State::Unknown("no certificate of this name was read".to_owned()),
                    Err(missing) => State::Unread(unread("it", &missing)),
                };
                self.named("certificate", to, state)
            };
            self.stand(place, side);
        }
    }

    fn certificate(&mut self, certificate: &Certificate<'d>) -> usize {
        let (side, new) = self.object("certificate", certificate);
        if !new {
            return side;
        }
        let status = certificate.status().unwrap_or("ACTIVE").to_lowercase();
        let managed = certificate.is_managed();
        self.fact(
            side,
            if managed {
                format!("managed, {status}")
            } else {
                "uploaded".to_owned()
            },
        );
        let mut names: Vec<&str> = certificate.names().collect();
        names.dedup();
        let more = names.len().saturating_sub(3);
        let mut fact = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        if more > 0 {
            fact = format!("{fact} and {more} more");
        }
        if !fact.is_empty() {
            self.fact(side, fact);
        }
        if managed && status != "active" {
            let why = format!("its state is {status}");
            self.state(side, State::Unknown(why));
        }
        side
    }

    /// The health check of a backend service.
    pub(super) fn health_check(&mut self, place: usize, service: &BackendService<'d>) {
        let Some(to) = service.health_check() else {
            self.fact(place, "no health check");
            return;
        };
        let found = match self.world.cloud().health_check(service) {
            Some(Sought::Found(found)) => found,
            Some(Sought::Unclear(missing)) => {
                let state = State::Unread(unread("it", &missing));
                let side = self.named("health check", to, state);
                return self.stand(place, side);
            }
            // Legacy ones are of another kind.
            _ => {
                let why = "no health check of this name was read".to_owned();
                let side = self.named("health check", to, State::Unknown(why));
                return self.stand(place, side);
            }
        };
        let (side, new) = self.object("health check", &found);
        if new {
            self.fact(side, asks(&found));
        }
        self.stand(place, side);
    }
}

/// `TCP on the serving port every 5 s`, `HTTP /healthz on port 8080 every 10 s`
fn asks(check: &HealthCheck<'_>) -> String {
    let path = if check.is_http() {
        format!(" {}", check.path())
    } else {
        String::new()
    };
    let port = match check.port_specification() {
        "USE_SERVING_PORT" => "the serving port".to_owned(),
        "USE_NAMED_PORT" => "a named port".to_owned(),
        _ => check
            .fixed_port()
            .map_or_else(|| "no port".to_owned(), |(port, _)| format!("port {port}")),
    };
    let interval = check.interval();
    format!("{}{path} on {port} every {interval} s", check.protocol())
}
