//! NEG407: the controller may not change a firewall rule, and says which command would.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::controller::event::{FirewallChange, FirewallCommand, Meaning, Trouble};
use crate::document::Node;
use crate::finding::{Finding, Label, Noise, Severity, Subject, Verdicts};
use crate::kind::Kind;
use crate::kind::event::Event;
use crate::kind::object::Object;
use crate::remedy::{Remedy, Run};
use crate::world::World;

use super::Row;
use super::admission::{Way, way_to};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG407",
    slug: "host-project-must-open",
    severity: Severity::Warning,
    reads: &[
        Kind::Ingress,
        Kind::Service,
        Kind::Gateway,
        Kind::Route,
        Kind::Pod,
        Kind::Event,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
        Kind::BackendService,
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Firewall,
        Kind::Network,
        Kind::Instance,
    ],
    follows: &[],
    check,
};

const ASKS: &str = "the controller asks for a firewall rule that it may not change itself";

/// The annotation of an Ingress that mutes the event.
const SUPPRESS: &str = "networking.gke.io/suppress-firewall-xpn-error";

/// The most objects and ranges that a message names.
const NAMED: usize = 3;

/// The newest word on one firewall rule of a cluster, which is told to every Ingress.
struct Wanted<'w, 'd> {
    event: &'w Event<'d>,
    command: &'d str,
    objects: Vec<&'w Object<'d>>,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    if !world.events().iter().any(|event| command(event).is_some()) {
        return;
    }
    let ingresses = world.ingresses().iter().map(|ingress| &ingress.object);
    let services = world.services().map(|service| &service.service.object);
    let mut wanted: BTreeMap<(&str, &str), Wanted<'_, '_>> = BTreeMap::new();
    for object in ingresses.chain(services) {
        if object.live.is_none() || object.deleted().is_some() {
            continue;
        }
        if is_muted(object) {
            verdicts.noise.extend(muted(world, object));
            continue;
        }
        for (event, command) in told(world, object) {
            let rule = FirewallCommand::read(command).map_or(command, |command| command.rule);
            let of_rule = wanted
                .entry((object.cluster_name, rule))
                .or_insert_with(|| Wanted {
                    event,
                    command,
                    objects: Vec::new(),
                });
            if event.last > of_rule.event.last {
                (of_rule.event, of_rule.command) = (event, command);
            }
            of_rule.objects.push(object);
        }
    }
    let healthy = healthy(world);
    for ((_, rule), mut wanted) in wanted {
        wanted
            .objects
            .sort_by_key(|it| (it.kind, it.namespace, it.name));
        wanted
            .objects
            .dedup_by_key(|it| (it.kind, it.namespace, it.name));
        let Some(found) = finding(rule, &wanted, &healthy) else {
            continue;
        };
        match weighed(world, &wanted, found) {
            Ok(found) => verdicts.find(found),
            Err(noise) => verdicts.hush(noise),
        }
    }
}

/// A finding as the firewalls of the network confirm it: noise where they let the load balancer in
/// to all of the objects' Pods, an error where they keep it from some.
#[expect(
    clippy::result_large_err,
    reason = "both are values here, and there are few"
)]
fn weighed(world: &World<'_>, wanted: &Wanted<'_, '_>, found: Finding) -> Result<Finding, Noise> {
    let change = FirewallCommand::read(wanted.command).map(|command| command.change);
    if change == Some(FirewallChange::Delete) {
        return Ok(found);
    }
    let objects = wanted.objects.iter();
    let ways: Vec<_> = objects.map(|it| way_to(world, &it.subject())).collect();
    if ways.contains(&Some(Way::Shut)) {
        return Ok(found.severity(Severity::Error));
    }
    let open = ways.iter().all(|way| *way == Some(Way::Open));
    if !open {
        return Ok(found);
    }
    let why = "the rules that are there let the load balancer in";
    let place = found.primary.place;
    Err(Noise::new(&ROW, found.subject, place, ASKS, why))
}

/// For each Ingress the Pod that a load balancer found healthy last: since when, and where that is
/// told.
type Healthy<'d> = HashMap<Subject, (Option<Timestamp>, Node<'d>)>;

fn healthy<'d>(world: &World<'d>) -> Healthy<'d> {
    let mut healthy = Healthy::new();
    for held in world.held() {
        for pod in &held.pods {
            let condition = pod.pod.neg_condition().filter(|it| {
                it.status == "True" && it.message.starts_with("Pod has become Healthy")
            });
            let Some(condition) = condition else { continue };
            let found = (condition.since, condition.told());
            for ingress in pod.negs.iter().filter_map(|(_, neg)| neg.ingress) {
                let last = healthy.entry(ingress.object.subject()).or_insert(found);
                if found.0 > last.0 {
                    *last = found;
                }
            }
        }
    }
    healthy
}

