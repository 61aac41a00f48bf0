//! A `.tar.gz` as the texts in it, the way a directory gives its manifests. Nothing is unpacked to
//! the disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::GzDecoder;

use super::file::{self, Outcome, unreadable};
use super::find::{Found, is_manifest};
use super::{Gap, GapKind};

/// More files than any snapshot has.
const MAX_MEMBERS: usize = 10_000;

/// An archive may hold so many times what one text may.
const MAX_TEXTS: u64 = 20;

/// True for a file that is read as an archive.
pub(super) fn is_archive(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    [".tar.gz", ".tgz"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// Reads the manifests of an archive, in its order; what breaks off is a gap.
pub(super) fn read(path: &Path, found: &Found, max_bytes: u64) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    if let Err(error) = members(path, found, max_bytes, &mut outcomes) {
        outcomes.push(Outcome::Gap(unreadable(&found.origin, &error)));
    }
    outcomes
}

fn members(
    path: &Path,
    found: &Found,
    max_bytes: u64,
    outcomes: &mut Vec<Outcome>,
) -> io::Result<()> {
    let max_all = max_bytes.saturating_mul(MAX_TEXTS);
    let unpacked = GzDecoder::new(io::BufReader::new(File::open(path)?)).take(max_all);
    let mut archive = tar::Archive::new(unpacked);
    for (count, member) in archive.entries()?.enumerate() {
        let mut member = member?;
        if count == MAX_MEMBERS {
            outcomes.push(too_much(found, &format!("{MAX_MEMBERS} files")));
            break;
        }
        // The name only tells people where a text came from.
        let name = String::from_utf8_lossy(&member.path_bytes()).into_owned();
        if !member.header().entry_type().is_file() || !is_manifest(Path::new(&name)) {
            outcomes.push(Outcome::PassedOver);
            continue;
        }
        let name = name.trim_start_matches("./");
        let origin = format!("{}/{name}", found.origin);
        outcomes.push(file::read_from(&origin, &mut member, 0, max_bytes));
    }
    // What ends here may go on.
    if archive.into_inner().limit() == 0 {
        outcomes.push(too_much(found, &format!("{max_all} bytes")));
    }
    Ok(())
}

fn too_much(found: &Found, limit: &str) -> Outcome {
    let reason = format!("holds more than {limit}");
    Outcome::Gap(Gap::new(&found.origin, GapKind::TooLarge, reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn packed(members: &[(&str, tar::EntryType, &str)]) -> Vec<u8> {
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut archive = tar::Builder::new(gzip);
        for (name, kind, text) in members {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(text.len() as u64);
            header.set_cksum();
            archive.append(&header, text.as_bytes()).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    fn read_bytes(bytes: &[u8], max_bytes: u64) -> Vec<Outcome> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s.tar.gz");
        fs::write(&path, bytes).unwrap();
        let found = Found {
            path: Some(path.clone()),
            origin: "s.tar.gz".to_owned(),
            by_name: true,
        };
        read(&path, &found, max_bytes)
    }

    fn texts(outcomes: &[Outcome]) -> Vec<(&str, &str)> {
        let texts = outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Text(source) => Some((source.origin.as_str(), &*source.text)),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn manifests_are_read_and_nothing_else() {
        use tar::EntryType;
        let bytes = packed(&[
            ("snapshot.yaml", EntryType::Regular, "a: 1\n"),
            ("link.yaml", EntryType::Symlink, ""),
            ("dir.yaml/", EntryType::Directory, ""),
            ("../../up.yaml", EntryType::Regular, "b: 2\n"),
            ("run.sh", EntryType::Regular, "rm"),
        ]);
        let outcomes = read_bytes(&bytes, 1000);
        assert_eq!(
            texts(&outcomes),
            [
                ("s.tar.gz/snapshot.yaml", "a: 1\n"),
                ("s.tar.gz/../../up.yaml", "b: 2\n")
            ]
        );
        assert_eq!(outcomes.len(), 5);
    }

    #[test]
    fn what_is_too_large_or_breaks_off_is_a_gap() {
        let bytes = packed(&[
            ("a.yaml", tar::EntryType::Regular, &"a".repeat(200)),
            ("b.yaml", tar::EntryType::Regular, "b"),
        ]);
        let outcomes = read_bytes(&bytes, 100);
        assert!(matches!(&outcomes[0], Outcome::Gap(gap) if gap.kind == GapKind::TooLarge));
        assert_eq!(texts(&outcomes), [("s.tar.gz/b.yaml", "b")]);
        for bytes in [&bytes[..bytes.len() / 2], b"no archive".as_slice(), b""] {
            let outcomes = read_bytes(bytes, 1000);
            assert!(
                outcomes
                    .iter()
                    .any(|outcome| matches!(outcome, Outcome::Gap(_))),
                "{outcomes:?}"
            );
        }
    }

    #[test]
    fn an_archive_is_not_cut_off_in_silence() {
        let many: Vec<_> = (0..10).map(|index| format!("{index}.yaml")).collect();
        let many: Vec<_> = many
            .iter()
            .map(|name| (name.as_str(), tar::EntryType::Regular, "a"))
            .collect();
        // A header and a block for each text: the limit may fall between two of them.
        for max_bytes in [51, 52, 100, 256, 450] {
            let outcomes = read_bytes(&packed(&many), max_bytes);
            assert!(texts(&outcomes).len() < 10);
            assert!(
                outcomes
                    .iter()
                    .any(|outcome| matches!(outcome, Outcome::Gap(_))),
                "{max_bytes}"
            );
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bytes = packed(&[("a.yaml", tar::EntryType::Regular, &"a".repeat(1 << 20))]);
        let outcomes = read_bytes(&bytes, 1000);
        assert!(texts(&outcomes).is_empty());
        assert!(
            outcomes
                .iter()
                .any(|outcome| matches!(outcome, Outcome::Gap(_)))
        );
    }
}
