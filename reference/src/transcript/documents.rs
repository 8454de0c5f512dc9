//! The policy documents of the script.

use serde_json::json;

pub(super) fn project_document(note: &str) -> String {
    json!({"Version": "2012-10-17", "Id": "i", "Statement": [
        {"Sid": note, "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
         "Action": "rekognition:CopyProjectVersion", "Resource": "*",
         "Condition": {
            "StringEquals": {"aws:x": "caf\u{e9}\\", "aws:y": ["a+b%41  c", "d"]}, "Bool": {"aws:z": true},
         }},
        {"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": ["rekognition:CopyProjectVersion"], "Resource": "*"},
    ]})
    .to_string()
}

pub(super) fn resource_document(note: &str) -> String {
    json!({"Version": "2012-10-17", "Id": "i", "Statement": [
        {"Sid": note, "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
         "Action": "xray:PutTraceSegments", "Resource": "*",
         "Condition": {
            "StringEquals": {"aws:x": "caf\u{e9}\\", "aws:y": ["a+b%41  c", "d"]}, "Bool": {"aws:z": true},
         }},
        {"Effect": "Deny", "Principal": {"AWS": "111111111111"}, "Action": "xray:GetSamplingRules", "Resource": "*"},
    ]})
    .to_string()
}

/// Documents that break a rule of the grammar, and some that break none.
pub(super) fn documents(action: &str) -> Vec<String> {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"});
    let good = json!({"Statement": [statement]}).to_string();
    let mut documents = vec![
        "nonsense".to_owned(),
        "{nonsense".to_owned(),
        format!("{good} more"),
        good.replace('}', ",}"),
        good.replace('"', "'"),
        good.replace(':', ": /* so */ "),
        good.replace("Allow", "Al\tlow").replace("Al\tlow", "Allow\", \"Sid\": \"a\tb"),
        format!("\u{feff}{good}"),
        "[]".to_owned(),
        "{}".to_owned(),
        json!({"Statement": []}).to_string(),
        json!({"Statement": [1]}).to_string(),
        json!({"Statement": [statement, {}]}).to_string(),
    ];
    for element in ["Effect", "Principal", "Action", "Resource"] {
        let mut without = statement.clone();
        without.as_object_mut().expect("it is an object").remove(element);
        documents.push(json!({"Statement": without}).to_string());
        without[format!("Not{element}")] = json!("*");
        documents.push(json!({"Statement": without}).to_string());
    }
    for (element, value) in [
        ("Effect", json!("Perhaps")),
        ("Effect", json!("ALLOW")),
        ("Action", json!([])),
        ("Action", json!("s3:GetObject")),
        ("Action", json!([action, "s3:GetObject"])),
        ("Sid", json!(1)),
        ("Principal", json!({"AWS": "arn:aws-cn:iam::111111111111:root"})),
    ] {
        let mut changed = statement.clone();
        changed[element] = value;
        documents.push(json!({"Statement": [changed]}).to_string());
    }
    for (broken, element) in [(0, "Effect"), (1, "Action")] {
        let mut statements = [statement.clone(), statement.clone()];
        statements[broken].as_object_mut().expect("it is an object").remove(element);
        documents.push(json!({"Statement": statements}).to_string());
    }
    let several = [
        ("Principal", json!({"AWS": ["111111111111", "222222222222"]})),
        ("Principal", json!({"AWS": "111111111111", "Service": "sns.amazonaws.com"})),
        ("Resource", json!(["*", "arn:aws:xray:us-east-1:111111111111:group/*"])),
        ("Sid", json!("\u{b5}\u{aa}")),
        ("Sid", json!("a\u{0}b")),
        ("Sid", json!("a\u{85}b")),
        ("Condition", json!({"StringEquals": {"aws:x": ["", "a"], "aws:y": null, "aws:z": []}})),
        ("Condition", json!({"NumericLessThan": {"aws:x": 1.5}})),
    ];
    for (element, value) in several {
        let mut changed = statement.clone();
        changed[element] = value;
        documents.push(json!({"Statement": [changed]}).to_string());
    }
    documents
}