impl<'d> Wanted<'_, 'd> {
    /// A Pod that shows the way to be open, where there is one behind each of the objects: another
    /// rule lets the load balancer in. What a change adds may be missing to Pods from before.
    fn open(&self, change: Option<FirewallChange>, healthy: &Healthy<'d>) -> Option<Node<'d>> {
        let found = self.objects.iter().map(|it| {
            let (since, told) = healthy.get(&it.subject())?;
            (change == Some(FirewallChange::Create) || *since >= self.event.first).then_some(*told)
        });
        let found: Option<Vec<_>> = found.collect();
        found?.into_iter().next()
    }
}

/// As Go reads a boolean.
fn is_muted(object: &Object<'_>) -> bool {
    if object.kind != Kind::Ingress {
        return false;
    }
    let value = object.annotation_text(SUPPRESS);
    matches!(value, Some("1" | "t" | "T" | "true" | "TRUE" | "True"))
}

fn muted(world: &World<'_>, object: &Object<'_>) -> Option<Noise> {
    let (event, _) = told(world, object).last()?;
    let why = format!("annotation {SUPPRESS} mutes it");
    Some(Noise::new(&ROW, object, event.told(), ASKS, why))
}

/// The commands that were asked for since the object was last changed.
fn told<'w, 'd>(
    world: &'w World<'d>,
    object: &Object<'_>,
) -> impl Iterator<Item = (&'w Event<'d>, &'d str)> {
    let changed = object.changed();
    let events = world.events_of(object).into_iter();
    let events = events.filter(move |event| event.last.is_none() || event.last >= changed);
    events.filter_map(|event| Some((event, command(event)?)))
}

/// The command that an event asks for.
fn command<'d>(event: &Event<'d>) -> Option<&'d str> {
    let decoded = event.decoded.as_ref()?;
    let is_it = decoded.meaning == Meaning::Trouble(Trouble::XpnFirewall);
    decoded.command().filter(|_| is_it)
}

fn finding(rule: &str, wanted: &Wanted<'_, '_>, healthy: &Healthy<'_>) -> Option<Finding> {
    let (first, others) = wanted.objects.split_first()?;
    let command = FirewallCommand::read(wanted.command);
    let option = |name| command.as_ref().and_then(|command| command.option(name));
    let change = command.as_ref().map(|command| command.change);
    let project = option("--project").map_or_else(String::new, |it| format!(" in project {it}"));
    let verb = match change {
        Some(FirewallChange::Create) => "make",
        Some(FirewallChange::Delete) => "remove",
        Some(FirewallChange::Update) | None => "change",
    };
    let which = match &command {
        Some(_) => format!("firewall rule {rule}{project}"),
        None => "a firewall rule".to_owned(),
    };
    let message = if change == Some(FirewallChange::Delete) {
        format!(
            "Firewall rule {rule}{project} is no longer needed and stays: the controller may not remove it"
        )
    } else {
        format!(
            "The controller may not {verb} {which}: unless another rule lets {} in, neither \
             health checks nor requests reach the Pods of {}",
            option("--source-ranges").map_or_else(|| "the load balancer".to_owned(), ranges),
            objects(&wanted.objects)
        )
    };
    let label = Label::new(wanted.event.told(), "asks for this command");
    let mut finding = Finding::new(&ROW, *first, message, label).detail(rule);
    if change == Some(FirewallChange::Delete) {
        finding = finding.severity(Severity::Note);
    } else if let Some(told) = wanted.open(change, healthy) {
        finding = finding.severity(Severity::Note);
        finding = finding.because(told, "found healthy all the same: another rule lets it in");
    }
    for other in others {
        finding = finding.concerning(*other);
    }
    let run = command.filter(|command| command.change != FirewallChange::Delete);
    finding.remedies.extend(run.map(|command| {
        Remedy::Run(Run {
            title: format!("{verb} the firewall rule, with rights in the host project"),
            argv: command.argv(),
            then: Vec::new(),
            interrupts: None,
        })
    }));
    Some(finding.help(help(change, first)))
}

fn help(change: Option<FirewallChange>, object: &Object<'_>) -> String {
    let mut help = match change {
        Some(FirewallChange::Delete) => {
            return "let somebody with rights in the host project run the command of the event"
                .to_owned();
        }
        Some(_) => {
            "read the command of the event, and let somebody with rights in the host project run \
             it, or give the GKE service agent of this project roles/compute.securityAdmin there"
        }
        None => {
            "the command of the event is not of the form that the controller writes: do not run it \
             unread"
        }
    }
    .to_owned();
    if object.kind == Kind::Ingress {
        help.push_str(
            "; where another rule admits the same, mute the event by the annotation \
             networking.gke.io/suppress-firewall-xpn-error: \"true\"",
        );
    }
    help
}

fn ranges(list: &str) -> String {
    let ranges: Vec<&str> = list.split(',').collect();
    match ranges.get(NAMED..) {
        Some(more @ [_, ..]) => {
            let first: Vec<&str> = ranges.iter().take(NAMED).copied().collect();
            format!("{} and {} more ranges", first.join(", "), more.len())
        }
        _ => ranges.join(", "),
    }
}

fn objects(objects: &[&Object<'_>]) -> String {
    let named = objects.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|object| format!("{} {}", object.kind_name, object.name))
        .collect();
    match objects.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
