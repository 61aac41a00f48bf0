//! The `gcloud` command that an event asks somebody to run, read into its words. Anybody who may
//! write events can write such a text, so only the form that the controller writes is taken.

use std::borrow::Cow;

use super::FirewallChange;

/// The options that the controller writes, each with a value.
const OPTIONS: [&str; 6] = [
    "--network",
    "--description",
    "--allow",
    "--source-ranges",
    "--target-tags",
    "--project",
];

/// A command that makes, changes or removes one firewall rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirewallCommand<'e> {
    /// What it does.
    pub change: FirewallChange,
    /// The rule's name.
    pub rule: &'e str,
    /// The options with their values, in order.
    options: Vec<(&'static str, Cow<'e, str>)>,
}

impl<'e> FirewallCommand<'e> {
    /// Reads a command; `None` where it has anything that the controller does not write, or that a
    /// shell would interpret.
    pub fn read(command: &'e str) -> Option<Self> {
        let mut rest = command.strip_prefix("gcloud compute firewall-rules ")?;
        let verb = plain(&mut rest)?;
        let change = match verb {
            "create" => FirewallChange::Create,
            "update" => FirewallChange::Update,
            "delete" => FirewallChange::Delete,
            _ => return None,
        };
        let rule = plain(&mut rest).filter(|rule| is_name(rule))?;
        let mut options = Vec::new();
        while !rest.is_empty() {
            let option = plain(&mut rest)?;
            let option = *OPTIONS.iter().find(|known| **known == option)?;
            let value = quoted(&mut rest).or_else(|| plain(&mut rest).map(Cow::Borrowed))?;
            let is_again = options.iter().any(|(known, _)| *known == option);
            if is_again || value.is_empty() || value.starts_with('-') {
                return None;
            }
            options.push((option, value));
        }
        Some(Self {
            change,
            rule,
            options,
        })
    }

    /// The value of an option, such as `--project`.
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut options = self.options.iter();
        let (_, value) = options.find(|(option, _)| *option == name)?;
        Some(value)
    }

    /// The program and its arguments.
    pub fn argv(&self) -> Vec<String> {
        let verb = match self.change {
            FirewallChange::Create => "create",
            FirewallChange::Update => "update",
            FirewallChange::Delete => "delete",
        };
        let start = ["gcloud", "compute", "firewall-rules", verb, self.rule];
        let options = self.options.iter();
        let options = options.flat_map(|(option, value)| [*option, value.as_ref()]);
        start
            .into_iter()
            .chain(options)
            .map(str::to_owned)
            .collect()
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Takes a word that means itself to a shell, and the space after it.
fn plain<'e>(rest: &mut &'e str) -> Option<&'e str> {
    let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
    let means_itself = |c: char| c.is_ascii_alphanumeric() || "-_=+,./:@%".contains(c);
    let is_plain = !word.is_empty() && word.chars().all(means_itself);
    is_plain.then(|| {
        *rest = after;
        word
    })
}

/// Takes a word in double quotes, as Go writes them, and the space after it.
fn quoted<'e>(rest: &mut &'e str) -> Option<Cow<'e, str>> {
    let text = rest.strip_prefix('"')?;
    let mut word = String::new();
    let mut chars = text.char_indices();
    loop {
        match chars.next()?.1 {
            '"' => break,
            '\\' => match chars.next()?.1 {
                escaped @ ('"' | '\\') => word.push(escaped),
                _ => return None,
            },
            '$' | '`' | '!' => return None,
            c if c == ' ' || c.is_ascii_graphic() => word.push(c),
            _ => return None,
        }
    }
    let after = chars.as_str();
    *rest = match after {
        "" => "",
        after => after.strip_prefix(' ')?,
    };
    Some(Cow::Owned(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = r#"gcloud compute firewall-rules create k8s-fw-1 --network shared --description "{\"a\":\"b\"}" --allow tcp:80,tcp:8080 --source-ranges 130.211.0.0/22,35.191.0.0/16 --target-tags gke-1 --project host"#;

    #[test]
    fn the_controllers_words_are_read() {
        let command = FirewallCommand::read(CREATE).unwrap();
        assert_eq!(command.change, FirewallChange::Create);
        assert_eq!(command.rule, "k8s-fw-1");
        assert_eq!(command.option("--project"), Some("host"));
        assert_eq!(command.option("--description"), Some(r#"{"a":"b"}"#));
        let argv = command.argv();
        assert_eq!(argv.len(), 17);
        assert_eq!(argv.get(8).map(String::as_str), Some(r#"{"a":"b"}"#));
        let delete = "gcloud compute firewall-rules delete k8s-fw-1 --project host";
        let delete = FirewallCommand::read(delete).unwrap();
        assert_eq!(delete.change, FirewallChange::Delete);
    }

    #[test]
    fn nothing_else_is() {
        let swap = |from: &str, to: &str| {
            assert!(CREATE.contains(from), "{from}");
            CREATE.replace(from, to)
        };
        let bad = [
            String::new(),
            "gcloud compute firewall-rules create".to_owned(),
            swap("gcloud compute", "sudo gcloud compute"),
            swap("firewall-rules create", "firewall-rules list"),
            swap("firewall-rules create", "instances create"),
            swap("k8s-fw-1 ", "--quiet "),
            swap("k8s-fw-1 ", "K8s "),
            swap("shared", "shared;rm"),
            swap("shared", "$(id)"),
            swap("shared", "'shared'"),
            swap("shared", ""),
            swap("shared", "-x"),
            swap("host", "host --project other"),
            swap("host", "host --impersonate-service-account x"),
            swap("host", "host\n"),
            swap("host", "host > /etc/passwd"),
            swap(r#"\"b\""#, "$HOME"),
            swap(r#"\"b\""#, "`id`"),
            swap(r#"\"b\""#, "\\n"),
            swap(r#"\"b\""#, "\u{202e}"),
            swap(r#"\"b\"}""#, r#"\"b\"}"x"#),
            swap(r#"\"b\"}""#, r#"\"b\"}"#),
        ];
        for command in bad {
            assert_eq!(FirewallCommand::read(&command), None, "{command}");
        }
    }
}
