//! What keeps a Service's NEGs from being made or filled, as the NEG controller says it: in events,
//! which pass, and in the conditions of its own records, which stand.

use crate::controller::event::{Cause, Decoded, Refusal, Reported, Step, Trouble};
use crate::finding::{Finding, Label};
use crate::kind::condition::Condition;
use crate::kind::svc_neg::{CONDITIONS, SvcNeg};
use crate::rules::Row;

use super::{GRACE, Joined, LiveNeg, Told, World, in_words};

/// What a failure is about. One rule speaks of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// The Service is refused, or the NEG cannot be made or looked up: NEG101.
    Creation,
    /// Endpoints cannot be computed, attached or detached: NEG107.
    Endpoints,
    /// The NEG's name belongs to something else: NEG108.
    OwnedElsewhere,
    /// The NEG's description is empty: NEG109.
    WithoutOwner,
    /// The NEG is in another network: NEG110.
    OtherNetwork,
}

impl Matter {
    /// What a trouble is about, by its cause where that is the sharper word.
    fn of(trouble: Trouble, report: Option<&Reported<'_>>) -> Option<Self> {
        match trouble {
            Trouble::ProcessService | Trouble::Sync => {
                Some(report.map_or(Self::Creation, Self::of_cause))
            }
            Trouble::Attach | Trouble::Detach | Trouble::RetriesExhausted | Trouble::Degraded => {
                Some(Self::Endpoints)
            }
            Trouble::Recreated => Some(Self::OtherNetwork),
            _ => None,
        }
    }

    fn of_cause(report: &Reported<'_>) -> Self {
        match &report.cause {
            Cause::ForeignDescription { .. } | Cause::LabelConflict { .. } => Self::OwnedElsewhere,
            Cause::EmptyDescription { .. } => Self::WithoutOwner,
            Cause::WrongNetwork { .. } => Self::OtherNetwork,
            // Only the wrong network lets the controller delete a NEG that it is to keep.
            cause if report.step == Some(Step::EnsureNeg) && cause.in_use_by().is_some() => {
                Self::OtherNetwork
            }
            Cause::Endpoint { .. } | Cause::EndpointCounts { .. } => Self::Endpoints,
            _ => Self::Creation,
        }
    }
}

/// A failure of the NEG controller with a Service or one of its NEGs, as far as it stands.
#[derive(Debug, Clone)]
pub struct Failure<'w, 'd> {
    /// The Service.
    pub service: Joined<'w, 'd>,
    /// What kind of trouble.
    pub trouble: Trouble,
    /// What it is about.
    pub matter: Matter,
    /// The NEG that it is about; `None` for the Service as a whole.
    pub neg: Option<String>,
    /// Who asks for that NEG, where it is known.
    pub wish: Option<LiveNeg<'w, 'd>>,
    /// The controller's record of that NEG.
    pub svc_neg: Option<&'w SvcNeg<'d>>,
    /// What was said.
    pub decoded: Decoded<'d>,
    /// The error that decides, among those that were said.
    pub report: Option<Reported<'d>>,
    /// The event that says it.
    pub told: Option<Told<'w, 'd>>,
    /// The condition that says it.
    pub condition: Option<Condition<'d>>,
}

impl<'w, 'd> Joined<'w, 'd> {
    /// What the controller could not do for it and its NEGs, and still cannot, of one matter;
    /// whether an event is enough is left to the rule.
    pub fn failures(self, matter: Matter) -> Vec<Failure<'w, 'd>> {
        let object = &self.service.object;
        if !self.is_live() || object.deleted().is_some() {
            return Vec::new();
        }
        let told = self.world.told(object);
        if told.is_empty() && !self.svc_negs().any(|it| it.fails) {
            return Vec::new();
        }
        let wishes = self.live_negs();
        let mut failures = Vec::new();
        for told in told {
            failures.extend(self.by_event(told, matter, &wishes));
        }
        for svc_neg in self.svc_negs().filter(|it| it.fails) {
            for name in CONDITIONS {
                let Some(failure) = self.by_condition(svc_neg, name, matter, &wishes) else {
                    continue;
                };
                let same = |it: &&mut Failure<'_, '_>| {
                    it.neg == failure.neg && it.trouble == Trouble::Sync
                };
                match failures.iter_mut().find(same) {
                    Some(known) => known.condition = known.condition.or(failure.condition),
                    None => failures.push(failure),
                }
            }
        }
        failures
    }

