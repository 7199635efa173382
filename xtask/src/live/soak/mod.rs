//! `cargo xtask soak`: runs the streams against a server with faults, and measures them.

mod client;
mod numbered;
mod observed;
mod options;
mod random;
mod report;
mod resident;
mod scenarios;
mod server;
mod truth;

use std::{
    env,
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context, Result};
use tokio::runtime::Builder;
use xtask::output::print;

use self::{
    options::{Length, Options, Scenario},
    report::Report,
};

const USAGE: &str = "\
Usage: cargo xtask soak [NAME…] [options]

Runs the streams of the client against a small stream server over the loopback interface, and prints what was measured. The server knows
what it lost. Fails if a demand does not hold. Without names, all scenarios run, each in a process of its own:

  memory         500 and 5,000 topics: bytes for each topic, connections, time until all are subscribed to
  slow-consumer  a subscriber sleeps while 50,000 messages a second arrive, or as many as this build can serve: memory, pongs, and
                 what another subscriber receives
  losses         messages are lost, repeated and reordered, topics fall silent and connections break: each loss is reported
  redundancy     one of two connections at a time loses messages, is late, stalls or breaks: the subscriber notices nothing
  churn          64 tasks subscribe and unsubscribe while connections break: the server has the wanted topics at the end

  --long         the long form: the sleep is 60 seconds instead of 5, there are 10,000,000 messages with losses instead of 200,000, and
                 10,000 changes of subscriptions instead of 1,000. Meant for a release build: cargo run --release -p xtask
                 --features live --bin live -- soak --long
  --seed N       the faults are those of an earlier run, as this number determines (default: a different one in each run)
";

/// The threads on which the client runs.
const THREADS: usize = 2;

/// Does what the arguments ask for.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = Options::parse(arguments)?;
    if options.help {
        print(USAGE)?;
        return Ok(ExitCode::SUCCESS);
    }
    let holds = match options.scenarios.as_slice() {
        [scenario] => run_one(*scenario, &options)?,
        several => run_in_processes(several, &options)?,
    };
    Ok(if holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs scenarios one after the other, each in a process of its own, so that none finds memory that another one has left. Returns whether
/// all demands hold.
fn run_in_processes(scenarios: &[Scenario], options: &Options) -> Result<bool> {
    let this = env::current_exe().context("cannot find this program")?;
    let mut all_hold = true;
    for scenario in scenarios {
        let mut command = Command::new(&this);
        command.args(["soak", scenario.name(), "--seed", &options.seed.to_string()]);
        if options.length == Length::Long {
            command.arg("--long");
        }
        all_hold &= command.status()?.success();
    }
    let verdict = if all_hold {
        "All demands hold."
    } else {
        "Not all demands hold."
    };
    print(&format!("{verdict}\n"))?;
    Ok(all_hold)
}

/// Runs a scenario, and prints its block. Returns whether all demands hold.
fn run_one(scenario: Scenario, options: &Options) -> Result<bool> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()?;
    let (length, seed) = (options.length, options.seed);
    let started = Instant::now();
    let report = runtime.block_on(async {
        // On the threads of the runtime, as the tasks of the client.
        tokio::spawn(measure(scenario, length, seed)).await?
    });
    let name = scenario.name();
    let report = report.with_context(|| format!("{name}, seed {seed}"))?;
    print(&report.text(name, seed, started.elapsed()))?;
    Ok(report.holds())
}

async fn measure(scenario: Scenario, length: Length, seed: u64) -> Result<Report> {
    match scenario {
        Scenario::Memory => scenarios::memory::run().await,
        Scenario::SlowConsumer => scenarios::slow_consumer::run(length).await,
        Scenario::Losses => scenarios::losses::run(length, seed).await,
        Scenario::Redundancy => scenarios::redundancy::run(length, seed).await,
        Scenario::Churn => scenarios::churn::run(length, seed).await,
    }
}
