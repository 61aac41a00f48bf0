//! Findings that the manifests themselves hide, by a comment `# neg-doctor: ignore[NEG004] reason`
//! or an annotation `neg-doctor/ignore: NEG004 reason`. What hides nothing is itself reported.

mod annotation;
mod comment;
mod names;
mod reach;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Report, fold, sort};
use crate::check::Input;
use crate::document::Document;
use crate::finding::{Finding, Label, Severity, Subject};
use crate::rules::Row;
use crate::text::{Place, Span};

use names::Trouble;

/// Reports suppressions that hide nothing or cannot be understood.
pub static ROW: Row = Row {
    id: "NEG000",
    slug: "unused-suppression",
    severity: Severity::Warning,
    reads: &[],
    follows: &[],
    // It has nothing to say of the world: it judges what the other rules said.
    check: |_, _| {},
};

/// One rule that one comment or annotation hides.
#[derive(Debug)]
struct Suppression {
    rule: &'static Row,
    /// Where the rule is named.
    place: Place,
    /// The object it stands in, or the file.
    subject: Subject,
    reach: Reach,
}

#[derive(Debug)]
enum Reach {
    /// Findings on the line that starts at this byte.
    Line(usize),
    /// Findings about the suppression's subject whose label lies in these bytes.
    Object(Span),
}

/// Takes out of a report what the input's comments and annotations hide, together with what only
/// follows from it, and adds what is wrong with them. `known` are all rules that can be named;
/// of those not in `ran` nobody can say whether hiding them is still needed.
pub fn suppress(report: &mut Report, input: &Input, known: &[&'static Row], ran: &[&'static Row]) {
    let documents = Documents::new(&input.documents);
    let (suppressions, troubles) = collect(input, &documents, known);
    let index = Index::new(&suppressions, &documents);
    let mut used = HashSet::new();
    let mut open: HashSet<(String, &str)> = HashSet::new();
    report.undecided.retain(|undecided| {
        open.insert((undecided.place.source.origin.clone(), undecided.rule.id));
        !index.hides(
            undecided.rule,
            &undecided.subject,
            &undecided.place,
            &mut used,
        )
    });
    hide(report, |finding| {
        index.hides(
            finding.rule,
            &finding.subject,
            &finding.primary.place,
            &mut used,
        )
    });
    if ran.contains(&&ROW) {
        let is_incomplete = report.unread.iter().any(|unread| unread.fails);
        let unused = suppressions
            .iter()
            .enumerate()
            .filter(|(at, _)| !is_incomplete && !used.contains(at))
            .map(|(_, suppression)| suppression)
            .filter(|suppression| ran.contains(&suppression.rule))
            .filter(|suppression| {
                let origin = suppression.place.source.origin.clone();
                !open.contains(&(origin, suppression.rule.id))
            })
            .map(unused);
        let troubles = troubles.into_iter().map(Trouble::into_finding);
        report.findings.extend(troubles.chain(unused));
        sort(&mut report.findings);
    }
    report.count();
}

/// Takes out findings, and those that only follow from them: the ones that had their cause among
/// them and have no other that stays.
fn hide(report: &mut Report, mut hides: impl FnMut(&Finding) -> bool) {
    let before = report.findings.len();
    let mut gone = HashSet::new();
    report.findings.retain(|finding| {
        let hides = hides(finding);
        if hides {
            gone.insert(finding.fingerprint());
        }
        !hides
    });
    let bereft: HashSet<String> = report
        .findings
        .iter()
        .filter(|finding| {
            finding
                .cause
                .as_ref()
                .is_some_and(|cause| gone.contains(cause))
        })
        .map(Finding::fingerprint)
        .collect();
    fold(&mut report.findings);
    report.findings.retain(|finding| {
        let stays = |cause: &String| !bereft.contains(cause);
        !bereft.contains(&finding.fingerprint()) || finding.cause.as_ref().is_some_and(stays)
    });
    report.summary.suppressed += before - report.findings.len();
}