    fn by_event(
        self,
        told: Told<'w, 'd>,
        matter: Matter,
        wishes: &[LiveNeg<'w, 'd>],
    ) -> Option<Failure<'w, 'd>> {
        let trouble = told.trouble;
        let report = report_of(trouble, told.decoded, matter)?;
        let key = told.decoded.syncer_key();
        let of_key = |wish: &&LiveNeg<'_, '_>| {
            key.is_some_and(|key| key.port().map(i64::from) == Some(wish.of.port.port))
        };
        let neg = told.decoded.neg().filter(|neg| !neg.is_empty());
        let wish = match neg {
            Some(neg) => wishes.iter().find(|wish| wish.is(neg)),
            None => wishes.iter().find(of_key),
        };
        let neg = neg.map(str::to_owned).or_else(|| wish?.called());
        let svc_neg = neg.as_deref().and_then(|neg| {
            let mut records = self.svc_negs();
            records.find(|record| is_record(record, neg))
        });
        let of_load_balancer = svc_neg.is_some_and(|record| record.is_for(0));
        let stands = match (&neg, key) {
            (None, None) => self.is_unchanged() && self.still(report, wishes),
            _ => wish.is_some() || of_load_balancer || wishes.iter().any(LiveNeg::is_nameless),
        };
        let synced = svc_neg.and_then(|record| record.condition("Synced"));
        if !stands || (trouble == Trouble::Sync && synced.is_some_and(|it| it.status == "True")) {
            return None;
        }
        Some(Failure {
            service: self,
            trouble,
            matter,
            neg,
            wish: wish.cloned(),
            svc_neg,
            decoded: told.decoded.clone(),
            report: report.cloned(),
            told: Some(told),
            condition: None,
        })
    }

    /// Whether what was refused in a Service is still there, where that can be seen.
    fn still(self, report: Option<&Reported<'_>>, wishes: &[LiveNeg<'_, '_>]) -> bool {
        let service = self.service;
        let claim = service.claim().map(|(_, claim)| claim);
        match report.map(|report| &report.cause) {
            Some(Cause::AnnotationInvalid) => service.refused().is_some(),
            Some(Cause::PortNotInService { .. }) => {
                claim.is_some_and(|claim| !service.admits(claim))
            }
            Some(Cause::CustomNameWithIngress { .. }) => {
                claim.is_some_and(|claim| claim.for_ingress() && claim.named().next().is_some())
            }
            Some(Cause::LabelConflict { neg, .. } | Cause::ObjectName { name: neg }) => {
                let mut wishes = wishes.iter();
                wishes.any(|wish| wish.is_nameless() || wish.is(neg))
            }
            _ => true,
        }
    }

    fn by_condition(
        self,
        svc_neg: &'w SvcNeg<'d>,
        name: &str,
        matter: Matter,
        wishes: &[LiveNeg<'w, 'd>],
    ) -> Option<Failure<'w, 'd>> {
        let condition = svc_neg.condition(name).filter(|it| it.status == "False")?;
        let kind = svc_neg.object.kind_name;
        let decoded = condition.decoded(kind)?;
        let report = report_of(Trouble::Sync, &decoded, matter)?.cloned();
        let wish = wishes.iter().find(|wish| wish.is(svc_neg.object.name));
        if wish.is_none() && !svc_neg.is_for(0) {
            return None;
        }
        Some(Failure {
            service: self,
            trouble: Trouble::Sync,
            matter,
            neg: Some(svc_neg.object.name.to_owned()),
            wish: wish.cloned(),
            svc_neg: Some(svc_neg),
            decoded,
            report,
            told: None,
            condition: Some(condition),
        })
    }
}

impl World<'_> {
    /// The name of the cluster whose namespace `kube-system` has this UID, of those that were
    /// described or looked at.
    pub fn cluster_of_uid(&self, uid: &str) -> Option<&str> {
        let mut seen = self.clusters.seen().map(|(_, cluster)| cluster);
        let cluster = seen.find(|cluster| cluster.kube_system_uid.as_deref() == Some(uid))?;
        Some(cluster.name.as_str()).filter(|name| !name.is_empty())
    }
}

