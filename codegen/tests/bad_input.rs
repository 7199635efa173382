//! No content of a file makes the generator panic: it is accepted, or a problem is reported.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

mod project;

use std::{fmt::Write, fs, path::Path};

use codegen::{
    load::yaml,
    problem::{Place, Problems},
    spec::Type,
};
use project::{Project, real};

const FILE: &str = "spec/usdm/rest/trade/order.yaml";
const FINE: &str =
    "about: Places an order.\nPOST: /order\nsecurity: trade\nweight: 1\nresponse: Empty\n";

/// The problems of a project with this file and a sample.
fn problems_of(text: impl AsRef<[u8]>) -> String {
    let project = Project::of("--- spec/usdm/rest/trade/order.json\n{}\n");
    project.write(FILE, text);
    codegen::generate(&project.root).map_or_else(|problems| problems.to_string(), |_| String::new())
}

#[track_caller]
fn rejected(text: impl AsRef<[u8]>, what: &str) {
    let problems = problems_of(text);
    assert!(problems.contains(what), "no `{what}` in:\n{problems}");
    assert!(
        problems.len() < 60_000,
        "{} bytes are too many to read",
        problems.len()
    );
}

fn parse(text: &str) -> (Option<yaml::Node>, Problems) {
    let mut problems = Problems::default();
    let source = problems.source("a.yaml", text);
    (yaml::parse(source, &mut problems), problems)
}

/// Every file below the real spec, by its path from the root.
fn real_files() -> Vec<(String, String)> {
    fn collect(folder: &Path, into: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else if path
                .extension()
                .is_some_and(|ending| ending == "yaml" || ending == "json")
            {
                let name = path.strip_prefix(real()).unwrap();
                let name = name.to_str().unwrap().to_owned();
                into.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut files = Vec::new();
    collect(&real().join("spec"), &mut files);
    files.sort();
    files.retain(|(name, _)| name != "spec/schema.json");
    assert!(files.len() > 50, "the real spec is missing");
    files
}

#[test]
fn the_plain_file_is_accepted() {
    assert_eq!(problems_of(FINE), "");
}

#[test]
fn invalid_yaml_is_rejected() {
    rejected("about: [", "not YAML");
    rejected("about: \"x", "not YAML");
    rejected("about: A.\n\tGET: /a\n", "indent with spaces");
    rejected("%YAML 9.9\n", "not YAML");
    rejected("}", "not YAML");
}

#[test]
fn anchors_aliases_and_merge_keys_are_rejected() {
    rejected(format!("{FINE}notes: &a A.\n"), "an anchor");
    rejected(format!("notes: &a A.\nname: *a\n{FINE}"), "an alias");
    rejected(format!("{FINE}<<: {{name: X}}\n"), "unknown key `<<`");
    // Each level would double the size.
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        writeln!(bomb, "a{level}: &a{level} [*a{before}, *a{before}]").unwrap();
    }
    rejected(bomb, "an alias");
}

#[test]
fn duplicate_keys_and_second_documents_are_rejected() {
    rejected(format!("{FINE}weight: 2\n"), "appears twice");
    rejected(format!("{FINE}---\n{FINE}"), "a second document");
    rejected(format!("{FINE}...\n{FINE}"), "a second document");
}

#[test]
fn a_key_that_is_a_list_is_rejected() {
    rejected(format!("{FINE}? [a]\n: b\n"), "a key that is not text");
    rejected(format!("{FINE}{{a: b}}: c\n"), "a key that is not text");
}

#[test]
fn an_empty_file_is_rejected() {
    rejected("", "the file is empty");
    rejected("# nothing\n", "the file is empty");
    rejected("---\n", "expected a mapping, found nothing");
    rejected("\u{feff}", "the file is empty");
}

#[test]
fn bytes_that_are_not_utf8_are_rejected_with_their_place() {
    rejected(b"about: \xff\n", "not UTF-8 at byte 7");
    rejected(b"\xfe\xff\0a", "not UTF-8 at byte 0");
}

#[test]
fn nul_bytes_are_rejected() {
    rejected("about: a\0b\n", "not YAML");
    rejected("\0", "not YAML");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    assert_eq!(problems_of(format!("\u{feff}{FINE}")), "");
    assert_eq!(problems_of(FINE.replace('\n', "\r\n")), "");
    let problems = problems_of(format!("{}nonsense: 1\r\n", FINE.replace('\n', "\r\n")));
    assert!(
        problems.contains("order.yaml:6:1: unknown key"),
        "{problems}"
    );
    assert!(!problems.contains('\r'), "{problems:?}");
}

#[test]
fn a_file_of_ten_megabytes_is_rejected() {
    rejected(vec![b'a'; 10 << 20], "more than 1048576");
    let project = Project::of(&format!("--- {FILE}\n{FINE}"));
    project.write(
        "spec/usdm/rest/trade/order.json",
        format!("[{}]", "1,".repeat(5 << 20)),
    );
    let problems = codegen::generate(&project.root).unwrap_err();
    assert!(
        problems.to_string().contains("more than 1048576"),
        "{problems}"
    );
}

#[test]
fn a_megabyte_of_problems_is_counted() {
    let keys: String = (0..60_000)
        .map(|number| format!("k{number}: 1\n"))
        .collect();
    rejected(format!("{FINE}{keys}"), "and 59900 more");
    let twice = "a: 1\n".repeat(100_000);
    rejected(format!("{FINE}{twice}"), "more");
}

#[test]
fn deep_nesting_is_rejected() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
        for closed in [true, false] {
            let close = if closed { close } else { "" };
            let (_, problems) = parse(&format!("{}x{}", open.repeat(10_000), close.repeat(10_000)));
            assert!(!problems.is_empty(), "{open} is accepted");
        }
    }
    let steps: String = (0..1_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    assert!(
        parse(&steps)
            .1
            .to_string()
            .contains("nested more than 48 deep")
    );
}

