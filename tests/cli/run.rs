//! A directory with files, and the program run in it.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// A Service with an error that has an unsafe edit.
pub(crate) const BROKEN: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: mail
  annotations:
    cloud.google.com/neg: '{\"exposed_ports\": {\"2525\": {}}}'
spec:
  selector: {app: mail}
  ports:
  - port: 25
    targetPort: 2525
";

/// A Service without one.
pub(crate) const SOUND: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: shop
  annotations:
    cloud.google.com/neg: '{\"exposed_ports\": {\"80\": {}}}'
spec:
  selector: {app: shop}
  ports:
  - port: 80
";

/// A Service with a warning and nothing worse.
pub(crate) const DOUBTFUL: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: api
  annotations:
    cloud.google.com/app-protocols: '{\"443\": \"HTTPS\"}'
spec:
  selector: {app: api}
  ports:
  - {name: web, port: 443}
";

/// A place to run in. Nothing of the surroundings reaches the program.
pub(crate) struct Place {
    pub(crate) root: TempDir,
    environment: Vec<(String, String)>,
    input: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let place = Self {
            root: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
            input: Vec::new(),
        };
        for (path, text) in files {
            place.put(path, text.as_bytes());
        }
        place
    }

    pub(crate) fn put(&self, path: &str, bytes: &[u8]) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> String {
        fs::read_to_string(self.root.path().join(path)).unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn piping(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Runs the program with these arguments, which blanks separate.
    pub(crate) fn run(&self, arguments: &str) -> Answer {
        let output = Command::new(env!("CARGO_BIN_EXE_neg-doctor"))
            .current_dir(self.root.path())
            .env_clear()
            .env("HOME", self.root.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .args(arguments.split_whitespace())
            .write_stdin(self.input.clone())
            .timeout(std::time::Duration::from_secs(60))
            .output()
            .unwrap();
        Answer {
            code: output.status.code().expect("an exit code, not a signal"),
            out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }

    /// The lines of `check --format short`, without the summary.
    pub(crate) fn lines(&self, arguments: &str) -> Vec<String> {
        let answer = self.run(&format!("check --format short {arguments}"));
        let lines = answer.out.lines().map(str::to_owned);
        lines.filter(|line| line.contains("[NEG")).collect()
    }
}
