//! Valid documents whose parts are easily lost on the way into a store and back.

use super::base::base;
use super::elements::{policy, statement, with};
use super::labelled::Document;
use crate::plan::Service;

/// Several operators, with lists of values.
const OPERATORS: &str = concat!(
    r#"{"StringEquals":{"aws:PrincipalTag/team":["blue","green","red"],"aws:SourceAccount":"$ACCOUNT"},"#,
    r#""StringLike":{"aws:PrincipalTag/path":["a/*","b/?"]},"#,
    r#""DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}"#
);

/// Values that are no strings.
const NUMBERS: &str = concat!(
    r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":[300,3600]},"NumericEquals":{"aws:PrincipalTag/level":1},"#,
    r#""Bool":{"aws:SecureTransport":true},"Null":{"aws:TokenIssueTime":false}}"#
);

/// A text of no characters among others.
const EMPTY_TEXT: &str = r#"{"StringEquals":{"aws:PrincipalTag/team":["","blue"]}}"#;

const FRACTIONS: &str = r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":[0.5,300.25]}}"#;

/// No value, where the grammar has one.
const NOTHING: &str = concat!(
    r#"{"StringEquals":{"aws:PrincipalTag/path":null,"aws:PrincipalTag/level":[],"#,
    r#""aws:PrincipalTag/team":"blue"}}"#
);

/// Several values of an element that mostly has one, as JSON, each with its element.
fn several(service: Service) -> [(&'static str, &'static str, &'static str); 3] {
    let [principals, kinds, resources] = match service {
        Service::Rekognition => [
            r#"{"AWS":["arn:$PARTITION:iam::$ACCOUNT:root","arn:$PARTITION:iam::$ACCOUNT:role/awsc"]}"#,
            r#"{"AWS":"arn:$PARTITION:iam::$ACCOUNT:root","Service":"rekognition.amazonaws.com"}"#,
            r#"["$VERSIONS","$VERSION"]"#,
        ],
        Service::Xray => [
            r#"{"Service":["sns.amazonaws.com","delivery.logs.amazonaws.com"]}"#,
            r#"{"AWS":"arn:$PARTITION:iam::$ACCOUNT:root","Service":"sns.amazonaws.com"}"#,
            r#"["*","arn:$PARTITION:xray:$REGION:$ACCOUNT:group/*"]"#,
        ],
    };
    [
        ("several principals", "Principal", principals),
        ("principals of two kinds", "Principal", kinds),
        ("several resources", "Resource", resources),
    ]
}

/// What is put into the value of a condition, as JSON has it between quotes.
const VALUES: [(&str, &str); 8] = [
    ("plus signs", "a+b++c"),
    ("percent signs", "100% of a%20b%2Bc%%"),
    ("runs of spaces", "  a  b   c "),
    ("escaped quotes and backslashes", r#"\"a\" \\ b\\\"c"#),
    ("escaped control characters", r"a\tb\nc\rd\be\ff"),
    ("an escaped slash", r"a\/b"),
    ("escaped letters", r"\u0061\u00e9\u00C9"),
    ("escaped characters beyond Latin-1", r"\u6f22\ud83e\udd80"),
];

/// Valid documents that have to come back as they were put: with `Sid`, `Id`, conditions of several
/// operators, lists, numbers and booleans, and with characters that decoders change.
pub fn round_trip(service: Service) -> Vec<Document> {
    let sid = with(&base(service), "Sid", "\"RoundTrip\"");
    let conditioned = |condition: &str| format!("[{}]", statement(&with(&sid, "Condition", condition)));
    let valued =
        |value: &str| conditioned(&format!(r#"{{"StringLike":{{"aws:PrincipalTag/note":"{value}"}}}}"#));
    let named = |statements: &str| {
        format!(r#"{{"Version":"2012-10-17","Id":"RoundTripPolicy","Statement":{statements}}}"#)
    };
    let second = statement(&with(&base(service), "Sid", "\"Second\""));
    let everything: Vec<&str> = VALUES.iter().map(|(_, value)| *value).collect();
    let everything = format!(
        r#"{{"StringLike":{{"aws:PrincipalTag/note":["{}"]}},"NumericLessThan":{{"aws:MultiFactorAuthAge":300}},"Bool":{{"aws:SecureTransport":true}}}}"#,
        everything.join(r#"",""#)
    );
    let actions = base(service).into_iter().find(|(name, _)| *name == "Action");
    let actions = format!("[{}]", actions.map(|(_, action)| action).unwrap_or_default());
    let everything = with(&with(&sid, "Condition", &everything), "Action", &actions);
    // Of X-Ray no example has another resource than any.
    let everything = match service {
        Service::Rekognition => with(&everything, "Resource", r#"["$VERSIONS","$VERSION"]"#),
        Service::Xray => everything,
    };
    let everything = statement(&everything);
    // What comes first is tried where there are few requests, so it is made of all the others.
    let mut all = vec![
        Document::new("all of these at once", &named(&format!("[{everything},{second}]"))),
        Document::new("a Sid", &policy(&format!("[{}]", statement(&sid)))),
        Document::new("an Id", &named(&format!("[{}]", statement(&sid)))),
        Document::new("two statements with Sids", &policy(&format!("[{},{second}]", statement(&sid)))),
        Document::new("several operators with lists of values", &policy(&conditioned(OPERATORS))),
        Document::new("numbers and booleans in conditions", &policy(&conditioned(NUMBERS))),
    ];
    all.extend(several(service).map(|(label, element, values)| {
        Document::new(label, &policy(&format!("[{}]", statement(&with(&sid, element, values)))))
    }));
    all.extend(
        VALUES.map(|(label, value)| Document::new(format!("{label} in a value"), &policy(&valued(value)))),
    );
    all.push(Document::new("an empty text in a condition", &policy(&conditioned(EMPTY_TEXT))));
    all.push(Document::new("fractions in a condition", &policy(&conditioned(FRACTIONS))));
    all
}

/// A document that IAM's grammar does not have: if it is accepted all the same, it should be shown as it was put.
pub fn without_values(service: Service) -> Document {
    let conditioned = with(&with(&base(service), "Sid", "\"RoundTrip\""), "Condition", NOTHING);
    Document::new("null and an empty list in a condition", &policy(&format!("[{}]", statement(&conditioned))))
}
