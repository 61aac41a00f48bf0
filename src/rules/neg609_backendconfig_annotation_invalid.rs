//! NEG609: the annotation that names BackendConfigs is refused, or says what nobody reads.

use crate::controller::backend_config::BackendConfigs;
use crate::controller::decode::{Refused, Spanned};
use crate::document::edit;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::annotated::Stated;
use crate::remedy::Edit;
use crate::world::{Joined, World};

use super::Row;
use super::translate::{refusal, stops_ingresses, with_json_quotes};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG609",
    slug: "backendconfig-annotation-invalid",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Ingress],
    follows: &[],
    check,
};

const HELP: &str = "write {\"default\": \"NAME\"}, or {\"ports\": {\"PORT\": \"NAME\"}} with a name or a \
                    number of spec.ports";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some(stated) = service.backend_configs() else {
            continue;
        };
        match &stated.decoded {
            Err(refused) => verdicts.find(invalid(service, &stated, refused)),
            Ok(configs) if configs.is_empty() => {
                verdicts.find(empty(service, &stated, &configs.unknown));
            }
            Ok(configs) => {
                let unknown = configs.unknown.iter();
                verdicts
                    .findings
                    .extend(unknown.map(|member| passed_over(service, &stated, member)));
            }
        }
    }
}

fn invalid(
    service: Joined<'_, '_>,
    stated: &Stated<'_, BackendConfigs>,
    refused: &Refused,
) -> Finding {
    let (label, what) = refusal(&stated.inner, refused);
    let edit = meant(stated.inner.text()).and_then(|(title, text)| {
        let change = edit::replace_string(stated.annotation.value, &text)?;
        Some(Edit::risky(title, change))
    });
    stops(service, stated, what, label).edit(edit)
}

fn empty(
    service: Joined<'_, '_>,
    stated: &Stated<'_, BackendConfigs>,
    unknown: &[Spanned<String>],
) -> Finding {
    let Some(first) = unknown.first() else {
        let label = Label::new(stated.annotation.value, "neither default nor ports");
        return stops(service, stated, "names no BackendConfig", label);
    };
    let place = stated.inner.place(first.range.clone());
    let label = Label::new(place, "neither default nor ports");
    stops(service, stated, "names no BackendConfig", label)
        .edit(known_key(stated, first).filter(|_| unknown.len() == 1))
}

fn stops(
    service: Joined<'_, '_>,
    stated: &Stated<'_, BackendConfigs>,
    what: &str,
    label: Label,
) -> Finding {
    let (key, name) = (stated.annotation.name(), service.object.name);
    let what = format!("{key} of Service {name} {what}");
    stops_ingresses(&ROW, service, &what, label).help(HELP)
}

fn passed_over(
    service: Joined<'_, '_>,
    stated: &Stated<'_, BackendConfigs>,
    member: &Spanned<String>,
) -> Finding {
    let message = format!(
        "Service {} says {} in {}, which is ignored",
        service.object.name,
        member.value,
        stated.annotation.name()
    );
    let place = stated.inner.place(member.range.clone());
    Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(place, "neither default nor ports"),
    )
    .severity(Severity::Warning)
    .detail(&member.value)
    .help("only default and ports are read; a BackendConfig for one port stands under ports")
}

/// The key that was meant, where it is nearly one that is read.
fn known_key(stated: &Stated<'_, BackendConfigs>, member: &Spanned<String>) -> Option<Edit> {
    let key = ["ports", "default"].into_iter().find(|known| {
        strsim::osa_distance(known, &member.value.to_ascii_lowercase()) <= known.len() / 4
    })?;
    let text = stated.inner.text();
    let mended = [
        text.get(..member.range.start)?,
        "\"",
        key,
        "\"",
        text.get(member.range.end..)?,
    ];
    BackendConfigs::read(&mended.concat()).ok()?;
    let change = stated.change(member.range.clone(), &format!("\"{key}\""))?;
    let title = format!("replace \"{}\" with \"{key}\"", member.value);
    Some(Edit::risky(title, change))
}

/// The text that was meant: a name alone, or JSON with other quotes than JSON's.
fn meant(text: &str) -> Option<(&'static str, String)> {
    let bare = text.trim().trim_matches('"');
    let is_name = bare
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
        && bare.starts_with(|first: char| first.is_ascii_lowercase());
    if is_name {
        let mended = format!("{{\"default\": \"{bare}\"}}");
        return Some(("name it as the default of all ports", mended));
    }
    let mended = with_json_quotes(text);
    let configs = BackendConfigs::read(&mended).ok()?;
    (!configs.is_empty()).then_some(("write JSON's quotes", mended))
}
