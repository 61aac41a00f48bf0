//! The files by which CI systems use this tool: they parse, name options that exist, and their
//! scripts pass on the exit code.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail loudly")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use neg_doctor::document::{self, Document, Node};
use neg_doctor::text::Source;

const PROGRAM: &str = env!("CARGO_BIN_EXE_neg-doctor");

const GOOD: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n";
const BAD: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n    cloud.google.com/neg: '{\"exposed_ports\": {\"81\": {}}}'\nspec: {selector: {app: a}, ports: [{port: 80}]}\n";

/// A YAML text of any shape, under the key `file`.
fn yaml(name: &str, text: &str) -> Document {
    let indented: String = text.lines().map(|line| format!("  {line}\n")).collect();
    let wrapped = format!("apiVersion: v1\nkind: File\nfile:\n{indented}");
    let mut reading = document::read(&Source::new(name, wrapped), |_, _| true);
    assert!(reading.broken.is_empty(), "{name}: {:?}", reading.broken);
    reading.documents.pop().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The script of a step of the action.
fn script(step: &str) -> String {
    let action = yaml("action.yml", &read("action.yml"));
    let steps = action.root().at(&["file", "runs", "steps"]).unwrap();
    let named = |node: &Node<'_>| node.get("name").and_then(Node::string) == Some(step);
    let run = steps.items().find(named).unwrap().get("run").unwrap();
    run.text().unwrap().to_owned()
}

/// What the action's step writes to its outputs, and how its last step ends.
fn act(manifest: &str, arguments: &str) -> (String, i32) {
    let temporary = tempfile::tempdir().unwrap();
    let at = |name: &str| temporary.path().join(name);
    fs::create_dir_all(at("tools/bin")).unwrap();
    // A link, since a file that was just written may still be open in a process forked meanwhile.
    std::os::unix::fs::symlink(PROGRAM, at("tools/bin/neg-doctor")).unwrap();
    fs::write(at("a.yaml"), manifest).unwrap();
    let check = Command::new("bash")
        .args(["-eo", "pipefail", "-c", &script("Check")])
        .current_dir(temporary.path())
        .env("TOOLS", at("tools"))
        .env("SARIF", at("neg-doctor.sarif"))
        .env("GITHUB_OUTPUT", at("outputs"))
        .env("PATHS", "*.yaml")
        .env("FAIL_ON", "error")
        .env("ARGS", arguments)
        .output()
        .unwrap();
    assert!(check.status.success(), "{check:?}");
    let outputs = fs::read_to_string(at("outputs")).unwrap();
    let code = outputs
        .lines()
        .find_map(|line| line.strip_prefix("exit-code="))
        .unwrap();
    let result = Command::new("bash")
        .args(["-eo", "pipefail", "-c", &script("Result")])
        .env("CODE", code)
        .status()
        .unwrap();
    (outputs, result.code().unwrap())
}

#[test]
fn action_reports_before_it_fails() {
    let (outputs, code) = act(BAD, "");
    assert_eq!(code, 1);
    assert!(outputs.contains("sarif-file="), "{outputs}");
    assert_eq!(act(GOOD, "").1, 0);
    assert_eq!(act("a: [", "").1, 2);
    assert_eq!(act("a: [", "--allow-unread").1, 3);
    assert_eq!(act("a: 1\n", "").1, 3);
}

#[test]
fn action_takes_its_inputs_from_variables() {
    let action = yaml("action.yml", &read("action.yml"));
    let steps = action.root().at(&["file", "runs", "steps"]).unwrap();
    for run in steps.items().filter_map(|step| step.get("run")) {
        let text = run.text().unwrap();
        assert!(!text.contains("${{"), "a shell would read an input: {text}");
    }
}

#[test]
fn hooks_pass_a_commit_without_manifests() {
    let hooks = yaml(".pre-commit-hooks.yaml", &read(".pre-commit-hooks.yaml"));
    let temporary = tempfile::tempdir().unwrap();
    let bin = Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let entries: Vec<&str> = hooks
        .root()
        .get("file")
        .unwrap()
        .items()
        .map(|hook| hook.get("entry").and_then(Node::text).unwrap())
        .collect();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        for (manifest, passes) in [(GOOD, true), ("a: 1\n", true), ("a: [", false)] {
            let file = temporary.path().join("a.yaml");
            fs::write(&file, manifest).unwrap();
            let command = format!("{entry} {}", file.display());
            let output = Command::new("bash")
                .args(["-c", &command])
                .env("PATH", &path)
                .output()
                .unwrap();
            assert_eq!(output.status.success(), passes, "{command}: {output:?}");
        }
    }
}

#[test]
fn workflow_parses() {
    let workflow = yaml("ci.yml", &read(".github/workflows/ci.yml"));
    let jobs = workflow.root().at(&["file", "jobs"]).unwrap();
    assert!(jobs.entries().count() > 0);
}

/// The blocks of a Markdown text that are fenced as this language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn snippets_parse() {
    let text = read("docs/ci.md");
    let snippets = blocks(&text, "yaml");
    assert_eq!(snippets.len(), 3);
    for snippet in snippets {
        yaml("docs/ci.md", snippet);
    }
}

#[test]
fn options_exist() {
    let help = Command::new(PROGRAM).args(["check", "--help"]).output();
    let help: Arc<str> = String::from_utf8(help.unwrap().stdout).unwrap().into();
    let known: Vec<&str> = help
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .filter(|word| word.starts_with("--"))
        .collect();
    let files = [
        "action.yml",
        ".pre-commit-hooks.yaml",
        "docs/ci.md",
        "README.md",
    ];
    for file in files {
        let text = read(file).replace("\\\n", "");
        let used = text.lines().filter_map(|line| {
            line.split_once("neg-doctor\" check")
                .or(line.split_once("neg-doctor check"))
        });
        let mut count = 0;
        for (_, arguments) in used {
            count += 1;
            for option in arguments
                .split_whitespace()
                .filter(|it| it.starts_with("--"))
            {
                let name = option.trim_end_matches(['`', ';', ',', '.']);
                assert!(name == "--" || known.contains(&name), "{file}: no {name}");
            }
        }
        assert!(count > 0, "{file} does not use the command");
    }
}

/// The manifest for krew, without the holes that its release bot fills, names the plugin as kubectl
/// calls it and the binary as cargo does.
#[test]
fn krew_manifest_names_the_plugin() {
    let text = read(".krew.yaml");
    let filled: Vec<String> = text
        .lines()
        .filter(|line| !line.contains("addURIAndSha"))
        .map(|line| line.replace("{{ .TagName }}", "v0.0.0"))
        .collect();
    let reading = document::read(&Source::new(".krew.yaml", filled.join("\n")), |_, _| true);
    assert!(reading.broken.is_empty(), "{:?}", reading.broken);
    let root = reading.documents[0].root();
    assert_eq!(
        root.at(&["metadata", "name"]).and_then(Node::text),
        Some("neg-doctor")
    );
    let platforms: Vec<_> = root.at(&["spec", "platforms"]).unwrap().items().collect();
    assert!(!platforms.is_empty());
    for platform in platforms {
        let binary = platform.get("bin").and_then(Node::text);
        assert_eq!(binary, Some("kubectl-neg_doctor"));
    }
    let exe = std::path::Path::new(env!("CARGO_BIN_EXE_kubectl-neg_doctor"));
    assert_eq!(exe.file_stem().unwrap(), "kubectl-neg_doctor");
}
