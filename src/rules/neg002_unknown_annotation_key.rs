//! NEG002: the NEG annotation has a member that the controller does not know.

use strsim::damerau_levenshtein;

use crate::controller::claim::Claim;
use crate::controller::decode::Spanned;
use crate::controller::mend::patched;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::Service;
use crate::remedy::Edit;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG002",
    slug: "unknown-annotation-key",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

const OF_CLAIM: &[&str] = &["exposed_ports", "ingress", "zones"];
const OF_PORT: &[&str] = &["name"];

/// More slips in one annotation than anybody reads of.
const MANY: usize = 20;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        let mut judge = |member: &Spanned<String>, port: Option<&str>| {
            // A variable may become any key.
            if !member.value.contains("${") {
                verdicts.find(finding(&service, inner, claim, member, port));
            }
        };
        let of_ports = claim
            .exposed
            .iter()
            .flat_map(|port| port.unknown.iter().map(|it| (it, Some(port.key.as_str()))));
        let all = claim.unknown.iter().map(|it| (it, None)).chain(of_ports);
        all.take(MANY)
            .for_each(|(member, port)| judge(member, port));
    }
}

fn finding(
    service: &Service<'_>,
    inner: &Inner<'_>,
    claim: &Claim,
    member: &Spanned<String>,
    port: Option<&str>,
) -> Finding {
    let (name, written) = (service.object.name, &member.value);
    let known = if port.is_some() { OF_PORT } else { OF_CLAIM };
    let meant = nearest(written, known);
    let place = inner.place(member.range.clone());
    let whose = port.map_or_else(String::new, |port| format!(" for port {port}"));
    let (label, severity) = match meant {
        Some(meant) => (format!("the controller reads {meant}"), Severity::Error),
        // Then it is all that the annotation says.
        None if !claim.has_effect() => ("unknown".to_owned(), Severity::Warning),
        None => ("unknown".to_owned(), Severity::Note),
    };
    let message = format!(
        "The NEG annotation of Service {name} says {written:?}{whose}, which the controller \
         passes over in silence"
    );
    let help = if port.is_some() {
        "a port in exposed_ports has one member, name, and may leave it out"
    } else {
        "the members of the annotation are ingress, exposed_ports and zones, in any letter case"
    };
    let edit = meant.and_then(|meant| rename(service, inner, claim, member, meant));
    Finding::new(&ROW, &service.object, message, Label::new(place, label))
        .detail(port.map_or_else(|| written.clone(), |port| format!("{port}.{written}")))
        .severity(severity)
        .help(help)
        .edit(edit)
}

/// The known member that this one is a slip of: the same letters in another spelling
/// (`exposedPorts`), or a letter in three wrong.
fn nearest(written: &str, known: &[&'static str]) -> Option<&'static str> {
    let bare = |name: &str| -> String {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let written = bare(written);
    let distance = |name: &str| damerau_levenshtein(&written, &bare(name));
    let nearest = known.iter().min_by_key(|name| distance(name))?;
    (distance(nearest) <= nearest.len() / 3).then_some(*nearest)
}

fn rename(
    service: &Service<'_>,
    inner: &Inner<'_>,
    claim: &Claim,
    member: &Spanned<String>,
    meant: &str,
) -> Option<Edit> {
    let patch = (member.range.clone(), format!("\"{meant}\""));
    let mended = patched(inner.text(), std::slice::from_ref(&patch));
    let mended = Claim::read(&mended).ok()?;
    let alone = mended.repeated.len() == claim.repeated.len();
    let change = inner.change(patch.0, &patch.1)?;
    (alone && service.admits(&mended))
        .then(|| Edit::safe(format!("replace {:?} with {meant:?}", member.value), change))
}