fn collect(
    input: &Input,
    documents: &Documents<'_>,
    known: &[&'static Row],
) -> (Vec<Suppression>, Vec<Trouble>) {
    let mut suppressions = Vec::new();
    let mut troubles = Vec::new();
    let mut take = |result| match result {
        Ok(suppression) => suppressions.push(suppression),
        Err(trouble) => troubles.push(trouble),
    };
    comment::collect(&input.comments, documents, known, &mut take);
    for document in &input.documents {
        annotation::collect(document, known, &mut take);
    }
    (suppressions, troubles)
}

fn unused(suppression: &Suppression) -> Finding {
    let Row { id, slug, .. } = suppression.rule;
    let subject = suppression.subject.clone();
    let label = Label::new(suppression.place.clone(), "hides nothing");
    let message = format!("the suppression of {id} ({slug}) hides no finding");
    Finding::new(&ROW, subject, message, label)
        .detail(id)
        .help(format!("take out {}", suppression.place.text()))
}

/// The documents by where they stand.
struct Documents<'d>(BTreeMap<(&'d str, u32), &'d Document>);

impl<'d> Documents<'d> {
    fn new(documents: &'d [Document]) -> Self {
        let key = |document: &'d Document| {
            let start = document.root().span().start;
            (document.source().origin.as_str(), start)
        };
        Self(
            documents
                .iter()
                .map(|document| (key(document), document))
                .collect(),
        )
    }

    /// The document that holds a byte of a file.
    fn at(&self, origin: &str, offset: u32) -> Option<&'d Document> {
        let (_, document) = self.0.range((origin, 0)..=(origin, offset)).next_back()?;
        (offset <= document.root().span().end).then_some(*document)
    }
}

/// The suppressions by what they reach.
struct Index<'s> {
    documents: &'s Documents<'s>,
    /// By file, rule and the start of the line.
    lines: BTreeMap<(&'s str, &'static str, usize), Vec<usize>>,
    /// By file, rule, kind and name.
    objects: HashMap<(&'s str, &'static str, &'s str, &'s str), Vec<(Span, usize)>>,
}

impl<'s> Index<'s> {
    fn new(suppressions: &'s [Suppression], documents: &'s Documents<'s>) -> Self {
        let mut index = Self {
            documents,
            lines: BTreeMap::new(),
            objects: HashMap::new(),
        };
        for (at, suppression) in suppressions.iter().enumerate() {
            let (origin, rule) = (
                suppression.place.source.origin.as_str(),
                suppression.rule.id,
            );
            match suppression.reach {
                Reach::Line(line) => {
                    index
                        .lines
                        .entry((origin, rule, line))
                        .or_default()
                        .push(at);
                }
                Reach::Object(span) => {
                    let Subject { kind, name, .. } = &suppression.subject;
                    let key = (origin, rule, kind.as_str(), name.as_str());
                    index.objects.entry(key).or_default().push((span, at));
                }
            }
        }
        index
    }

    /// Whether something hides a verdict; notes what does.
    fn hides(
        &self,
        rule: &Row,
        subject: &Subject,
        place: &Place,
        used: &mut HashSet<usize>,
    ) -> bool {
        let Place { source, span } = place;
        let origin = source.origin.as_str();
        let object = (
            origin,
            rule.id,
            subject.kind.as_str(),
            subject.name.as_str(),
        );
        let by_object = self
            .objects
            .get(&object)
            .into_iter()
            .flatten()
            .filter(|(reach, _)| (reach.start..=reach.end).contains(&span.start))
            .map(|(_, at)| *at);
        let last = source.line_start(span.start);
        let first = self
            .documents
            .at(origin, span.start)
            .map_or(last, |document| {
                reach::first_line(document, span.start).min(last)
            });
        let by_line = self
            .lines
            .range((origin, rule.id, first)..=(origin, rule.id, last))
            .flat_map(|(_, at)| at.iter().copied());
        let hiding: Vec<usize> = by_object.chain(by_line).collect();
        used.extend(&hiding);
        !hiding.is_empty()
    }
}
