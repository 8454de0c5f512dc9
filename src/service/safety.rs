//! What is never sent to a real account: one look at a resolved call, and at a plan before it is executed.

use super::resource::Resource;
use super::tables::{PROJECTS, RESOURCE_POLICIES};
use aws_conformance_generators::plan::{Bindings, Body, Call, Plan, Signature, Step, Symbol, Unbound};
use serde_json::Value;

/// What everything that any run creates is called by first.
pub const PREFIX: &str = "awsc-";

/// The longest body: longer ones are floods.
const LONGEST: usize = 64 << 10;
/// The most calls that are made at the same time.
const WIDEST: usize = 2;
/// The most projects that a plan may have at the same time: its own and those that it leases.
const MOST_PROJECTS: usize = 4;

const DENY: &str = "it holds a Deny";
const OPEN: &str = "it grants something to everybody without a condition";
const OTHER: &str = "it grants something to another account";
const BYPASS: &str = "it holds the flag that bypasses the lockout check";
const OTHERS: &str = "it names a policy or a project that could be somebody else's";
const TRAINS: &str = "it could train or start a model";
const COPIES: &str = "it names a model that the run does not own, whose copy could succeed";

/// Why a call with this body is never sent to a real account; `account` is the caller's.
pub fn why_unsafe(call: &Call, body: &[u8], account: &str) -> Option<&'static str> {
    if call.wire.signature != Signature::Valid {
        return Some("it is not signed by the caller");
    }
    if call.wire.elsewhere {
        return Some("it is signed for another region than the one that is named");
    }
    if body.len() > LONGEST {
        return Some("its body is a flood");
    }
    if named(call).any(|name| name.contains("ProjectVersion") && !name.contains("CopyProjectVersion")) {
        return Some(TRAINS);
    }
    // Whatever a parser makes of it: a member may stand there twice.
    let raw = match &call.body {
        Body::Raw(bytes) => Some(String::from_utf8_lossy(bytes)),
        Body::Input(_) => None,
    };
    if call.operation == "CopyProjectVersion" && raw.as_ref().is_some_and(|text| text.contains("version")) {
        return Some(COPIES);
    }
    let input: Option<Value> = serde_json::from_slice(body).ok();
    if input.as_ref().is_some_and(|input| may_name_others(&call.operation, input)) {
        return Some(OTHERS);
    }
    let of_input = input.and_then(|input| unsafe_input(&input, account));
    of_input.or_else(|| unsafe_text(&raw?))
}

/// Why a plan is never executed on a real account, whatever its symbols stand for.
pub fn why_unsafe_plan(plan: &Plan) -> Option<&'static str> {
    let is_wide = |step: &Step| matches!(step, Step::Parallel(calls) if calls.len() > WIDEST);
    if plan.steps.iter().any(is_wide) {
        return Some("races are two calls wide there");
    }
    let created = plan.calls().filter(|call| call.operation == PROJECTS.create).count();
    if created > MOST_PROJECTS {
        return Some("it needs many projects");
    }
    plan.calls().find_map(|call| {
        let body = match &call.body {
            Body::Raw(bytes) => bytes.clone(),
            Body::Input(input) => match input.resolve(&Examples) {
                Ok(input) => input.to_string().into_bytes(),
                Err(_) => return Some("what it would send is not known before"),
            },
        };
        why_unsafe(call, &body, ACCOUNT)
    })
}

/// Whether a call could make, overwrite or remove what no run's name has: the names of X-Ray's policies and of
/// projects are the whole account's, and who has made something must be told by its name. Nobody has a name that is
/// too long. A number may be taken for the text that it is written as.
fn may_name_others(operation: &str, input: &Value) -> bool {
    let Resource { create, delete, names, .. } = &RESOURCE_POLICIES;
    // A project is removed by its ARN, and nobody can guess that of another.
    let members = [
        (*create, names.create, 128),
        (*delete, names.removal, 128),
        (PROJECTS.create, PROJECTS.names.create, 255),
    ];
    let named = members.into_iter().find(|(other, ..)| *other == operation);
    let named = named.and_then(|(_, member, longest)| Some((input.get(member)?, longest)));
    let (name, longest) = match named {
        Some((Value::String(name), longest)) => (name.clone(), longest),
        Some((scalar @ (Value::Bool(_) | Value::Number(_)), longest)) => (scalar.to_string(), longest),
        _ => return false,
    };
    (1..=longest).contains(&name.chars().count()) && !name.to_lowercase().contains(PREFIX)
}

/// The operations that a request may be taken for.
fn named(call: &Call) -> impl Iterator<Item = &str> {
    use aws_conformance_generators::plan::Header;
    let target = match &call.wire.target {
        Some(Header::Value(target)) => Some(target.as_str()),
        _ => None,
    };
    [Some(call.operation.as_str()), call.wire.path.as_deref(), target].into_iter().flatten()
}

