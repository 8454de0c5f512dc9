//! Documents in groups by how strictly an endpoint may be judged.

use super::base::{base, with};
use super::elements::{self, policy, statement};
use super::labelled::Document;
use super::{rekognition, xray};
use crate::plan::{Service, Text};

/// Grammar-valid documents made of what the service's documents show; each must be accepted. The
/// first one is the plainest.
pub fn plain(service: Service) -> Vec<Document> {
    match service {
        Service::Rekognition => rekognition::plain(),
        Service::Xray => xray::plain(),
    }
}

/// Grammar-valid documents in many shapes, [`plain`] ones first; those behind use what the policy
/// language has but the service's documents do not show.
pub fn valid_examples(service: Service) -> Vec<Document> {
    let mut all = plain(service);
    all.extend(match service {
        Service::Rekognition => rekognition::unshown(),
        Service::Xray => xray::unshown(),
    });
    all
}

/// JSON that is no policy: no object, no statement, or a statement without one of its elements.
pub fn not_a_policy(service: Service) -> Vec<Document> {
    let elements = base(service);
    let one = statement(&elements);
    let mut all: Vec<Document> = required(service)
        .iter()
        .map(|name| {
            let without = statement(&elements::without(&elements, name));
            Document::new(format!("a statement without {name}"), &policy(&format!("[{without}]")))
        })
        .collect();
    let second = statement(&elements::without(&elements, "Effect"));
    all.push(Document::new(
        "two statements, the second one without Effect",
        &policy(&format!("[{one},{second}]")),
    ));
    all.push(Document::new("a statement without Effect outside of a list", &policy(&second)));
    for (label, statements) in [
        ("an empty list of statements", "[]"),
        ("an empty statement", "[{}]"),
        ("a string for the statements", "\"Allow\""),
        ("a number for the statements", "1"),
        ("true for the statements", "true"),
        ("null for the statements", "null"),
        ("a list of strings for the statements", "[\"Allow\"]"),
        ("null in the list of statements", "[null]"),
    ] {
        all.push(Document::new(label, &policy(statements)));
    }
    all.push(Document::new(
        "a misspelt Statement",
        &format!(r#"{{"Version":"2012-10-17","Statements":[{one}]}}"#),
    ));
    all.push(Document::new("a statement without its policy", &one));
    all.push(Document::new("a policy in an array", &format!("[{}]", policy(&format!("[{one}]")))));
    for (label, text) in [
        ("no statement", r#"{"Version":"2012-10-17"}"#),
        ("an empty object", "{}"),
        ("an empty array", "[]"),
        ("a JSON string", "\"policy\""),
        ("a policy inside of a JSON string", r#""{\"Version\":\"2012-10-17\",\"Statement\":[]}""#),
        ("a JSON number", "1"),
        ("null", "null"),
        ("true", "true"),
    ] {
        all.push(Document::new(label, text));
    }
    for (element, first) in [("Effect", true), ("Action", true), ("Action", false)] {
        let broken = statement(&elements::without(&elements, element));
        let (place, statements) = match first {
            true => ("first", format!("[{broken},{one}]")),
            false => ("second", format!("[{one},{broken}]")),
        };
        let label = format!("two statements, the {place} one without {element}");
        all.push(Document::new(label, &policy(&statements)));
    }
    all
}

/// Policies with an element or a value that the service's documents rule out.
pub fn forbidden_elements(service: Service) -> Vec<Document> {
    let changes = match service {
        Service::Rekognition => rekognition::forbidden(),
        Service::Xray => xray::forbidden(),
    };
    let mut all = changed(service, &changes);
    let (elements, some) = (base(service), changes.iter().step_by(5));
    all.extend(some.flat_map(|change| {
        let (one, other) = (statement(&elements), statement(&change.apply(&elements)));
        let document = |place: &str, statements: &str| {
            Document::new(format!("{}, {place}", change.label), &policy(statements))
        };
        [
            document("in the second of two statements", &format!("[{one},{other}]")),
            document("in a statement outside of a list", &other),
        ]
    }));
    all
}

/// Policies of which the documents do not say whether they are accepted: effects in another case,
/// types and keys that the policy language does not have, unknown versions.
pub fn fine_grammar(service: Service) -> Vec<Document> {
    let mut all = changed(service, &elements::QUESTIONABLE);
    all.extend(changed(
        service,
        &match service {
            Service::Rekognition => rekognition::questionable(),
            Service::Xray => xray::questionable(),
        },
    ));
    let one = statement(&base(service));
    let lower = one.replace("\"Effect\"", "\"effect\"").replace("\"Action\"", "\"action\"");
    all.push(Document::new("element names in lower case", &policy(&format!("[{lower}]"))));
    for (label, version) in [
        ("the older Version 2008-10-17", "\"2008-10-17\""),
        ("an unknown Version", "\"2024-01-01\""),
        ("a number for Version", "20121017"),
        ("null for Version", "null"),
    ] {
        all.push(Document::new(label, &format!(r#"{{"Version":{version},"Statement":[{one}]}}"#)));
    }
    all.push(Document::new("no Version", &format!(r#"{{"Statement":[{one}]}}"#)));
    all.push(Document::new(
        "an unknown key beside Statement",
        &format!(r#"{{"Version":"2012-10-17","Comment":"","Statement":[{one}]}}"#),
    ));
    all.push(Document::new(
        "two statements with the same Sid",
        &policy(&format!("[{0},{0}]", with(service, "Sid", "\"Same\""))),
    ));
    all.push(Document::new(
        "Statement twice",
        &format!(r#"{{"Version":"2012-10-17","Statement":[],"Statement":[{one}]}}"#),
    ));
    all
}

/// A plain document for each number, no two the same to IAM: for updates that change something.
pub fn numbered(service: Service, number: usize) -> Text {
    elements::compose(&match service {
        Service::Rekognition => rekognition::numbered(number),
        Service::Xray => xray::numbered(number),
    })
}

/// Two documents of one statement with the same `Sid`, which grant different things. Whoever accepts the first one
/// has no reason to refuse the other, which is the plainer one.
pub fn same_sid(service: Service) -> [Text; 2] {
    let (element, values) = match service {
        Service::Rekognition => ("Resource", [r#""$VERSION""#, r#""$VERSIONS""#]),
        Service::Xray => ("Action", [r#""xray:GetSamplingRules""#, r#""xray:PutTraceSegments""#]),
    };
    let elements = elements::with(&base(service), "Sid", "\"Same\"");
    values.map(|value| {
        let statement = statement(&elements::with(&elements, element, value));
        elements::compose(&policy(&format!("[{statement}]")))
    })
}

fn required(service: Service) -> &'static [&'static str] {
    match service {
        Service::Rekognition => &["Effect", "Principal", "Action", "Resource"],
        Service::Xray => &["Effect", "Principal", "Action"],
    }
}

fn changed(service: Service, changes: &[elements::Change]) -> Vec<Document> {
    changes
        .iter()
        .map(|change| {
            let statement = statement(&change.apply(&base(service)));
            Document::new(change.label, &policy(&format!("[{statement}]")))
        })
        .collect()
}
