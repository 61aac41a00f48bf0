//! Whether a text is a template of a manifest rather than a manifest.
//!
//! Asked when a text does not parse or holds a template's brackets. Manifests are full of
//! `{{ … }}` that mean nothing to YAML (alert texts, workflow parameters, dashboards), so only an
//! action outside quotes, comments and block scalars counts.

use std::ops::ControlFlow::{self, Break, Continue};

use memchr::memmem;

use super::{Gap, GapKind};
use crate::text::{Position, Source};

/// The language a template is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateKind {
    /// `{{ .Values.name }}`: Go's text/template, which Helm uses.
    Go,
    /// `{% if … %}`, `{{ name }}`: Jinja, and what looks like it.
    Jinja,
    /// `% if …:`, `<%def …>`: Mako. Its `${name}` alone is ordinary YAML.
    Mako,
    /// `<%= name %>`: ERB.
    Erb,
    /// `%{ if … }`: Terraform's templatefile.
    Terraform,
}

impl TemplateKind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Go => "Helm or Go",
            Self::Jinja => "Jinja",
            Self::Mako => "Mako",
            Self::Erb => "ERB",
            Self::Terraform => "Terraform",
        }
    }
}

/// A template, and the action that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// The language.
    pub kind: TemplateKind,
    /// Where the first action outside quotes, comments and block scalars starts, in bytes.
    pub offset: usize,
}

impl Template {
    /// The gap that this template is.
    pub fn gap(self, source: &Source) -> Gap {
        let Position { line, column, .. } = source.position(self.offset as u32);
        let how = match self.kind {
            TemplateKind::Go => " (`helm template`, if it is from a chart)",
            _ => "",
        };
        let reason = format!(
            "is a {} template, see line {line}, column {column}: render it first{how}",
            self.kind.name()
        );
        Gap::new(&source.origin, GapKind::Template, reason)
    }
}

/// Recognises a template of YAML or JSON, and finds its first action.
pub fn template(text: &str) -> Option<Template> {
    let bytes = text.as_bytes();
    let may_be_one = memchr::memchr(b'%', bytes).is_some()
        || memmem::find(bytes, b"{{").is_some()
        || memmem::find(bytes, b"{#").is_some();
    if !may_be_one {
        return None;
    }
    let mut scan = Scan::new(bytes);
    let mut start = text.len() - text.trim_start_matches('\u{FEFF}').len();
    while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
        let end = start + memchr::memchr(b'\n', rest).map_or(rest.len(), |newline| newline + 1);
        if let Some(template) = scan.line(start, end) {
            return Some(template);
        }
        start = end;
    }
    None
}

/// How far an action is searched for its end, in bytes: bounds the time on hostile input.
const LONGEST_ACTION: usize = 1024;

/// What stands at the current byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Nothing: a key, a value or an indicator may start.
    Nothing,
    Plain,
    /// A quoted scalar; `open` is a `{{` in it that has no `}}` yet.
    Quoted {
        quote: u8,
        open: Option<usize>,
    },
}

type Step = ControlFlow<Option<Template>, usize>;

/// Just enough of YAML to know what is quoted, a comment or a block scalar, in a text that may
/// not be YAML at all.
struct Scan<'t> {
    bytes: &'t [u8],
    within: Within,
    /// The depth of `[` and `{`.
    flow: usize,
    /// The least indentation of what belongs to the last key or `-`.
    inside: usize,
    /// The least indentation of the block scalar's lines, while in one.
    block: Option<usize>,
    /// The column of the last scalar, which a `:` makes a key.
    token: usize,
    line_start: usize,
    line_end: usize,
}

