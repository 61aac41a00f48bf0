//! The binary `neg-doctor`.

fn main() -> std::process::ExitCode {
    neg_doctor::cli::main()
}
