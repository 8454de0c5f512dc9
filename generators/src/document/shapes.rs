//! Random grammar-valid documents.

use super::base::base;
use super::elements::{Elements, compose, statement, with};
use super::labelled::Document;
use crate::plan::{Service, Text};
use proptest::prelude::*;
use proptest::sample::select;

/// Random grammar-valid documents; they may hold what the service's documents do not show. They
/// shrink to the plainest document.
pub fn valid(service: Service) -> BoxedStrategy<Document> {
    documents(service, true)
}

/// Random grammar-valid documents made of what the service's documents show: each must be accepted.
/// They shrink to the plainest document.
pub fn valid_plain(service: Service) -> BoxedStrategy<Document> {
    documents(service, false)
}

/// How a document is written down.
#[derive(Clone, Debug)]
struct Style {
    statements: Vec<Statement>,
    /// A single statement stands without its list.
    unlisted: bool,
    version_last: bool,
    /// What stands between tokens.
    gap: &'static str,
    /// Which letters of the effects are escaped: `\u0041llow`.
    escaped: bool,
}

#[derive(Clone, Debug)]
struct Statement {
    elements: Elements,
    reversed: bool,
}

fn documents(service: Service, unshown: bool) -> BoxedStrategy<Document> {
    let gaps = select(vec!["", " ", "\n", "\n  ", "\t", "\r\n"]);
    (
        proptest::collection::vec(statements(service, unshown), 1..=3),
        any::<bool>(),
        any::<bool>(),
        gaps,
        any::<bool>(),
    )
        .prop_map(move |(statements, unlisted, version_last, gap, escaped)| {
            // No example has its only statement without a list.
            let unlisted = unlisted && unshown;
            let style = Style { statements, unlisted, version_last, gap, escaped };
            let count = style.statements.len();
            let plural = if count == 1 { "statement" } else { "statements" };
            Document { label: format!("a random policy of {count} {plural}"), text: style.write() }
        })
        .boxed()
}

fn statements(service: Service, unshown: bool) -> BoxedStrategy<Statement> {
    let shown = match service {
        Service::Rekognition => vec![
            vec![
                r#"{"AWS":"arn:$PARTITION:iam::$ACCOUNT:root"}"#,
                r#"{"AWS":"$ACCOUNT"}"#,
                r#"{"AWS":["$ACCOUNT"]}"#,
            ],
            vec![r#""rekognition:CopyProjectVersion""#, r#"["rekognition:CopyProjectVersion"]"#],
            vec!["\"$VERSIONS\"", "[\"$VERSIONS\"]"],
        ],
        Service::Xray => vec![
            vec![r#"{"Service":"sns.amazonaws.com"}"#, r#"{"Service":["sns.amazonaws.com"]}"#],
            vec![
                r#""xray:PutTraceSegments""#,
                r#"["xray:PutTraceSegments"]"#,
                r#"["xray:PutTraceSegments","xray:GetSamplingRules","xray:GetSamplingTargets"]"#,
            ],
            vec!["\"*\"", "[\"*\"]"],
        ],
    };
    let condition = match service {
        Service::Xray => "(|[a-z0-9-]{1,30})",
        Service::Rekognition if unshown => "(|[a-z0-9-]{1,30})",
        Service::Rekognition => "",
    };
    let sid = if unshown { "(|[A-Za-z0-9]{1,20})" } else { "" };
    let [principals, actions, resources] =
        <[Vec<&'static str>; 3]>::try_from(shown).expect("there are three lists of values");
    (select(principals), select(actions), select(resources), condition, sid, any::<bool>())
        .prop_map(move |(principal, action, resource, source, sid, reversed)| {
            let mut elements = with(&base(service), "Principal", principal);
            elements = with(&elements, "Action", action);
            elements = with(&elements, "Resource", resource);
            if !source.is_empty() {
                let value = format!(
                    r#"{{"StringLike":{{"aws:SourceArn":"arn:$PARTITION:sns:*:$ACCOUNT:{source}"}}}}"#
                );
                elements = with(&elements, "Condition", &value);
            }
            if !sid.is_empty() {
                elements = with(&elements, "Sid", &format!("\"{sid}\""));
            }
            Statement { elements, reversed }
        })
        .boxed()
}

impl Style {
    fn write(&self) -> Text {
        let gap = self.gap;
        let written: Vec<String> =
            self.statements.iter().map(|statement| self.statement(statement)).collect();
        let statements = match written.as_slice() {
            [one] if self.unlisted => one.clone(),
            _ => format!("[{gap}{}{gap}]", written.join(&format!(",{gap}"))),
        };
        let version = format!(r#""Version":{gap}"2012-10-17""#);
        let statements = format!(r#""Statement":{gap}{statements}"#);
        let (first, last) = if self.version_last { (statements, version) } else { (version, statements) };
        compose(&format!("{{{gap}{first},{gap}{last}{gap}}}{gap}"))
    }

    fn statement(&self, one: &Statement) -> String {
        let mut elements = one.elements.clone();
        if one.reversed {
            elements.reverse();
        }
        for (name, value) in &mut elements {
            if self.escaped && *name == "Effect" {
                *value = value.replacen('A', "\\u0041", 1);
            }
        }
        let text = statement(&elements);
        // Between a brace and the token next to it; nothing inside of strings is touched.
        format!("{{{}{}{}}}", self.gap, &text[1..text.len() - 1], self.gap)
    }
}
