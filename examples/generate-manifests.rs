//! Writes made-up manifests, to try the speed of a checker:
//! `cargo run --release --example generate-manifests -- [--one-file] OBJECTS DIRECTORY`.

#[path = "../benches/generator.rs"]
mod generator;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// The seed of all figures in `docs/performance.md`.
const SEED: u64 = 1;

fn main() -> std::io::Result<ExitCode> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let one_file = arguments.first().is_some_and(|first| first == "--one-file");
    if one_file {
        arguments.remove(0);
    }
    let [objects, directory] = arguments.as_slice() else {
        return Ok(ExitCode::from(2));
    };
    let Ok(objects) = objects.parse() else {
        return Ok(ExitCode::from(2));
    };
    let files = generator::manifests(objects, SEED);
    let directory = Path::new(directory);
    if one_file {
        let texts: Vec<String> = files.into_iter().map(|(_, text)| text).collect();
        fs::create_dir_all(directory)?;
        fs::write(directory.join("all.yaml"), texts.join("---\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (path, text) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(ExitCode::SUCCESS)
}
