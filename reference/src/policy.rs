//! The grammar of policy documents, as far as the documents settle it.

use serde_json::{Map, Value};

use crate::grammar::GrammarRule;
use crate::service::Service;
use crate::switches::Switches;
use crate::variants::Reading;

const ACTION: &str = "rekognition:CopyProjectVersion";

/// Reads a document as a policy, or says what is wrong with it.
pub(crate) fn parse(service: Service, document: &str, switches: &Switches) -> Result<Value, &'static str> {
    let marked = document.strip_prefix('\u{feff}').filter(|_| switches.reads(Reading::ByteOrderMarkAccepted));
    let document = marked.unwrap_or(document);
    let dropped = |rule| switches.grammar_dropped(service, rule);
    let policy = match serde_json::from_str::<Value>(document) {
        Ok(policy) => policy,
        Err(_) => {
            return if accepted_despite(document, &dropped) {
                Ok(Value::Null)
            } else {
                Err("The policy document is not valid JSON.")
            };
        }
    };
    let Value::Object(fields) = &policy else {
        return if dropped(GrammarRule::Object) {
            Ok(Value::Null)
        } else {
            Err("The policy document is not a JSON object.")
        };
    };
    if switches.reads(Reading::StrictGrammar) {
        strict_document(fields)?;
    }
    statements(service, fields, switches)?;
    Ok(policy)
}

/// Whether a fault takes something that is not JSON for a document.
fn accepted_despite(document: &str, dropped: &dyn Fn(GrammarRule) -> bool) -> bool {
    let object = |text: &str| matches!(serde_json::from_str(text), Ok(Value::Object(_)));
    dropped(GrammarRule::Json)
        || (dropped(GrammarRule::JsonInside) && document.trim_start().starts_with('{'))
        || (dropped(GrammarRule::JsonEnd)
            && serde_json::Deserializer::from_str(document)
                .into_iter::<Value>()
                .next()
                .is_some_and(|first| matches!(first, Ok(Value::Object(_)))))
        || (dropped(GrammarRule::JsonQuotes) && object(&document.replace('\'', "\"")))
        || (dropped(GrammarRule::JsonComments) && object(&without_comments(document)))
        || (dropped(GrammarRule::JsonControl)
            && object(&document.replace(|c: char| c.is_ascii_control(), " ")))
        || (dropped(GrammarRule::JsonCommas) && object(&without_trailing_commas(document)))
}

/// The document without comments, of either style of C or behind a number sign.
fn without_comments(document: &str) -> String {
    let mut kept = String::with_capacity(document.len());
    let mut rest = document;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let end = match rest {
            _ if in_string => None,
            _ if rest.starts_with("/*") => Some(rest.find("*/").map_or(rest.len(), |end| end + 2)),
            _ if rest.starts_with("//") || c == '#' => Some(rest.find('\n').unwrap_or(rest.len())),
            _ => None,
        };
        if let Some(end) = end {
            rest = &rest[end..];
            continue;
        }
        // The character behind a backslash ends no string.
        let length = if in_string && c == '\\' {
            rest.chars().take(2).map(char::len_utf8).sum()
        } else {
            c.len_utf8()
        };
        in_string ^= c == '"';
        kept.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    kept
}

fn without_trailing_commas(document: &str) -> String {
    let mut kept = String::with_capacity(document.len());
    for c in document.chars() {
        if matches!(c, '}' | ']') {
            let end = kept.trim_end().len();
            if kept[..end].ends_with(',') {
                kept.truncate(end - 1);
            }
        }
        kept.push(c);
    }
    kept
}

fn statements(
    service: Service,
    fields: &Map<String, Value>,
    switches: &Switches,
) -> Result<(), &'static str> {
    let dropped = |rule| switches.grammar_dropped(service, rule);
    let single;
    let statements: &[Value] = match fields.get("Statement") {
        None | Some(Value::Null) if dropped(GrammarRule::StatementPresent) => &[],
        None | Some(Value::Null) => return Err("The policy document has no Statement."),
        Some(Value::Array(statements)) => {
            if statements.is_empty() && !dropped(GrammarRule::StatementNotEmpty) {
                return Err("The policy document has no statement in Statement.");
            }
            statements
        }
        Some(_) if switches.reads(Reading::StatementsListed) => return Err("Statement is no list."),
        Some(Value::Object(_)) if dropped(GrammarRule::UnlistedStatement) => &[],
        Some(statement) => {
            single = [statement.clone()];
            &single
        }
    };
    for (index, entry) in statements.iter().enumerate() {
        if index > 0 && dropped(GrammarRule::EveryStatement) {
            break;
        }
        if index + 1 < statements.len() && dropped(GrammarRule::StatementsBeforeLast) {
            continue;
        }
        match entry {
            Value::Object(entry) if index > 0 && dropped(GrammarRule::ActionOfEveryStatement) => {
                let mut entry = entry.clone();
                entry.entry("Action").or_insert_with(|| ACTION.into());
                statement(service, &entry, switches)?;
            }
            Value::Object(entry) => statement(service, entry, switches)?,
            _ if dropped(GrammarRule::StatementObject) => {}
            _ => return Err("A statement is not a JSON object."),
        }
    }
    Ok(())
}