#[test]
fn deep_type_expressions_are_rejected() {
    for (open, close) in [
        ("[", "]"),
        ("map<String, ", ">"),
        ("json<", ">"),
        ("[[", "]"),
        ("map<", ""),
    ] {
        let text = format!("{}u64{}", open.repeat(10_000), close.repeat(10_000));
        let mut problems = Problems::default();
        let source = problems.source("a.yaml", text.as_str());
        assert!(Type::parse(&text, Place::start(source), &mut problems).is_none());
        assert!(
            problems.to_string().contains("too many brackets"),
            "{problems}"
        );
    }
    rejected(
        FINE.replace(
            "Empty",
            &format!("\"{}u64{}\"", "[".repeat(10_000), "]".repeat(10_000)),
        ),
        "too many brackets",
    );
}

#[test]
fn a_deep_sample_is_rejected() {
    let project = Project::of(&format!("--- {FILE}\n{FINE}"));
    project.write("spec/usdm/rest/trade/order.json", "[".repeat(100_000));
    assert!(
        codegen::generate(&project.root)
            .unwrap_err()
            .to_string()
            .contains("not JSON: recursion limit")
    );
    project.write(
        "spec/usdm/rest/trade/order.json",
        format!("{}{}", "[".repeat(100), "]".repeat(100)),
    );
    assert!(
        codegen::generate(&project.root)
            .unwrap_err()
            .to_string()
            .contains("nested more than 48 deep")
    );
}

#[test]
fn a_stream_name_of_many_brackets_is_read_in_one_go() {
    let names = [
        "[<a>]".repeat(100_000),
        "<".repeat(100_000),
        "[".repeat(100_000),
        "<a>".repeat(100_000),
    ];
    for name in names {
        let project = Project::empty();
        project.write(
            "spec/usdm/streams/a.yaml",
            format!("topic: \"{name}\"\nevent: Empty\n"),
        );
        assert!(!codegen::generate(&project.root).unwrap_err().is_empty());
    }
}

#[test]
fn a_long_line_is_not_printed_whole() {
    let long = "x".repeat(900_000);
    for text in [
        format!("{FINE}{long}: 1\n"),
        format!("{FINE}notes: {long}\nnonsense: 1\n"),
        FINE.replace("Empty", &long),
        FINE.replace("Empty", &format!("Empty {long}")),
        FINE.replace("trade", &long),
        FINE.replace("/order", &long),
        format!("{FINE}lookup: {long}\n"),
        format!("{FINE}docs: {long}\n"),
        format!("{FINE}types: {{{long}: {{about: A., values: [A]}}}}\n"),
        format!("{FINE}parameters: {{a: {{is: u8, default: {long}}}}}\n"),
        format!("{{notes: \"{long}\", nonsense: 1}}"),
        format!("like: {long}\n"),
    ] {
        let problems = problems_of(text);
        assert!(!problems.is_empty());
        assert!(problems.len() < 5_000, "{} bytes", problems.len());
    }
}

#[test]
fn a_file_cut_off_anywhere_is_accepted_or_a_problem() {
    let path = "spec/usdm/rest/trade/new_algo_order.yaml";
    let text = fs::read(real().join(path)).unwrap();
    let project = Project::of("");
    let (mut accepted, mut rejected) = (0, 0);
    for end in 0..text.len() {
        project.write(FILE, &text[..end]);
        match codegen::describe(&project.root) {
            Ok(_) => accepted += 1,
            Err(problems) => {
                assert!(!problems.to_string().is_empty());
                rejected += 1;
            }
        }
    }
    // Without the types and the sample no part of the file is enough.
    assert_eq!((accepted, rejected), (0, text.len()));
}

