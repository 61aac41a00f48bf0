//! The scenes themselves.

use neg_doctor::card::{Example, Verdict};

use super::bench::bench;
use super::staged::staged;

/// Nothing is wrong with a scene: what an example says of it comes from what it changes.
#[test]
fn scenes_are_healthy() {
    for entry in std::fs::read_dir("fixtures/scenes").unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let example = Example {
            verdict: Verdict::Passes,
            title: name.clone(),
            shows: Vec::new(),
            prose: String::new(),
            files: vec![("scene.yaml".to_owned(), format!("scene: {name}\n"))],
            config: None,
            markers: Vec::new(),
            fixed: Vec::new(),
        };
        let example = staged(example);
        let report = bench(&example).report;
        let said = report.findings.iter();
        let said: Vec<_> = said
            .map(|it| format!("{} {}", it.rule.id, it.message))
            .collect();
        assert!(said.is_empty(), "{name}: {said:#?}");
        let open: Vec<_> = report
            .undecided
            .iter()
            .map(|it| (it.rule.id, &it.reason))
            .collect();
        assert!(open.is_empty(), "{name}: {open:#?}");
        assert!(report.unread.is_empty(), "{name}: {:?}", report.unread);
    }
}

/// Two of the scenes show clusters of one name, whose Nodes have other Pod ranges: they stay apart.
/// Their projects cannot, being one by name.
#[test]
fn clusters_of_one_name_stay_apart() {
    let scenes = std::fs::read_dir("fixtures/scenes").unwrap();
    let files = scenes.map(|entry| {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        (path.to_string_lossy().into_owned(), text)
    });
    let example = Example {
        verdict: Verdict::Passes,
        title: "all scenes".to_owned(),
        shows: Vec::new(),
        prose: String::new(),
        files: files.collect(),
        config: None,
        markers: Vec::new(),
        fixed: Vec::new(),
    };
    let report = bench(&example).report;
    let of_clusters = report
        .findings
        .iter()
        .filter(|it| it.rule.id < "NEG2" || it.rule.id > "NEG6");
    let said: Vec<_> = of_clusters.map(|it| (it.rule.id, &it.message)).collect();
    assert!(said.is_empty(), "{said:#?}");
}
