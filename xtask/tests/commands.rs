//! The commands as processes.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::process::{Command, Output, Stdio};

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).output().unwrap()
}

/// A signal to `cargo xtask mock` must reach the mock exchange, so they must be the same process.
#[cfg(unix)]
#[test]
fn commands_of_the_second_binary_keep_their_process_id() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let cargo = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cargo");
    fs::write(&cargo, "#!/bin/sh\necho $$ \"$@\"\nexit 7\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["mock", "--port=1"])
        .env("CARGO", &cargo)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let output = child.wait_with_output().unwrap();
    let expected =
        format!("{id} run --package xtask --features live --bin live -- mock --port=1\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn the_nearest_command_is_suggested_for_an_unknown_one() {
    let output = xtask(&["confrom"]);
    assert!(!output.status.success());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("unknown command `confrom`: did you mean `conform`?"),
        "{message}"
    );
}

#[test]
fn all_commands_are_listed() {
    let output = xtask(&[]);
    assert!(output.status.success());
    let usage = String::from_utf8(output.stdout).unwrap();
    for command in [
        "gen",
        "list",
        "layers",
        "conform",
        "call",
        "stream",
        "compare-sockets",
        "mock",
        "ci",
    ] {
        assert!(usage.contains(&format!("\n  {command} ")), "{usage}");
    }
}
