//! A card for the terminal.

use miette::ThemeStyles;

use super::Card;
use super::lines::opening;
use super::parse::{Info, marker};
use crate::remedy::Safety;
use crate::render::{Look, card_url};
use crate::rules::Row;

/// The card of a rule as `explain` shows it: prose wrapped, code indented, markers under what they
/// mark.
pub fn explain(card: &Card, row: &Row, look: &Look) -> String {
    let styles = if look.color {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    let mut page = Page {
        columns: look.columns(),
        styles,
        text: String::new(),
        paragraph: String::new(),
    };
    let fix = match card.front.fix {
        Some(Safety::Safe) => "has a safe fix",
        Some(Safety::Unsafe) => "has an unsafe fix",
        None => "has no fix",
    };
    page.line(&format!(
        "{} {} ({}, {fix})\n",
        row.id, row.slug, row.severity
    ));
    page.markdown(&card.body);
    page.heading("Sources");
    for source in &card.front.sources {
        page.line(source);
    }
    page.line(&card_url(row));
    page.text
}

struct Page {
    columns: usize,
    styles: ThemeStyles,
    text: String,
    /// The lines of prose that are not yet wrapped.
    paragraph: String,
}

impl Page {
    fn markdown(&mut self, body: &str) {
        let mut fence = None;
        for line in body.lines() {
            match (fence, opening(line)) {
                (Some(ticks), _) if line.trim_end() == ticks => fence = None,
                (Some(_), _) => self.code(line),
                (None, Some((ticks, info))) => {
                    self.flush();
                    self.block(info);
                    fence = Some(ticks);
                }
                (None, None) => self.prose(line),
            }
        }
        self.flush();
    }

    fn prose(&mut self, line: &str) {
        let text = line.trim_start_matches('#');
        if text.len() < line.len() && text.starts_with(' ') {
            self.heading(text.trim());
        } else if line.trim().is_empty() {
            self.flush();
            self.gap();
        } else {
            if line.trim_start().starts_with("- ") {
                self.flush();
            }
            self.paragraph.push_str(line);
            self.paragraph.push('\n');
        }
    }

    fn heading(&mut self, text: &str) {
        self.flush();
        self.gap();
        let text = self.styles.help.style(text).to_string();
        self.line(&text);
    }

    /// Says what a block of code is, where that is not plain.
    fn block(&mut self, info: &str) {
        let Some(info) = Info::new(info) else { return };
        let name = match (info.title, info.language) {
            (Some(title), _) => title,
            (None, "toml") => "neg-doctor.toml",
            (None, _) => "",
        };
        let line = match (info.fixed, name) {
            (false, "") => return,
            (false, name) => format!("  {name}:"),
            (true, "") => "  after the fix:".to_owned(),
            (true, name) => format!("  {name} after the fix:"),
        };
        self.line(&line);
    }

    fn code(&mut self, line: &str) {
        let line = match marker(line) {
            Some(_) => self.styles.error.style(line).to_string(),
            None => line.to_owned(),
        };
        self.line(format!("    {line}").trim_end());
    }

    /// Writes the paragraph that was gathered.
    fn flush(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if !paragraph.is_empty() {
            let indent = if paragraph.starts_with("- ") {
                "  "
            } else {
                ""
            };
            let options = textwrap::Options::new(self.columns)
                .subsequent_indent(indent)
                .break_words(false);
            let words: Vec<_> = paragraph.split_whitespace().collect();
            self.line(&textwrap::fill(&words.join(" "), options));
        }
    }

    /// An empty line, unless there is one.
    fn gap(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    const CARD: &str = "---
severity: error
fix: safe
sources: [https://example.com]
---
# A port the Service does not have
One wrong key, and the controller
makes no NEG at all, for any port of the Service.

- a long item that has to be wrapped somewhere
- a short item

## Fails
### a Pod's port
```yaml
exposed: 2525
#        ^^^^ not a port
```
```yaml fixed
exposed: 25
```
## Fix
Take the Service's port.
";

    #[test]
    fn a_card_fits_the_terminal() {
        let card = Card::parse(CARD).unwrap();
        let row = Row {
            id: "NEG004",
            slug: "port-not-in-service",
            severity: Severity::Error,
            reads: &[],
            follows: &[],
            check: |_, _| {},
        };
        let mut look = Look {
            color: false,
            unicode: true,
            width: 40,
            links: false,
        };
        insta::assert_snapshot!(explain(&card, &row, &look), @"
        NEG004 port-not-in-service (error, has a safe fix)

        A port the Service does not have
        One wrong key, and the controller makes
        no NEG at all, for any port of the
        Service.

        - a long item that has to be wrapped
          somewhere
        - a short item

        Fails

        a Pod's port
            exposed: 2525
            #        ^^^^ not a port
          after the fix:
            exposed: 25

        Fix
        Take the Service's port.

        Sources
        https://example.com
        https://github.com/neg-doctor/neg-doctor/blob/main/rules/NEG004-port-not-in-service.md
        ");
        look.color = true;
        assert!(explain(&card, &row, &look).contains("\x1b["));
    }
}
