//! Helm charts, rendered by the real helm.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::tools;

/// A chart whose own Service takes its claim and port from the values.
const CHART: &[(&str, &str)] = &[
    (
        "mail/Chart.yaml",
        "apiVersion: v2\nname: post\nversion: 0.1.0\n",
    ),
    (
        "mail/values.yaml",
        "port: 25\nclaim: '{\"exposed_ports\": {\"25\": {}}}'\n",
    ),
    (
        "mail/templates/_helpers.tpl",
        "{{- define \"labels\" -}}\napp: mail\n{{- end }}\n",
    ),
    (
        "mail/templates/service.yaml",
        "\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-mail
  labels:
    {{- include \"labels\" . | nindent 4 }}
  annotations:
    cloud.google.com/neg: {{ .Values.claim | quote }}
spec:
  selector: {app: mail}
  ports:
  - name: smtp
    port: {{ .Values.port }}
    targetPort: 2525
",
    ),
];

/// A Service that exposes a port that it has not. Which file it stands in is told by nothing else than
/// helm's comment, since another one has the same line.
fn wrong(name: &str) -> String {
    format!(
        "{{{{- if true }}}}\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{{{ .Release.Name }}}}-{name}\n  \
         annotations:\n    cloud.google.com/neg: '{{\"exposed_ports\": {{\"81\": {{}}}}}}'\nspec:\n  \
         selector: {{app: web}}\n  ports:\n  - {{name: http, port: 80}}\n{{{{- end }}}}\n"
    )
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, text) in CHART {
            folder.write(name, text);
        }
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.0.path().join(name)).unwrap();
    }

    /// Runs `check --render` in a folder, with helm and no other program on the path.
    fn check_in(&self, folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
        let helm = tools::helm();
        let mut command = assert_cmd::Command::cargo_bin("neg-doctor").unwrap();
        command
            .current_dir(folder)
            .env("PATH", helm.parent().unwrap())
            .env("HOME", self.0.path())
            .args(["check", "--format", "short", "--no-config", "--render"])
            .args(arguments);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), said)
    }

    fn check(&self, arguments: &[&str]) -> (Option<i32>, String) {
        self.check_in(self.0.path(), arguments)
    }
}

#[test]
fn a_chart_is_checked_with_its_values_and_with_others() {
    if !tools::wanted() {
        return;
    }
    let folder = Folder::new();
    assert_eq!(folder.check(&["mail"]), (Some(0), String::new()));
    // What a value makes wrong stands in no file: the rendered text shows it.
    folder.write("other.yaml", "port: 26\n");
    let (code, said) = folder.check(&["mail", "--values", "other.yaml"]);
    assert_eq!(code, Some(1), "{said}");
    let message = "error[NEG004]: Service release-mail exposes port 25, but has no such port";
    let place = said.strip_suffix(&format!(": {message}\n"));
    let place = place.unwrap_or_else(|| panic!("{said}"));
    assert!(place.starts_with("mail/(rendered):"), "{said}");
    let (code, said) = folder.check(&["mail", "--values", "nowhere.yaml"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("mail: unread: not rendered: `helm template release ./mail"));
    assert!(said.contains("nowhere.yaml: no such file"), "{said}");
}

#[test]
fn findings_point_at_the_template_that_has_the_line() {
    if !tools::wanted() {
        return;
    }
    let folder = Folder::new();
    folder.write("mail/templates/a.yaml", &wrong("a"));
    folder.write("mail/templates/b.yaml", &wrong("b"));
    folder.write(
        "mail/charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    );
    folder.write("mail/charts/web/templates/c.yaml", &wrong("c"));
    let expected = |directory: &str| {
        let of = |(file, name): (&str, &str)| {
            format!(
                "{directory}{file}:7:47: error[NEG004]: Service release-{name} exposes port 81, but has \
                 no such port\n"
            )
        };
        [
            ("charts/web/templates/c.yaml", "c"),
            ("templates/a.yaml", "a"),
            ("templates/b.yaml", "b"),
        ]
        .map(of)
        .concat()
    };
    assert_eq!(folder.check(&["mail"]), (Some(1), expected("mail/")));
    assert_eq!(folder.check(&["."]), (Some(1), expected("mail/")));
    let within = folder.0.path().join("mail");
    let (code, said) = folder.check_in(&within, &["."]);
    assert_eq!((code, said), (Some(1), expected("")));
}

#[test]
fn what_helm_refuses_is_told_in_its_words() {
    if !tools::wanted() {
        return;
    }
    let folder = Folder::new();
    for (template, expected) in [
        (
            "{{ required \"a claim is needed\" .Values.nope }}\n",
            "a claim is needed",
        ),
        ("x: {{ .Values.\n", "unexpected"),
        ("x: [1\n", "YAML"),
    ] {
        folder.write("mail/templates/broken.yaml", template);
        let (code, said) = folder.check(&["mail"]);
        assert_eq!(code, Some(2), "{said}");
        let mut lines = said.lines();
        let told = lines.find(|it| it.starts_with("mail: unread: not rendered: `helm template"));
        let told = told.unwrap_or_else(|| panic!("{said}"));
        assert!(told.contains("broken.yaml"), "{said}");
        assert!(
            told.contains(expected) && !told.contains("--debug"),
            "{said}"
        );
    }
    folder.remove("mail/templates/broken.yaml");
    let chart = "apiVersion: v2\nname: post\nversion: 0.1.0\ndependencies:\n- {name: redis, version: 1.0.0, \
                 repository: \"https://charts.example\"}\n";
    folder.write("mail/Chart.yaml", chart);
    let (code, said) = folder.check(&["mail"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("missing in charts/ directory: redis"),
        "{said}"
    );
}

#[test]
fn values_that_are_required_and_objects_that_are_looked_up() {
    if !tools::wanted() {
        return;
    }
    let folder = Folder::new();
    // No cluster is asked: what a template looks up is not there.
    let looked_up = "\
{{- $old := lookup \"v1\" \"Service\" .Release.Namespace \"old\" }}
apiVersion: v1
kind: Service
metadata:
  name: looked-up
  namespace: {{ .Release.Namespace }}
  annotations:
    cloud.google.com/neg: '{\"exposed_ports\": {\"{{ if $old }}80{{ else }}{{ required \"a port\" .Values.exposed }}{{ end }}\": {}}}'
spec:
  selector: {app: web}
  ports: [{port: 80}]
";
    folder.write("mail/templates/looked-up.yaml", looked_up);
    let (code, said) = folder.check(&["mail"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("looked-up.yaml") && said.contains("a port"),
        "{said}"
    );
    for (port, code) in [("80", 0), ("82", 1)] {
        folder.write("required.yaml", &format!("exposed: {port}\n"));
        let (exit, said) = folder.check(&["mail", "--values", "required.yaml"]);
        assert_eq!(exit, Some(code), "{said}");
        let found = said.contains("Service looked-up exposes port 82");
        assert_eq!(found, port == "82", "{said}");
    }
}