fn unsafe_input(value: &Value, account: &str) -> Option<&'static str> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            // Whatever its value: what a service makes of it is what is tried.
            let here = if is("BypassPolicyLockoutCheck") {
                Some(BYPASS)
            } else if is("PolicyDocument") {
                unsafe_document(value, account)
            } else if is("AutoUpdate") {
                value.to_string().to_uppercase().contains("ENABLED").then_some(TRAINS)
            } else if is("SourceProjectVersionArn") || is("SourceProjectArn") {
                names_other_project(value).then_some(COPIES)
            } else {
                None
            };
            here.or_else(|| unsafe_input(value, account))
        }),
        Value::Array(items) => items.iter().find_map(|item| unsafe_input(item, account)),
        _ => None,
    }
}

/// What no parser reads is safe where none of the dangerous words stands in it.
fn unsafe_text(text: &str) -> Option<&'static str> {
    // A document in a body stands there with its quotes escaped.
    let bare: String = text.to_lowercase().replace('\\', "").split_whitespace().collect();
    let has = |words: &[&str]| words.iter().any(|word| bare.contains(word));
    if has(&["bypass"]) {
        Some(BYPASS)
    } else if has(&["deny"]) {
        Some(DENY)
    } else if has(&["notprincipal", r#""principal":"*"#, r#""principal":["*"#, r#""aws":"*"#, r#""aws":["*"#])
    {
        Some(OPEN)
    } else {
        None
    }
}

fn unsafe_document(document: &Value, account: &str) -> Option<&'static str> {
    match document {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(parsed) => unsafe_text(text).or_else(|| unsafe_statements(&parsed, account)),
            Err(_) => unsafe_text(text),
        },
        other => unsafe_statements(other, account),
    }
    // A condition narrows a principal that is written as everybody.
    .filter(|why| *why != OPEN || !is_conditioned(document))
}

/// Whether every statement of a document that can be read has a condition.
fn is_conditioned(document: &Value) -> bool {
    let parsed = match document {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => other.clone(),
    };
    let has_condition = |statement: &Value| {
        statement.get("NotPrincipal").is_none()
            && statement.get("Condition").and_then(Value::as_object).is_some_and(|one| !one.is_empty())
    };
    match parsed.get("Statement") {
        Some(Value::Array(all)) => !all.is_empty() && all.iter().all(has_condition),
        Some(one) => has_condition(one),
        None => false,
    }
}

fn unsafe_statements(value: &Value, account: &str) -> Option<&'static str> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| unsafe_statements(item, account)),
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            if is("Effect") && value.as_str().is_some_and(|effect| effect.eq_ignore_ascii_case("deny")) {
                return Some(DENY);
            }
            if is("NotPrincipal") {
                return Some(OPEN);
            }
            if is("Principal") {
                return unsafe_principal(value, account);
            }
            unsafe_statements(value, account)
        }),
        _ => None,
    }
}

fn unsafe_principal(value: &Value, account: &str) -> Option<&'static str> {
    match value {
        Value::String(text) if text.contains('*') => Some(OPEN),
        Value::String(text) => {
            let of_account = text.split(':').nth(4).unwrap_or(text);
            let is_account = of_account.len() == 12 && of_account.bytes().all(|byte| byte.is_ascii_digit());
            (is_account && of_account != account).then_some(OTHER)
        }
        Value::Array(items) => items.iter().find_map(|item| unsafe_principal(item, account)),
        Value::Object(members) => members.values().find_map(|value| unsafe_principal(value, account)),
        _ => None,
    }
}

/// Whether an ARN names a project that no run made.
fn names_other_project(arn: &Value) -> bool {
    let Some(text) = arn.as_str() else { return false };
    text.to_lowercase().split("project/").skip(1).any(|name| !name.starts_with(PREFIX))
}

/// The account of [`Examples`].
const ACCOUNT: &str = "123456789012";

/// A value for every symbol, as a real one has it.
struct Examples;

