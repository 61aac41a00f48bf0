//! Writes a given value as a YAML scalar, in one of the many ways there are.

use proptest::prelude::*;

/// The decisions of a writer.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    tape: Vec<u8>,
    next: usize,
}

impl Choices {
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        proptest::collection::vec(any::<u8>(), 1..200).prop_map(|tape| Self { tape, next: 0 })
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        let choice = self.tape[self.next % self.tape.len()];
        self.next += 1;
        usize::from(choice) % count
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(crate) fn of<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())]
    }
}

/// A scalar as it stands after its key.
pub(crate) struct Written {
    pub(crate) text: String,
    /// What it decodes to.
    pub(crate) value: String,
    /// Columns of indentation of a block scalar.
    pub(crate) indent: usize,
}

/// Where a scalar is put.
#[derive(Clone, Copy)]
pub(crate) struct Site {
    /// The column of its key.
    pub(crate) column: usize,
    pub(crate) line_break: &'static str,
}

impl Site {
    fn fold(self, breaks: usize, choices: &mut Choices) -> String {
        let mut text = choices.of(&["", " ", " \t"]).to_owned();
        for _ in 0..breaks {
            text += self.line_break;
            text += &" ".repeat(self.column + 1 + choices.below(4));
        }
        text + choices.of(&["", "\t"])
    }
}

/// Plain text, and what stands between single quotes.
pub(crate) fn plain(value: &str, site: Site, choices: &mut Choices) -> String {
    let mut text = String::new();
    let characters: Vec<char> = value.chars().collect();
    for (index, &character) in characters.iter().enumerate() {
        match character {
            '\n' => text += &site.fold(2, choices),
            ' ' if can_fold(&characters, index) && choices.one_in(3) => {
                text += &site.fold(1, choices);
            }
            _ => text.push(character),
        }
    }
    text
}

pub(crate) fn single_quoted(value: &str, site: Site, choices: &mut Choices) -> String {
    format!("'{}'", plain(value, site, choices).replace('\'', "''"))
}

fn can_fold(characters: &[char], index: usize) -> bool {
    let solid = |at: usize| characters.get(at).is_some_and(|c| !c.is_ascii_whitespace());
    index > 0 && solid(index - 1) && solid(index + 1)
}

pub(crate) fn double_quoted(value: &str, site: Site, choices: &mut Choices) -> String {
    let mut text = "\"".to_owned();
    let characters: Vec<char> = value.chars().collect();
    for (index, &character) in characters.iter().enumerate() {
        let after_break = choices.one_in(15);
        if after_break {
            text += "\\";
            text += site.fold(1, choices).trim_start_matches([' ', '\t']);
        }
        let blank = matches!(character, ' ' | '\n');
        match character {
            ' ' | '\n' if !after_break && can_fold(&characters, index) && choices.one_in(3) => {
                text += &site.fold(if character == ' ' { 1 } else { 2 }, choices);
            }
            '"' | '\\' | '\n' => text += &escape(character, choices),
            _ if (blank && after_break) || choices.one_in(6) => text += &escape(character, choices),
            _ => text.push(character),
        }
    }
    text + "\""
}

fn escape(character: char, choices: &mut Choices) -> String {
    let code = u32::from(character);
    match (choices.below(4), character) {
        (0, '"' | '\\' | '/' | ' ') => format!("\\{character}"),
        (0, '\n') => "\\n".into(),
        (0, '\u{a0}') => "\\_".into(),
        (0, '\u{85}') => "\\N".into(),
        (0, '\u{2028}') => "\\L".into(),
        (0, '\u{2029}') => "\\P".into(),
        (1, _) if code < 256 => format!("\\x{code:02x}"),
        (2, _) => format!("\\U{code:08X}"),
        _ => json_escape(character),
    }
}

fn json_escape(character: char) -> String {
    let units = character.encode_utf16(&mut [0; 2]).to_vec();
    units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

pub(crate) fn json_string(value: &str, choices: &mut Choices) -> String {
    let mut text = "\"".to_owned();
    for character in value.chars() {
        match character {
            '"' | '\\' | '/' if choices.one_in(2) => text.extend(['\\', character]),
            '\n' if choices.one_in(2) => text += "\\n",
            '"' | '\\' | '\n' => text += &json_escape(character),
            _ if choices.one_in(6) => text += &json_escape(character),
            _ => text.push(character),
        }
    }
    text + "\""
}

pub(crate) fn literal(value: &str, site: Site, choices: &mut Choices) -> Written {
    let lines = value.split('\n').map(str::to_owned).collect();
    block('|', lines, value, site, choices)
}

pub(crate) fn folded(value: &str, site: Site, choices: &mut Choices) -> Written {
    let mut lines: Vec<String> = Vec::new();
    for line in value.split('\n') {
        let keeps_breaks = |line: &str| line.starts_with([' ', '\t']);
        if lines.last().is_some_and(|last| !keeps_breaks(last)) && !keeps_breaks(line) {
            lines.push(String::new());
        }
        lines.push(String::new());
        let characters: Vec<char> = line.chars().collect();
        for (index, &character) in characters.iter().enumerate() {
            let folds = character == ' ' && can_fold(&characters, index) && !keeps_breaks(line);
            if folds && choices.one_in(3) {
                lines.push(String::new());
            } else {
                lines.last_mut().unwrap().push(character);
            }
        }
    }
    block('>', lines, value, site, choices)
}

fn block(
    indicator: char,
    lines: Vec<String>,
    value: &str,
    site: Site,
    choices: &mut Choices,
) -> Written {
    let step = 1 + choices.below(4);
    let indent = site.column + step;
    let (before, after) = (choices.below(3), choices.below(4));
    let (chomping, empty_lines) = match after {
        0 => ("-", choices.below(3)),
        1 => ("", choices.below(3)),
        _ => ("+", after - 1),
    };
    let digit = if choices.one_in(2) {
        step.to_string()
    } else {
        String::new()
    };
    let header = if choices.one_in(2) {
        digit + chomping
    } else {
        chomping.to_owned() + &digit
    };
    let comment = choices.of(&["", " ", "  # | text"]);
    let mut text = format!("{indicator}{header}{comment}{}", site.line_break);
    let empty = |choices: &mut Choices| " ".repeat(choices.below(indent + 1)) + site.line_break;
    for _ in 0..before {
        text += &empty(choices);
    }
    for line in lines {
        if line.is_empty() {
            text += &empty(choices);
        } else {
            text += &(" ".repeat(indent) + &line + site.line_break);
        }
    }
    for _ in 0..empty_lines {
        text += &empty(choices);
    }
    Written {
        text,
        value: format!("{}{value}{}", "\n".repeat(before), "\n".repeat(after)),
        indent,
    }
}
