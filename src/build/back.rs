//! From what was rendered back to the files that it was rendered from, as far as a line stands there
//! unchanged.

use std::sync::Arc;

use crate::finding::Label;
use crate::remedy::Remedy;
use crate::report::Report;
use crate::text::{Place, Source, Span};

/// What a build gave, and the texts that it was made of.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// What `kustomize` or `helm` printed.
    pub source: Arc<Source>,
    /// The files.
    pub files: Vec<Arc<Source>>,
}

/// The name of what was rendered, behind its directory.
pub(crate) const RENDERED: &str = "/(rendered)";

/// Lets what is said of rendered texts point at the files. The findings' edits are taken out: a file may be
/// part of several builds, so what to change is for people to say; the help says it in words.
pub fn trace_back(report: &mut Report, rendered: &[Rendered]) {
    let rendered_of = |place: &Place| {
        let mut rendered = rendered.iter();
        rendered.find(|it| Arc::ptr_eq(&it.source, &place.source))
    };
    let others = report.undecided.iter_mut().map(|it| &mut it.place);
    for place in others.chain(report.noise.iter_mut().map(|it| &mut it.place)) {
        let file = rendered_of(place).and_then(|it| it.file_of(place));
        *place = file.unwrap_or_else(|| place.clone());
    }
    for finding in &mut report.findings {
        let labels = std::iter::once(&mut finding.primary).chain(&mut finding.labels);
        let mut is_rendered = false;
        for Label { place, .. } in labels {
            if let Some(it) = rendered_of(place) {
                is_rendered = true;
                *place = it.file_of(place).unwrap_or_else(|| place.clone());
            }
        }
        if is_rendered {
            finding.remedies.retain(|it| matches!(it, Remedy::Run(_)));
        }
    }
}

/// A line of a text, and the object that it is of.
struct Line<'s> {
    /// Where it starts, behind its indentation.
    start: usize,
    text: &'s str,
    /// The number of the document.
    document: usize,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let (mut start, mut document) = (0, 0);
    text.split_inclusive('\n').map(move |whole| {
        let at = start;
        start += whole.len();
        document += usize::from(whole.starts_with("---"));
        let text = whole.trim_start_matches([' ', '-']);
        Line {
            start: at + whole.len() - text.len(),
            text: text.trim_end(),
            document,
        }
    })
}

/// What a document says of itself at its outmost: `kind`, and the name below `metadata`.
fn head(text: &str, document: usize) -> (&str, &str) {
    let (mut kind, mut name) = ("", "");
    let mut number = 0;
    let mut within = false;
    for line in text.lines() {
        number += usize::from(line.starts_with("---"));
        if number != document {
            continue;
        }
        if !line.starts_with(' ') {
            within = line.starts_with("metadata:");
            kind = line.strip_prefix("kind:").map_or(kind, str::trim);
        } else if within && name.is_empty() {
            name = line.strip_prefix("  name:").map_or(name, str::trim);
        }
    }
    (kind, name)
}

impl Rendered {
    /// Where a place stands in a file: on the only line of the same text in an object of the same kind,
    /// whose name the build may have changed before and behind.
    pub(super) fn file_of(&self, place: &Place) -> Option<Place> {
        let range = place.span.range();
        let line = lines(&self.source.text).find(|it| {
            let end = it.start + it.text.len();
            it.start <= range.start && range.end <= end && !it.text.is_empty()
        })?;
        let own = head(&self.source.text, line.document);
        let template = self.template(line.document);
        let mut found = Vec::new();
        let is_told = |it: &&Arc<Source>| template.as_ref().is_none_or(|name| *name == it.origin);
        for file in self.files.iter().filter(is_told) {
            let same = lines(&file.text).filter(|it| it.text == line.text);
            found.extend(
                same.filter(|it| is_of(head(&file.text, it.document), own))
                    .map(|it| (file, it)),
            );
        }
        let [(file, other)] = found.as_slice() else {
            return None;
        };
        let start = other.start + (range.start - line.start);
        Some(Place {
            source: Arc::clone(file),
            span: Span::new(start, start + range.len()),
        })
    }
}

impl Rendered {
    /// The file that a document was rendered from, where helm says so in a comment: the chart's name
    /// stands there for its directory.
    fn template(&self, document: usize) -> Option<String> {
        let mut lines = lines(&self.source.text).filter(|it| it.document == document);
        let told = lines.find_map(|it| it.text.strip_prefix("# Source: "))?;
        let (_, path) = told.split_once('/')?;
        let directory = self.source.origin.strip_suffix(RENDERED)?;
        Some(if directory == "." {
            path.to_owned()
        } else {
            format!("{directory}/{path}")
        })
    }
}

/// Whether an object of a file can have become the rendered one.
fn is_of(file: (&str, &str), rendered: (&str, &str)) -> bool {
    let is_template = file.1.contains("{{");
    file.0 == rendered.0 && (is_template || rendered.1.contains(file.1))
}
