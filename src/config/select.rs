//! Rules by the names that people give them: ids, slugs and prefixes of ids.

use crate::rules::Row;

/// A name that no rule has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{name}`{}", hint(nearest.as_deref()))]
pub struct UnknownRule {
    /// The name as it was written.
    pub name: String,
    /// The name that was probably meant.
    pub nearest: Option<String>,
}

/// The rules that remain of `all`: those that `select` names (every one where it is empty), without
/// those that `ignore` names. A name is an id, a slug, or the beginning of ids (`NEG4`).
pub fn select(
    all: &[&'static Row],
    select: &[String],
    ignore: &[String],
) -> Result<Vec<&'static Row>, UnknownRule> {
    for name in select.iter().chain(ignore) {
        if !all.iter().any(|row| names(name, row)) {
            return Err(unknown(name, all));
        }
    }
    let named = |names_given: &[String], row| names_given.iter().any(|name| names(name, row));
    Ok(all
        .iter()
        .copied()
        .filter(|row| select.is_empty() || named(select, row))
        .filter(|row| !named(ignore, row))
        .collect())
}

/// The rule with this very id or slug.
pub fn exactly(name: &str, all: &[&'static Row]) -> Result<&'static Row, UnknownRule> {
    all.iter()
        .copied()
        .find(|row| row.id == name || row.slug == name)
        .ok_or_else(|| unknown(name, all))
}

/// Whether a name means this rule: its slug, its id, or at least `NEG` of its id.
pub(super) fn names(name: &str, row: &Row) -> bool {
    row.slug == name || (name.len() >= "NEG".len() && row.id.starts_with(name))
}

fn unknown(name: &str, all: &[&'static Row]) -> UnknownRule {
    let candidates = all.iter().flat_map(|row| [row.id, row.slug]);
    UnknownRule {
        name: name.to_owned(),
        nearest: nearest(name, candidates).map(str::to_owned),
    }
}

/// The candidate that is most like a misspelt word, where one is near enough.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Comparing costs the product of both lengths, and no name is longer than this.
    let word: String = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let length = word.chars().count();
    let allowed = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The question that follows an error.
pub(super) fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| {
        format!(": did you mean `{nearest}`?")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::ROWS;

    fn ids(select_names: &[&str], ignore_names: &[&str]) -> Result<Vec<&'static str>, String> {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        select(ROWS, &owned(select_names), &owned(ignore_names))
            .map(|rows| rows.iter().map(|row| row.id).collect())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_selection_takes_all() {
        assert_eq!(
            ids(&[], &[]),
            Ok(vec!["NEG004", "NEG012", "NEG401", "NEG706"])
        );
    }

    #[test]
    fn prefixes_slugs_and_ids_select_and_ignoring_wins() {
        assert_eq!(
            ids(&["NEG0", "drain"], &[]),
            Ok(vec!["NEG004", "NEG012", "NEG706"])
        );
        assert_eq!(ids(&["NEG0"], &["port-not-in-service"]), Ok(vec!["NEG012"]));
        assert_eq!(ids(&["NEG"], &["NEG0", "NEG4", "NEG706"]), Ok(vec![]));
    }

    #[test]
    fn slugs_have_no_prefixes_and_nothing_short_of_the_word_selects() {
        assert!(ids(&["port-not"], &[]).is_err());
        assert!(ids(&["N"], &[]).is_err());
        assert!(ids(&[""], &[]).is_err());
    }

    #[test]
    fn an_unknown_name_is_told_with_the_nearest() {
        let message = "there is no rule `neg004`: did you mean `NEG004`?";
        assert_eq!(ids(&["neg004"], &[]), Err(message.to_owned()));
        let message = "there is no rule `port-not-in-servce`: did you mean `port-not-in-service`?";
        assert_eq!(ids(&[], &["port-not-in-servce"]), Err(message.to_owned()));
        let message = "there is no rule `whatever`";
        assert_eq!(ids(&["whatever"], &[]), Err(message.to_owned()));
    }
}