impl Bindings for Examples {
    fn value(&self, symbol: &Symbol) -> Result<String, Unbound> {
        let arn = |tag: &str| {
            format!("arn:aws:rekognition:us-east-1:{ACCOUNT}:project/{PREFIX}0-{tag}/1690405809285")
        };
        Ok(match symbol {
            Symbol::Account => ACCOUNT.to_owned(),
            Symbol::Region => "us-east-1".to_owned(),
            Symbol::AwsPartition => "aws".to_owned(),
            Symbol::Name(tag) | Symbol::ProjectName(tag) => format!("{PREFIX}0-{tag}"),
            Symbol::Project(tag) => arn(tag),
            Symbol::Response { step, pointer } if pointer.ends_with("Arn") => arn(step),
            Symbol::Response { .. } | Symbol::Derived { .. } => "0af39".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_conformance_generators::plan::{Arg, Service};
    use rstest::rstest;
    use serde_json::json;

    fn check(service: Service, operation: &str, input: &Value, why: Option<&str>) {
        let call = Call::new(service, operation, Arg::Json(input.clone()));
        assert_eq!(why_unsafe(&call, input.to_string().as_bytes(), ACCOUNT), why);
    }

    fn put(document: &str) -> Value {
        json!({"PolicyName": "awsc-a", "PolicyDocument": document})
    }

    fn statement(rest: &str) -> Value {
        put(&format!(r#"{{"Version":"2012-10-17","Statement":[{{{rest}}}]}}"#))
    }

    #[rstest]
    #[case::the_documented_form(
        statement(r#""Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"}"#),
        None
    )]
    #[case::own_account(statement(r#""Effect":"Allow","Principal":{"AWS":"123456789012"}"#), None)]
    #[case::own_root(
        statement(r#""Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root"]}"#),
        None
    )]
    #[case::a_deny(statement(r#""Effect":"Deny","Principal":{"Service":"sns.amazonaws.com"}"#), Some(DENY))]
    #[case::a_deny_in_disguise(statement(r#""Effect":"\u0044eny","Principal":{"Service":"s"}"#), Some(DENY))]
    #[case::a_deny_in_another_case(statement(r#""effect":"DENY""#), Some(DENY))]
    #[case::a_deny_that_no_parser_reads(put("{'Effect':'Deny'}"), Some(DENY))]
    #[case::everybody(statement(r#""Effect":"Allow","Principal":"*""#), Some(OPEN))]
    #[case::everybody_in_a_list(statement(r#""Effect":"Allow","Principal":{"AWS":["*"]}"#), Some(OPEN))]
    #[case::everybody_on_a_condition(
        statement(r#""Effect":"Allow","Principal":"*","Condition":{"Bool":{"a":"b"}}"#),
        None
    )]
    #[case::everybody_but_one(
        statement(r#""Effect":"Allow","NotPrincipal":{"AWS":"123456789012"}"#),
        Some(OPEN)
    )]
    #[case::another_account(statement(r#""Effect":"Allow","Principal":{"AWS":"999999999999"}"#), Some(OTHER))]
    #[case::a_name_that_anybody_may_have(json!({"PolicyName": "a"}), Some(OTHERS))]
    #[case::a_number_that_may_be_a_name(json!({"PolicyName": 1.5}), Some(OTHERS))]
    #[case::true_that_may_be_a_name(json!({"PolicyName": true}), Some(OTHERS))]
    #[case::no_name(json!({"PolicyName": null}), None)]
    #[case::an_own_name_in_another_case(json!({"PolicyName": "AWSC-1-A"}), None)]
    #[case::a_name_that_nobody_can_have(json!({"PolicyName": "a".repeat(129)}), None)]
    #[case::the_flag(json!({"BypassPolicyLockoutCheck": true}), Some(BYPASS))]
    #[case::the_flag_of_a_wrong_type(json!({"BypassPolicyLockoutCheck": "false"}), Some(BYPASS))]
    #[case::the_flag_as_a_number(json!({"bypassPolicyLockoutCheck": 0}), Some(BYPASS))]
    #[case::the_flag_unset(json!({"BypassPolicyLockoutCheck": false}), Some(BYPASS))]
    #[case::the_flag_absent(json!({"BypassPolicyLockoutCheck": null}), Some(BYPASS))]
    #[case::an_own_version(json!({"SourceProjectVersionArn": "arn:aws:rekognition:r:1:project/awsc-1/version/v/1"}), None)]
    #[case::a_version_of_others(json!({"SourceProjectVersionArn": "arn:aws:rekognition:r:1:project/cats/version/v/1"}), Some(COPIES))]
    #[case::automatic_training(json!({"ProjectName": "awsc-1", "AutoUpdate": "ENABLED"}), Some(TRAINS))]
    fn a_request_is_safe_or_not(#[case] input: Value, #[case] why: Option<&str>) {
        check(Service::Xray, "PutResourcePolicy", &input, why);
    }

    #[rstest]
    #[case::a_project_of_a_run("CreateProject", json!({"ProjectName": "awsc-1-a"}), None)]
    #[case::a_project_of_anybody("CreateProject", json!({"ProjectName": "a"}), Some(OTHERS))]
    #[case::a_removal_of_a_run("DeleteResourcePolicy", json!({"PolicyName": "awsc-1-a"}), None)]
    #[case::a_removal_of_anybody("DeleteResourcePolicy", json!({"PolicyName": "a"}), Some(OTHERS))]
    #[case::training("CreateProjectVersion", json!({}), Some(TRAINS))]
    #[case::starting("StartProjectVersion", json!({}), Some(TRAINS))]
    #[case::copying("CopyProjectVersion", json!({}), None)]
    fn an_operation_is_safe_or_not(#[case] operation: &str, #[case] input: Value, #[case] why: Option<&str>) {
        let service = if operation.contains("Policy") { Service::Xray } else { Service::Rekognition };
        check(service, operation, &input, why);
    }
}
