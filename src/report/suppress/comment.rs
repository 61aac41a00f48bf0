//! `# neg-doctor: ignore[NEG004, drain] reason`: after the finding's line, or alone above it.

use crate::config::select::nearest;
use crate::finding::Subject;
use crate::kind::Object;
use crate::rules::Row;
use crate::text::{Place, Source, Span};

use super::names::{Trouble, rule};
use super::{Documents, Reach, Suppression};

const HOW: &str = "write `# neg-doctor: ignore[NEG004]`, with the ids or slugs of the rules";

/// What a comment says to this tool.
#[derive(Debug, PartialEq)]
enum Directive<'t> {
    /// The names between the brackets, with their offsets in the comment.
    Ignore(Vec<(usize, &'t str)>),
    /// It means to say something, but not so.
    Malformed(String),
}

/// Reads all comments, in the order of the text.
pub(super) fn collect(
    comments: &[Place],
    documents: &Documents<'_>,
    known: &[&'static Row],
    take: &mut impl FnMut(Result<Suppression, Trouble>),
) {
    // Backwards, so that a comment above another one has its line at once.
    let mut below: Option<(&Place, usize, usize)> = None;
    for place in comments.iter().rev() {
        let source = &place.source;
        let own = source.line_start(place.span.start);
        let stop = below
            .filter(|(other, ..)| other.source.origin == source.origin)
            .map(|(_, line, target)| (line, target));
        let target = target(source, place.span, stop);
        below = Some((place, own, target));
        let Some(directive) = directive(place.text()) else {
            continue;
        };
        let subject = subject(place, target, documents);
        match directive {
            Directive::Malformed(message) => take(Err(Trouble {
                place: place.clone(),
                subject,
                message,
                help: HOW.to_owned(),
            })),
            Directive::Ignore(names) => {
                for (offset, name) in names {
                    let start = place.span.start as usize + offset;
                    let named = Place {
                        source: source.clone(),
                        span: Span::new(start, start + name.len()),
                    };
                    let row = rule(name, &named, &subject, known);
                    take(row.map(|rule| Suppression {
                        rule,
                        place: named,
                        subject: subject.clone(),
                        reach: Reach::Line(target),
                    }));
                }
            }
        }
    }
}

/// The start of the line that a comment speaks of: its own where something stands before it, else
/// the next one that holds more than a comment. `below` is the line and target of the next comment.
fn target(source: &Source, comment: Span, below: Option<(usize, usize)>) -> usize {
    let mut start = source.line_start(comment.start);
    let blank = |text: Option<&str>| text.unwrap_or_default().trim().is_empty();
    if !blank(source.text.get(start..comment.start as usize)) {
        return start;
    }
    while let Some(rest) = source.text.get(start..).filter(|rest| !rest.is_empty()) {
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        match below {
            Some((line, target)) if line == start => return target,
            _ if !blank(Some(line)) && !line.trim_start().starts_with('#') => return start,
            _ => start += line.len(),
        }
    }
    source.text.len()
}

/// The object that the comment's line belongs to, or the file.
fn subject(place: &Place, target: usize, documents: &Documents<'_>) -> Subject {
    let origin = place.source.origin.as_str();
    let line = place.source.text.get(target..).unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    match documents.at(origin, (target + indent) as u32) {
        Some(document) => Object::new(document).subject(),
        None => Subject {
            cluster: String::new(),
            kind: "Comment".to_owned(),
            namespace: String::new(),
            name: origin.to_owned(),
        },
    }
}

/// What a comment says; `None` where it only talks about this tool.
fn directive(comment: &str) -> Option<Directive<'_>> {
    let text = comment.trim_start_matches('#').trim_start();
    let rest = text.strip_prefix("neg-doctor")?;
    let (colon, rest) = match rest.trim_start().strip_prefix(':') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, rest.trim_start()),
    };
    let end = rest
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(rest.len());
    let (verb, after) = rest.split_at(end);
    let malformed = |message: String| Some(Directive::Malformed(message));
    let brackets = after.trim_start().strip_prefix('[');
    match (verb, brackets) {
        ("ignore", Some(_)) if !colon => {
            malformed("a colon is missing after `neg-doctor`".to_owned())
        }
        _ if !colon => None,
        ("ignore", Some(list)) => Some(names(comment, list)),
        ("ignore", None) => {
            malformed("`ignore` without rules would hide every finding: name the rules".to_owned())
        }
        _ => match (nearest(verb, ["ignore"]), brackets) {
            (Some(_), _) => malformed(format!("`{verb}`: did you mean `ignore`?")),
            (None, Some(_)) => malformed(format!("`{verb}` is nothing that can be asked for")),
            (None, None) => None,
        },
    }
}

/// The names in `list`, the part of `comment` after the opening bracket.
fn names<'t>(comment: &'t str, list: &'t str) -> Directive<'t> {
    let Some((list_only, _)) = list.split_once(']') else {
        return Directive::Malformed("the closing `]` is missing".to_owned());
    };
    let mut at = comment.len() - list.len();
    let mut names = Vec::new();
    for part in list_only.split(',') {
        let name = part.trim();
        names.push((at + part.len() - part.trim_start().len(), name));
        at += part.len() + 1;
    }
    if names.iter().any(|(_, name)| name.is_empty()) {
        return Directive::Malformed("a rule is missing between the brackets".to_owned());
    }
    Directive::Ignore(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_where_they_are_found() {
        for comment in [
            "# neg-doctor: ignore[NEG004 ,drain] because, well, [so]",
            "#neg-doctor:ignore[ NEG004,drain ]",
            "## neg-doctor : ignore [NEG004, drain]",
        ] {
            let Some(Directive::Ignore(names)) = directive(comment) else {
                panic!("{comment}: {:?}", directive(comment));
            };
            let read: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
            assert_eq!(read, ["NEG004", "drain"], "{comment}");
            for (offset, name) in names {
                assert_eq!(&comment[offset..offset + name.len()], name, "{comment}");
            }
        }
    }

    #[test]
    fn prose_is_no_directive() {
        for comment in [
            "# neg-doctor",
            "# see neg-doctor: ignore[NEG004]",
            "# neg-doctor ignores this, see below",
            "# neg-doctor: this is fine for us",
            "# neg-doctor/ignore is an annotation",
            "# https://neg-doctor.example/ignore[NEG004]",
        ] {
            assert_eq!(directive(comment), None, "{comment}");
        }
    }

    #[test]
    fn what_means_to_be_a_directive_is_not_passed_over() {
        for (comment, word) in [
            ("# neg-doctor: ignore", "without rules"),
            ("# neg-doctor: ignore NEG004", "without rules"),
            ("# neg-doctor: ignore[]", "a rule is missing"),
            ("# neg-doctor: ignore[NEG004,]", "a rule is missing"),
            ("# neg-doctor: ignore[NEG004", "closing"),
            ("# neg-doctor: ignroe[NEG004]", "did you mean `ignore`"),
            ("# neg-doctor: Ignore[NEG004]", "did you mean `ignore`"),
            ("# neg-doctor: ignored", "did you mean `ignore`"),
            ("# neg-doctor: disable[NEG004]", "`disable`"),
            ("# neg-doctor ignore[NEG004]", "colon"),
        ] {
            match directive(comment) {
                Some(Directive::Malformed(message)) => {
                    assert!(message.contains(word), "{comment}: {message}");
                }
                other => panic!("{comment}: {other:?}"),
            }
        }
    }
}
