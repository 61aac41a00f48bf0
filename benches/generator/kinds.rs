//! The part of each kind that is its own: annotations, `spec` or `data`.

use std::fmt::Write as _;

use super::random::Random;
use super::{App, Defect, Road};

impl App {
    pub(super) fn config_map(&self, text: &mut String, random: &mut Random) {
        let level = random.pick(&["info", "\"info\"", "'debug'", "warn"]);
        let _ = write!(text, "data:\n  LOG_LEVEL: {level}\n");
        let _ = write!(
            text,
            "  # Mounted at /etc/{name}; the process reads it again on SIGHUP.\n  server.conf: |\n    listen {port}\n    workers {workers}\n    upstream {name}.{namespace}.svc.cluster.local\n",
            name = self.name,
            namespace = self.namespace,
            port = self.target_port,
            workers = 2 + random.below(14),
        );
        if random.one_in(2) {
            let _ = write!(
                text,
                "  motd: >-\n    Changes go through the repository;\n    what is edited by hand is overwritten within {} minutes.\n",
                3 + random.below(12),
            );
        }
    }

    pub(super) fn deployment(&self, text: &mut String, random: &mut Random) {
        let name = &self.name;
        let _ = write!(
            text,
            "spec:\n  replicas: {replicas}\n  selector:\n    matchLabels:\n      app: {name}\n  template:\n    metadata:\n      labels:\n        app: {name}\n        tier: {tier}\n    spec:\n      containers:\n        - name: {name}\n          image: europe-docker.pkg.dev/example/{name}:v{major}.{minor}\n",
            replicas = 1 + random.below(9),
            tier = random.pick(&["frontend", "\"frontend\"", "'backend'", "backend"]),
            major = random.below(9),
            minor = random.below(90),
        );
        let _ = write!(
            text,
            "          ports:\n            - name: http\n              containerPort: {port}\n          readinessProbe:\n            httpGet: {{path: {path}, port: http}}\n            periodSeconds: {period}\n",
            port = self.target_port,
            path = random.pick(&["/healthz", "\"/ready\"", "/"]),
            period = 2 + random.below(13),
        );
        let _ = write!(
            text,
            "          envFrom:\n            - configMapRef: {{ name: {name} }}\n          resources:\n            requests: {{cpu: {cpu}m, memory: {memory}Mi}}\n            limits:   {{memory: {memory}Mi}} # no CPU limit on purpose\n",
            cpu = 50 * (1 + random.below(20)),
            memory = 64 * (1 + random.below(16)),
        );
    }

    pub(super) fn autoscaler(&self, text: &mut String, random: &mut Random) {
        let _ = write!(
            text,
            "spec:\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: {name}\n  minReplicas: {least}\n  maxReplicas: {most}\n  metrics:\n  - type: Resource\n    resource:\n      name: cpu\n      target:\n        type: Utilization\n        averageUtilization: {load}\n",
            name = self.name,
            least = 1 + random.below(3),
            most = 4 + random.below(40),
            load = 40 + random.below(50),
        );
    }

    pub(super) fn backend_config(&self, text: &mut String, random: &mut Random) {
        let interval = 5 + random.below(25);
        let _ = write!(
            text,
            "spec:\n  timeoutSec: {timeout}\n  connectionDraining:\n    drainingTimeoutSec: {drain}\n  healthCheck:\n    type: HTTP\n    requestPath: /healthz\n    port: {port}\n    checkIntervalSec: {interval}\n    timeoutSec: {wait}\n",
            timeout = 30 + random.below(90),
            drain = 10 + random.below(20),
            port = self.target_port,
            wait = 1 + random.below(interval),
        );
    }

    pub(super) fn network_policy(&self, text: &mut String) {
        let _ = write!(
            text,
            "spec:\n  podSelector:\n    matchLabels:\n      app: {name}\n  policyTypes: [Ingress]\n  ingress:\n    - from:\n        # Google's health checks and proxies\n        - ipBlock: {{cidr: 35.191.0.0/16}}\n        - ipBlock: {{cidr: 130.211.0.0/22}}\n        - namespaceSelector: {{}}\n      ports:\n        - protocol: TCP\n          port: {port}\n",
            name = self.name,
            port = self.target_port,
        );
    }

    pub(super) fn service_annotations(&self, random: &mut Random) -> String {
        let mut text = String::new();
        if let Some(claim) = self.claim() {
            let written = match random.below(3) {
                0 if self.defect.is_none() => format!("\"{}\"", claim.replace('"', "\\\"")),
                1 if self.defect.is_none() => format!(">-\n      {claim}"),
                _ => format!("'{claim}'"),
            };
            let _ = writeln!(text, "    cloud.google.com/neg: {written}");
        }
        if self.has_backend_config || self.defect == Some(Defect::BackendConfigMissing) {
            let _ = writeln!(
                text,
                "    cloud.google.com/backend-config: '{{\"default\": \"{}\"}}'",
                self.name
            );
        }
        if random.one_in(4) {
            text.push_str("    example.com/owner: \"platform\"   # pager: see the run book\n");
        }
        text
    }

    /// The value of the annotation `cloud.google.com/neg`.
    fn claim(&self) -> Option<String> {
        let (name, port) = (&self.name, self.port);
        Some(match (self.road, self.defect) {
            (Road::Inside, _) => return None,
            (Road::Ingress, _) => r#"{"ingress": true}"#.to_owned(),
            (_, Some(Defect::AnnotationNotJson)) => {
                format!(r#"{{"exposed_ports": {{"{port}": {{"name": "{name}"}}}}"#)
            }
            (_, Some(Defect::PortNotInService)) => {
                let port = self.target_port;
                format!(r#"{{"exposed_ports": {{"{port}": {{"name": "{name}"}}}}}}"#)
            }
            (_, Some(Defect::ValueOfWrongType)) => {
                format!(r#"{{"exposed_ports": {{"{port}": "{name}"}}}}"#)
            }
            (_, Some(Defect::UnknownKey)) => {
                format!(r#"{{"exposed_port": {{"{port}": {{"name": "{name}"}}}}}}"#)
            }
            _ => format!(r#"{{"exposed_ports": {{"{port}": {{"name": "{name}"}}}}}}"#),
        })
    }

    pub(super) fn service(&self, text: &mut String, random: &mut Random) {
        let _ = write!(
            text,
            "spec:\n  type: {kind}\n  selector:\n    app: {name}\n  ports:\n  - name: http\n    port: {port}\n    targetPort: {target}\n    protocol: TCP\n",
            kind = random.pick(&["ClusterIP", "\"ClusterIP\""]),
            name = self.name,
            port = self.port,
            target = match random.below(3) {
                0 => "http".to_owned(),
                1 => "\"http\"".to_owned(),
                _ => self.target_port.to_string(),
            },
        );
    }

    pub(super) fn ingress_annotations(&self, random: &mut Random) -> String {
        format!(
            "    kubernetes.io/ingress.class: {class}\n    kubernetes.io/ingress.global-static-ip-name: {name}\n",
            class = random.pick(&["gce", "\"gce\"", "'gce'"]),
            name = self.name,
        )
    }

    pub(super) fn ingress(&self, text: &mut String) {
        let port = match self.defect {
            Some(Defect::IngressPortMissing) => self.target_port,
            _ => self.port,
        };
        let _ = write!(
            text,
            "spec:\n  tls:\n    - secretName: {name}-tls\n      hosts: [{name}.example.com]\n  rules:\n    - host: {name}.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: {name}\n                port: {{number: {port}}}\n",
            name = self.name,
        );
    }
}
