//! What a user types who has projects of Google Cloud, and what comes back.
#![cfg(test)]

#[path = "cards/cloud.rs"]
mod cloud;

use std::path::Path;
use std::process::{Command, Output};

use fake_compute::{Fake, Fault, TOKEN};

use cloud::Stage;

/// The scene of the cards in which all is well.
fn scene() -> Fake {
    let text = std::fs::read_to_string("fixtures/scenes/mail.yaml").unwrap();
    let fake = Fake::start();
    Stage::of(&text).load(&fake);
    fake
}

/// The program with the fake's addresses, in a folder of its own.
fn program(fake: &Fake, folder: &Path) -> Command {
    let base = fake.base_url();
    let mut command = Command::new(env!("CARGO_BIN_EXE_neg-doctor"));
    command
        .env_clear()
        .env("HOME", folder)
        .env("PATH", folder)
        .env("GOOGLE_OAUTH_ACCESS_TOKEN", TOKEN)
        .env(
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE",
            format!("{base}/compute/v1/"),
        )
        .env("CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER", base)
        .current_dir(folder);
    command
}

fn out(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn what_is_collected_says_the_same_as_the_project() {
    let fake = scene();
    // Something to say: nobody leads to the backend service.
    let rule =
        "https://www.googleapis.com/compute/v1/projects/acme-mail/global/forwardingRules/mail";
    assert!(fake.object(rule).is_some());
    fake.fault(
        "forwardingRules.aggregatedList",
        Fault::Answer(
            200,
            serde_json::json!({"kind": "compute#forwardingRuleAggregatedList"}),
        ),
    );
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        out(&program(&fake, folder.path())
            .args(arguments)
            .output()
            .unwrap())
    };
    let (live, said, told) = run(&["check", "--project", "acme-mail"]);
    assert_eq!(live, Some(1), "{said}{told}");
    for target in ["acme", "acme.tar.gz"] {
        let (code, _, told) = run(&["collect", "--project", "acme-mail", "-o", target]);
        assert_eq!(code, Some(0), "{told}");
        let of_files = run(&["check", target]);
        assert_eq!(of_files.0, Some(1), "{}{}", of_files.1, of_files.2);
        let findings = |text: &str| {
            let lines = text.lines().filter(|line| line.contains("NEG"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(findings(&of_files.1), findings(&said));
    }
}

#[test]
fn paths_alone_read_no_project() {
    let fake = scene();
    let folder = tempfile::tempdir().unwrap();
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
    std::fs::write(folder.path().join("a.yaml"), service).unwrap();
    let run = |arguments: &[&str]| {
        let mut program = program(&fake, folder.path());
        program.env("CLOUDSDK_CORE_PROJECT", "acme-mail");
        out(&program.args(arguments).output().unwrap())
    };
    let (code, _, told) = run(&["check", "a.yaml"]);
    assert_eq!((code, told.as_str()), (Some(0), ""));
    assert_eq!(fake.requests(), []);
    run(&["check", "a.yaml", "--project", "acme-mail"]);
    assert!(fake.requests().len() > 15);
}

#[test]
fn a_project_that_is_not_read_whole_fails_the_run() {
    let fake = scene();
    let folder = tempfile::tempdir().unwrap();
    let check = ["check", "--project", "acme-mail"];
    let run = |arguments: &[&str]| {
        out(&program(&fake, folder.path())
            .args(arguments)
            .output()
            .unwrap())
    };
    let (code, said, told) = run(&check);
    assert_eq!(code, Some(0), "{said}{told}");
    fake.fault("urlMaps", Fault::Forbidden);
    let (code, said, _) = run(&check);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("compute.urlMaps.list"), "{said}");
}
