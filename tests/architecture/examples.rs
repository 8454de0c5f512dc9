//! The reading of paths, tried on small crates.

use super::graph::{Graph, Uses, cycles};
use rstest::rstest;
use std::collections::BTreeSet;

/// Files: their paths and texts.
type Files = &'static [(&'static str, &'static str)];

fn graph(files: Files) -> Graph {
    let read = |path: &str| files.iter().find(|(file, _)| *file == path).map(|(_, text)| (*text).to_owned());
    let mut graph = Graph::default();
    graph.add("example", "src/lib.rs", &read);
    graph
}

/// Every use, as `user -> used`.
fn arrows(uses: &Uses) -> BTreeSet<String> {
    let arrows =
        uses.iter().flat_map(|(user, used)| used.keys().map(move |used| format!("{user} -> {used}")));
    arrows.map(|arrow| arrow.replace("src/", "").replace(".rs", "")).collect()
}

const A_AND_B: &str = "mod a; mod b;";
const DEFINES: &str = "pub struct B; pub enum E { V } pub fn f() {} pub const C: u8 = 0;";

#[rstest]
#[case::import("use crate::b::B;")]
#[case::renamed("use crate::b::B as Other;")]
#[case::group("use crate::{b::{B, self}};")]
#[case::glob("use crate::b::*;")]
#[case::import_of_the_module("use crate::b; fn g() { b::f() }")]
#[case::inside_a_function("fn g() { use crate::b; b::f() }")]
#[case::super_path("fn g() -> super::b::B { todo() }")]
#[case::type_argument("type T = Vec<crate::b::B>;")]
#[case::variant("fn g(x: X) { if let crate::b::E::V = x {} }")]
#[case::implementation("impl crate::b::B { fn g() {} }")]
#[case::macro_argument("fn g() { vec![crate::b::f()] }")]
#[case::nested_macro_arguments("fn g() { format!(\"{}\", [(1, super :: b :: C)]) }")]
#[case::pattern_in_a_macro("fn g() { matches!(1, crate::b::C) }")]
#[case::body_of_a_macro("macro_rules! m { () => { $crate::b::f() } }")]
#[case::attribute("#[derive(crate::b::B)] struct S;")]
#[case::inline_module("mod inner { use super::super::b::B; }")]
#[case::by_the_name_of_the_crate("use example::b::B;")]
fn a_path_is_seen(#[case] a: &'static str) {
    let files = vec![("src/lib.rs", A_AND_B), ("src/a.rs", a), ("src/b.rs", DEFINES)].leak();
    assert_eq!(arrows(&graph(files).uses()), BTreeSet::from(["a -> b".to_owned()]));
}

#[rstest]
#[case::test_module("#[cfg(test)] mod tests { use crate::b::B; }")]
#[case::test_import("#[cfg(test)] use crate::b::B;")]
#[case::test_method("struct S; impl S { #[cfg(test)] fn g() -> crate::b::B { B } }")]
#[case::combined("#[cfg(all(test, unix))] use crate::b::B;")]
#[case::test_module_without_a_file("#[cfg(test)] mod tests;")]
#[case::module_alone("use crate::b;")]
#[case::text("/// Like [`crate::b::B`].\nconst T: &str = \"crate::b::B\";")]
#[case::its_own("struct B; mod b { pub struct B; } use b::B as Inner;")]
#[case::foreign("use std::b::B; use other::b::f;")]
fn no_path_is_seen(#[case] a: &'static str) {
    let files = vec![("src/lib.rs", A_AND_B), ("src/a.rs", a), ("src/b.rs", DEFINES)].leak();
    assert_eq!(arrows(&graph(files).uses()), BTreeSet::new());
}

/// What is used through a re-export is used where it is defined.
#[test]
fn a_cycle_through_a_re_export_is_found() {
    let uses = graph(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a/mod.rs", "mod inner; mod other; pub use inner::*; pub use other::other as renamed;"),
        ("src/a/inner.rs", "pub struct Inner(crate::b::B);"),
        ("src/a/other.rs", "pub fn other() {}"),
        ("src/b.rs", "use crate::a; pub struct B; fn f(x: &a::Inner) { a::renamed() }"),
    ])
    .uses();
    assert_eq!(cycles(&uses), [["src/a/inner.rs", "src/b.rs"]]);
    assert!(arrows(&uses).contains("b -> a/other"), "{uses:#?}");
    assert!(!arrows(&uses).contains("b -> a/mod"), "the file that re-exports defines nothing: {uses:#?}");
}

#[test]
fn a_child_that_uses_what_its_parent_defines_is_found() {
    let graph = graph(&[
        ("src/lib.rs", "mod a;"),
        ("src/a/mod.rs", "mod child; mod sibling; pub struct A; pub use sibling::S;"),
        ("src/a/child.rs", "use super::{A, S};"),
        ("src/a/sibling.rs", "pub struct S;"),
    ]);
    assert_eq!(graph.uses()["src/a/child.rs"].len(), 2);
    assert!(graph.is_around("src/a/mod.rs", "src/a/child.rs"));
    assert!(graph.is_around("src/lib.rs", "src/a/child.rs"));
    assert!(!graph.is_around("src/a/sibling.rs", "src/a/child.rs"));
    assert!(!graph.is_around("src/a/child.rs", "src/a/mod.rs"));
}

/// `report` has a module `json`, and a function of that name from it.
#[test]
fn a_module_and_a_function_of_one_name_are_told_apart() {
    let uses = graph(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a/mod.rs", "pub mod json; pub use json::json;"),
        ("src/a/json.rs", "mod deep; pub fn json() {} pub use deep::Deep;"),
        ("src/a/json/deep.rs", "pub struct Deep;"),
        ("src/b.rs", "use crate::a::json::Deep;"),
    ])
    .uses();
    let expected = ["a/json -> a/json/deep", "a/mod -> a/json", "b -> a/json/deep"].map(str::to_owned);
    assert_eq!(arrows(&uses), BTreeSet::from(expected));
}

/// Two re-exports that lead to each other name nothing, and are followed once.
#[test]
fn re_exports_that_lead_in_circles_end() {
    let uses = graph(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "pub use crate::b::*; pub use crate::b::X;"),
        ("src/b.rs", "pub use crate::a::*; pub use crate::a::X;"),
    ])
    .uses();
    assert_eq!(arrows(&uses), BTreeSet::new());
}