/// The error of a text that is about a matter, the gravest first: `None` where there is none, and
/// `Some(None)` where the text is about it without one.
#[expect(
    clippy::option_option,
    reason = "a text may be about a matter and give no error"
)]
fn report_of<'r, 'd>(
    trouble: Trouble,
    decoded: &'r Decoded<'d>,
    matter: Matter,
) -> Option<Option<&'r Reported<'d>>> {
    if decoded.causes.is_empty() {
        return (Matter::of(trouble, None) == Some(matter)).then_some(None);
    }
    let mut about: Vec<_> = decoded
        .causes
        .iter()
        .filter(|report| Matter::of(trouble, Some(report)) == Some(matter))
        .collect();
    about.sort_by_key(|report| (report.passes(), report.cause == Cause::Unknown));
    about.first().copied().map(Some)
}

fn is_record(record: &SvcNeg<'_>, neg: &str) -> bool {
    record.object.name == neg || record.groups.iter().any(|group| group.name == neg)
}

impl LiveNeg<'_, '_> {
    /// True where this is its NEG, in whichever subnet. A record of the same port may be that of a
    /// name that the claim gave before.
    fn is(&self, neg: &str) -> bool {
        let stated = self.stated.filter(|_| !self.is_custom);
        let known = [self.name, stated];
        let mut known = known.into_iter().flatten().peekable();
        let record = self.svc_neg.filter(|record| is_record(record, neg));
        if known.peek().is_none() {
            return record.is_some();
        }
        known.any(|name| name == neg || record.is_some_and(|record| record.object.name == name))
    }

    /// How its NEG is called, by whoever knows.
    fn called(&self) -> Option<String> {
        let record = self.svc_neg.map(|record| record.object.name.to_owned());
        record
            .or_else(|| self.stated.map(str::to_owned))
            .or_else(|| self.name.map(str::to_owned))
    }

    /// True where that is not known.
    fn is_nameless(&self) -> bool {
        self.called().is_none()
    }
}

impl<'d> Failure<'_, 'd> {
    /// Whether it stands for good: said by a condition or again and again, and long enough where
    /// it may pass by itself or where it is not known why.
    pub fn stands(&self, world: &World<'_>) -> bool {
        let object = &self.service.service.object;
        let now = world.now(object);
        let passes = self.report.as_ref().is_none_or(|report| {
            let missing = matches!(&report.cause, Cause::Google(refused)
                if matches!(refused.refusal, Refusal::NotFound { .. } | Refusal::Other));
            // Nodes and Pods go, and EndpointSlices follow within a minute.
            let endpoint = matches!(
                &report.cause,
                Cause::Endpoint { .. } | Cause::EndpointCounts { .. }
            );
            missing || endpoint || report.passes() || report.cause == Cause::Unknown
        });
        let old = |condition: &Condition<'_>| {
            let since = condition.since.max(object.changed());
            world.age(object, since).is_some_and(|age| age >= GRACE)
        };
        if let Some(condition) = &self.condition {
            return !passes || old(condition);
        }
        let Some(told) = &self.told else {
            return false;
        };
        if passes {
            return told.lasts_long(now);
        }
        let fresh = world.age(object, told.last).is_some_and(|age| age < GRACE);
        // The controller checks the Service anew within milliseconds.
        fresh || told.lasts(now)
    }

    /// A finding about the Service, which shows what was said and who asks.
    pub fn finding(&self, rule: &'static Row, world: &World<'_>, message: String) -> Finding {
        let object = &self.service.service.object;
        let held = self.condition.map(|condition| {
            let since = world.age(object, condition.since).map(in_words);
            let held = since.map_or(String::new(), |since| format!(" for {since}"));
            Label::new(
                condition.told(),
                format!("{} is False{held}", condition.name),
            )
        });
        let told = self.told.as_ref();
        let said = told.map(|told| told.label(world.now(object)));
        let mut labels = said.into_iter().chain(held);
        let primary = labels.next();
        let primary = primary.unwrap_or_else(|| Label::new(object.head(), ""));
        let mut finding = Finding::new(rule, object, message, primary);
        finding.labels.extend(labels);
        if let Some(wish) = &self.wish {
            finding.labels.push(wish.asked("asked for here"));
        }
        if let Some(record) = self.svc_neg {
            finding = finding.concerning(&record.object);
        }
        finding.detail(self.neg.as_deref().unwrap_or_default())
    }

    /// `NEG mail-neg`
    pub fn called(&self) -> String {
        match &self.neg {
            Some(neg) => format!("NEG {neg}"),
            None => "its NEG".to_owned(),
        }
    }
}
