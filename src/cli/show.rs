//! `explain`, `rules` and `man`.

use std::io::Write;

use clap::CommandFactory;

use crate::card::{self, Card};
use crate::config::select;
use crate::render;
use crate::rules;

use super::{Cli, Exit, Failure, ListFormat, terminal};

pub(super) fn explain(
    name: &str,
    look: &terminal::Options,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let rule = rules::find(name).ok_or_else(|| {
        let nearest = rules::ALL
            .iter()
            .flat_map(|rule| [rule.row.id, rule.row.slug]);
        let hint = match select::nearest(name, nearest) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`neg-doctor rules` lists them".to_owned(),
        };
        Failure::Usage(format!("there is no rule `{name}`; {hint}"))
    })?;
    let card = Card::parse(rule.card).map_err(|error| Failure::Usage(error.to_string()))?;
    out.write_all(card::explain(&card, rule.row, &look.look()).as_bytes())?;
    Ok(Exit::Clean)
}

pub(super) fn rules(
    format: ListFormat,
    look: &terminal::Options,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    match format {
        ListFormat::Table => {
            out.write_all(render::rules_table(rules::ALL, &look.look()).as_bytes())?;
        }
        ListFormat::Json => {
            let json = render::rules_json(rules::ALL).map_err(std::io::Error::from)?;
            out.write_all(json.as_bytes())?;
        }
    }
    Ok(Exit::Clean)
}

pub(super) fn manual(out: &mut impl Write) -> Result<(), Failure> {
    clap_mangen::Man::new(Cli::command()).render(out)?;
    Ok(())
}
