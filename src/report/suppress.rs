//! Findings that the manifests themselves hide, by a comment `# neg-doctor: ignore[NEG004] reason`
//! or an annotation `neg-doctor/ignore: NEG004 reason`. What hides nothing is itself reported.

mod annotation;
mod comment;
mod names;
mod reach;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ptr;
use std::sync::Arc;

use memchr::memmem;

use super::{Report, fold, sort};
use crate::check::Input;
use crate::document::Document;
use crate::finding::{Finding, Label, Subject};
use crate::kind::Object;
use crate::rules::{Row, UNUSED_SUPPRESSION};
use crate::text::{Place, Source, Span};

use names::Collected;
use reach::Scalars;

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
    /// Findings about the suppression's subject.
    Subject,
}

/// Reads the annotations of all objects. Of most texts one look at the whole is enough.
fn collect_annotations(input: &Input, collected: &mut Collected<'_>) {
    let declared = input.documents.iter().map(|it| (it, false));
    let live = input.snapshots.iter().flat_map(|it| &it.documents);
    let live = live.map(|it| (it, true));
    let mut speaks = (ptr::null(), false);
    for (document, is_live) in declared.chain(live) {
        let source = Arc::as_ptr(document.source());
        if speaks.0 != source {
            let text = document.source().text.as_bytes();
            speaks = (source, memmem::find(text, b"neg-doctor").is_some());
        }
        if speaks.1 {
            annotation::collect(document, is_live, collected);
        }
    }
}

/// Takes out of a report what the input's comments and annotations hide, together with what only
/// follows from it, and adds what is wrong with them. `known` are all rules that can be named;
/// of those not in `ran` nobody can say whether hiding them is still needed.
pub fn suppress(report: &mut Report, input: &Input, known: &[&'static Row], ran: &[&'static Row]) {
    let documents = Documents::new(&input.documents);
    let mut collected = Collected::new(known);
    comment::collect(&input.comments, &documents, &mut collected);
    collect_annotations(input, &mut collected);
    let Collected {
        suppressions,
        troubles,
        ..
    } = collected;
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
    if ran.contains(&UNUSED_SUPPRESSION) {
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
        report.findings.extend(troubles.into_iter().chain(unused));
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

fn unused(suppression: &Suppression) -> Finding {
    let Row { id, slug, .. } = suppression.rule;
    let subject = suppression.subject.clone();
    let label = Label::new(suppression.place.clone(), "hides nothing");
    let message = format!("The suppression of {id} ({slug}) hides no finding");
    Finding::new(UNUSED_SUPPRESSION, subject, message, label)
        .detail(id)
        .help(format!("take out {}", suppression.place.text()))
}

/// The documents by where they stand.
struct Documents<'d>(BTreeMap<(&'d str, u32), Standing<'d>>);

/// A document, and what is worked out of it once somebody asks.
struct Standing<'d> {
    document: &'d Document,
    subject: OnceCell<Subject>,
    scalars: OnceCell<Scalars>,
}

impl<'d> Documents<'d> {
    fn new(documents: &'d [Document]) -> Self {
        let entries = documents.iter().map(|document| {
            let start = document.root().span().start;
            let standing = Standing {
                document,
                subject: OnceCell::new(),
                scalars: OnceCell::new(),
            };
            ((document.source().origin.as_str(), start), standing)
        });
        Self(entries.collect())
    }

    /// The document that holds a byte of a file.
    fn at<'a>(&'a self, origin: &'a str, offset: u32) -> Option<&'a Standing<'a>> {
        let (_, found) = self.0.range((origin, 0)..=(origin, offset)).next_back()?;
        (offset <= found.document.root().span().end).then_some(found)
    }
}

impl Standing<'_> {
    fn subject(&self) -> &Subject {
        let subject = || Object::new(self.document).subject();
        self.subject.get_or_init(subject)
    }

    fn scalars(&self) -> &Scalars {
        self.scalars.get_or_init(|| Scalars::new(self.document))
    }
}

/// Rule, kind, namespace and name.
type SubjectKey<'s> = (&'s str, &'s str, &'s str, &'s str);

/// File, rule, kind and name.
type ObjectKey<'s> = (&'s str, &'s str, &'s str, &'s str);

fn by_subject<'s>(rule: &Row, subject: &'s Subject) -> SubjectKey<'s> {
    let Subject {
        kind,
        namespace,
        name,
        ..
    } = subject;
    (rule.id, kind, namespace, name)
}

/// The suppressions by what they reach.
struct Index<'s> {
    documents: &'s Documents<'s>,
    /// By file, rule and the start of the line.
    lines: BTreeMap<(&'s str, &'static str, usize), Vec<usize>>,
    objects: HashMap<ObjectKey<'s>, Vec<(Span, usize)>>,
    subjects: HashMap<SubjectKey<'s>, Vec<usize>>,
}

impl<'s> Index<'s> {
    fn new(suppressions: &'s [Suppression], documents: &'s Documents<'s>) -> Self {
        let mut index = Self {
            documents,
            lines: BTreeMap::new(),
            objects: HashMap::new(),
            subjects: HashMap::new(),
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
                Reach::Subject => {
                    let key = by_subject(suppression.rule, &suppression.subject);
                    index.subjects.entry(key).or_default().push(at);
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
        let by_line = self.by_line(rule, source, span.start);
        let by_subject = self.subjects.get(&by_subject(rule, subject));
        let by_subject = by_subject.into_iter().flatten().copied();
        let hiding: Vec<usize> = by_object.chain(by_subject).chain(by_line).collect();
        used.extend(&hiding);
        !hiding.is_empty()
    }

    /// The suppressions on the line of a byte, or up to the line of its key.
    fn by_line(&self, rule: &Row, source: &Source, offset: u32) -> Vec<usize> {
        let origin = source.origin.as_str();
        let of_rule = |first: usize, last: usize| {
            self.lines
                .range((origin, rule.id, first)..=(origin, rule.id, last))
        };
        // Most files have no comments, and finding a line takes time where lines are long.
        if of_rule(0, usize::MAX).next().is_none() {
            return Vec::new();
        }
        let last = source.line_start(offset);
        let document = self.documents.at(origin, offset);
        let key = document.and_then(|found| found.scalars().first_line(offset));
        let first = key.map_or(last, |key| key.min(last));
        of_rule(first, last)
            .flat_map(|(_, at)| at.iter().copied())
            .collect()
    }
}
