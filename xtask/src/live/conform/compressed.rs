//! Reads the `.jsonl.zst` files of a recorder. Their events are checked; headers and notices are skipped.

use std::path::Path;

use anyhow::Result;
use binance_futures::ws::record::{Line, Recording};

use super::{
    operations::Hint,
    payload::{Payload, Role, Visit},
    progress::Progress,
    recording::{event_type, unreadable},
};

/// Reads a recording. A line that cannot be read is passed on as [`Role::Unreadable`].
pub(super) fn read(path: &Path, visit: Visit<'_>) -> Result<()> {
    // The size of the text is not known.
    let mut progress = Progress::new(path, 0);
    let mut recording = Recording::open(path)?;
    let mut product = None;
    let (mut events, mut skipped) = (0_u64, 0_u64);
    while let Some(line) = recording.next() {
        let name = format!("{}:{}", path.display(), recording.line_number());
        match line {
            Ok(Line::Event(event)) => {
                events += 1;
                progress.line(event.text.len());
                let hint = Hint {
                    product: product.clone(),
                    stream: Some(event.topic.to_string()),
                    ..Hint::default()
                };
                visit(&payload(name, hint, event.text))?;
            }
            Ok(Line::Incomplete { lines, .. }) => {
                eprintln!(
                    "{}: the file ends early, after line {lines}",
                    path.display()
                );
            }
            Ok(line) => {
                progress.line(0);
                skipped += 1;
                if let Line::Header(header) = line {
                    product = Some(header.product);
                }
            }
            Err(error) => visit(&unreadable(name, reason(&error)))?,
        }
    }
    if events == 0 {
        let name = format!("{}:1", path.display());
        visit(&unreadable(name, "the file has no payloads".to_owned()))?;
    }
    progress.finish();
    eprintln!("{}: {skipped} headers and notices skipped", path.display());
    Ok(())
}

fn payload(name: String, mut hint: Hint, text: String) -> Payload {
    if hint.product.is_none() {
        return unreadable(
            name,
            "the product is not known: the recording has no header".to_owned(),
        );
    }
    match event_type(&text) {
        Ok(event) => hint.event = event,
        Err(reason) => return unreadable(name, reason),
    }
    Payload {
        name,
        hint,
        role: Role::Payload,
        text,
    }
}

/// The error without the place, which the report prints anyway.
fn reason(error: &binance_futures::ws::record::RecordingError) -> String {
    use binance_futures::ws::record::RecordingError;
    match error {
        RecordingError::Line { failure, .. } => failure.to_string(),
        error => error.to_string(),
    }
}
