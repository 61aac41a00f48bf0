//! The programs that this tier runs, and whether it runs at all.

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether a test shall run that needs these programs. Without them CI fails, and others are told.
pub(crate) fn wanted(programs: &[&str]) -> bool {
    let mut why = None;
    if !env::var("NEGDOC_REAL").is_ok_and(|value| value == "1") {
        why = Some("NEGDOC_REAL is not set".to_owned());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    for program in programs {
        let there = env::split_paths(&path).any(|folder| folder.join(program).is_file());
        if why.is_none() && !there {
            let in_ci = env::var("CI").is_ok_and(|ci| ci == "true");
            let may_skip = env::var("NEG_DOCTOR_MAY_SKIP").unwrap_or_default();
            let may_skip = may_skip.split(',').any(|tool| tool.trim() == *program);
            assert!(!in_ci || may_skip, "{program} is missing");
            why = Some(format!("there is no {program}"));
        }
    }
    if let Some(why) = &why {
        // Past the capture of test output.
        writeln!(io::stdout(), "skipped: {why}").unwrap();
    }
    why.is_none()
}

/// A Python with Google's clients, which are fetched where they are missing.
pub(crate) fn python() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("google-clients");
    let python = home.join("bin/python");
    let wanted = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements.txt");
    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    if !python.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&home));
    }
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "-r"])
        .arg(wanted));
    python
}
