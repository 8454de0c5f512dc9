//! Scripts are checked by shells: their syntax, and what comes out of what they quote. What they do is
//! checked against the reference, by the tests of the program.

use super::replay::derivation;
use super::shell::{Piece, printf_format, quote, single_quoted, word};
use super::{aws_cli, curl, script};
use crate::exchange::untrusted::{is_hidden, visible_json};
use crate::report::tests::{finding, target};
use crate::rules::catalogue;
use aws_conformance_generators::plan::Derivation;
use proptest::prelude::*;
use std::io::Write;
use std::process::{Command, Stdio};

/// What a shell writes that is given a script on its standard input.
fn shell(text: &str) -> Vec<u8> {
    let mut shell = Command::new("sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = shell.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{text}: {output:?}");
    output.stdout
}

fn is_visible(text: &str) -> bool {
    !text.chars().any(|one| one != '\n' && is_hidden(one))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives_quoting(text in "(\\PC|[\u{1}-\u{ff}]|\u{202e}|\u{200b}|['\"$`\\\\%-]){0,40}[^\n\0]") {
        let quoted = quote(&text);
        prop_assert!(is_visible(&quoted) && !quoted.contains('\n'), "{quoted:?}");
        prop_assert_eq!(String::from_utf8(shell(&format!("printf '%s' {quoted}"))).unwrap(), text);
    }

    #[test]
    fn any_bytes_survive_printf(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let format = printf_format(&bytes);
        prop_assert!(is_visible(&format) && !format.contains('\n'), "{format:?}");
        prop_assert_eq!(shell(&format!("printf '{format}'")), bytes);
    }

    #[test]
    fn any_json_survives_as_a_word(text in any::<String>(), held in "[a-z'\" ]{0,9}") {
        let json = serde_json::Value::from(text.as_str()).to_string();
        let word = word(&[Piece::Text(json.clone()), Piece::Variable("held".to_owned())]);
        prop_assert!(is_visible(&word), "{word:?}");
        let written = shell(&format!("held={}; printf '%s' {word}", quote(&held)));
        let expected = format!("{}{held}", visible_json(&json));
        prop_assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn jq_derives_what_plans_derive(text in "[0-9a-fA-F:/ -]{1,24}", how in derivations()) {
        let filter = single_quoted(&derivation(&how));
        let derived = shell(&format!("printf '%s' {} | jq -Rsj {filter}", quote(&text)));
        prop_assert_eq!(String::from_utf8(derived).unwrap(), how.apply(&text), "{}", filter);
    }
}

fn derivations() -> impl Strategy<Value = Derivation> {
    let leaf = prop_oneof![
        Just(Derivation::Successor),
        Just(Derivation::WithoutLast),
        Just(Derivation::WithoutFirst),
        Just(Derivation::Uppercase),
        Just(Derivation::Complement),
        Just(Derivation::OtherLast),
        Just(Derivation::OtherDigits),
        Just(Derivation::FullWidthDigits),
        "[a-z'\"\n]{0,4}".prop_map(Derivation::Append),
        "[a-z'\"\n]{0,4}".prop_map(Derivation::Prepend),
        (0usize..7, "[a-z']{0,4}").prop_map(|(at, with)| Derivation::Field(at, with)),
        (0usize..4, "[a-z']{0,4}").prop_map(|(at, with)| Derivation::Segment(at, with)),
    ];
    let inner = leaf.clone().prop_map(Box::new);
    prop_oneof![
        3 => leaf,
        1 => (0usize..7, inner.clone()).prop_map(|(at, how)| Derivation::InField(at, how)),
        1 => (0usize..4, inner).prop_map(|(at, how)| Derivation::InSegment(at, how)),
    ]
}

#[test]
fn whatever_an_endpoint_says_scripts_are_well_formed_and_visible() {
    let hostile = "HTTP 200\n\u{1b}[31m$(touch /tmp/never)'\"`\\ \u{202e}";
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for rule in catalogue() {
        for (at, class) in [hostile, "no-code"].into_iter().enumerate() {
            let Some(finding) = finding(rule, class, hostile) else { continue };
            let texts = [
                Some(script(rule, &finding, &target())),
                aws_cli(rule, &finding, &target()).ok(),
                curl(&finding, &target()),
            ];
            for (form, text) in texts.into_iter().enumerate() {
                let Some(text) = text else { continue };
                assert!(is_visible(&text), "{}: {text}", rule.id);
                let path = directory.path().join(format!("{}-{at}-{form}.sh", rule.id));
                std::fs::write(&path, text).unwrap();
                files.push(path);
            }
        }
    }
    let each = "for file; do sh -n \"$file\" || echo \"$file\"; done";
    let output = Command::new("sh").args(["-c", each, "sh"]).args(&files).output().unwrap();
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
