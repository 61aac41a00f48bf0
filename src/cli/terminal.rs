//! What the terminal can show.

use std::io::IsTerminal;

use clap::{Args, ValueEnum};

use crate::render::Look;

/// Options that say how output looks.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// When to use colours; `NO_COLOR` and `CLICOLOR_FORCE` are honoured
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
    /// Draw with ASCII characters only
    #[arg(long)]
    ascii: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// Wider lines are hard to read.
const MAX_WIDTH: usize = 120;
/// Where nothing tells the width.
const DEFAULT_WIDTH: usize = 100;

impl Options {
    /// The look for standard output.
    pub(super) fn look(&self) -> Look {
        let terminal = std::io::stdout().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let forced = std::env::var_os("CLICOLOR_FORCE")
            .is_some_and(|value| !value.is_empty() && value != "0");
        let color = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !set("NO_COLOR") && (forced || (terminal && !dumb)),
        };
        Look {
            color,
            unicode: !self.ascii && speaks_utf8(),
            width: width(),
            links: color && terminal,
        }
    }

    /// The look for a file.
    pub(super) fn plain(&self) -> Look {
        Look {
            color: false,
            unicode: !self.ascii,
            width: DEFAULT_WIDTH,
            links: false,
        }
    }
}

/// The locale decides; no locale at all is taken for UTF-8, as CI runners often set none.
fn speaks_utf8() -> bool {
    let stated = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os);
    let stated = stated
        .filter(|value| !value.is_empty())
        .map(|value| value.to_string_lossy().to_lowercase());
    stated
        .into_iter()
        .next()
        .is_none_or(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}

fn width() -> usize {
    let stated = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    stated
        .or_else(measured)
        .unwrap_or(DEFAULT_WIDTH)
        .clamp(40, MAX_WIDTH)
}
