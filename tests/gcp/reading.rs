//! Projects in the fake Compute API, and the reading of them.

use std::collections::BTreeSet;
use std::time::Duration;

use fake_compute::{Fake, TOKEN};
use neg_doctor::kind::Kind;
use neg_doctor::kind::resource::ALL;
use neg_doctor::snapshot::Snapshot;
use neg_doctor::source::cluster::{Exchange, Watch};
use neg_doctor::source::gcp::{self, Access, Request};

use crate::cloud::Stage;

pub(crate) struct Nobody;

impl Watch for Nobody {
    fn exchange(&self, _: &Exchange<'_>) {}
    fn read(&self, _: &str, _: usize) {}
}

pub(crate) fn every_kind() -> Vec<Kind> {
    let cloud = ALL.iter().filter(|it| it.is_cloud());
    cloud.map(|it| it.kind).collect()
}

pub(crate) fn request(fake: &Fake, projects: &[&str]) -> Request {
    let token = fake.folder().join("token-of-test");
    std::fs::write(&token, format!("{TOKEN}\n")).unwrap();
    Request {
        projects: projects.iter().map(|it| (*it).to_owned()).collect(),
        kinds: every_kind(),
        access: Access {
            token_file: Some(token),
            compute: Some(format!("{}/compute/v1/", fake.base_url())),
            container: Some(fake.base_url()),
        },
        timeout: Duration::from_secs(20),
    }
}

/// The scene of the cards in which all is well, in which one text stands for another.
pub(crate) fn scene(changes: &[(&str, &str)]) -> (Fake, Stage) {
    let text = std::fs::read_to_string("fixtures/scenes/mail.yaml").unwrap();
    let text = changes
        .iter()
        .fold(text, |text, (old, new)| text.replace(old, new));
    let stage = Stage::of(&text);
    let fake = Fake::start();
    stage.load(&fake);
    (fake, stage)
}

pub(crate) fn read(fake: &Fake) -> Vec<Snapshot> {
    let read = gcp::read(&request(fake, &["acme-mail"]), &Nobody).unwrap();
    assert!(fake.writes().is_empty(), "{:?}", fake.writes());
    assert!(fake.broken().is_empty(), "{:?}", fake.broken());
    read
}

/// What was not read: the resource, whether a part was, why, and what is needed.
pub(crate) fn gaps(snapshot: &Snapshot) -> Vec<(&'static str, bool, &str, &str)> {
    let gaps = snapshot.header.coverage.gaps().iter();
    gaps.map(|it| {
        (
            it.resource.plural,
            it.part,
            it.reason.as_str(),
            it.needs.as_str(),
        )
    })
    .collect()
}

pub(crate) fn texts(read: &[Snapshot]) -> BTreeSet<String> {
    let documents = read.iter().flat_map(|it| &it.documents);
    documents.map(|it| it.source().text.to_string()).collect()
}

pub(crate) fn names(snapshot: &Snapshot, kind: &str) -> BTreeSet<String> {
    let own = snapshot
        .documents
        .iter()
        .filter(|it| it.type_meta().1 == kind);
    own.map(|it| it.source().origin.clone()).collect()
}

/// The networks of a host project instead of the scene's own.
pub(crate) const SHARED: &[(&str, &str)] = &[
    (
        "projects/acme-mail/global/networks/prod-vpc",
        "projects/acme-net/global/networks/prod-vpc",
    ),
    (
        "projects/acme-mail/global/firewalls",
        "projects/acme-net/global/firewalls",
    ),
];
