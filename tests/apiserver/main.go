// The real kube-apiserver, built from its published modules. No package registry has it as a
// binary; the tests that run against a live cluster (tests/real.rs) build it from here, and only
// when NEGDOC_REAL=1 asks for them. go.mod replaces the modules that Kubernetes keeps in its own
// tree by their published twins, all of one release: to move to another, change every version.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
