//! NEG027: what brings the manifest of a Service undoes what GKE wrote on it.

use crate::document::{Inner, Node};
use crate::finding::{Finding, Label, Severity, Undecided, Verdicts};
use crate::kind::Kind;
use crate::kind::gitops::{GitOps, SYNC_OPTIONS};
use crate::kind::object::Object;
use crate::kind::service::{NEG_ANNOTATION, NEG_STATUS_ANNOTATION};
use crate::remedy::Edit;
use crate::world::{Joined, Missing, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG027",
    slug: "gitops-overwrites-claim",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::GitOps,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
    ],
    follows: &[],
    check,
};

const REPLACE: &str = "Replace";
const APPLY: &str = "ServerSideApply";
const HELP: &str = "with ServerSideApply=true in place of it Argo CD changes what Git says, and leaves \
                    alone what others wrote";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let bringers: Vec<_> = world.others().iter().filter_map(GitOps::new).collect();
    for service in world.services().filter(|it| !it.object.partial) {
        verdicts.findings.extend(by_own_option(service));
        for bringer in bringers.iter().filter(|it| it.brings(&service.object)) {
            verdicts.findings.extend(replaced(service, *bringer));
            verdicts.findings.extend(put_back(service, *bringer));
        }
    }
    for bringer in bringers {
        let mut services = world.services();
        if !services.any(|service| bringer.brings(&service.object)) {
            verdicts.undecided.extend(unseen(bringer));
        }
    }
}

/// An Application that leaves claims out when it compares, whose Services are not there to look at.
fn unseen(bringer: GitOps<'_, '_>) -> Option<Undecided> {
    let of_any = Object {
        name: "",
        namespace: None,
        ..bringer.object.clone()
    };
    let ignored = bringer.ignores_claim_of(&of_any)?;
    let names_claim = ignored.text().is_some_and(|text| text.contains("neg"));
    let respects = bringer.option("RespectIgnoreDifferences=true").is_some();
    let missing = Missing::new(
        format!("whether Git states {NEG_ANNOTATION} on its Services is not to be seen"),
        "the manifests of the Application, or a cluster with its Services",
    );
    let open = names_claim && !respects;
    open.then(|| missing.undecided(&ROW, bringer.object, ignored))
}

/// Whether Git states the claim of a Service: in its manifest, or in what was last applied.
fn is_of_git(object: &Object<'_>) -> bool {
    if object.observed {
        return object.last_applied(NEG_ANNOTATION);
    }
    object.stated_annotation(NEG_ANNOTATION).is_some()
}

/// What GKE wrote on a Service: whether the claim itself is among it, and where to see it.
fn written(service: Joined<'_, '_>) -> Option<(bool, Option<Label>)> {
    let object = &service.object;
    let live = object.shown();
    let live_claim = live
        .as_ref()
        .and_then(|live| live.stated_annotation(NEG_ANNOTATION));
    if let Some(claim) = live_claim.filter(|_| !is_of_git(object)) {
        let label = Label::new(claim.key, "not of Git: it goes, and the NEG with it");
        return Some((true, Some(label)));
    }
    let status = live.and_then(|live| live.stated_annotation(NEG_STATUS_ANNOTATION));
    if let Some(status) = status {
        let label = Label::new(status.key, "goes until the controller writes it again");
        return Some((false, Some(label)));
    }
    let asks = service.neg_ports().next().is_some() && object.live.is_none();
    asks.then(|| {
        (
            false,
            service.neg.map(|neg| Label::new(neg.key, "asks for NEGs")),
        )
    })
}

fn effect(has_claim: bool) -> &'static str {
    if has_claim {
        "the claim, which Git lacks, goes each time, and its NEG is emptied and deleted"
    } else {
        "neg-status and the finalizers, which GKE writes, go each time"
    }
}

/// A Service that says of itself that it is replaced.
fn by_own_option(service: Joined<'_, '_>) -> Option<Finding> {
    let object = &service.object;
    let option = object.annotation(SYNC_OPTIONS)?;
    option.string().filter(|text| has(text, "Replace=true"))?;
    let (has_claim, shown) = written(service)?;
    let message = format!(
        "Argo CD replaces Service {} at each sync: {}",
        object.name,
        effect(has_claim)
    );
    let label = Label::new(option.value, "replaces the whole object");
    let mut finding = Finding::new(&ROW, object, message, label).help(HELP);
    finding.labels.extend(shown);
    Some(finding.edit(applied(option.value)))
}

fn has(options: &str, option: &str) -> bool {
    options.split(',').any(|it| it.trim() == option)
}

/// The option by which Argo CD leaves alone what others wrote.
fn applied(option: Node<'_>) -> Option<Edit> {
    let inner = Inner::new(option).filter(|_| !option.is_alias())?;
    let start = inner.text().find(REPLACE)?;
    if inner.text().contains(APPLY) {
        return None;
    }
    let change = inner.change(start..start + REPLACE.len(), APPLY)?;
    Some(Edit::risky(
        "replace Replace=true with ServerSideApply=true",
        change,
    ))
}

/// A Service that is replaced as all that its Application or HelmRelease brings.
fn replaced(service: Joined<'_, '_>, bringer: GitOps<'_, '_>) -> Option<Finding> {
    let object = &service.object;
    let option = bringer.replaces()?;
    let own = object.annotation(SYNC_OPTIONS).and_then(|it| it.string());
    if own.is_some_and(|own| has(own, "Replace=false") || has(own, "Replace=true")) {
        return None;
    }
    let (has_claim, shown) = written(service)?;
    let is_flux = bringer.object.kind_name == "HelmRelease";
    let when = if is_flux { "upgrade" } else { "sync" };
    let message = format!(
        "{} {} replaces Service {} at each {when}: {}",
        bringer.object.kind_name,
        bringer.object.name,
        object.name,
        effect(has_claim)
    );
    let label = Label::new(option, "replaces whole objects");
    let mut finding = Finding::new(&ROW, bringer.object, message, label)
        .detail(object.subject())
        .concerning(object);
    finding.labels.extend(shown);
    if is_flux {
        return Some(
            finding.help("leave upgrade.force out: Helm then changes what the chart says"),
        );
    }
    let has_apply = bringer.option("ServerSideApply=true").is_some();
    Some(
        finding
            .help(HELP)
            .edit(applied(option).filter(|_| !has_apply)),
    )
}

/// A claim of Git that is left out of the comparison and put back all the same.
fn put_back(service: Joined<'_, '_>, bringer: GitOps<'_, '_>) -> Option<Finding> {
    let object = &service.object;
    let ignored = bringer.ignores_claim_of(object)?;
    let claim = service.neg.filter(|_| is_of_git(object))?;
    if bringer.option("RespectIgnoreDifferences=true").is_some() {
        return None;
    }
    let message = format!(
        "Application {} leaves {NEG_ANNOTATION} of Service {} out when it compares, and puts Git's \
         value back at each sync: syncOptions lack RespectIgnoreDifferences=true",
        bringer.object.name, object.name
    );
    let label = Label::new(ignored, "for the comparison alone");
    let finding = Finding::new(&ROW, bringer.object, message, label)
        .detail(format!("ignored {}", object.subject()))
        .concerning(object)
        .because(claim.key, "stated in Git");
    Some(finding.help(
        "add RespectIgnoreDifferences=true to syncPolicy.syncOptions; or leave the annotation out of \
         Git where GKE writes it",
    ))
}