#[test]
fn a_sample_cut_off_anywhere_is_accepted_or_a_problem() {
    let text = r#"[{"a": "1\u00e9", "b": [1, -2.5e3, null]}, {"a": ""}]"#;
    let project = Project::of(&format!(
        "--- {FILE}\n{}types:\n  A: {{about: A., fields: {{a: String, b?: [Decimal as number or null]}}}}\n",
        FINE.replace("Empty", "[A]")
    ));
    for end in 0..text.len() {
        project.write("spec/usdm/rest/trade/order.json", &text[..end]);
        assert!(
            codegen::generate(&project.root).is_err(),
            "{}",
            &text[..end]
        );
    }
    project.write("spec/usdm/rest/trade/order.json", text);
    assert!(codegen::generate(&project.root).is_ok());
}

/// A generator of pseudo-random numbers (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end.max(1) as u64).unwrap()
    }
}

const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "?",
    ":",
    ": ",
    "=",
    "\"",
    "'",
    "\n",
    "\n  ",
    "  ",
    "- ",
    "#",
    "&a ",
    "*a",
    "!",
    "|",
    ",",
    "\0",
    "\t",
    "\r",
    "é",
    "𝄞",
    " as ",
    " or ",
    "like: ",
    "type",
    "Self",
    "r#x",
    "_",
    "1",
    "-1",
    "99999999999999999999",
    "null",
    "true",
    "Decimal",
    "map<",
    "json<[",
    "| error",
    "request ",
    "..",
    "adds",
    "drops",
    "\"\"",
    "\u{feff}",
    "\\",
];

/// One change: cut out, put in, double, or swap two lines.
fn change(text: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = numbers.below(chars.len() + 1);
    let end = (at + numbers.below(12)).min(chars.len());
    match numbers.below(5) {
        0 => drop(chars.drain(at..end)),
        1 | 2 => {
            let piece = PIECES[numbers.below(PIECES.len())];
            chars.splice(at..at, piece.chars());
        }
        3 => {
            let copy: Vec<char> = chars[at..end].to_vec();
            let to = numbers.below(chars.len() + 1);
            chars.splice(to..to, copy);
        }
        _ => {
            let mut lines: Vec<&str> = text.lines().collect();
            let (a, b) = (numbers.below(lines.len()), numbers.below(lines.len()));
            if a < lines.len() && b < lines.len() {
                lines.swap(a, b);
            }
            return lines.join("\n");
        }
    }
    chars.into_iter().collect()
}

/// `MUTATIONS=5000` tries more, and `SEED=…` others.
fn number_from(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

#[test]
fn changed_files_of_the_real_spec_are_accepted_or_a_problem() {
    let rounds = number_from("MUTATIONS", 80);
    let files = real_files();
    let project = Project::empty();
    for (name, text) in &files {
        project.write(name, text);
    }
    let mut numbers = Numbers(number_from("SEED", 20_260_101));
    let (mut accepted, mut rejected) = (0, 0);
    for _ in 0..rounds {
        let mut changed = Vec::new();
        for _ in 0..=numbers.below(2) {
            let (name, original) = &files[numbers.below(files.len())];
            let mut text = original.clone();
            for _ in 0..=numbers.below(3) {
                text = change(&text, &mut numbers);
            }
            project.write(name, &text);
            changed.push((name, original));
        }
        match codegen::generate(&project.root) {
            Ok(generated) => {
                // Emitters write `compile_error!` in place of invalid Rust.
                for file in generated
                    .files
                    .iter()
                    .filter(|file| file.path.ends_with(".rs"))
                {
                    assert!(!file.text.contains("compile_error!"), "{}", file.text);
                }
                accepted += 1;
            }
            Err(problems) => {
                assert!(!problems.to_string().is_empty());
                rejected += 1;
            }
        }
        for (name, original) in changed {
            project.write(name, original);
        }
    }
    // If all changes were accepted, or all rejected, only one half would be tested.
    assert!(
        accepted > rounds / 20 && rejected > rounds / 20,
        "{accepted} accepted, {rejected} rejected"
    );
}

#[test]
fn random_type_expressions_are_a_type_or_a_problem() {
    let mut numbers = Numbers(7);
    let (mut types, mut wrong) = (0, 0);
    for _ in 0..20_000 {
        let pieces = (0..=numbers.below(6)).map(|_| PIECES[numbers.below(PIECES.len())]);
        let text: String = pieces.collect();
        let mut problems = Problems::default();
        let source = problems.source("a.yaml", text.as_str());
        match Type::parse(&text, Place::start(source), &mut problems) {
            Some(found) => {
                // Its text is parsed as the same type.
                let again = Type::parse(&found.to_string(), found.place, &mut problems);
                assert_eq!(
                    again.map(|again| again.to_string()),
                    Some(found.to_string()),
                    "{text}"
                );
                types += 1;
            }
            None => wrong += 1,
        }
    }
    assert!(types > 100 && wrong > 100, "{types} types, {wrong} wrong");
}