fn statement(service: Service, entry: &Map<String, Value>, switches: &Switches) -> Result<(), &'static str> {
    let dropped = |rule| switches.grammar_dropped(service, rule);
    let rekognition = service == Service::Rekognition;
    if rekognition {
        for (element, rule, problem) in [
            ("NotAction", GrammarRule::NotAction, "NotAction is prohibited."),
            ("NotResource", GrammarRule::NotResource, "NotResource is prohibited."),
            ("NotPrincipal", GrammarRule::NotPrincipal, "NotPrincipal is prohibited."),
        ] {
            if entry.contains_key(element) {
                if !dropped(rule) {
                    return Err(problem);
                }
                // Whoever lets the negated element through takes it for the element.
                return Ok(());
            }
        }
    }
    if switches.reads(Reading::StrictGrammar) {
        strict_statement(entry)?;
    }
    match entry.get("Effect") {
        None if dropped(GrammarRule::EffectPresent) => {}
        Some(Value::String(effect)) if known_effect(effect, switches) => {}
        Some(_) if dropped(GrammarRule::EffectValue) => {}
        _ => return Err("A statement has no Effect, or one other than Allow and Deny."),
    }
    let negated = |element: &str| !rekognition && entry.contains_key(element);
    if !negated("NotAction") {
        actions(rekognition, entry.get("Action"), &dropped)?;
    }
    if !negated("NotPrincipal") {
        match entry.get("Principal") {
            None if dropped(GrammarRule::PrincipalPresent) => {}
            Some(Value::String(principal)) if !principal.is_empty() => {}
            Some(Value::Object(principals)) if !principals.is_empty() => {}
            _ => return Err("A statement has no Principal."),
        }
    }
    if rekognition {
        match entry.get("Resource") {
            None if dropped(GrammarRule::ResourcePresent) => {}
            Some(Value::String(resource)) if !resource.is_empty() => {}
            Some(Value::Array(resources)) if !resources.is_empty() => {}
            _ => return Err("A statement has no Resource."),
        }
    }
    Ok(())
}

fn known_effect(effect: &str, switches: &Switches) -> bool {
    if switches.reads(Reading::EffectCaseSensitive) {
        matches!(effect, "Allow" | "Deny")
    } else {
        effect.eq_ignore_ascii_case("Allow") || effect.eq_ignore_ascii_case("Deny")
    }
}

fn actions(
    rekognition: bool,
    value: Option<&Value>,
    dropped: &dyn Fn(GrammarRule) -> bool,
) -> Result<(), &'static str> {
    let allowed = |action: &Value| match action {
        Value::String(action) if rekognition && !dropped(GrammarRule::SoleAction) => {
            action.eq_ignore_ascii_case(ACTION)
        }
        Value::String(action) => !action.is_empty(),
        _ => false,
    };
    match value {
        None if dropped(GrammarRule::ActionPresent) => Ok(()),
        None => Err("A statement has no Action."),
        Some(Value::Array(actions)) if actions.is_empty() => {
            if dropped(GrammarRule::ActionNotEmpty) {
                Ok(())
            } else {
                Err("A statement has no action in Action.")
            }
        }
        Some(Value::Array(actions)) => {
            let looked_at = if dropped(GrammarRule::EveryAction) { &actions[..1] } else { actions };
            if looked_at.iter().all(allowed) {
                Ok(())
            } else {
                Err("A statement has an action that is not allowed.")
            }
        }
        Some(action) if allowed(action) => Ok(()),
        Some(_) => Err("A statement has an action that is not allowed."),
    }
}

/// The finer grammar that some readers enforce: known elements and versions only.
fn strict_document(fields: &Map<String, Value>) -> Result<(), &'static str> {
    let known = fields.keys().all(|key| matches!(key.as_str(), "Version" | "Id" | "Statement"));
    let version = match fields.get("Version") {
        None => true,
        Some(version) => version == "2012-10-17" || version == "2008-10-17",
    };
    if known && version { Ok(()) } else { Err("The policy document has an unknown element or version.") }
}

