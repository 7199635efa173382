//! The resident memory of this process, and how long the machine lets a thread wait.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often the memory is read while its peak is measured.
const INTERVAL: Duration = Duration::from_millis(20);

/// Returns the resident memory, in bytes. Returns `None` where the system does not have `/proc/self/status`.
pub(super) fn resident() -> Option<u64> {
    parse(&fs::read_to_string("/proc/self/status").ok()?)
}

fn parse(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Measures the largest resident memory, on a thread, and how late this thread wakes up.
pub(super) struct Peak {
    bytes: Arc<AtomicU64>,
    latest: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Peak {
    /// Begins to measure.
    pub(super) fn start() -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let latest = Arc::new(AtomicU64::new(0));
        let is_over = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (bytes, latest) = (Arc::clone(&bytes), Arc::clone(&latest));
            let is_over = Arc::clone(&is_over);
            move || {
                while !is_over.load(Ordering::Relaxed) {
                    bytes.fetch_max(resident().unwrap_or(0), Ordering::Relaxed);
                    let due = Instant::now() + INTERVAL;
                    thread::sleep(INTERVAL);
                    let late = due.elapsed().as_micros();
                    let late = u64::try_from(late).unwrap_or(u64::MAX);
                    latest.fetch_max(late, Ordering::Relaxed);
                }
            }
        });
        Self {
            bytes,
            latest,
            is_over,
            thread: Some(thread),
        }
    }

    /// Returns the largest resident memory until now, in bytes.
    pub(super) fn bytes(&self) -> Option<u64> {
        let now = resident()?;
        Some(self.bytes.fetch_max(now, Ordering::Relaxed).max(now))
    }

    /// Returns how late the thread woke up at most: the other threads may have waited as long for the machine.
    pub(super) fn late(&self) -> Duration {
        Duration::from_micros(self.latest.load(Ordering::Relaxed))
    }
}

impl Drop for Peak {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked measures nothing.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;

    #[test]
    fn resident_memory_is_read_from_the_status() {
        let status = "Name:\tlive\nVmHWM:\t   90000 kB\nVmRSS:\t   12345 kB\nThreads:\t3\n";
        assert_eq!(parse(status), Some(12_345 * 1024));
        assert_eq!(parse("Name:\tlive\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_peak_is_noticed_after_the_memory_is_free_again() {
        const SIZE: u64 = 64 * 1024 * 1024;
        let peak = Peak::start();
        let before = resident().unwrap();
        let block = vec![1_u8; usize::try_from(SIZE).unwrap()];
        thread::sleep(5 * INTERVAL);
        drop(std::hint::black_box(block));
        assert!(peak.bytes().unwrap() >= before + SIZE / 2);
    }
}
