//! Manifests as people have them: piped, listed, from Windows, in templates.

use super::run::{BROKEN, Place, SOUND};

/// As `kubectl get -o json` prints one object.
fn as_json(name: &str) -> String {
    format!(
        r#"{{"apiVersion": "v1", "kind": "Service",
    "metadata": {{"name": "{name}", "namespace": "default", "annotations": {{
        "cloud.google.com/neg": "{{\"exposed_ports\": {{\"2525\": {{}}}}}}"}}}},
    "spec": {{"ports": [{{"port": 25, "protocol": "TCP", "targetPort": 2525}}], "selector": {{"app": "mail"}}}}}}"#
    )
}

#[test]
fn standard_input_is_a_file_too() {
    let place = Place::new(&[]).piping(BROKEN);
    assert_eq!(
        place.lines("-"),
        ["<stdin>:6:47: error[NEG004]: Service mail exposes port 2525, but has no such port"]
    );
    let place = Place::new(&[("a.yaml", BROKEN)]).piping(SOUND);
    assert_eq!(place.lines("- a.yaml").len(), 1);
    assert_eq!(Place::new(&[]).run("check -").code, 3);
}

#[test]
fn what_kubectl_prints_is_read_item_by_item() {
    let list = format!(
        r#"{{"apiVersion": "v1", "items": [{}, {}], "kind": "List", "metadata": {{"resourceVersion": ""}}}}"#,
        as_json("mail"),
        as_json("relay")
    );
    let lines = Place::new(&[]).piping(list).lines("-");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("Service mail"), "{lines:?}");
    assert!(lines[1].contains("Service relay"), "{lines:?}");
    let items = BROKEN.replace('\n', "\n  ");
    let list = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}\n",
        items.trim_end()
    );
    let lines = Place::new(&[("list.yaml", &list)]).lines("list.yaml");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("list.yaml:9:49:"), "{lines:?}");
}

#[test]
fn marks_line_ends_and_tabs_do_not_move_places() {
    let place = |text: &str| Place::new(&[("a.yaml", text)]).lines("a.yaml").concat();
    let plain = place(BROKEN);
    assert!(plain.starts_with("a.yaml:6:47: error"), "{plain}");
    assert_eq!(place(&BROKEN.replace('\n', "\r\n")), plain);
    assert_eq!(place(&format!("\u{feff}{BROKEN}")), plain);
    assert_eq!(place(&BROKEN.replace("neg: '", "neg:\t'")), plain);
    let commented = BROKEN.replace("port: 25\n", "port: 25\t# größer\n");
    assert_eq!(place(&commented), plain);
}

#[test]
fn a_fix_keeps_line_ends_and_the_mark() {
    let text = format!("\u{feff}{}", BROKEN.replace('\n', "\r\n"));
    let place = Place::new(&[("a.yaml", &text)]);
    assert_eq!(place.run("check --fix --unsafe-fixes a.yaml").code, 0);
    assert_eq!(place.get("a.yaml"), text.replace("\"2525\"", "\"25\""));
}

#[test]
fn broken_neighbours_hide_nothing() {
    let text = format!("a: [\n---\n{BROKEN}---\nb: 'open\n");
    let place = Place::new(&[("a.yaml", &text), ("b.json", "{"), ("c.yaml", SOUND)]);
    let answer = place.run("check --format short .");
    assert_eq!(answer.code, 2);
    assert!(
        answer.out.contains("a.yaml:8:47: error[NEG004]"),
        "{}",
        answer.out
    );
    assert!(answer.out.contains("a.yaml:1:4: unread"), "{}", answer.out);
    assert!(answer.out.contains("b.json:1"), "{}", answer.out);
}

#[test]
fn templates_are_named_and_fail_nothing() {
    let template = format!("{{{{- if .Values.mail }}}}\n{BROKEN}{{{{- end }}}}\n");
    let place = Place::new(&[("chart/templates/mail.yaml", &template), ("a.yaml", SOUND)]);
    let answer = place.run("check .");
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(
        answer.out.contains("chart/templates/mail.yaml"),
        "{}",
        answer.out
    );
    assert!(answer.out.contains("not checked"), "{}", answer.out);
    // A chart alone is nothing that was checked.
    let answer = place.run("check chart");
    assert_eq!(answer.code, 3, "{answer:?}");
}

#[test]
fn several_files_are_one_world() {
    let ingress = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: shop, port: {number: 8080}}}}
";
    let place = Place::new(&[("k8s/ingress.yaml", ingress), ("k8s/svc/shop.yaml", SOUND)]);
    let lines = place.lines("k8s");
    assert!(lines.concat().contains("error[NEG605]"), "{lines:?}");
    assert_eq!(place.lines("k8s/ingress.yaml"), [""; 0]);
    assert_eq!(place.lines("k8s/*.yaml k8s/svc"), lines);
}

#[test]
fn the_configuration_beside_the_files_counts() {
    let place = Place::new(&[
        ("neg-doctor.toml", "[rules]\nNEG004 = \"off\"\n"),
        ("a.yaml", BROKEN),
    ]);
    assert_eq!(place.run("check a.yaml").code, 0);
    assert_eq!(place.run("check --no-config a.yaml").code, 1);
    place.put("neg-doctor.toml", b"[rules]\nNEG004 = ");
    let answer = place.run("check a.yaml");
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("neg-doctor.toml"), "{}", answer.err);
}

#[test]
fn a_baseline_hides_what_is_known() {
    let place = Place::new(&[("a.yaml", BROKEN)]);
    assert_eq!(
        place.run("check --write-baseline known.json a.yaml").code,
        1
    );
    assert_eq!(place.run("check --baseline known.json a.yaml").code, 0);
    place.put(
        "b.yaml",
        BROKEN.replace("name: mail", "name: relay").as_bytes(),
    );
    let answer = place.run("check --baseline known.json --format short .");
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("Service relay"), "{}", answer.out);
    assert!(!answer.out.contains("Service mail"), "{}", answer.out);
}
