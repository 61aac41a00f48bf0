//! The ServiceNetworkEndpointGroups that the controller keeps because a Service wants them now.

use crate::kind::condition::Condition;
use crate::kind::object::Object;
use crate::kind::service::NEG_ANNOTATION;
use crate::kind::svc_neg::SvcNeg;

use super::{GRACE, Joined};

impl<'w, 'd> Joined<'w, 'd> {
    /// True where a cluster shows it, and what was last changed of it is so long ago that the
    /// controllers have had their time.
    pub fn is_settled(self) -> bool {
        let object = &self.service.object;
        let age = self.world.age(object, object.changed());
        object.deleted().is_none() && age.is_some_and(|age| age >= GRACE)
    }

    /// Its ServiceNetworkEndpointGroups whose state is the controller's concern: those of the NEGs
    /// that it claims and would still claim once its manifest is applied, and where it claims
    /// nothing itself (a Service load balancer, a mesh) those that `neg-status` names. The others
    /// only wait for their deletion.
    pub fn wanted_svc_negs(self) -> Vec<&'w SvcNeg<'d>> {
        let negs = self.live_negs();
        let status = self.status().and_then(|status| status.said.ok());
        let live = self.service.object.live.map(Object::observed);
        let claims = |object: &Object<'_>| object.stated_annotation(NEG_ANNOTATION).is_some();
        let claims_nothing = self.service.neg.is_none() && !live.is_some_and(|live| claims(&live));
        let is_wanted = |svc_neg: &&SvcNeg<'d>| {
            let (name, port) = (svc_neg.object.name, svc_neg.port);
            let claimed = negs.iter().any(|neg| {
                let stated = neg.stated.as_deref().or(neg.name.as_deref());
                port == Some(neg.of.port.port.to_string().as_str())
                    && stated.is_none_or(|stated| stated == name)
            });
            let by_others = || {
                let group = status.as_ref()?.groups.get(port?)?;
                Some(group.neg.value == name)
            };
            claimed || ((claims_nothing || port == Some("0")) && by_others() == Some(true))
        };
        self.svc_negs().filter(is_wanted).collect()
    }

    /// Those of which a condition has been `False` for longer than it takes to heal by itself.
    pub fn failing_svc_negs(self, condition: &str) -> Vec<(&'w SvcNeg<'d>, Condition<'d>)> {
        let failing = |svc_neg: &'w SvcNeg<'d>| {
            let condition = svc_neg.condition(condition)?;
            let since = condition.since.or_else(|| svc_neg.object.created());
            let age = self.world.age(&self.service.object, since)?;
            (condition.status == "False" && age >= GRACE).then_some((svc_neg, condition))
        };
        if !self.is_settled() {
            return Vec::new();
        }
        let wanted = self.wanted_svc_negs().into_iter();
        wanted.filter_map(failing).collect()
    }
}