fn strict_statement(entry: &Map<String, Value>) -> Result<(), &'static str> {
    const ELEMENTS: [&str; 9] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    ];
    let known = entry.keys().all(|key| ELEMENTS.contains(&key.as_str()));
    let sid = entry.get("Sid").is_none_or(Value::is_string);
    let condition = entry.get("Condition").is_none_or(Value::is_object);
    let principal = entry.get("Principal").is_none_or(|principal| principal.is_object() || principal == "*");
    if known && sid && condition && principal {
        Ok(())
    } else {
        Err("A statement has an unknown element, or one of the wrong type.")
    }
}

/// Every statement of a policy that was read.
fn entries(policy: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let statement = policy.get("Statement");
    let list = statement.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .chain(statement.filter(|statement| statement.is_object()))
        .filter_map(Value::as_object)
}

/// The strings of an element that may be one string or a list of them.
fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_array);
    list.into_iter().flatten().chain(value.filter(|value| value.is_string())).filter_map(Value::as_str)
}

/// Whether a policy denies everybody, so its author too, to put resource policies.
pub(crate) fn locks_out(policy: &Value, any_denial: bool) -> bool {
    entries(policy).any(|entry| {
        let denies = entry
            .get("Effect")
            .and_then(Value::as_str)
            .is_some_and(|effect| effect.eq_ignore_ascii_case("Deny"));
        let everybody = match entry.get("Principal") {
            Some(Value::String(principal)) => principal == "*",
            Some(Value::Object(principals)) => strings(principals.get("AWS")).any(|one| one == "*"),
            _ => false,
        };
        let put = strings(entry.get("Action"))
            .any(|action| covers(&action.to_ascii_lowercase(), "xray:putresourcepolicy"));
        denies && (any_denial || everybody && put && !entry.contains_key("Condition"))
    })
}

/// Whether an action with an optional `*` at its end covers `action`.
fn covers(pattern: &str, action: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => action.starts_with(prefix),
        None => pattern == action,
    }
}

/// Whether a policy names a resource outside of the project that it is attached to.
pub(crate) fn names_foreign_resource(policy: &Value, project_arn: &str) -> bool {
    let own = project_arn.rsplit_once('/').map_or(project_arn, |(name, _)| name);
    entries(policy).any(|entry| {
        strings(entry.get("Resource")).any(|resource| {
            !resource.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    })
}

/// Whether a policy names an ARN of another partition.
pub(crate) fn names_foreign_partition(policy: &Value, own: &str) -> bool {
    match policy {
        Value::String(text) => {
            let partition = text.strip_prefix("arn:").and_then(|rest| rest.split(':').next());
            partition.is_some_and(|partition| partition != own && partition != "*")
        }
        Value::Array(items) => items.iter().any(|item| names_foreign_partition(item, own)),
        Value::Object(members) => members.values().any(|member| names_foreign_partition(member, own)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_policy(service: Service, document: &str) -> bool {
        parse(service, document, &Switches::default()).is_ok()
    }

    #[test]
    fn documented_shapes_are_policies() {
        let rekognition = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"ALLOW",
            "Principal":{"AWS":"arn:aws:iam::111111111111:root"},
            "Action":"rekognition:CopyProjectVersion","Resource":["*"]}]}"#;
        let xray = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},
            "Action":["xray:PutTraceSegments"]}}"#;
        assert!(is_policy(Service::Rekognition, rekognition));
        assert!(is_policy(Service::XRay, xray));
        assert!(!is_policy(Service::Rekognition, xray));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for document in [
            "",
            "nonsense",
            "[]",
            "{}",
            r#"{"Statement":[]}"#,
            r#"{"Statement":[1]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"xray:*"}]}"#,
            r#"{"Statement":[{"Effect":"Perhaps","Action":"xray:*","Principal":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"xray:*","Principal":"*"}]} x"#,
        ] {
            assert!(!is_policy(Service::XRay, document), "{document}");
        }
    }

    #[test]
    fn a_denial_for_everybody_locks_out() {
        let denial = |principal: &str, action: &str| {
            let document =
                format!(r#"{{"Statement":[{{"Effect":"Deny","Principal":{principal},"Action":{action}}}]}}"#);
            let policy = parse(Service::XRay, &document, &Switches::default());
            locks_out(&policy.expect("it is a policy"), false)
        };
        assert!(denial(r#""*""#, r#""xray:PutResourcePolicy""#));
        assert!(denial(r#"{"AWS":"*"}"#, r#"["xray:*"]"#));
        assert!(denial(r#"{"AWS":["*"]}"#, r#""*""#));
        assert!(!denial(r#"{"AWS":"111111111111"}"#, r#""*""#));
        assert!(!denial(r#""*""#, r#""xray:GetTraceSummaries""#));
    }
}
