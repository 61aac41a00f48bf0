//! Mends a NEG annotation that is no JSON, where what was meant is plain. The words of a claim are
//! port numbers and names, so quotes of any kind, or none, around such a word can mean one thing
//! only, and what holds the words together can be counted. The strict reader has the last word.

use std::ops::Range;

use super::claim::Claim;

/// A text that would decode, and how to come to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// The bytes to replace: in order, apart from each other.
    pub patches: Vec<(Range<usize>, String)>,
    /// What the mended text claims.
    pub claim: Claim,
    /// Whether something was missing or too much, so that its place had to be found, rather than
    /// only spelled as other languages spell it.
    pub guessed: bool,
}

/// Mends a text; `None` where it takes more than spelling and counting, or where the result would
/// not be a claim of nothing but what the controller knows.
pub fn mend(text: &str) -> Option<Mend> {
    let mut bench = Bench::default();
    let tokens = bench.tokens(text)?;
    bench.structure(&tokens)?;
    bench.words(&tokens);
    let patches = bench.patches()?;
    let claim = Claim::read(&patched(text, &patches)).ok()?;
    let known = claim.unknown.is_empty()
        && claim.repeated.is_empty()
        && claim.exposed.iter().all(|port| port.unknown.is_empty());
    known.then_some(Mend {
        patches,
        claim,
        guessed: bench.guessed,
    })
}

/// A text after patches that are in order and apart from each other.
pub fn patched(text: &str, patches: &[(Range<usize>, String)]) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut kept = 0;
    for (range, replacement) in patches {
        mended.push_str(text.get(kept..range.start).unwrap_or_default());
        mended.push_str(replacement);
        kept = range.end;
    }
    mended.push_str(text.get(kept..).unwrap_or_default());
    mended
}

/// Whether two claims ask for the same, wherever it stands in their texts.
pub fn asks_the_same(one: &Claim, other: &Claim) -> bool {
    let zones = |claim: &Claim| -> Option<Vec<String>> {
        let zones = claim.zones.as_ref()?;
        Some(zones.iter().map(|zone| zone.value.clone()).collect())
    };
    let ports = |claim: &Claim| -> Vec<(i32, Option<String>)> {
        let ports = claim.exposed.iter();
        ports
            .map(|port| (port.port, port.custom_name().map(str::to_owned)))
            .collect()
    };
    one.for_ingress() == other.for_ingress()
        && zones(one) == zones(other)
        && ports(one) == ports(other)
}

#[derive(Debug, Clone, PartialEq)]
struct Token<'t> {
    range: Range<usize>,
    kind: TokenKind<'t>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum TokenKind<'t> {
    Open(char),
    Close(char),
    Comma,
    Colon,
    Word { text: &'t str, quotes: Quotes },
}

/// What stands around a word.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Quotes {
    None,
    /// Those of JSON.
    Right,
    /// Other ones.
    Wrong,
    /// One is missing.
    Half,
}

#[derive(Default)]
struct Bench {
    patches: Vec<(Range<usize>, String)>,
    guessed: bool,
    /// A comment that no line break ends: what follows it may have been meant to count.
    open_comment: bool,
}

