//! Whether a text is a template of a manifest rather than a manifest.
//!
//! Asked when a text does not parse or holds a template's brackets. Manifests are full of
//! `{{ … }}` that mean nothing to YAML (alert texts, workflow parameters, dashboards), so only an
//! action outside quotes, comments and block scalars counts.

mod language;
mod scan;

use memchr::memmem;

use scan::Scan;

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
    /// Why a file that is one is not checked, as the end of a sentence.
    pub fn reason(self) -> String {
        let how = match self.kind {
            TemplateKind::Go => " (`helm template`, if it is from a chart)",
            _ => "",
        };
        format!("a {} template: render it first{how}", self.kind.name())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind, and the text from the first action to the end of its line.
    fn first(text: &str) -> Option<(TemplateKind, &str)> {
        let Template { kind, offset } = template(text)?;
        Some((kind, text[offset..].lines().next().unwrap()))
    }

    #[test]
    fn an_action_outside_of_quotes_shows_the_template_and_its_language() {
        use TemplateKind::{Erb, Go, Jinja, Mako, Terraform};
        for (text, kind, action) in [
            (
                "{{- if .Values.neg }}\nkind: Service\n",
                Go,
                "{{- if .Values.neg }}",
            ),
            (
                "{{/* a chart's note */}}\nkind: X\n",
                Go,
                "{{/* a chart's note */}}",
            ),
            (
                "metadata:\n  name: {{ .Values.name }}\n",
                Go,
                "{{ .Values.name }}",
            ),
            (
                "name: {{ include \"x.fullname\" . }}-neg\n",
                Go,
                "{{ include \"x.fullname\" . }}-neg",
            ),
            ("name: {{ template \"x\" }}\n", Go, "{{ template \"x\" }}"),
            ("name: web-{{ .Release.Name }}\n", Go, "{{ .Release.Name }}"),
            ("{{ .Release.Name }}-x: y\n", Go, "{{ .Release.Name }}-x: y"),
            ("ports:\n- {{ $port }}\n", Go, "{{ $port }}"),
            (
                "labels:\n    a: b\n{{ toYaml .Values.labels | indent 4 }}\n",
                Go,
                "{{ toYaml .Values.labels | indent 4 }}",
            ),
            ("a: [x, {{ .port }}]\n", Go, "{{ .port }}]"),
            ("a: \"x\"\nb: {{ .y }}\n", Go, "{{ .y }}"),
            ("a: it's\nb: {{ .y }}\n", Go, "{{ .y }}"),
            ("a: !!str {{ .y }}\n", Go, "{{ .y }}"),
            ("{\"port\": {{ .port }}}\n", Go, "{{ .port }}}"),
            ("name: {{ cluster_name }}\n", Jinja, "{{ cluster_name }}"),
            (
                "{% if tls %}\nkind: Service\n{% endif %}\n",
                Jinja,
                "{% if tls %}",
            ),
            (
                "ports:\n  {%- for p in ports %}\n",
                Jinja,
                "{%- for p in ports %}",
            ),
            ("{# made by hand #}\nkind: X\n", Jinja, "{# made by hand #}"),
            ("name: <%= @name %>\n", Erb, "<%= @name %>"),
            ("<% if x %>\n", Erb, "<% if x %>"),
            ("name: app-<%= env %>\n", Erb, "<%= env %>"),
            ("<%def name=\"x()\">\n", Erb, ""),
            (
                "<%block name=\"x\"> ${a} <%text> %>\n",
                Mako,
                "<%block name=\"x\"> ${a} <%text> %>",
            ),
            (
                "spec:\n  type: ClusterIP\n  % if dual_stack:\n  a: b\n  % endif\n",
                Mako,
                "% if dual_stack:",
            ),
            (
                "%{ if tls ~}\nkind: X\n%{ endif ~}\n",
                Terraform,
                "%{ if tls ~}",
            ),
        ] {
            let expected = (!action.is_empty()).then_some((kind, action));
            assert_eq!(first(text), expected, "{text}");
        }
    }

    #[test]
    fn a_block_scalar_ends_where_the_indentation_does() {
        let text =
            "data:\n  config: |\n    {{ kept }}\n\n    # {{ kept }}\n{{ .Files.Get \"x\" }}\n";
        assert_eq!(first(text).unwrap().1, "{{ .Files.Get \"x\" }}");
        let text = "- name: x\n  run: |-\n    {{ kept }}\n  with: {{ .found }}\n";
        assert_eq!(first(text).unwrap().1, "{{ .found }}");
        let text = "- >2 # {{ kept }}\n   {{ kept }}\n- {{ .found }}\n";
        assert_eq!(first(text).unwrap().1, "{{ .found }}");
    }

    #[test]
    fn quotes_within_an_action_break_the_quoted_scalar_around_it() {
        let text = "name: \"{{ include \"x\" . }}\"\n";
        assert_eq!(first(text).unwrap().1, "{{ include \"x\" . }}\"");
        assert_eq!(first("left: \"{{\"\nright: '}}'\n"), None);
    }

    #[test]
    fn brackets_that_are_text_to_yaml_make_no_template() {
        for text in [
            // Prometheus rules, quoted, folded and plain
            "- alert: Down\n  annotations:\n    summary: \"{{ $labels.instance }} down\"\n    description: >-\n      {{ $labels.job }} is down: {{ $value }}\n",
            "summary: Instance {{ $labels.instance }} down\n",
            "summary: Instance\n  {{ $labels.instance }} down\n",
            "summary: it's 'x' {{ $value }}\n",
            // Alertmanager
            "text: '{{ template \"slack.text\" . }} it''s {{ .x }}'\n",
            // Argo Workflows and ApplicationSets
            "args: [\"{{inputs.parameters.x}}\", '{{item}}']\nname: step-{{item}}\n",
            "repoURL: \"https://x/{{path.basename}}\"\nmultiline: \"a\n  {{ b }}\n  c\"\n",
            // GitHub workflows
            "name: ${{ matrix.os }}\nif: ${{ github.ref == 'x' }}\nwith: { v: a-${{ b }} }\n",
            // Kustomize and envsubst substitutions
            "name: ${service_name}\nport: $(PORT)\n",
            // ConfigMaps with templates in block scalars
            "data:\n  a.tpl: |\n    {{ if .x }}\n    \"\n    {% y %}\n    <%= z %>\n  b: |2-\n     {{ c }}\n",
            "--- |\n{{ top }}\n",
            "- |\n  {{ a }}\n- - >\n    {{ b }}\n",
            // comments
            "# {{ .Values.a }}\na: b # {{ .c }}\n#{% d %}\n",
            // a Grafana dashboard as JSON
            "{\"title\":\"{{instance}} \\\"{{job}}\\\"\",\"a\":[{\"b\":{}}],\"legendFormat\":\"{{pod}}\"}",
            // directives and percentages
            "%YAML 1.2\n---\nmaxSurge: 25%\na: 10 % if b\n",
            "a: b#{{ c }}\n",
            "",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn a_document_border_ends_what_was_left_open() {
        let text = "a: \"never closed\n---\nb: [c\n---\nd: |\n  {{ kept }}\ne: {{ .found }}\n";
        assert_eq!(first(text).unwrap().1, "{{ .found }}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_ends_with_an_action_or_without(text in "(\\{\\{|\\}\\}|%|[\\[\\]{}<>|:,$#'\"é \\n\\\\!-]|a|if ){0,60}") {
            if let Some(Template { offset, .. }) = template(&text) {
                let action = &text[offset..];
                let opens = ["{{", "{%", "{#", "<%", "%"];
                assert!(opens.iter().any(|open| action.starts_with(open)), "{action}");
            }
        }
    }

    #[test]
    fn hostile_texts_take_linear_time() {
        for part in [
            "<% ", "{# ", "a {{", "[{#", "'{{ ", "| ", "%", "[%", "- ", "!", "a: <%",
        ] {
            let text = format!("x: {}", part.repeat(100_000));
            let started = std::time::Instant::now();
            template(&text);
            assert!(started.elapsed().as_secs() < 5, "{part:?}");
        }
    }
}
