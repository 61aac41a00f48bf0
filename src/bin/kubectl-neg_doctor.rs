//! The binary `kubectl-neg_doctor`: the same program, under the name by which kubectl finds it.

fn main() -> std::process::ExitCode {
    neg_doctor::cli::kubectl_main()
}
