//! The NEGs that a live Service asks for, with what the cluster shows of each.

use jiff::SignedDuration;

use crate::controller::names::L7Namer;
use crate::finding::Label;
use crate::kind::service::Service;
use crate::kind::svc_neg::SvcNeg;

use super::{Joined, NegPort};

/// How long the controllers may take until something that waits for two of them is there.
pub const GRACE: SignedDuration = SignedDuration::from_mins(5);

/// A NEG that a Service asks for now, and would still ask for once its manifest is applied.
#[derive(Debug, Clone)]
pub struct LiveNeg<'w, 'd> {
    /// The Service.
    pub service: Joined<'w, 'd>,
    /// The port, and who asks.
    pub of: NegPort<'w, 'd>,
    /// Its custom name, or the one that the controller makes where the cluster's UID is known.
    pub name: Option<&'w str>,
    /// True where the claim names it.
    pub is_custom: bool,
    /// The name that `neg-status` states for the port.
    pub stated: Option<&'w str>,
    /// The controller's record of the port.
    pub svc_neg: Option<&'w SvcNeg<'d>>,
}

impl LiveNeg<'_, '_> {
    /// `port 80`
    pub fn port(&self) -> String {
        format!("port {}", self.of.port.port)
    }

    /// Where it is asked for: in the claim, or by the Ingress, with these words.
    pub fn asked(&self, text: impl Into<String>) -> Label {
        let service = self.service.service;
        if self.of.exposed
            && let Some((inner, claim)) = service.claim()
        {
            let mut exposed = claim.exposed.iter();
            let own = exposed.find(|exposed| i64::from(exposed.port) == self.of.port.port);
            if let Some(own) = own {
                return Label::new(inner.place(own.key_range.clone()), text);
            }
        }
        match service.neg {
            Some(neg) => Label::new(neg.key, text),
            None => Label::new(self.of.port.port_node, text),
        }
    }
}

impl<'w, 'd> Joined<'w, 'd> {
    /// The ports for which it asks for NEGs by its claim, in the cluster as it is and as its
    /// manifest will have it; none for a Service that no cluster shows.
    pub fn live_ports(self) -> impl Iterator<Item = NegPort<'w, 'd>> {
        let observed = self.service.object.observed;
        let now = if observed { None } else { self.shown() };
        let asks_now = move |port: i64| {
            let same = |now| custom_name(now, port) == custom_name(self.service, port);
            observed || now.as_ref().is_some_and(same)
        };
        self.neg_ports()
            .filter(|of| of.exposed || of.ingress.is_some())
            .filter(move |of| asks_now(of.port.port))
    }

    /// Their NEGs, with what the cluster shows of each.
    pub fn live_negs(self) -> Vec<LiveNeg<'w, 'd>> {
        let status = self.said_status();
        self.live_ports()
            .map(|of| {
                let port = of.port.port;
                let custom = custom_name(self.service, port).filter(|name| !name.is_empty());
                let number = port.to_string();
                let group = status.as_ref().and_then(|it| it.groups.get(&number));
                LiveNeg {
                    service: self,
                    is_custom: custom.is_some(),
                    name: custom.or_else(|| self.generated_name(of)),
                    stated: group.map(|group| group.neg.value.as_str()),
                    svc_neg: self.svc_negs().find(|neg| neg.is_for(port)),
                    of,
                }
            })
            .collect()
    }

    /// The name that the controller makes for a port's NEG.
    fn generated_name(self, of: NegPort<'w, 'd>) -> Option<&'w str> {
        let name = || {
            let object = &self.service.object;
            let mut clusters = self.world.clusters(object);
            let uid = clusters.find_map(|cluster| cluster.cluster_uid.as_deref())?;
            let port = i32::try_from(of.port.port).ok()?;
            let name = L7Namer::new(uid).neg(object.namespace?, object.name, port);
            Some(name.as_str().to_owned())
        };
        of.found.generated.get_or_init(name).as_deref()
    }
}

/// The custom name that the claim gives a port, by `exposed_ports` or for Ingresses; empty where
/// it covers the port and leaves the name to the controller.
fn custom_name<'s>(service: &'s Service<'_>, port: i64) -> Option<&'s str> {
    let (_, claim) = service.claim()?;
    let mut exposed = claim.exposed.iter();
    match exposed.find(|exposed| i64::from(exposed.port) == port) {
        Some(exposed) => Some(exposed.custom_name().unwrap_or_default()),
        None => claim.for_ingress().then_some(""),
    }
}
