//! How long the generator takes for five times the real spec: `cargo bench -p codegen`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic is how a benchmark fails"
)]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

const PRODUCTS: [&str; 5] = ["a", "b", "c", "d", "e"];
const ROUNDS: usize = 15;

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let rounds = if std::env::args().any(|argument| argument == "--bench") {
        ROUNDS
    } else {
        1
    };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("five-products-{}", std::process::id()));
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let source = five_products(&real, &root.join("spec"));
    let (mut describe, mut generate, mut files, mut bytes) = (Vec::new(), Vec::new(), 0, 0);
    for _ in 0..rounds {
        let start = Instant::now();
        let described = codegen::describe(&root);
        describe.push(start.elapsed());
        let start = Instant::now();
        let generated = codegen::generate(&root);
        generate.push(start.elapsed());
        match (described, generated) {
            (Ok(_), Ok(generated)) => {
                files = generated.files.len();
                bytes = generated.files.iter().map(|file| file.text.len()).sum();
            }
            (Err(problems), _) | (_, Err(problems)) => panic!("{problems}"),
        }
    }
    let _ = fs::remove_dir_all(&root);
    println!("spec        {} files, {} bytes", source.0, source.1);
    println!("generated   {files} files, {bytes} bytes");
    println!(
        "describe    {:?} (median of {rounds})",
        median(&mut describe)
    );
    println!(
        "generate    {:?} (median of {rounds})",
        median(&mut generate)
    );
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Writes the larger product five times over, and the shared types once.
fn five_products(real: &Path, to: &Path) -> (usize, usize) {
    let mut written = (0, 0);
    copy(
        &real.join("types"),
        &to.join("types"),
        &mut written,
        &|text| text,
    );
    fs::copy(real.join("vocabulary.yaml"), to.join("vocabulary.yaml")).unwrap();
    for id in PRODUCTS {
        let name = format!("product: Product{}", id.to_uppercase());
        let rename = |text: String| {
            let text = text.replace("product: Usdm", &name);
            text.replace("like: usdm/", &format!("like: {id}/"))
        };
        copy(&real.join("usdm"), &to.join(id), &mut written, &rename);
    }
    written
}

fn copy(from: &Path, to: &Path, written: &mut (usize, usize), with: &dyn Fn(String) -> String) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target, written, with);
        } else {
            let text = with(fs::read_to_string(&path).unwrap());
            written.0 += 1;
            written.1 += text.len();
            fs::write(target, text).unwrap();
        }
    }
}
