//! Kustomizations, rendered by the real program.

use std::fs;

use super::tools;

const BASE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: mail
  annotations:
    cloud.google.com/neg: '{\"exposed_ports\": {\"2525\": {}}}'
spec:
  selector: {app: mail}
  ports:
  - {name: smtp, port: 25, targetPort: 2525}
";

#[test]
fn what_kustomize_makes_is_checked_and_told_by_the_files() {
    if !tools::wanted() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("base/kustomization.yaml", "resources: [svc.yaml]\n");
    write("base/svc.yaml", BASE);
    write(
        "prod/kustomization.yaml",
        "namePrefix: eu-\nnamespace: prod\nresources: [../base]\n",
    );
    // The base alone is in order: what is wrong comes with the patch.
    write(
        "fixed/kustomization.yaml",
        "resources: [../base]\npatches:\n- path: patch.yaml\n",
    );
    write(
        "fixed/patch.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: mail\n  annotations:\n    cloud.google.com/neg: '{\"exposed_ports\": {\"25\": {}}}'\n",
    );
    let run = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("neg-doctor").unwrap();
        let programs = tools::kubectl();
        command
            .current_dir(folder.path())
            .env("PATH", programs.parent().unwrap())
            .args(["check", "--format", "short", "--no-config", "--render"])
            .args(arguments);
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, said) = run(&["."]);
    assert_eq!(code, Some(1), "{said}");
    let expected = "base/svc.yaml:6:47: error[NEG004]: Service eu-mail exposes port 2525, but has no such port";
    assert!(said.contains(expected), "{said}");
    assert_eq!(said.matches("NEG004").count(), 1, "{said}");
    let (code, said) = run(&["base", "fixed"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&["base"]);
    assert_eq!(code, Some(1), "{said}");
    // An Ingress of one overlay is nothing to the Service of another.
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: mail\nspec:\n  \
                   defaultBackend: {service: {name: mail, port: {number: 26}}}\n";
    write("fixed/ingress.yaml", ingress);
    write("other/kustomization.yaml", "resources: [../fixed]\n");
    write("alone/kustomization.yaml", "resources: [ingress.yaml]\n");
    write("alone/ingress.yaml", ingress);
    let (code, said) = run(&["base", "fixed", "other", "alone"]);
    assert_eq!(code, Some(0), "{said}");
    // A base that nobody named is known by the overlay: findings point at it, and it counts once.
    for arguments in [
        ["prod"].as_slice(),
        &["prod", "base/svc.yaml"],
        &["prod", "base"],
    ] {
        let found = (Some(1), format!("{expected}\n"));
        assert_eq!(run(arguments), found, "{arguments:?}");
    }
    write("prod/kustomization.yaml", "resources: [../nowhere]\n");
    let (code, said) = run(&["prod", "base"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("NEG004") && said.contains("kubectl kustomize ./prod` failed"),
        "{said}"
    );
}
