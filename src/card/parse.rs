//! Reads cards: strictly, so that a typing error in a card cannot switch off one of its tests.

use std::ops::Range;

use super::front::{front, title};
use super::lines::{Lines, opening};
use super::{Card, CardError, Example, Marker, Verdict};

pub(super) fn card(text: &str) -> Result<Card, CardError> {
    let mut lines = Lines::new(text);
    let front = front(&mut lines)?;
    let body = lines.rest.trim_start_matches('\n').split_inclusive('\n');
    let body = body
        .filter(|line| shown(line.trim_end()).is_none())
        .collect();
    let title = title(&mut lines)?;
    let why = lines.prose();
    let mut fix = None;
    let mut examples = Vec::new();
    while let Some(heading) = lines.next() {
        match heading.trim_end() {
            "## Fails" => section(&mut lines, Verdict::Fails, &mut examples)?,
            "## Passes" => section(&mut lines, Verdict::Passes, &mut examples)?,
            "## Undecided" => section(&mut lines, Verdict::Undecided, &mut examples)?,
            "## Fix" if fix.is_none() => fix = Some(lines.prose()),
            _ => return lines.fail(format!("unknown section `{heading}`")),
        }
    }
    Ok(Card {
        front,
        title,
        why,
        fix,
        examples,
        body,
    })
}

fn section(
    lines: &mut Lines<'_>,
    verdict: Verdict,
    examples: &mut Vec<Example>,
) -> Result<(), CardError> {
    while let Some(line) = lines.peek().filter(|line| !line.starts_with("## ")) {
        if line.trim().is_empty() {
            lines.next();
        } else {
            examples.push(example(lines, verdict)?);
        }
    }
    Ok(())
}

fn example(lines: &mut Lines<'_>, verdict: Verdict) -> Result<Example, CardError> {
    let title = lines.peek().and_then(|line| line.strip_prefix("### "));
    if title.is_some() {
        lines.next();
    }
    let start = lines.number;
    let mut example = Example {
        verdict,
        title: title.unwrap_or_default().trim().to_owned(),
        shows: Vec::new(),
        prose: String::new(),
        files: Vec::new(),
        config: None,
        markers: Vec::new(),
        fixed: Vec::new(),
    };
    let heading = |line: &&str| line.starts_with("## ") || line.starts_with("### ");
    while lines.peek().is_some_and(|line| !heading(&line)) {
        let line = lines.next().unwrap_or_default();
        if let Some((ticks, info)) = opening(line) {
            block(lines, ticks, info, &mut example)?;
        } else if let Some(keys) = shown(line) {
            example.shows.extend(keys.map(str::to_owned));
        } else {
            example.prose.push_str(line);
            example.prose.push('\n');
        }
    }
    example.prose = example.prose.trim().to_owned();
    if example.files.is_empty() {
        lines.number = start;
        return lines.fail("an example needs a block of YAML or JSON");
    }
    Ok(example)
}

/// The keys in `<!-- shows F003, FW-01 -->`, a line for those who count, not for readers.
pub(super) fn shown(line: &str) -> Option<impl Iterator<Item = &str>> {
    let keys = line.strip_prefix("<!-- shows ")?.strip_suffix(" -->")?;
    Some(keys.split(',').map(str::trim))
}

/// What an info string says: `yaml fixed title="dir/file.yaml"`.
#[derive(Debug)]
pub(super) struct Info<'c> {
    /// `yaml`, `json`, `toml`.
    pub(super) language: &'c str,
    /// Whether the block is a file after the edits.
    pub(super) fixed: bool,
    /// The file's name where it is given.
    pub(super) title: Option<&'c str>,
}

impl<'c> Info<'c> {
    /// Reads one; `None` where it holds anything else.
    pub(super) fn new(info: &'c str) -> Option<Self> {
        let (words, title) = match info.split_once("title=") {
            Some((words, title)) => {
                let title = title.trim().strip_prefix('"')?.strip_suffix('"')?;
                (words, Some(title))
            }
            None => (info, None),
        };
        let mut words = words.split_whitespace();
        let language = words.next()?;
        let fixed = match (words.next(), words.next()) {
            (None, None) => false,
            (Some("fixed"), None) => true,
            _ => return None,
        };
        matches!(language, "yaml" | "json" | "toml").then_some(Self {
            language,
            fixed,
            title,
        })
    }
}

fn block(
    lines: &mut Lines<'_>,
    ticks: &str,
    info: &str,
    example: &mut Example,
) -> Result<(), CardError> {
    let Some(info) = Info::new(info) else {
        return lines.fail(format!("unknown block `{info}`"));
    };
    let start = lines.number;
    let code = lines.code(ticks)?;
    let end = std::mem::replace(&mut lines.number, start);
    if info.language == "toml" {
        if example.config.replace(join(&code)).is_some() {
            return lines.fail("a second block of TOML");
        }
    } else {
        let name = info
            .title
            .map_or_else(|| format!("manifest.{}", info.language), str::to_owned);
        let files = if info.fixed {
            &mut example.fixed
        } else {
            &mut example.files
        };
        if files.iter().any(|(known, _)| *known == name) {
            return lines.fail(format!("a second block for {name}"));
        }
        if info.fixed {
            files.push((name, join(&code)));
        } else {
            let (text, markers) = markers(&name, &code, lines)?;
            files.push((name, text));
            example.markers.extend(markers);
        }
    }
    lines.number = end;
    Ok(())
}

