//! `explain`, `rules` and `man`.

use std::io::Write;

use clap::CommandFactory;

use crate::card::Card;
use crate::render;
use crate::rules;

use super::{Cli, Exit, Failure, ListFormat, terminal};

pub(super) fn explain(
    name: &str,
    look: &terminal::Arguments,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let rule = rules::find(name).map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    let card = Card::parse(rule.card).map_err(|error| Failure::Usage(error.to_string()))?;
    out.write_all(render::explain(&card, rule.row, &look.look()).as_bytes())?;
    Ok(Exit::Clean)
}

pub(super) fn rules(
    format: ListFormat,
    look: &terminal::Arguments,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let text = match format {
        ListFormat::Table => render::rules_table(rules::ALL, &look.look()),
        ListFormat::Json => render::rules_json(rules::ALL),
    };
    out.write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

pub(super) fn manual(out: &mut impl Write) -> Result<(), Failure> {
    clap_mangen::Man::new(Cli::command()).render(out)?;
    Ok(())
}
