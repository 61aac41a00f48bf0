//! Which template language an action is written in, by its own words.

use memchr::memmem;

use super::TemplateKind;

/// How far an action is searched for its end, in bytes: bounds the time on hostile input.
const LONGEST_ACTION: usize = 1024;

/// The bytes before `close`, if it comes soon.
pub(super) fn until<'t>(bytes: &'t [u8], close: &[u8]) -> Option<&'t [u8]> {
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

/// Whether this, from between `{{` and `}}`, is Go's language rather than Jinja's.
pub(super) fn is_go(inner: &[u8]) -> bool {
    const FIELDS: [&[u8]; 4] = [b" .", b"(.", b"$.", b"/*"];
    let start = inner.strip_prefix(b"-").unwrap_or(inner).trim_ascii_start();
    matches!(start.first(), Some(b'.' | b'$' | b'('))
        || matches!(
            first_word(inner),
            b"if"
                | b"else"
                | b"end"
                | b"range"
                | b"with"
                | b"define"
                | b"block"
                | b"template"
                | b"include"
                | b"tpl"
                | b"fail"
                | b"lookup"
        )
        || FIELDS
            .iter()
            .any(|field| memmem::find(inner, field).is_some())
}

/// Whether only Helm says this between `{{` and `}}`.
pub(super) fn is_helm(inner: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] = [
        b".Values",
        b".Release",
        b".Chart",
        b".Capabilities",
        b".Files",
        b"include \"",
        b"toYaml",
        b"nindent",
    ];
    WORDS.iter().any(|word| memmem::find(inner, word).is_some())
}

/// `<% … %>`: Mako's own tags by their names, everything else is ERB.
pub(super) fn angles(inner: &[u8]) -> TemplateKind {
    let is_tag = matches!(
        first_word(inner),
        b"block" | b"def" | b"page" | b"include" | b"inherit" | b"namespace" | b"text" | b"doc"
    );
    let is_mako = inner.first() == Some(&b'!')
        || inner.first().is_some_and(u8::is_ascii_alphabetic) && is_tag;
    if is_mako {
        TemplateKind::Mako
    } else {
        TemplateKind::Erb
    }
}

/// A control line that starts with `%`; `%YAML` and `%TAG` are none.
pub(super) fn percent(inner: &[u8]) -> Option<TemplateKind> {
    let (inner, kind) = match inner.strip_prefix(b"{") {
        Some(inner) => (inner, TemplateKind::Terraform),
        None => (inner, TemplateKind::Mako),
    };
    let is_control = matches!(
        first_word(inner),
        b"if"
            | b"elif"
            | b"else"
            | b"endif"
            | b"for"
            | b"endfor"
            | b"while"
            | b"endwhile"
            | b"try"
            | b"endtry"
    );
    is_control.then_some(kind)
}
