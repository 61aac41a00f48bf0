//! The front matter and the title of a card. A reader of this little YAML can name the line of an
//! error and refuse what it does not know.

use super::lines::Lines;
use super::{CardError, Front};
use crate::finding::Severity;
use crate::remedy::Safety;

/// The heading of the whole card.
pub(super) fn title(lines: &mut Lines<'_>) -> Result<String, CardError> {
    while let Some(line) = lines.next() {
        match line.strip_prefix("# ") {
            Some(title) => return Ok(title.trim().to_owned()),
            None if line.trim().is_empty() => {}
            None => break,
        }
    }
    lines.fail("`# Title` comes first after the front matter")
}

/// What stands between the `---`.
pub(super) fn front(lines: &mut Lines<'_>) -> Result<Front, CardError> {
    if lines.next() != Some("---") {
        return lines.fail("a card starts with `---`");
    }
    let (mut severity, mut fix) = (None, None);
    let mut sources = Vec::new();
    while let Some(line) = lines.next().filter(|line| *line != "---") {
        let Some((key, value)) = line.split_once(':') else {
            return lines.fail(format!("`key: value` expected, not `{line}`"));
        };
        match (key, value.trim()) {
            ("severity", "error") => severity = Some(Severity::Error),
            ("severity", "warning") => severity = Some(Severity::Warning),
            ("severity", "note") => severity = Some(Severity::Note),
            ("fix", "safe") => fix = Some(Some(Safety::Safe)),
            ("fix", "unsafe") => fix = Some(Some(Safety::Unsafe)),
            ("fix", "none") => fix = Some(None),
            ("sources", value) => sources = list(value, lines)?,
            (key @ ("severity" | "fix"), value) => {
                return lines.fail(format!("`{key}` cannot be `{value}`"));
            }
            (key, _) => return lines.fail(format!("unknown key `{key}`")),
        }
    }
    let (Some(severity), Some(fix)) = (severity, fix) else {
        return lines.fail("the front matter needs `severity` and `fix`");
    };
    Ok(Front {
        severity,
        fix,
        sources,
    })
}

/// `[a, b]` on the key's line, or `- a` on the lines after it.
fn list(value: &str, lines: &mut Lines<'_>) -> Result<Vec<String>, CardError> {
    let inline = value
        .strip_prefix('[')
        .and_then(|value| value.strip_suffix(']'));
    if let Some(items) = inline {
        let items = items.split(',').map(|item| item.trim().to_owned());
        return Ok(items.filter(|item| !item.is_empty()).collect());
    }
    if !value.is_empty() {
        return lines.fail("a list expected: `[a, b]` or lines with `- a`");
    }
    let mut items = Vec::new();
    while let Some(item) = lines.peek().and_then(|line| line.trim().strip_prefix("- ")) {
        items.push(item.trim().to_owned());
        lines.next();
    }
    Ok(items)
}
