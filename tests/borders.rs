//! The borders of the architecture hold: who may do I/O, who may judge, who may know whom. The
//! sources are read as text; a border that is crossed is named with its line.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

/// The longest file and function that a reader is asked to take in at once, in lines.
const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

/// What only the two ends may do.
const IO: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net::Tcp",
    "std::net::Udp",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "stdin()",
    "stdout()",
    "stderr()",
    "println!",
    "eprintln!",
    "print!(",
    "File::",
    "tokio",
    "reqwest",
    "kube::",
    "k8s_openapi",
    "hyper::",
    "http::",
    "rustls",
    "tar::",
    "flate2",
];

struct File {
    name: String,
    text: String,
}

/// All files below a directory of the project, in order.
fn files(below: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pending = vec![root.join(below)];
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    let read = |path: PathBuf| File {
        name: path
            .strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/"),
        text: fs::read_to_string(&path).unwrap(),
    };
    found.into_iter().map(read).collect()
}

/// The lines of a file that are code of the program: no comments, nothing after `mod tests`.
fn code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let program = file.text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = program.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line))
}

/// Fails for every line of the files of `stations` that holds one of `words`.
fn never(stations: &[&str], words: &[&str], why: &str) {
    let mut crossed = Vec::new();
    for file in files("src") {
        let within = |station: &&str| {
            file.name == format!("src/{station}.rs")
                || file.name.starts_with(&format!("src/{station}/"))
        };
        if !stations.iter().any(within) {
            continue;
        }
        for (number, line) in code(&file) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                crossed.push(format!("{}:{number}: `{word}`: {}", file.name, line.trim()));
            }
        }
    }
    assert!(crossed.is_empty(), "{why}\n{}", crossed.join("\n"));
}

#[test]
fn only_the_ends_do_io() {
    let inside = [
        "card",
        "check",
        "cidr",
        "config",
        "controller",
        "document",
        "finding",
        "firewall",
        "fix",
        "json",
        "kind",
        "remedy",
        "render",
        "report",
        "rules",
        "snapshot",
        "text",
        "world",
    ];
    never(
        &inside,
        IO,
        "I/O, clocks and printing belong to source/, apply and cli/",
    );
}

#[test]
fn sources_do_not_judge() {
    never(
        &["source"],
        &[
            "crate::rules",
            "crate::world",
            "crate::finding",
            "crate::report",
            "crate::controller",
        ],
        "a source returns texts and gaps, and judges nothing",
    );
}

#[test]
fn renderers_do_not_decide() {
    never(
        &["render"],
        &[
            "crate::world",
            "crate::kind",
            "crate::controller",
            "crate::document",
            "crate::check",
        ],
        "what is shown, hidden or counted is settled in the report",
    );
}

#[test]
fn rules_know_the_world_only() {
    never(
        &["rules"],
        &[
            "crate::source",
            "crate::cli",
            "crate::render",
            "crate::check",
            "crate::config",
            "granit_parser",
            ".origin",
        ],
        "a rule never knows where a document came from",
    );
}

#[test]
fn the_simulation_is_pure_data() {
    never(
        &["controller", "firewall", "cidr", "json"],
        &[
            "crate::document",
            "crate::world",
            "crate::kind",
            "crate::rules",
            "crate::finding",
        ],
        "the controller's simulation takes data and gives data",
    );
}

#[test]
fn files_and_functions_stay_short() {
    let mut long = Vec::new();
    for file in files("src").into_iter().chain(files("tests")) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES {
            long.push(format!("{} has {lines} lines", file.name));
        }
        // A test may be a long table.
        if file.name.starts_with("src/") {
            long.extend(long_functions(&file));
        }
    }
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

/// Functions of more than [`FUNCTION_LINES`] lines: from the line of `fn` to the brace that closes
/// at its indentation, as rustfmt lays them out.
fn long_functions(file: &File) -> Vec<String> {
    let program = file.text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<&str> = program.lines().collect();
    let mut long = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indentation = &line[..line.len() - code.len()];
        let words = code.split("fn ").next().unwrap_or_default();
        let is_function = code.contains("fn ")
            && words
                .split_whitespace()
                .all(|word| word.starts_with("pub") || ["const", "async"].contains(&word));
        if !is_function {
            continue;
        }
        let closing = format!("{indentation}}}");
        let length = lines[start..]
            .iter()
            .position(|line| *line == closing)
            .unwrap_or_default()
            + 1;
        if length > FUNCTION_LINES {
            long.push(format!(
                "{}:{}: {length} lines: {code}",
                file.name,
                start + 1
            ));
        }
    }
    long
}

#[test]
fn modules_say_what_they_are_for() {
    let silent: Vec<_> = files("src")
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| file.name)
        .collect();
    assert!(silent.is_empty(), "no opening `//!`: {silent:?}");
}

#[test]
fn the_project_speaks_of_itself_alone() {
    for directory in ["/home/", "/Users/"] {
        for file in files("src")
            .into_iter()
            .chain(files("tests"))
            .filter(|file| file.name != "tests/borders.rs")
        {
            assert!(
                !file.text.contains(directory),
                "{} names a path of a machine",
                file.name
            );
        }
    }
}
