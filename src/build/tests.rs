//! Which builds there are, and the way back from what they give.

use super::*;
use crate::report::Report;

fn texts(files: &[(&str, &str)]) -> Vec<Arc<Source>> {
    let files = files.iter();
    files
        .map(|(name, text)| Source::new(*name, *text))
        .collect()
}

#[test]
fn an_overlay_is_built_with_what_it_builds_on() {
    let sources = texts(&[
        ("k8s/base/kustomization.yaml", "resources: [svc.yaml]"),
        ("k8s/base/svc.yaml", "kind: Service"),
        (
            "k8s/prod/kustomization.yaml",
            "resources: [../base, github.com/acme/more]\npatches: [{path: patch.yaml}]",
        ),
        ("k8s/prod/patch.yaml", "kind: Service"),
        ("k8s/other.yaml", "kind: Service"),
    ]);
    let [build] = builds(&sources).try_into().unwrap();
    assert_eq!(build.directory, "k8s/prod");
    assert_eq!(build.file(), "k8s/prod/kustomization.yaml");
    assert_eq!(build.missing, ["github.com/acme/more"]);
    assert_eq!(build.files.len(), 4);
    assert!(!build.files.contains("k8s/other.yaml"));
}

#[test]
fn a_chart_is_built_with_its_parts_and_a_component_never() {
    let sources = texts(&[
        ("Chart.yaml", "name: mail"),
        ("charts/redis/Chart.yaml", "name: redis"),
        ("templates/svc.yaml", "kind: {{ .Values.kind }}"),
        ("part/kustomization.yaml", "kind: Component"),
        ("lib/Chart.yaml", "type: library"),
    ]);
    let [build] = builds(&sources).try_into().unwrap();
    assert_eq!((build.directory.as_str(), build.tool), (".", Tool::Helm));
    assert_eq!(build.files.len(), 5);
}

#[test]
fn circles_end() {
    let sources = texts(&[
        ("a/kustomization.yaml", "resources: [../b]"),
        ("b/kustomization.yaml", "resources: [../a]"),
        ("c/kustomization.yaml", "resources: [../a]"),
    ]);
    assert_eq!(builds(&sources).len(), 1);
}

#[test]
fn a_finding_points_at_the_only_line_that_was_rendered_unchanged() {
    let files = texts(&[
        (
            "base/svc.yaml",
            "kind: Service\nmetadata:\n  name: mail\nspec:\n  ports:\n  - name: smtp\n    port: 25\n",
        ),
        (
            "base/more.yaml",
            "kind: Deployment\nmetadata:\n  name: mail\nspec:\n    port: 25\n",
        ),
    ]);
    let source = Source::new(
        "prod/(rendered)",
        "kind: Service\nmetadata:\n  name: eu-mail\nspec:\n  ports:\n  - port: 25\n    name: smtp\n",
    );
    let at = |word: &str| {
        let start = source.text.find(word).unwrap();
        crate::text::Place {
            source: Arc::clone(&source),
            span: crate::text::Span::new(start, start + word.len()),
        }
    };
    let rendered = Rendered {
        source: Arc::clone(&source),
        files,
    };
    let found = |word: &str| {
        let place = rendered.file_of(&at(word))?;
        let origin = place.source.origin.clone();
        Some((origin, place.source.slice(place.span).to_owned()))
    };
    let svc = |text: &str| Some(("base/svc.yaml".to_owned(), text.to_owned()));
    assert_eq!(found("25"), svc("25"));
    assert_eq!(found("smtp"), svc("smtp"));
    assert_eq!(found("eu-mail"), None);
    assert_eq!(found("spec:\n  ports"), None);
}

#[test]
fn what_helm_rendered_points_at_the_template_that_helm_names() {
    let template = "kind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  port: 25\n";
    let text = "---\n# Source: post/templates/b.yaml\nkind: Service\nmetadata:\n  name: x\nspec:\n  port: 25\n";
    for (directory, file) in [(".", "templates/b.yaml"), ("k8s", "k8s/templates/b.yaml")] {
        let source = Source::new(format!("{directory}{RENDERED}"), text);
        let start = text.find("25").unwrap();
        let place = crate::text::Place {
            source: Arc::clone(&source),
            span: crate::text::Span::new(start, start + 2),
        };
        let other = file.replace("b.yaml", "a.yaml");
        let found = |files: &[&str]| {
            let files: Vec<_> = files.iter().map(|name| (*name, template)).collect();
            let files = texts(&files);
            let source = Arc::clone(&source);
            let place = Rendered { source, files }.file_of(&place)?;
            Some(place.source.origin.clone())
        };
        assert_eq!(found(&[&other, file]).as_deref(), Some(file));
        assert_eq!(found(&[&other]), None);
    }
}

#[test]
fn what_was_left_undecided_and_what_was_kept_silent_point_at_files_too() {
    let file = "kind: Service\nmetadata:\n  name: mail\n";
    let source = Source::new(format!("prod{RENDERED}"), file);
    let start = file.find("mail").unwrap();
    let place = crate::text::Place {
        source: Arc::clone(&source),
        span: crate::text::Span::new(start, start + 4),
    };
    let subject = crate::finding::Subject {
        cluster: String::new(),
        kind: "Service".to_owned(),
        namespace: String::new(),
        name: "mail".to_owned(),
    };
    let rule = crate::rules::rows()[0];
    let mut report = Report::default();
    report.undecided.push(crate::finding::Undecided {
        rule,
        subject: subject.clone(),
        place: place.clone(),
        reason: String::new(),
        needs: String::new(),
    });
    let noise = crate::finding::Noise::new(rule, subject, place, "", "");
    report.noise.push(noise);
    let files = texts(&[("base/svc.yaml", file)]);
    trace_back(&mut report, &[Rendered { source, files }]);
    assert_eq!(
        report.undecided[0].place.source.origin,
        report.noise[0].place.source.origin
    );
    assert_eq!(report.noise[0].place.source.origin, "base/svc.yaml");
}