impl Bench {
    fn tokens<'t>(&mut self, text: &'t str) -> Option<Vec<Token<'t>>> {
        let mut tokens = Vec::new();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let first = rest.chars().next()?;
            let mut length = first.len_utf8();
            let kind = match first {
                ' ' | '\t' | '\n' | '\r' => None,
                '{' | '[' => Some(TokenKind::Open(first)),
                '}' | ']' => Some(TokenKind::Close(first)),
                ',' => Some(TokenKind::Comma),
                ':' => Some(TokenKind::Colon),
                '#' | '/' => {
                    length = self.comment(rest)?;
                    self.patches.push((at..at + length, String::new()));
                    None
                }
                _ if first.is_whitespace() || is_invisible(first) => {
                    let blank = if is_invisible(first) { "" } else { " " };
                    self.patches.push((at..at + length, blank.to_owned()));
                    None
                }
                _ => {
                    let (word, quotes);
                    (length, word, quotes) = take_word(rest)?;
                    Some(TokenKind::Word { text: word, quotes })
                }
            };
            tokens.extend(kind.map(|kind| Token {
                range: at..at + length,
                kind,
            }));
            at += length;
        }
        Some(tokens)
    }

    /// The length of the comment that a text begins with.
    fn comment(&mut self, text: &str) -> Option<usize> {
        if text.starts_with("/*") {
            return text.find("*/").map(|end| end + 2);
        }
        let is_line = text.starts_with('#') || text.starts_with("//");
        let end = text.find('\n');
        self.open_comment |= is_line && end.is_none();
        is_line.then(|| end.unwrap_or(text.len()))
    }

    /// Commas and brackets.
    fn structure(&mut self, tokens: &[Token<'_>]) -> Option<()> {
        let mut open = Vec::new();
        let mut before: Option<&Token<'_>> = None;
        for (index, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Close(_) if open.is_empty() => {
                    let rest = tokens.get(index..).unwrap_or_default();
                    if index == 0 || !rest.iter().all(|it| matches!(it.kind, TokenKind::Close(_))) {
                        return None;
                    }
                    self.guess(token.range.clone(), "");
                }
                TokenKind::Close(close) => {
                    let matches = open.pop() == Some(if close == '}' { '{' } else { '[' });
                    matches.then_some(())?;
                    self.trailing_comma(before);
                }
                TokenKind::Open(_) | TokenKind::Word { .. } => {
                    if let Some(end) = before.filter(|before| before.ends_value()) {
                        let inside = !open.is_empty();
                        inside.then(|| self.guess(end.range.end..end.range.end, ","))?;
                    }
                    if let TokenKind::Open(bracket) = token.kind {
                        open.push(bracket);
                    }
                }
                TokenKind::Comma | TokenKind::Colon => {}
            }
            before = Some(token);
        }
        let end = before?.range.end;
        self.trailing_comma(before);
        if !open.is_empty() {
            let closing = open.iter().rev();
            let closing: String = closing
                .map(|open| if *open == '{' { '}' } else { ']' })
                .collect();
            (!self.open_comment).then(|| self.guess(end..end, &closing))?;
        }
        Some(())
    }

    fn trailing_comma(&mut self, before: Option<&Token<'_>>) {
        if let Some(comma) = before.filter(|before| before.kind == TokenKind::Comma) {
            self.patches.push((comma.range.clone(), String::new()));
        }
    }

    fn guess(&mut self, range: Range<usize>, replacement: &str) {
        self.guessed = true;
        self.patches.push((range, replacement.to_owned()));
    }

    /// Quotes, and the literals of other languages.
    fn words(&mut self, tokens: &[Token<'_>]) {
        for (index, token) in tokens.iter().enumerate() {
            let TokenKind::Word { text, quotes } = token.kind else {
                continue;
            };
            let next = tokens.get(index + 1);
            let is_name = next.is_some_and(|next| next.kind == TokenKind::Colon);
            let replacement = match (quotes, text) {
                (Quotes::Right, _) => continue,
                (Quotes::None, "True" | "TRUE") if !is_name => "true".to_owned(),
                (Quotes::None, "False" | "FALSE") if !is_name => "false".to_owned(),
                (Quotes::None, "None" | "nil" | "Null" | "NULL") if !is_name => "null".to_owned(),
                (Quotes::None, "true" | "false" | "null") if !is_name => continue,
                (Quotes::None, number) if !is_name && is_number(number) => continue,
                _ => format!("\"{text}\""),
            };
            self.guessed |= quotes == Quotes::Half;
            self.patches.push((token.range.clone(), replacement));
        }
    }

    /// The patches in order, with those that touch made one.
    fn patches(&mut self) -> Option<Vec<(Range<usize>, String)>> {
        let mut patches = std::mem::take(&mut self.patches);
        patches.sort_by_key(|(range, _)| (range.start, range.end));
        let mut apart: Vec<(Range<usize>, String)> = Vec::new();
        for (range, text) in patches {
            match apart.last_mut() {
                Some((last, written)) if last.end == range.start => {
                    last.end = range.end;
                    written.push_str(&text);
                }
                _ => apart.push((range, text)),
            }
        }
        (!apart.is_empty()).then_some(apart)
    }
}

impl Token<'_> {
    fn ends_value(&self) -> bool {
        matches!(self.kind, TokenKind::Close(_) | TokenKind::Word { .. })
    }
}