impl<'t> Scan<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        Self {
            bytes,
            within: Within::Nothing,
            flow: 0,
            inside: 0,
            block: None,
            token: 0,
            line_start: 0,
            line_end: 0,
        }
    }

    /// Looks at one line; gives the first action in it.
    fn line(&mut self, start: usize, end: usize) -> Option<Template> {
        let line = self.bytes.get(start..end)?.trim_ascii_end();
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        (self.line_start, self.line_end) = (start, start + line.len());
        let mut at = start + indent;
        if (line.starts_with(b"---") || line.starts_with(b"...")) && self.is_blank(start + 3) {
            *self = Self {
                line_start: start,
                line_end: self.line_end,
                ..Self::new(self.bytes)
            };
            at = start + 3;
        } else if line.is_empty() || self.block.is_some_and(|least| indent >= least) {
            return None;
        } else if self.within == Within::Plain && (self.flow > 0 || indent < self.inside) {
            self.within = Within::Nothing;
        }
        self.block = None;
        while at < self.line_end {
            let step = match self.within {
                Within::Nothing => self.token(at),
                Within::Plain => self.plain(at),
                Within::Quoted { quote, open } => self.quoted(at, quote, open),
            };
            match step {
                Continue(next) => at = next,
                Break(found) => return found,
            }
        }
        None
    }

    /// Where a key, a value or an indicator may start.
    fn token(&mut self, at: usize) -> Step {
        if let Some(template) = self.action(at) {
            return Break(Some(template));
        }
        let column = at - self.line_start;
        match self.byte(at) {
            b' ' | b'\t' => {}
            b'#' if self.follows_blank(at) => return Break(None),
            quote @ (b'"' | b'\'') => {
                self.token = column;
                self.within = Within::Quoted { quote, open: None };
            }
            b'[' | b'{' => self.flow += 1,
            b']' | b'}' => self.flow = self.flow.saturating_sub(1),
            b',' if self.flow > 0 => {}
            b'-' | b'?' if self.is_blank(at + 1) => self.inside = column + 1,
            b':' if self.flow > 0 || self.is_blank(at + 1) => self.ends_key(),
            b'!' | b'&' | b'*' => {
                let rest = self.bytes.get(at..self.line_end).unwrap_or_default();
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b",]}".contains(byte);
                return Continue(at + rest.iter().position(ends).unwrap_or(rest.len()));
            }
            b'|' | b'>' if self.is_block_header(at) => {
                self.block = Some(self.inside);
                return Break(None);
            }
            _ => {
                self.token = column;
                self.within = Within::Plain;
                return Continue(at);
            }
        }
        Continue(at + 1)
    }

    /// In a plain scalar, where YAML takes a template's brackets for text.
    fn plain(&mut self, at: usize) -> Step {
        match self.byte(at) {
            b':' if self.is_blank(at + 1) => {
                self.ends_key();
                self.within = Within::Nothing;
            }
            b'#' if self.follows_blank(at) => {
                self.within = Within::Nothing;
                return Break(None);
            }
            b'{' | b'<' => {
                if let Some(template) = self.action(at).filter(|_| self.is_certain(at)) {
                    return Break(Some(template));
                }
                if self.flow > 0 && self.byte(at) == b'{' {
                    self.within = Within::Nothing;
                    return Continue(at);
                }
            }
            b'[' | b']' | b'}' | b',' if self.flow > 0 => {
                self.within = Within::Nothing;
                return Continue(at);
            }
            _ => {}
        }
        Continue(at + 1)
    }

    fn quoted(&mut self, at: usize, quote: u8, open: Option<usize>) -> Step {
        let next = self.byte(at + 1);
        let mut still_open = open;
        let mut length = 1;
        match self.byte(at) {
            b'\\' if quote == b'"' => length = 2,
            b'\'' if quote == b'\'' && next == b'\'' => length = 2,
            byte if byte == quote => {
                self.within = Within::Nothing;
                // `"{{ include "name" . }}"`: the quotes within the action end the scalar early.
                let breaks = !self.is_blank(at + 1) && !b":,]}#".contains(&next);
                return match open.filter(|_| breaks) {
                    Some(offset) => Break(self.braces(offset)),
                    None => Continue(at + 1),
                };
            }
            b'{' if next == b'{' => still_open = open.or(Some(at)),
            b'}' if next == b'}' => still_open = None,
            _ => {}
        }
        self.within = Within::Quoted {
            quote,
            open: still_open,
        };
        Continue(at + length)
    }

    /// The action that starts at this byte, where nothing quotes it.
    fn action(&self, at: usize) -> Option<Template> {
        let rest = self.bytes.get(at..)?;
        let kind = match rest {
            [b'{', b'{', ..] => return self.braces(at),
            [b'{', b'%', ..] => TemplateKind::Jinja,
            [b'{', b'#', inner @ ..] => until(inner, b"#}").map(|_| TemplateKind::Jinja)?,
            [b'<', b'%', inner @ ..] => angles(until(inner, b"%>")?),
            [b'%', inner @ ..] if self.is_first(at) => percent(inner)?,
            _ => return None,
        };
        Some(Template { kind, offset: at })
    }

    /// `{{ … }}`, which Go and Jinja share. GitHub's `${{ … }}` is neither.
    fn braces(&self, at: usize) -> Option<Template> {
        if self.follows(at, b'$') {
            return None;
        }
        let kind = if is_go(self.inner(at)) {
            TemplateKind::Go
        } else {
            TemplateKind::Jinja
        };
        Some(Template { kind, offset: at })
    }

    /// Whether an action amidst a plain scalar can only be one. `Pod {{ $labels.pod }} is down`
    /// and `step-{{item}}` are values of Prometheus and Argo that YAML and Kubernetes accept.
    fn is_certain(&self, at: usize) -> bool {
        const HELM: [&[u8]; 8] = [
            b".Values",
            b".Release",
            b".Chart",
            b".Capabilities",
            b".Files",
            b"include \"",
            b"toYaml",
            b"nindent",
        ];
        let inner = self.inner(at);
        self.byte(at + 1) == b'%' || HELM.iter().any(|word| memmem::find(inner, word).is_some())
    }

    /// What stands between `{{` and `}}`.
    fn inner(&self, at: usize) -> &'t [u8] {
        let rest = self.bytes.get(at + 2..).unwrap_or_default();
        until(rest, b"}}").unwrap_or_default()
    }

    fn ends_key(&mut self) {
        if self.flow == 0 {
            self.inside = self.token + 1;
        }
    }

    /// `|`, `>-`, `|2+ # comment`, to the end of the line.
    fn is_block_header(&self, at: usize) -> bool {
        let rest = self.bytes.get(at + 1..self.line_end).unwrap_or_default();
        let indicators = rest
            .iter()
            .take_while(|byte| b"+-0123456789".contains(byte))
            .count();
        let rest = rest.get(indicators..).unwrap_or_default();
        rest.is_empty()
            || rest.starts_with(b" ") && matches!(rest.trim_ascii().first(), None | Some(b'#'))
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    fn is_blank(&self, at: usize) -> bool {
        self.byte(at).is_ascii_whitespace()
    }

    fn is_first(&self, at: usize) -> bool {
        self.bytes
            .get(self.line_start..at)
            .is_some_and(|before| before.trim_ascii().is_empty())
    }

    fn follows(&self, at: usize, byte: u8) -> bool {
        at.checked_sub(1).is_some_and(|at| self.byte(at) == byte)
    }

    fn follows_blank(&self, at: usize) -> bool {
        at == self.line_start || at.checked_sub(1).is_some_and(|at| self.is_blank(at))
    }
}

