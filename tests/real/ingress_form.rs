//! What NEG601 says that clusters refuse, the API server refuses; what it leaves alone is taken.

use std::fs;

use neg_doctor::card::{Card, Example, Verdict};
use neg_doctor::rules;

use super::cluster::Cluster;
use super::kubeconfig::kubeconfig;
use super::tool::Ran;

/// What the API server says of each form that is refused.
const REFUSALS: [&str; 4] = [
    "no matches for kind \"Ingress\" in version",
    "pathType must be specified",
    "resource or service backend is required",
    "either `defaultBackend` or `rules` must be specified",
];

#[test]
fn the_old_form_is_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let config = kubeconfig(&[cluster.context(&cluster.admin())]);
    let card = Card::parse(rules::find("NEG601").unwrap().card).unwrap();
    let plain = |example: &&Example| {
        let [(_, text)] = example.files.as_slice() else {
            return false;
        };
        text.contains("kind: Ingress\n")
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ingress.yaml");
    let (mut refused, mut taken) = (0, 0);
    for example in card.examples.iter().filter(plain) {
        fs::write(&file, &example.files[0].1).unwrap();
        let mut kubectl = cluster.kubectl(&config);
        kubectl.args(["create", "--dry-run=server", "--validate=false", "-f"]);
        let ran = Ran::of(kubectl.arg(&file));
        // Nothing but the API server's own checks counts.
        let known = REFUSALS.iter().any(|it| ran.stderr.contains(it));
        let of_another = example.title.contains("another controller");
        match example.verdict {
            Verdict::Fails => assert!(ran.code != 0 && known, "{}: {ran:?}", example.title),
            _ if of_another => assert!(known, "{}: {ran:?}", example.title),
            _ => assert_eq!(ran.code, 0, "{}: {ran:?}", example.title),
        }
        *(if ran.code == 0 {
            &mut taken
        } else {
            &mut refused
        }) += 1;
    }
    assert!(
        refused >= 7 && taken >= 2,
        "{refused} refused, {taken} taken"
    );
}
