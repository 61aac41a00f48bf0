//! The programs that this tier runs: whether it runs at all, where they are, how they are built.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// Whether the tier shall run. Says aloud, past the capture of test output, where it does not.
pub(crate) fn wanted() -> bool {
    let wanted = env::var("NEGDOC_REAL").is_ok_and(|value| value == "1");
    if !wanted {
        writeln!(io::stdout(), "skipped: NEGDOC_REAL is not set").unwrap();
    }
    wanted
}

/// The first program of this name on PATH.
fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut programs = env::split_paths(&path).map(|folder| folder.join(program));
    programs.find(|program| program.is_file())
}

/// Fails with the program's name where it is missing.
pub(crate) fn need(program: &str) -> Result<PathBuf, String> {
    on_path(program).ok_or_else(|| format!("{program} is missing: not on PATH"))
}

/// kube-apiserver, built where there is none that is newer than its sources.
pub(crate) fn apiserver() -> Result<PathBuf, String> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| built("kube-apiserver", "apiserver", "."))
        .clone()
}

/// kubectl: the one on PATH, or else built as the API server is.
pub(crate) fn kubectl() -> PathBuf {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = FOUND
        .get_or_init(|| need("kubectl").or_else(|_| built("kubectl", "apiserver", "./kubectl")));
    found.clone().unwrap()
}

/// helm: the one on PATH, or else built from its modules.
pub(crate) fn helm() -> PathBuf {
    static FOUND: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || built("helm", "helm", "helm.sh/helm/v4/cmd/helm");
    let found = FOUND.get_or_init(|| need("helm").or_else(|_| build()));
    found.clone().unwrap()
}

/// Builds a package of a Go module below `tests/`, where there is none that is newer than its sources.
fn built(program: &str, module: &str, package: &str) -> Result<PathBuf, String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(module);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let binary = target.join(module).join(program);
    let main = format!("{package}/main.go");
    let newest = ["go.mod", "go.sum", &main].map(|name| modified(&sources.join(name)));
    if modified(&binary) > newest.into_iter().max().flatten() {
        return Ok(binary);
    }
    need("go").map_err(|_| format!("go is missing, which builds {program}: not on PATH"))?;
    writeln!(io::stdout(), "building {program}, minutes the first time").unwrap();
    let go = Command::new("go")
        .args(["build", "-buildvcs=false", "-ldflags=-s -w", "-o"])
        .arg(&binary)
        .arg(package)
        .current_dir(sources)
        .output()
        .map_err(|error| format!("go does not start: {error}"))?;
    let said = String::from_utf8_lossy(&go.stderr);
    let built = go.status.success();
    built
        .then_some(binary)
        .ok_or_else(|| format!("go cannot build {program}: {said}"))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