/// The bytes before `close`, if it comes soon.
fn until<'t>(bytes: &'t [u8], close: &[u8]) -> Option<&'t [u8]> {
    let near = bytes.get(..LONGEST_ACTION.min(bytes.len()))?;
    near.get(..memmem::find(near, close)?)
}

/// The letters at the start, after blanks and a trimming `-` or `~`.
fn first_word(bytes: &[u8]) -> &[u8] {
    let start = |byte: &u8| !byte.is_ascii_whitespace() && !b"-~".contains(byte);
    let near = bytes
        .get(..LONGEST_ACTION.min(bytes.len()))
        .unwrap_or(bytes);
    let word = near
        .iter()
        .position(start)
        .and_then(|start| near.get(start..))
        .unwrap_or_default();
    let length = word.iter().take_while(|byte| byte.is_ascii_alphabetic());
    word.get(..length.count()).unwrap_or_default()
}

fn is_go(inner: &[u8]) -> bool {
    const FIELDS: [&[u8]; 4] = [b" .", b"(.", b"$.", b"/*"];
    const WORDS: [&[u8]; 12] = [
        b"if",
        b"else",
        b"end",
        b"range",
        b"with",
        b"define",
        b"block",
        b"template",
        b"include",
        b"tpl",
        b"fail",
        b"lookup",
    ];
    let start = inner.strip_prefix(b"-").unwrap_or(inner).trim_ascii_start();
    matches!(start.first(), Some(b'.' | b'$' | b'('))
        || WORDS.contains(&first_word(inner))
        || FIELDS
            .iter()
            .any(|field| memmem::find(inner, field).is_some())
}

/// `<% … %>`: Mako's own tags by their names, everything else is ERB.
fn angles(inner: &[u8]) -> TemplateKind {
    const MAKO: [&[u8]; 8] = [
        b"block",
        b"def",
        b"page",
        b"include",
        b"inherit",
        b"namespace",
        b"text",
        b"doc",
    ];
    let is_mako = inner.first() == Some(&b'!')
        || inner.first().is_some_and(u8::is_ascii_alphabetic) && MAKO.contains(&first_word(inner));
    if is_mako {
        TemplateKind::Mako
    } else {
        TemplateKind::Erb
    }
}

/// A control line that starts with `%`; `%YAML` and `%TAG` are none.
fn percent(inner: &[u8]) -> Option<TemplateKind> {
    const WORDS: [&[u8]; 10] = [
        b"if",
        b"elif",
        b"else",
        b"endif",
        b"for",
        b"endfor",
        b"while",
        b"endwhile",
        b"try",
        b"endtry",
    ];
    let (inner, kind) = match inner.strip_prefix(b"{") {
        Some(inner) => (inner, TemplateKind::Terraform),
        None => (inner, TemplateKind::Mako),
    };
    WORDS.contains(&first_word(inner)).then_some(kind)
}