fn join(code: &[&str]) -> String {
    code.iter().flat_map(|line| [line, "\n"]).collect()
}

/// Takes the markers out of a file.
fn markers(
    name: &str,
    code: &[&str],
    lines: &mut Lines<'_>,
) -> Result<(String, Vec<Marker>), CardError> {
    let mut kept = Vec::new();
    let mut markers = Vec::new();
    for line in code {
        lines.number += 1;
        let Some((columns, text)) = marker(line) else {
            kept.push(*line);
            continue;
        };
        let width = kept.last().map_or(0, |marked| marked.chars().count());
        if columns.end > width + 1 {
            return lines.fail("the marker reaches past the line before it");
        }
        markers.push(Marker {
            file: name.to_owned(),
            line: kept.len(),
            columns,
            text: text.to_owned(),
        });
    }
    Ok((join(&kept), markers))
}

/// The columns and the text of a line such as `#   ^^^^ text`.
pub(super) fn marker(line: &str) -> Option<(Range<usize>, &str)> {
    let carets = line.trim_start().strip_prefix('#')?.trim_start_matches(' ');
    let text = carets.trim_start_matches('^');
    let count = carets.len() - text.len();
    let start = line.chars().count() - carets.chars().count() + 1;
    (count > 0 && (text.is_empty() || text.starts_with(' ')))
        .then(|| (start..start + count, text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::remedy::Safety;

    const CARD: &str = r#"---
severity: error
fix: safe
sources:
  - https://example.com/a
  - https://example.com/b
---
# The annotation exposes a port the Service does not have
One wrong key, and no NEG is made.

```text
## not a section
```

## Fails
### a Pod's port
<!-- shows F003, FW-01 -->
Why it fails.
```yaml
kind: Service
    größe: "2525"
#          ^^^^^^ not a port
#   ^^^^^
spec: {}
```
```yaml title="b/c.yaml"
# a comment with ^ in it
```
```toml
max = 1
```
```yaml fixed
kind: Service
```
## Passes
```json
{}
```
## Fix
`2525` → `25`
"#;

    fn broken(from: &str, to: &str) -> String {
        assert!(CARD.contains(from));
        card(&CARD.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn a_card_is_read_whole() {
        let card = card(CARD).unwrap();
        assert_eq!(card.front.severity, Severity::Error);
        assert_eq!(card.front.fix, Some(Safety::Safe));
        let sources = ["https://example.com/a", "https://example.com/b"];
        assert_eq!(card.front.sources, sources);
        assert!(card.why.ends_with("## not a section\n```"), "{}", card.why);
        assert_eq!(card.fix.as_deref(), Some("`2525` → `25`"));
        assert!(card.body.starts_with("# The annotation"));
        assert!(!card.body.contains("F003"), "{}", card.body);
        assert_eq!(card.examples[0].shows, ["F003", "FW-01"]);
        let [fails, passes] = card.examples.as_slice() else {
            panic!("{:?}", card.examples)
        };
        assert_eq!(fails.title, "a Pod's port");
        assert_eq!(fails.prose, "Why it fails.");
        assert_eq!(fails.config.as_deref(), Some("max = 1\n"));
        let manifest = "kind: Service\n    größe: \"2525\"\nspec: {}\n";
        let comment = "# a comment with ^ in it\n";
        assert_eq!(
            fails.files,
            [("manifest.yaml", manifest), ("b/c.yaml", comment)]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
        );
        assert_eq!(fails.fixed.len(), 1);
        assert_eq!(passes.verdict, Verdict::Passes);
        assert_eq!(passes.files[0].0, "manifest.json");
    }

    #[test]
    fn markers_cover_columns_in_characters() {
        let card = card(CARD).unwrap();
        let marker = |columns, text: &str| Marker {
            file: "manifest.yaml".into(),
            line: 2,
            columns,
            text: text.into(),
        };
        let expected = [marker(12..18, "not a port"), marker(5..10, "")];
        assert_eq!(card.examples[0].markers, expected);
        let line: Vec<_> = "    größe: \"2525\"".chars().collect();
        assert_eq!(line[11..17].iter().collect::<String>(), "\"2525\"");
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(
            broken("fix: safe", "fix: sage"),
            "line 3: `fix` cannot be `sage`"
        );
        assert_eq!(broken("sources", "source"), "line 4: unknown key `source`");
        assert_eq!(
            broken("## Passes", "## Passed"),
            "line 35: unknown section `## Passed`"
        );
        assert_eq!(
            broken("yaml fixed", "yml fixed"),
            "line 32: unknown block `yml fixed`"
        );
        assert_eq!(
            broken("#   ^^^^^\n", "#             ^^^^^\n"),
            "line 23: the marker reaches past the line before it"
        );
        assert_eq!(
            broken("json\n{}\n```\n", "json\n{}\n"),
            "line 36: this block has no end"
        );
        assert!(card("").is_err() && card("---\n").is_err());
    }
}
