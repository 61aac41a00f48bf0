//! Unified diffs as `git apply` and `patch -p1` take them.

use std::fmt::Write;

use similar::TextDiff;

/// What turns `old` into `new`, for the file of this name; empty where they are equal.
pub fn diff(origin: &str, old: &str, new: &str) -> String {
    let mut name = origin;
    while let Some(rest) = name.strip_prefix("./").or_else(|| name.strip_prefix('/')) {
        name = rest;
    }
    // Only a line feed ends a line: a carriage return is part of it.
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new.split_inclusive('\n').collect();
    let mut config = TextDiff::configure();
    config.newline_terminated(true);
    config
        .diff_slices(&old_lines, &new_lines)
        .unified_diff()
        .header(&header("a/", name), &header("b/", name))
        .to_string()
}

/// A name as Git writes it: in quotes where it holds signs that a header cannot, and ended by a
/// tab where it holds a space, for `patch` ends it there otherwise.
fn header(side: &str, name: &str) -> String {
    let special = |sign: char| sign.is_ascii_control() || matches!(sign, '"' | '\\');
    if !name.contains(special) {
        let end = if name.contains(' ') { "\t" } else { "" };
        return format!("{side}{name}{end}");
    }
    let mut quoted = format!("\"{side}");
    for sign in name.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            // Writing to a string does not fail.
            sign if special(sign) => _ = write!(quoted, "\\{:03o}", u32::from(sign)),
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(diff("a.yaml", "x\n", "x\n"), "");
    }

    #[test]
    fn a_missing_newline_and_carriage_returns_are_kept() {
        assert_eq!(
            diff("./k8s/a.yaml", "a\r\nb: 1\r\nc", "a\r\nb: 2\r\nc"),
            "--- a/k8s/a.yaml\n+++ b/k8s/a.yaml\n@@ -1,3 +1,3 @@\n a\r\n-b: 1\r\n+b: 2\r\n c\n\
             \\ No newline at end of file\n"
        );
    }

    #[test]
    fn odd_names_are_written_as_git_does() {
        assert_eq!(header("a/", "my file.yaml"), "a/my file.yaml\t");
        assert_eq!(header("a/", "tab\t\"é\".yaml"), r#""a/tab\011\"é\".yaml""#);
    }
}
