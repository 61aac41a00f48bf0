//! Finds the first action in a text that is not quoted away.

use std::ops::ControlFlow::{self, Break, Continue};

use super::{Template, TemplateKind, language};

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
pub(super) struct Scan<'t> {
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
    pub(super) fn new(bytes: &'t [u8]) -> Self {
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
    pub(super) fn line(&mut self, start: usize, end: usize) -> Option<Template> {
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
            [b'{', b'#', inner @ ..] => {
                language::until(inner, b"#}").map(|_| TemplateKind::Jinja)?
            }
            [b'<', b'%', inner @ ..] => language::angles(language::until(inner, b"%>")?),
            [b'%', inner @ ..] if self.is_first(at) => language::percent(inner)?,
            _ => return None,
        };
        Some(Template { kind, offset: at })
    }

    /// `{{ … }}`, which Go and Jinja share. GitHub's `${{ … }}` is neither.
    fn braces(&self, at: usize) -> Option<Template> {
        if self.follows(at, b'$') {
            return None;
        }
        let kind = if language::is_go(self.inner(at)) {
            TemplateKind::Go
        } else {
            TemplateKind::Jinja
        };
        Some(Template { kind, offset: at })
    }

    /// Whether an action amidst a plain scalar can only be one. `Pod {{ $labels.pod }} is down`
    /// and `step-{{item}}` are values of Prometheus and Argo that YAML and Kubernetes accept.
    fn is_certain(&self, at: usize) -> bool {
        self.byte(at + 1) == b'%' || language::is_helm(self.inner(at))
    }

    /// What stands between `{{` and `}}`.
    fn inner(&self, at: usize) -> &'t [u8] {
        let rest = self.bytes.get(at + 2..).unwrap_or_default();
        language::until(rest, b"}}").unwrap_or_default()
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
