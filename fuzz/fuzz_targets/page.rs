//! What an API server answers, down to the report: any bytes end in an error or in findings, and
//! what is kept of them reads like the YAML that it is printed as.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use neg_doctor::check::{self, Settings};
use neg_doctor::document;
use neg_doctor::kind::resource::ALL;
use neg_doctor::rules;
use neg_doctor::snapshot::{Header, Origin, Page, Snapshot};
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

const HEADER: &str = "apiVersion: neg-doctor.dev/v1\nkind: Snapshot\nmetadata: {name: prod}\n\
                      time: \"2026-11-25T12:00:00Z\"\n";

fuzz_target!(|data: &[u8]| {
    let Some((first, json)) = data.split_first() else {
        return;
    };
    let Some(resource) = ALL.get(usize::from(*first) % ALL.len()) else {
        return;
    };
    let origin = Origin {
        cluster: "prod",
        resource,
        version: resource.versions.first().copied().unwrap_or_default(),
    };
    let Ok(page) = Page::read(json, origin) else {
        return;
    };
    for document in &page.documents {
        let text = document.source().text.to_string();
        let again = document::read(&Source::new("again", text), |_, _| true);
        let read = again.documents.first().map(|it| it.root().to_json());
        assert!(again.broken.is_empty() && again.documents.len() < 2);
        assert!(read.is_none_or(|read| read == document.root().to_json()));
    }
    let header = document::read(&Source::new("prod/snapshot.yaml", HEADER), |_, _| true);
    let header = header.documents.first().map(Header::read);
    let Some(Ok(header)) = header else {
        panic!("a header that cannot be read");
    };
    let snapshot = Snapshot {
        header: Arc::new(header),
        documents: page.documents,
    };
    let settings = Settings::plain(rules::rows(), Cluster::default());
    check::check(&[], &[snapshot], &settings, &[]);
});
