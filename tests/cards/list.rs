//! Generated files: compared, or written anew with `BLESS=1`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const BEGIN: &str = "// BEGIN GENERATED\n";
const END: &str = "// END GENERATED\n";

/// The list in `src/rules.rs` names every file of `src/rules/` and its card.
pub(crate) fn hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<String> = fs::read_dir(root.join("src/rules"))
        .expect("src/rules")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()))
        .filter(|name| name.starts_with("neg"))
        .collect();
    files.sort();
    let mut list = String::new();
    for file in &files {
        let _ = writeln!(list, "mod {file};");
    }
    list.push_str("\n/// Every rule, in the order of the ids.\n#[rustfmt::skip]\npub static ALL: &[Rule] = &[\n");
    for file in &files {
        let (id, slug) = file.split_once('_').expect("negNNN_slug.rs");
        let card = format!("{}-{}.md", id.to_uppercase(), slug.replace('_', "-"));
        let _ = writeln!(
            list,
            "    Rule {{ row: &{file}::ROW, card: include_str!(\"../rules/{card}\") }},"
        );
    }
    list.push_str("];\n");
    let path = root.join("src/rules.rs");
    let text = fs::read_to_string(&path).expect("src/rules.rs");
    let (before, rest) = text.split_once(BEGIN).expect("the marker");
    let (_, after) = rest.split_once(END).expect("the marker");
    bless_or_compare(
        "src/rules.rs",
        &format!("{before}{BEGIN}{list}{END}{after}"),
    );
}

/// Compares a file of the project with what it should be, or writes it with `BLESS=1`.
pub(crate) fn bless_or_compare(path: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let actual = fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("BLESS").is_some() && actual != expected {
        fs::write(&path, expected).expect("written");
        return;
    }
    assert!(
        actual == expected,
        "{} is not up to date; run with BLESS=1\n{}",
        path.display(),
        difference(&actual, expected)
    );
}

fn difference(actual: &str, expected: &str) -> String {
    similar::TextDiff::from_lines(actual, expected)
        .unified_diff()
        .context_radius(1)
        .to_string()
}
