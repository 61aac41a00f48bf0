//! The README shows what the program really prints. `BLESS=1` writes it anew.
#![cfg(test)]

use std::fs;
use std::path::Path;

use assert_cmd::Command;

const BEGIN: &str = "<!-- BEGIN DEMO -->\n";
const END: &str = "<!-- END DEMO -->\n";

#[test]
fn readme_shows_real_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::cargo_bin("neg-doctor")
        .unwrap()
        .current_dir(root.join("fixtures/demo"))
        .env("COLUMNS", "96")
        .args(["check", "--color", "never", "--no-config", "mail.yaml"])
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!(
        "{before}{BEGIN}```console\n$ neg-doctor check mail.yaml\n{shown}```\n{END}{after}"
    );
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert!(
            readme == expected,
            "README.md is not up to date; run with BLESS=1"
        );
    }
}
