//! What the scan finds in small texts.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use super::scan::{Content, scan};

fn paths(text: &str) -> Vec<String> {
    let imports = scan(text).unwrap().imports;
    imports
        .iter()
        .map(|import| format!("{}:{}", import.line, import.path.join("::")))
        .collect()
}

#[test]
fn use_trees_are_split_into_paths() {
    assert_eq!(
        paths("use crate::{a::{self, B as C}, d::*,\n e};\npub(crate) use super::f;"),
        [
            "1:crate::a",
            "1:crate::a::B",
            "1:crate::d",
            "2:crate::e",
            "3:super::f"
        ]
    );
}

#[test]
fn paths_in_code_and_in_macro_bodies_are_imports() {
    assert_eq!(
        paths(
            "fn f() -> crate::a::B { self::c::d(); Vec::new() }\n\
             macro_rules! m { ($x:ident) => { $crate::e::F::$x(); use $crate::g; } }"
        ),
        [
            "1:crate::a::B",
            "1:self::c::d",
            "2:crate::e::F",
            "2:crate::g"
        ]
    );
}

#[test]
fn a_path_through_a_declared_module_is_an_import() {
    assert_eq!(
        paths("mod a;\npub use a::B;\nuse other::C;\nfn f() { a::g(); std::mem::take(x) }"),
        ["2:a::B", "4:a::g"]
    );
}

#[test]
fn other_crates_visibilities_and_captures_are_no_imports() {
    let none: [&str; 0] = [];
    assert_eq!(
        paths(
            "use ::serde::De; pub(in crate::a) struct S; pub(crate) fn f(self) -> impl T + use<'_> { ::std::mem::swap() }\n\
             /// [`crate::b`]\nfn g() { <S as T>::crate_name(); let s = \"crate::c\"; }"
        ),
        none
    );
}

#[test]
fn quoted_code_belongs_to_another_crate() {
    assert_eq!(
        paths("fn f() { quote!(mod a; crate::b::c); quote! { crate::d::e }; crate::g::h() }"),
        ["1:crate::g::h"]
    );
}

#[test]
fn code_for_tests_is_ignored() {
    assert_eq!(
        paths(
            "#[cfg(test)] use crate::{a, b};\n\
             #[cfg(all(test, feature = \"x\"))] fn f<A, B>() { crate::c::d() }\n\
             #[test] fn g() { crate::c::d() }\n\
             #[cfg(test)] const X: [u8; 1] = [crate::e::F];\n\
             #[cfg(test)] #[derive(Debug)] pub(crate) const fn h() { crate::c::d() }\n\
             #[cfg(test)] mod tests { use crate::g; }\n\
             struct S { #[cfg(test)] a: crate::h::I, b: crate::j::K }\n\
             #[cfg(any(test, feature = \"x\"))] use crate::l;\n\
             #[cfg(not(test))] use crate::m;"
        ),
        ["7:crate::j::K", "8:crate::l", "9:crate::m"]
    );
    assert!(scan("#![cfg(test)]\nuse crate::a;").unwrap().test_only);
}

#[test]
fn modules_have_a_file_or_a_body() {
    let scan = scan(
        "mod a;\n#[cfg(test)]\nmod b;\nmod c { mod d; use super::x; }\n#[path = \"f.rs\"] mod e;",
    )
    .unwrap();
    let mut found: Vec<_> = scan
        .modules
        .iter()
        .map(|module| (module.path.join("::"), module.test_only))
        .collect();
    found.sort();
    let expected = [
        ("a", false),
        ("b", true),
        ("c", false),
        ("c::d", false),
        ("e", false),
    ];
    assert_eq!(
        found,
        expected.map(|(name, test_only)| (name.to_owned(), test_only))
    );
    assert!(
        scan.modules
            .iter()
            .any(|module| module.content == Content::FileAt("f.rs".to_owned()))
    );
    assert!(scan.imports.iter().any(|import| import.within == ["c"]));
}

#[test]
fn a_syntax_error_names_its_line() {
    assert!(
        scan("fn f() {\n")
            .unwrap_err()
            .to_string()
            .starts_with("line ")
    );
}
