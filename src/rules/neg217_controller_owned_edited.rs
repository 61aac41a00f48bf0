//! NEG217: what the Ingress controller keeps was changed by hand.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService, MadeFor, Neg};
use crate::world::{LiveNeg, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG217",
    slug: "controller-owned-edited",
    severity: Severity::Warning,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::Namespace,
        Kind::Node,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
        Kind::BackendConfig,
    ],
    follows: &["NEG207"],
    check,
};

/// What a BackendConfig and a backend service both say: where, and how it is called.
const SAID_TWICE: [(&[&str], &str); 2] = [
    (&["timeoutSec"], "timeoutSec"),
    (
        &["connectionDraining", "drainingTimeoutSec"],
        "drainingTimeoutSec",
    ),
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let Some(made_for) = service.made_for() else {
            continue;
        };
        for (neg, backend) in world.cloud().negs_of(&service) {
            let finding = foreign(&service, &made_for, &neg, &backend);
            verdicts.findings.extend(finding);
        }
        let behind = world.services_behind(&service);
        let own = behind.iter().find(|asked| is_for(asked, &made_for));
        if let Some(asked) = own {
            let overruled = SAID_TWICE
                .iter()
                .filter_map(|(path, name)| overruled(world, &service, asked, path, name));
            verdicts.findings.extend(overruled);
        }
    }
}

fn is_for(asked: &LiveNeg<'_, '_>, made_for: &MadeFor) -> bool {
    let object = &asked.service.service.object;
    let port = asked.of.port;
    let named = made_for.service.split_once('/') == object.namespace.map(|it| (it, object.name));
    named && (made_for.port == port.port.to_string() || made_for.port == port.name)
}

/// A NEG of another Service. The controller adds what is missing, and leaves this alone.
fn foreign(
    service: &BackendService<'_>,
    made_for: &MadeFor,
    neg: &Neg<'_>,
    backend: &Backend<'_>,
) -> Option<Finding> {
    let owner = neg.owner()?;
    let other = format!("{}/{}", owner.namespace, owner.service_name);
    if other == made_for.service {
        return None;
    }
    let message = format!(
        "{} is kept by the Ingress controller for Service {}, and holds {} of Service {other}: it \
         is gone as soon as the controller makes the backend service anew",
        cloud::head(service),
        made_for.service,
        cloud::neg(neg.link),
    );
    let label = Label::new(backend.node, "put there by somebody else");
    Some(
        Finding::new(&ROW, service, message, label)
            .detail(neg.link)
            .because(
                service.place_of("description"),
                "what the controller made it for",
            )
            .because(neg.place_of("description"), "whose NEG it is")
            .concerning(neg)
            .help(
                "give that NEG a backend service of your own, or name its Service in the Ingress",
            ),
    )
}

/// A value that a BackendConfig names otherwise.
fn overruled(
    world: &World<'_>,
    service: &BackendService<'_>,
    asked: &LiveNeg<'_, '_>,
    path: &[&str],
    name: &str,
) -> Option<Finding> {
    let config = world.config_of(asked.service, asked.of.port)?;
    // What a manifest will bring is not what the controller has seen.
    let shown = config.object.shown()?;
    let said = shown.spec()?.at(path)?;
    let own = service.root().at(path)?;
    let (wanted, is) = (said.integer()?, own.integer()?);
    if wanted == is {
        return None;
    }
    let message = format!(
        "{} has {name} {is}, and BackendConfig {} says {wanted}: the Ingress controller puts back \
         what the BackendConfig says",
        cloud::head(service),
        config.object.name,
    );
    let node: Node<'_> = own;
    Some(
        Finding::new(&ROW, service, message, Label::new(node, "is put back"))
            .detail(name)
            .because(said, "what the controller keeps")
            .concerning(&config.object)
            .concerning(&asked.service.service.object)
            .help("say it in the BackendConfig; where that is meant, see why the Ingress does not sync"),
    )
}