/// The word that a text begins with: how long it is with its quotes, the word, the quotes.
fn take_word(text: &str) -> Option<(usize, &str, Quotes)> {
    let opening = quote(text);
    let inside = text.get(opening.unwrap_or(0)..)?;
    let mut word = inside.get(..inside.find(|char| !is_word(char)).unwrap_or(inside.len()))?;
    if opening.is_some() {
        // Anything may stand between two quotes as long as no bracket shows that one is missing.
        let free = inside.find(|char| "{}[]:,\"\\\n".contains(char) || is_odd_quote(char));
        let free = inside.get(..free.unwrap_or(inside.len()))?;
        if quote(inside.get(free.len()..)?).is_some() {
            word = free;
        }
    }
    let closing = quote(inside.get(word.len()..)?);
    let length = opening.unwrap_or(0) + word.len() + closing.unwrap_or(0);
    let quotes = match (opening, closing) {
        (None, None) => Quotes::None,
        (Some(_), Some(_)) => {
            let right = text.starts_with('"') && text.get(..length)?.ends_with('"');
            let escaped = text.get(..length)?.ends_with("\\\"");
            if right && !escaped {
                Quotes::Right
            } else {
                Quotes::Wrong
            }
        }
        _ => Quotes::Half,
    };
    let stands = !word.is_empty() || matches!(quotes, Quotes::Right | Quotes::Wrong);
    stands.then_some((length, word, quotes))
}

/// The length of the quote that a text begins with; an escaped one is one that was escaped once
/// too often.
fn quote(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    match first {
        '"' => Some(1),
        '\\' if text.starts_with("\\\"") => Some(2),
        _ => is_odd_quote(first).then(|| first.len_utf8()),
    }
}

fn is_odd_quote(char: char) -> bool {
    "'`´“”„‟«»‘’‚‛″′＂".contains(char)
}

fn is_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || "_-.+*".contains(char)
}

fn is_invisible(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> Option<(String, bool)> {
        let mend = mend(text)?;
        Some((patched(text, &mend.patches), mend.guessed))
    }

    #[test]
    fn spelling_of_other_languages() {
        for (text, expected) in [
            ("{“ingress”: true}", r#"{"ingress": true}"#),
            ("{'ingress':True}", r#"{"ingress":true}"#),
            ("{ingress: true}", r#"{"ingress": true}"#),
            (
                "{\"exposed_ports\": {80:{}, 443 : {}}}",
                "{\"exposed_ports\": {\"80\":{}, \"443\" : {}}}",
            ),
            (
                r#"{"exposed_ports": {"80": {}, }, }"#,
                r#"{"exposed_ports": {"80": {} } }"#,
            ),
            (r#"{\"ingress\": true}"#, r#"{"ingress": true}"#),
            (
                "{\"exposed_ports\": {\"80\": {\"name\": neg-a}}}",
                "{\"exposed_ports\": {\"80\": {\"name\": \"neg-a\"}}}",
            ),
            (
                "{ // for the shop\n  \"ingress\": true /* yes */ }",
                "{ \n  \"ingress\": true  }",
            ),
            ("{\"ingress\":\u{a0}true}", r#"{"ingress": true}"#),
            (
                "{'exposed_ports': {'80': {'name': ''}}}",
                "{\"exposed_ports\": {\"80\": {\"name\": \"\"}}}",
            ),
        ] {
            assert_eq!(mended(text), Some((expected.to_owned(), false)), "{text}");
        }
    }

    #[test]
    fn missing_and_superfluous_marks() {
        for (text, expected) in [
            (
                r#"{"exposed_ports": {"80": {"name": "a"}"#,
                r#"{"exposed_ports": {"80": {"name": "a"}}}"#,
            ),
            (r#"{"ingress": true}}"#, r#"{"ingress": true}"#),
            (r#"{"ingress: true}"#, r#"{"ingress": true}"#),
            (r#"{ingress": true}"#, r#"{"ingress": true}"#),
            (
                r#"{"exposed_ports": {"80": {"name": "mail}}}"#,
                r#"{"exposed_ports": {"80": {"name": "mail"}}}"#,
            ),
            (
                r#"{"ingress": true "exposed_ports": {"80": {}}}"#,
                r#"{"ingress": true, "exposed_ports": {"80": {}}}"#,
            ),
        ] {
            assert_eq!(mended(text), Some((expected.to_owned(), true)), "{text}");
        }
    }

    #[test]
    fn what_could_mean_several_things_is_left() {
        for text in [
            "",
            "true",
            "ingress=true",
            "{ingress = true}",
            "{'ingress': 'true'}",
            r#"{"exposed_ports": {"80": {"name": "a", "443": {}}"#,
            r#"{"ingress": true, // "exposed_ports": {"80": {}}"#,
            "{'ingres': true}",
            "{'ingress': true, 'ingress': false}",
            r#"{"exposed_ports": ["80": {}}"#,
            "}{",
            "{'a b: 1}",
            "{\"ingress\": true} {\"ingress\": true}",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
