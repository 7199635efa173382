//! Files that were not finished, or are damaged.

use std::fs;
use std::time::Duration;

use super::super::{Line, Recording};
use super::{Folder, lines, open, texts, trade};

/// Writes a small recording and returns its bytes. Also returns the sizes of the file after each flush, with the number of lines then.
fn small() -> (Vec<u8>, Vec<(usize, usize)>) {
    let folder = Folder::new();
    let mut recorder = open(folder.options().flush_interval(Duration::MAX));
    let path = recorder.path().unwrap().to_owned();
    let size = || usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
    // The header is flushed.
    let mut flushes = vec![(size(), 1)];
    for id in 0..20 {
        recorder.write_event(&trade(id)).unwrap();
        if id % 3 == 2 {
            recorder.flush().unwrap();
            flushes.push((size(), usize::try_from(id).unwrap() + 2));
        }
    }
    recorder.close().unwrap();
    (fs::read(&path).unwrap(), flushes)
}

#[test]
fn file_that_is_cut_anywhere_is_read_up_to_the_last_flush() {
    let (whole, flushes) = small();
    let folder = Folder::new();
    let path = folder.0.join("cut.jsonl.zst");
    fs::write(&path, &whole).unwrap();
    let all = lines(&path);
    assert_eq!(all.len(), 21);
    let mut most = 0;
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let mut read = lines(&path);
        let last = read.pop();
        let Some(Line::Incomplete { path: named, lines }) = last else {
            panic!("{length}: {last:?}");
        };
        assert_eq!((named, lines), (path.clone(), read.len() as u64));
        assert_eq!(read, all[..read.len()], "{length}");
        let flushed = flushes.iter().rev().find(|(size, _)| *size <= length);
        let flushed = flushed.map_or(0, |(_, lines)| *lines);
        assert!(read.len() >= flushed, "{length}: {} lines", read.len());
        most = most.max(read.len());
    }
    assert!(flushes.len() == 7 && most >= 19, "{most}");
}

#[test]
fn damaged_file_is_an_error_or_reads_the_lines_before_the_damage() {
    let (whole, _) = small();
    let folder = Folder::new();
    let path = folder.0.join("damaged.jsonl.zst");
    fs::write(&path, &whole).unwrap();
    let all = lines(&path);
    let mut errors = 0;
    for byte in 0..whole.len() {
        for bit in [0, 3, 7] {
            let mut damaged = whole.clone();
            damaged[byte] ^= 1 << bit;
            fs::write(&path, &damaged).unwrap();
            let read: Vec<_> = Recording::open(&path).unwrap().collect();
            let is_unharmed = read.len() == all.len() && read.iter().flatten().eq(all.iter());
            let is_noticed = read
                .iter()
                .any(|line| !matches!(line, Ok(line) if !matches!(line, Line::Incomplete { .. })));
            assert!(
                is_unharmed || is_noticed,
                "byte {byte}, bit {bit}: {read:?}"
            );
            errors += usize::from(is_noticed);
        }
    }
    // Only some bits of the frame header may be changed without an effect.
    assert!(errors * 100 > whole.len() * 3 * 97, "{errors}");
}

#[test]
fn plain_file_that_is_cut_within_a_line_is_incomplete() {
    let folder = Folder::new();
    let mut recorder = folder.recorder();
    let path = recorder.path().unwrap().to_owned();
    recorder.write_event(&trade(1)).unwrap();
    recorder.write_event(&trade(2)).unwrap();
    recorder.close().unwrap();
    let text = super::uncompressed(&path);
    let plain = folder.0.join("plain.jsonl");
    fs::write(&plain, &text).unwrap();
    assert_eq!(lines(&plain), lines(&path));
    fs::write(&plain, &text.as_bytes()[..text.len() - 5]).unwrap();
    let read = lines(&plain);
    assert_eq!(texts(&read), [trade(1).data.text]);
    assert!(matches!(
        read.last(),
        Some(Line::Incomplete { lines: 2, .. })
    ));
}
