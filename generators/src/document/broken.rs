//! Texts that are not JSON, each in one way.

use super::base::base;
use super::elements::{policy, statement};
use super::groups::plain;
use super::labelled::Document;
use crate::plan::{Part, Service, Text};
use proptest::prelude::*;

/// Texts that are not JSON. None of them breaks a constraint of the model, except that Rekognition
/// has no empty one: there, that is a matter of length.
pub fn not_json(service: Service) -> Vec<Document> {
    [unparsable(service), lenient_json(service)].concat()
}

/// Texts that no parser takes for JSON.
pub fn unparsable(service: Service) -> Vec<Document> {
    let whole = whole(service);
    let mut all: Vec<Document> = [
        ("without its last brace", whole[..whole.len() - 1].to_owned()),
        ("without its first brace", whole[1..].to_owned()),
        ("without its last bracket", whole.replace("]}", "}")),
        ("a comma missing", whole.replacen(',', " ", 1)),
        ("a colon missing", whole.replacen(':', " ", 1)),
        ("parentheses for braces", whole.replace('{', "(").replace('}', ")")),
        ("a function call around", format!("policy({whole})")),
        ("an assignment", format!("policy = {whole}")),
    ]
    .map(|(label, text)| Document::new(label, &text))
    .into();
    all.extend(
        [
            ("spaces alone", "   "),
            ("a newline alone", "\n"),
            ("an opening brace", "{"),
            ("a closing brace", "}"),
            ("a bare word", "policy"),
            ("'undefined'", "undefined"),
            ("an unterminated string", r#"{"Version":"2012-10-17"#),
            ("a short Unicode escape", r#"{"Version":"2012\u00"}"#),
            ("an XML document", "<Policy><Version>2012-10-17</Version></Policy>"),
            ("a YAML document", "Version: 2012-10-17\nStatement:\n  - Effect: Allow\n"),
            ("base64", "eyJWZXJzaW9uIjoiMjAxMi0xMC0xNyJ9"),
            ("a percent-encoded document", "%7B%22Version%22%3A%222012-10-17%22%7D"),
            ("the name of a file", "file://policy.json"),
        ]
        .map(|(label, text)| Document::new(label, text)),
    );
    if service == Service::Xray {
        all.push(Document::new("empty", ""));
    }
    all
}

/// Texts that are not JSON to the letter, which lenient parsers forgive: something after the end,
/// comments, other quotes or none, commas too many, other numbers, raw control characters.
pub fn lenient_json(service: Service) -> Vec<Document> {
    let whole = whole(service);
    let body = &whole[..whole.len() - 1];
    let mut all: Vec<Document> = [
        ("a word behind", format!("{whole} policy")),
        ("single quotes", whole.replace('"', "'")),
        ("a trailing comma in the list", whole.replace("]}", ",]}")),
        ("a block comment", whole.replacen('{', "{/* policy */", 1)),
        ("a raw newline in a string", whole.replacen("\"Allow\"", "\"Al\nlow\"", 1)),
        ("a brace too many", format!("{whole}}}")),
        ("two documents", format!("{whole}{whole}")),
        ("two documents on two lines", format!("{whole}\n{whole}")),
        ("a comma behind", format!("{whole},")),
        ("a semicolon behind", format!("{whole};")),
        ("a trailing comma in the object", format!("{body},}}")),
        ("a leading comma in the object", whole.replacen('{', "{,", 1)),
        ("an equals sign for a colon", whole.replacen(':', "=", 1)),
        ("the whole in single quotes", format!("'{whole}'")),
        ("unquoted names", whole.replacen("\"Version\"", "Version", 1)),
        ("an unquoted value", whole.replacen("\"Allow\"", "Allow", 1)),
        ("typographic quotes", whole.replacen("\"Allow\"", "«Allow»", 1)),
        ("escaped quotes", whole.replace('"', "\\\"")),
        ("a line comment", whole.replacen('{', "{// policy\n", 1)),
        ("a number-sign comment", whole.replacen('{', "{# policy\n", 1)),
        ("a raw tab in a string", whole.replacen("\"Allow\"", "\"Al\tlow\"", 1)),
        ("a no-break space between tokens", whole.replacen('{', "{\u{a0}", 1)),
    ]
    .map(|(label, text)| Document::new(label, &text))
    .into();
    all.extend(
        [
            ("'True' for a value", "True"),
            ("'NaN' for a value", "NaN"),
            ("'Infinity' for a value", "Infinity"),
            ("a number with a leading zero", "01"),
            ("a hexadecimal number", "0x14"),
            ("an unknown escape", r#""a\x2db""#),
        ]
        // The policy is whole, so that nothing else is a reason to refuse it.
        .map(|(label, value)| Document::new(label, &format!("{body},\"Id\":{value}}}"))),
    );
    if service == Service::Xray {
        all.push(Document::new("NUL behind", &format!("{whole}\0")));
        all.push(Document::new(
            "a control character in a string",
            &whole.replace("\"Allow\"", "\"Al\u{1}low\""),
        ));
    }
    all
}

/// A plain document with a byte-order mark in front, which JSON's specification lets parsers ignore.
pub fn byte_order_mark(service: Service) -> Document {
    Document::new("a byte-order mark in front", &format!("\u{feff}{}", whole(service)))
}

fn whole(service: Service) -> String {
    policy(&format!("[{}]", statement(&base(service))))
}

/// A plain document cut off somewhere before its end, which is never JSON.
pub fn truncated(service: Service) -> BoxedStrategy<Document> {
    let Text(parts) = plain(service).swap_remove(0).text;
    let lengths: Vec<usize> = parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.len(),
            Part::Symbol(_) | Part::Fill { .. } => 1,
        })
        .collect();
    let whole: usize = lengths.iter().sum();
    (1..whole)
        .prop_map(move |length| {
            let mut left = length;
            let mut kept = Vec::new();
            for part in &parts {
                match part {
                    Part::Literal(text) if text.len() > left => {
                        kept.push(Part::Literal(text[..left].to_owned()));
                        left = 0;
                    }
                    _ if left == 0 => {}
                    Part::Literal(text) => {
                        left -= text.len();
                        kept.push(part.clone());
                    }
                    Part::Symbol(_) | Part::Fill { .. } => {
                        left -= 1;
                        kept.push(part.clone());
                    }
                }
            }
            Document { label: format!("cut off after {length} pieces"), text: Text(kept) }
        })
        .boxed()
}
