//! From a forwarding rule to its backend services.

use crate::kind::Kind;
use crate::kind::cloud::{
    BackendService, ForwardingRule, Leads, Reference, TargetProxy, UrlMap, UrlMapEdge,
};

use super::super::State;
use super::Builder;

impl<'d> Builder<'_, 'd> {
    pub(super) fn rule(&mut self, rule: &ForwardingRule<'d>) -> usize {
        let (place, new) = self.object("forwarding rule", rule);
        if !new {
            return place;
        }
        let ports = ports(rule);
        let address = match rule.address() {
            "" => "no address",
            address => address,
        };
        self.fact(place, format!("{address}:{ports} {}", rule.protocol()));
        let product = self.world.cloud().product(rule);
        let product = product.map_or("no load balancer of Google's", |it| it.name.as_str());
        self.fact(place, product);
        self.address(place, rule);
        self.proxy_subnets(place, rule);
        let to = match (rule.backend_service(), rule.target()) {
            (Some(to), _) => Some(self.service_at(to)),
            (None, Some(to)) => Some(self.proxy_at(to)),
            (None, None) => None,
        };
        match to {
            Some(to) => self.lead(place, to, ""),
            None => self.state(place, State::Broken("it names no target".to_owned())),
        }
        place
    }

    fn proxy_at(&mut self, to: Reference<'d>) -> usize {
        let (kind, why) = match to.link.collection {
            "targetHttpProxies" | "targetHttpsProxies" | "targetTcpProxies"
            | "targetSslProxies" => ("target proxy", ""),
            "targetPools" => ("target pool", "target pools of instances are not followed"),
            _ => ("target", "targets of this kind are not followed"),
        };
        if !why.is_empty() {
            return self.named(kind, to, State::Unread(why.to_owned()));
        }
        let cloud = self.world.cloud();
        match cloud.seek::<TargetProxy<'d>>(Kind::TargetProxy, to).found() {
            Some(proxy) => self.proxy(&proxy),
            None => self.lost("target proxy", Kind::TargetProxy, to),
        }
    }

    pub(super) fn service_at(&mut self, to: Reference<'d>) -> usize {
        if to.link.collection == "backendBuckets" {
            let why = "buckets are not followed";
            return self.named("backend bucket", to, State::Unread(why.to_owned()));
        }
        let cloud = self.world.cloud();
        match cloud
            .seek::<BackendService<'d>>(Kind::BackendService, to)
            .found()
        {
            Some(service) => self.service(&service),
            None => self.lost("backend service", Kind::BackendService, to),
        }
    }

    pub(super) fn proxy(&mut self, proxy: &TargetProxy<'d>) -> usize {
        let (place, new) = self.object("target proxy", proxy);
        if !new {
            return place;
        }
        let header = match proxy.proxy_header() {
            "NONE" => String::new(),
            header => format!(", {header}"),
        };
        self.fact(place, format!("{}{header}", proxy.protocol()));
        self.certificates(place, proxy);
        let to = proxy.next().map(|next| {
            if proxy.is_http() {
                self.url_map_at(next)
            } else {
                self.service_at(next)
            }
        });
        match to {
            Some(to) => self.lead(place, to, ""),
            None => self.state(
                place,
                State::Unknown("it does not say where it leads".into()),
            ),
        }
        place
    }

    fn url_map_at(&mut self, to: Reference<'d>) -> usize {
        let cloud = self.world.cloud();
        match cloud.seek::<UrlMap<'d>>(Kind::UrlMap, to).found() {
            Some(map) => self.url_map(&map),
            None => self.lost("URL map", Kind::UrlMap, to),
        }
    }

    pub(super) fn url_map(&mut self, map: &UrlMap<'d>) -> usize {
        let (place, new) = self.object("URL map", map);
        if !new {
            return place;
        }
        match map.hosts().len() {
            0 => self.fact(place, "every host"),
            1 => self.fact(place, "1 host"),
            count => self.fact(place, format!("{count} hosts")),
        }
        let edges = map.edges();
        if edges.is_empty() {
            self.fact(place, "redirects, or answers by itself");
        }
        for edge in &edges {
            // A default for which the rules beside it leave nothing is no way.
            let open = |it: &UrlMapEdge<'d>| it.hidden_by.is_none() && it.to.link == edge.to.link;
            if edge.hidden_by.is_some() && edges.iter().any(open) {
                continue;
            }
            let to = self.service_at(edge.to);
            let closed = matches!(edge.leads, Leads::Weight { own: 0, .. });
            let closed = closed || edge.hidden_by.is_some() || edge.hosts.is_empty();
            self.way(place, to, label(edge), closed);
        }
        place
    }
}

/// `25`, `80-90`, `all ports`
fn ports(rule: &ForwardingRule<'_>) -> String {
    if rule.all_ports() {
        return "all ports".to_owned();
    }
    let ports = rule.ports().into_iter().map(|range| {
        if range.start() == range.end() {
            range.start().to_string()
        } else {
            format!("{}-{}", range.start(), range.end())
        }
    });
    ports.collect::<Vec<_>>().join(",")
}

/// `shop.example.com /api/*`, `* 20 of 100`
fn label(edge: &UrlMapEdge<'_>) -> String {
    let mut words = vec![edge.hosts.join(", ")];
    if edge.hosts.is_empty() {
        words = vec!["no host".to_owned()];
    }
    if !edge.paths.is_empty() {
        words.push(edge.paths.join(", "));
    }
    match edge.leads {
        Leads::All => {}
        Leads::Weight { own, sum } => words.push(format!("{own} of {sum}")),
        Leads::Mirror => words.push("copies".to_owned()),
    }
    if edge.hidden_by.is_some() {
        words.push("(nothing is left for it)".to_owned());
    }
    words.join(" ")
}
