//! The ServiceNetworkEndpointGroups that the controller keeps because a Service wants them now.

use crate::controller::event::Decoded;
use crate::controller::names::begins_generated;
use crate::finding::{Finding, Label};
use crate::kind::condition::Condition;
use crate::kind::svc_neg::SvcNeg;
use crate::rules::Row;

use super::{GRACE, Joined, LiveNeg};

impl<'w, 'd> Joined<'w, 'd> {
    /// True where a cluster shows it, nobody deletes it, and it was last changed so long ago that
    /// the controllers have had their time.
    pub fn is_settled(self) -> bool {
        let object = &self.service.object;
        let age = self.world.age(object, self.service.changed);
        age.is_some_and(|age| age >= GRACE) && object.deleted().is_none()
    }

    /// Its ServiceNetworkEndpointGroups whose state is the controller's concern: those of the NEGs
    /// that it claims and would still claim once its manifest is applied, and that of a Service
    /// load balancer, which needs no claim. The others only wait for their deletion.
    pub fn wanted_svc_negs(self) -> Vec<&'w SvcNeg<'d>> {
        let negs = self.live_negs();
        let status = self.said_status();
        let of_l4 = status.as_ref().and_then(|status| status.neg(0));
        let is_wanted = |svc_neg: &&SvcNeg<'d>| {
            let name = svc_neg.object.name;
            let claimed = negs.iter().any(|neg| {
                let stated = neg.stated.or(neg.name);
                svc_neg.is_for(neg.of.port.port) && stated.is_none_or(|stated| stated == name)
            });
            claimed || (svc_neg.is_for(0) && of_l4 == Some(name))
        };
        self.svc_negs().filter(is_wanted).collect()
    }

    /// Those of which a condition has been `False` for longer than it takes to heal by itself.
    pub fn failing_svc_negs(self, condition: &str) -> Vec<FailingNeg<'w, 'd>> {
        let failing = |svc_neg: &'w SvcNeg<'d>| {
            let condition = svc_neg.condition(condition)?;
            let since = condition.since.or_else(|| svc_neg.object.created());
            let age = self.world.age(&self.service.object, since)?;
            (condition.status == "False" && age >= GRACE).then(|| FailingNeg {
                service: self,
                svc_neg,
                condition,
                decoded: condition.decoded(svc_neg.object.kind_name),
            })
        };
        if !self.is_settled() {
            return Vec::new();
        }
        let wanted = self.wanted_svc_negs().into_iter();
        wanted.filter_map(failing).collect()
    }
}

/// A wanted ServiceNetworkEndpointGroup of which a condition says that the controller fails.
#[derive(Debug, Clone)]
pub struct FailingNeg<'w, 'd> {
    /// The Service.
    pub service: Joined<'w, 'd>,
    /// The record.
    pub svc_neg: &'w SvcNeg<'d>,
    condition: Condition<'d>,
    decoded: Option<Decoded<'d>>,
}

impl FailingNeg<'_, '_> {
    /// Why, as the end of a sentence; empty where it is not told.
    pub fn why(&self) -> String {
        let decoded = self.decoded.as_ref();
        decoded.map(Decoded::why).unwrap_or_default()
    }

    /// A finding about the Service, which shows the condition and the claim, and says what to do.
    pub fn finding(&self, rule: &'static Row, message: String) -> Finding {
        let label = Label::new(self.condition.told(), "what the controller says");
        let advice = self.decoded.as_ref().and_then(Decoded::advice);
        let advice = advice.unwrap_or_else(|| "remove the cause that the message names".to_owned());
        let finding = Finding::new(rule, &self.service.object, message, label)
            .concerning(&self.svc_neg.object)
            .detail(self.svc_neg.object.name)
            .help(format!(
                "{advice}; the next try comes by itself, at the latest after ten minutes"
            ));
        match self.service.neg {
            Some(neg) => finding.because(neg.key, "asks for it"),
            None => finding,
        }
    }
}

impl<'w, 'd> LiveNeg<'w, 'd> {
    /// The controller's record of the NEG of the name that `neg-status` states.
    pub fn record(&self) -> Option<&'w SvcNeg<'d>> {
        let port = self.of.port.port;
        let mut own = self.service.svc_negs().filter(|it| it.is_for(port));
        own.find(|svc_neg| Some(svc_neg.object.name) == self.stated)
    }

    /// True where `neg-status` still states a name that the claim gave before.
    pub fn has_old_name(&self) -> bool {
        let Some(stated) = self.stated else {
            return false;
        };
        match &self.name {
            Some(name) if self.is_custom => *name != stated,
            _ => !begins_generated(stated),
        }
    }
}
