//! The requests that concern what the operations mean, each in the light of those before.

use serde_json::{Value, json};

use super::documents::{documents, project_document, resource_document};
use super::{Recorder, request};
use crate::Operation;

pub(super) fn xray(recorder: &mut Recorder) {
    let put = |recorder: &mut Recorder, name: &str, document: &str, revision: Option<&str>| {
        let mut body = json!({"PolicyName": name, "PolicyDocument": document});
        if let Some(revision) = revision {
            body["PolicyRevisionId"] = json!(revision);
        }
        let (_, answer) = recorder.call(Operation::PutResourcePolicy, &body);
        let answer = &answer["ResourcePolicy"]["PolicyRevisionId"];
        answer.as_str().unwrap_or("?").to_owned()
    };
    let list = |recorder: &mut Recorder| recorder.call(Operation::ListResourcePolicies, &json!({}));
    let delete = |recorder: &mut Recorder, name: &str, revision: Option<&str>| {
        let mut body = json!({"PolicyName": name});
        if let Some(revision) = revision {
            body["PolicyRevisionId"] = json!(revision);
        }
        recorder.call(Operation::DeleteResourcePolicy, &body)
    };
    let mut last = put(recorder, "a", &resource_document("1"), Some("0"));
    let first = last.clone();
    for note in ["2", "1", "1", "3"] {
        let before = last.clone();
        last = put(recorder, "a", &resource_document(note), Some(&last));
        list(recorder);
        put(recorder, "a", "nonsense", Some(&before));
        let raced = put(recorder, "a", &resource_document("x"), Some(&before));
        if raced != "?" {
            last = raced;
        }
        list(recorder);
        delete(recorder, "a", Some("999"));
        list(recorder);
    }
    for revision in ["0", "", "00", "-1", "word", " 1", "1", "999", &first] {
        put(recorder, "a", &resource_document("4"), Some(revision));
        delete(recorder, "b", Some(revision));
    }
    let last = put(recorder, "a", &resource_document("4"), None);
    for revision in [format!("0{last}"), format!("{last}0"), format!(" {last}"), last.clone()] {
        put(recorder, "a", &resource_document("5"), Some(&revision));
    }
    for name in ["b", "ab", "A", &"n".repeat(64), &"n".repeat(65), "f", "g"] {
        put(recorder, name, &resource_document("6"), None);
        list(recorder);
    }
    put(recorder, "a", &resource_document("7"), None);
    put(recorder, "free", &resource_document("7"), Some("5"));
    for name in ["AB", "a", "zz", "A"] {
        delete(recorder, name, Some("77"));
        delete(recorder, name, Some("0"));
        delete(recorder, name, None);
        list(recorder);
    }
    for number in 0..7 {
        put(recorder, &format!("again{number}"), &resource_document("8"), None);
    }
    let (_, listed) = list(recorder);
    for policy in listed["ResourcePolicies"].as_array().into_iter().flatten() {
        delete(recorder, policy["PolicyName"].as_str().unwrap_or("?"), None);
    }
    for document in documents("xray:PutTraceSegments") {
        put(recorder, "d", &document, None);
        list(recorder);
    }
    for size in [2049, 4096, 4097, 5000, 5001, 5120, 5121, 8000, 11000] {
        let empty = resource_document("").len();
        put(recorder, "s", &resource_document(&"x".repeat(size - empty)), None);
        list(recorder);
    }
    put(recorder, "s", &resource_document(&"\u{e9}".repeat(2480)), None);
    put(recorder, "s", &format!("{}{}", " ".repeat(6000), resource_document("1")), None);
    recorder.call(Operation::PutResourcePolicy, &json!({"PolicyName": "s"}));
    list(recorder);
    delete(recorder, "s", None);
    put(recorder, "s", &resource_document("10"), None);
    for action in ["xray:PutResourcePolicy", "xray:PutTraceSegments", "xray:PutResourcePolicy"] {
        for bypass in [false, true] {
            let document = json!({"Statement": {"Effect": "Deny", "Principal": "*", "Action": action}});
            let body = json!({"PolicyName": "l", "PolicyDocument": document.to_string(), "BypassPolicyLockoutCheck": bypass});
            recorder.call(Operation::PutResourcePolicy, &body);
            list(recorder);
        }
    }
    let (_, listed) = list(recorder);
    for policy in listed["ResourcePolicies"].as_array().into_iter().flatten() {
        delete(recorder, policy["PolicyName"].as_str().unwrap_or("?"), None);
    }
    // A stale revision that is refused, and names and deletions at the limit.
    let stale = put(recorder, "a==", &resource_document("1"), None);
    let current = put(recorder, "a==", &resource_document("2"), None);
    put(recorder, "a==", &resource_document("2"), Some(&stale));
    list(recorder);
    put(recorder, "a==", "nonsense", None);
    list(recorder);
    put(recorder, "a==", "nonsense", Some(&current));
    for (document, revision) in [(resource_document("4"), &stale), ("nonsense".to_owned(), &current)] {
        let body = json!({"PolicyName": "a==", "PolicyDocument": document, "PolicyRevisionId": revision, "BypassPolicyLockoutCheck": true});
        recorder.call(Operation::PutResourcePolicy, &body);
    }
    let lower = json!({"policyName": "a==", "policyDocument": resource_document("2")});
    recorder.call(Operation::PutResourcePolicy, &lower);
    let mut last = String::new();
    for number in 0..4 {
        last = put(recorder, &format!("full{number}"), &resource_document("3"), None);
    }
    put(recorder, "zero", &resource_document("3"), Some("0"));
    let body = json!({"PolicyName": "past", "PolicyDocument": resource_document("3"), "BypassPolicyLockoutCheck": true});
    recorder.call(Operation::PutResourcePolicy, &body);
    delete(recorder, "full3", Some(&last));
    put(recorder, "freed", &resource_document("3"), None);
    list(recorder);
    recorder.call(Operation::ListResourcePolicies, &json!({"NextToken": "x"}));
    for region in ["eu-west-1", "eu-west-2"] {
        recorder.send(request(Operation::ListResourcePolicies, region, "{}"));
        for name in ["a", "b", "c"] {
            let body = json!({"PolicyName": name, "PolicyDocument": resource_document("9")});
            recorder.send(request(Operation::PutResourcePolicy, region, body.to_string()));
        }
    }
}

pub(super) fn rekognition(recorder: &mut Recorder) {
    let create = |recorder: &mut Recorder, name: &str| {
        let (_, answer) = recorder.call(Operation::CreateProject, &json!({"ProjectName": name}));
        answer["ProjectArn"].as_str().unwrap_or("?").to_owned()
    };
    let describe = |recorder: &mut Recorder| recorder.call(Operation::DescribeProjects, &json!({}));
    let put = |recorder: &mut Recorder, arn: &str, name: &str, note: &str, revision: Option<&str>| {
        let mut body =
            json!({"ProjectArn": arn, "PolicyName": name, "PolicyDocument": project_document(note)});
        if let Some(revision) = revision {
            body["PolicyRevisionId"] = json!(revision);
        }
        let (_, answer) = recorder.call(Operation::PutProjectPolicy, &body);
        answer["PolicyRevisionId"].as_str().unwrap_or("?").to_owned()
    };
    let list = |recorder: &mut Recorder, arn: &str| {
        recorder.call(Operation::ListProjectPolicies, &json!({"ProjectArn": arn}))
    };
    let delete = |recorder: &mut Recorder, arn: &str, name: &str, revision: Option<&str>| {
        let mut body = json!({"ProjectArn": arn, "PolicyName": name});
        if let Some(revision) = revision {
            body["PolicyRevisionId"] = json!(revision);
        }
        recorder.call(Operation::DeleteProjectPolicy, &body)
    };
    let arn = create(recorder, "Project");
    let other = create(recorder, "other");
    for name in ["Project", "project", "otherwise"] {
        create(recorder, name);
        describe(recorder);
    }
    recorder.call(Operation::CreateProject, &json!({"ProjectName": "m", "Feature": "CONTENT_MODERATION"}));
    let (_, moderated) =
        recorder.call(Operation::DescribeProjects, &json!({"Features": ["CONTENT_MODERATION"]}));
    let moderated = moderated["ProjectDescriptions"][0]["ProjectArn"].as_str().unwrap_or("?").to_owned();
    put(recorder, &moderated, "a", "1", None);
    for filter in [json!(["other"]), json!(["OTHER", "m"]), json!(["none"]), json!(["Project", "other"])] {
        recorder.call(Operation::DescribeProjects, &json!({"ProjectNames": filter}));
    }
    recorder.call(Operation::DescribeProjects, &json!({"Features": ["CONTENT_MODERATION"]}));
    let mut last = put(recorder, &arn, "a", "1", None);
    for note in ["2", "1", "1", "3"] {
        let before = last.clone();
        last = put(recorder, &arn, "a", note, Some(&last));
        list(recorder, &arn);
        put(recorder, &arn, "a", "x", Some(&before));
        delete(recorder, &arn, "a", Some(&before));
        let eight = last.get(..8).unwrap_or("?").to_owned();
        let upper = last.to_uppercase();
        let wrong = [
            eight.clone(),
            format!("{eight}00"),
            format!("{last}00"),
            upper,
            "ff".repeat(16),
            String::new(),
            "zz".into(),
        ];
        for revision in wrong {
            let answered = put(recorder, &arn, "a", "x", Some(&revision));
            if answered != "?" {
                last = answered;
            }
        }
        list(recorder, &arn);
    }
    put(recorder, &arn, "a", "4", None);
    put(recorder, &arn, "free", "4", Some("ff"));
    put(recorder, &other, "a", "4", None);
    put(recorder, &other, "only-here", "4", None);
    delete(recorder, &arn, "only-here", None);
    list(recorder, &other);
    let parts = [
        arn.replace("arn:aws", "arn:aws-x"),
        arn.replace("rekognition", "polly"),
        arn.replace("us-east-1", "eu-west-1"),
        arn.replace("000000000000", "111111111111"),
        arn.replace(":project/", ":dataset/"),
        arn.to_lowercase(),
        format!("{arn}7"),
        format!("{arn}\n"),
        format!("{arn}{}", "0".repeat(30)),
        arn.replace("000000000000", &"\u{ff10}".repeat(12)),
        format!(" {arn}"),
        arn.rsplit_once('/').map_or_else(String::new, |(head, _)| format!("{head}/7")),
    ];
    for wrong in &parts {
        put(recorder, wrong, "a", "5", None);
        list(recorder, wrong);
        delete(recorder, wrong, "a", None);
        recorder.call(Operation::DeleteProject, &json!({"ProjectArn": wrong}));
        describe(recorder);
    }
    for name in ["b", "ab", "A", &"n".repeat(64), &"n".repeat(65), "f", "g"] {
        put(recorder, &arn, name, "6", None);
        list(recorder, &arn);
    }
    let (_, listed) = list(recorder, &arn);
    for policy in listed["ProjectPolicies"].as_array().into_iter().flatten().rev() {
        let (name, revision) = (&policy["PolicyName"], &policy["PolicyRevisionId"]);
        put(recorder, &arn, name.as_str().unwrap_or("?"), "7", revision.as_str());
    }
    for size in [json!(1.0), json!(1.5)] {
        recorder.call(Operation::ListProjectPolicies, &json!({"ProjectArn": arn, "MaxResults": size}));
    }
    recorder.call(
        Operation::PutProjectPolicy,
        &json!({"ProjectArn": arn, "PolicyName": "a", "PolicyDocument": "nonsense"}),
    );
    list(recorder, &arn);
    let long = json!({"ProjectArn": arn, "PolicyName": "a", "PolicyDocument": "{".repeat(2001)});
    recorder.call(Operation::PutProjectPolicy, &long);
    list(recorder, &arn);
    let (_, page) =
        recorder.call(Operation::ListProjectPolicies, &json!({"ProjectArn": arn, "MaxResults": 4}));
    let behind = json!({"ProjectArn": arn, "NextToken": page["NextToken"]});
    for size in [1, 2, 4, 5] {
        let mut token = Value::Null;
        for _ in 0..7 {
            let body = json!({"ProjectArn": arn, "MaxResults": size, "NextToken": token});
            let (_, page) = recorder.call(Operation::ListProjectPolicies, &body);
            token = page["NextToken"].clone();
            let body = json!({"ProjectArn": other, "NextToken": token});
            recorder.call(Operation::ListProjectPolicies, &body);
            if token.is_null() {
                break;
            }
        }
        for _ in 0..7 {
            let (_, page) =
                recorder.call(Operation::DescribeProjects, &json!({"MaxResults": size, "NextToken": token}));
            token = page["NextToken"].clone();
            if token.is_null() {
                break;
            }
        }
    }
    recorder.call(Operation::ListProjectPolicies, &json!({"ProjectArn": arn, "NextToken": "x"}));
    recorder.call(Operation::DescribeProjects, &json!({"NextToken": "x"}));
    recorder.call(Operation::DescribeProjects, &json!({"NextToken": ""}));
    put(recorder, "arn:aws:rekognition:us-east-1:000000000000:project/none/1", "!", "8", None);
    let both = json!({"ProjectArn": "arn:aws:rekognition:us-east-1:000000000000:project/none/1", "PolicyName": "n", "PolicyDocument": "nonsense"});
    recorder.call(Operation::PutProjectPolicy, &both);
    for name in ["AB", "a", "zz", "A"] {
        delete(recorder, &arn, name, None);
        list(recorder, &arn);
    }
    recorder.call(Operation::ListProjectPolicies, &behind);
    recorder.call(Operation::ListProjectPolicies, &json!({"projectArn": arn}));
    for number in 0..6 {
        put(recorder, &arn, &format!("again{number}"), "8", None);
    }
    let third = create(recorder, "third");
    // A revision of a deleted policy, one that is stale for the document that is there, odd names, and a deletion
    // with the revision at the limit.
    let deleted = put(recorder, &third, "a", "1", None);
    delete(recorder, &third, "a", None);
    let stale = put(recorder, &third, "a", "2", None);
    put(recorder, &third, "a", "3", Some(&deleted));
    list(recorder, &third);
    put(recorder, &third, "a", "4", Some(&stale));
    put(recorder, &third, "a", "4", Some(&stale));
    let mut last = String::new();
    for name in ["a..", "undefined", "b", "c"] {
        last = put(recorder, &third, name, "5", None);
        list(recorder, &third);
    }
    delete(recorder, &third, "c", Some(&last));
    put(recorder, &third, "d", "6", None);
    let spaces = format!("{:2001}", project_document("7"));
    let body = json!({"ProjectArn": third, "PolicyName": "b", "PolicyDocument": spaces});
    recorder.call(Operation::PutProjectPolicy, &body);
    let names = ["1", "2", "3", "4", "5", "third"];
    recorder.call(Operation::DescribeProjects, &json!({"ProjectNames": names}));
    for names in [["Project", "third"], ["other", "third"]] {
        let body = json!({"ProjectNames": names, "MaxResults": 1});
        let (_, page) = recorder.call(Operation::DescribeProjects, &body);
        let mut next = body.clone();
        next["NextToken"] = page["NextToken"].clone();
        recorder.call(Operation::DescribeProjects, &next);
    }
    let moderation =
        json!({"ProjectName": "moderation", "Feature": "CONTENT_MODERATION", "AutoUpdate": "DISABLED"});
    recorder.call(Operation::CreateProject, &moderation);
    let mut featured = json!({"Features": ["CUSTOM_LABELS"], "MaxResults": 1});
    let (_, page) = recorder.call(Operation::DescribeProjects, &featured);
    featured["NextToken"] = page["NextToken"].clone();
    featured["MaxResults"] = json!(100);
    recorder.call(Operation::DescribeProjects, &featured);
    recorder.call(Operation::DeleteProject, &json!({"ProjectArn": third}));
    recorder.send(request(Operation::DescribeProjects, "eu-west-1", "{}"));
    let elsewhere = json!({"ProjectName": "elsewhere"}).to_string();
    recorder.send(request(Operation::CreateProject, "eu-west-1", elsewhere));
    describe(recorder);
    let body = json!({"ProjectArn": arn}).to_string();
    recorder.send(request(Operation::ListProjectPolicies, "eu-west-1", body));
    let copy = json!({"SourceProjectArn": arn, "SourceProjectVersionArn": format!("{}/version/v/1", arn.rsplit_once('/').map_or("", |(head, _)| head)),
        "DestinationProjectArn": other, "VersionName": "v", "OutputConfig": {"S3Bucket": "bucket"}});
    recorder.call(Operation::CopyProjectVersion, &copy);
    for gone in [&arn, &arn, &other] {
        recorder.call(Operation::DeleteProject, &json!({"ProjectArn": gone}));
        list(recorder, gone);
        describe(recorder);
        describe(recorder);
    }
    let heir = create(recorder, "Project");
    list(recorder, &heir);
    list(recorder, &arn);
    let documents_project = create(recorder, "documents");
    for (index, document) in documents("rekognition:CopyProjectVersion").into_iter().enumerate() {
        let name = format!("d{index}");
        let body = json!({"ProjectArn": documents_project, "PolicyName": name, "PolicyDocument": document});
        recorder.call(Operation::PutProjectPolicy, &body);
        list(recorder, &documents_project);
        delete(recorder, &documents_project, &name, None);
    }
    for note in [
        "\u{e9}".repeat(1200),
        "x".repeat(2000 - project_document("").chars().count()),
        "x".repeat(2001 - project_document("").chars().count()),
        "\u{100}".into(),
        "a\tb".into(),
    ] {
        let document = project_document(&note).replace("\\t", "\t");
        let document = document.replace("a\tb\"", "ab\"\t");
        let body = json!({"ProjectArn": documents_project, "PolicyName": "n", "PolicyDocument": document});
        recorder.call(Operation::PutProjectPolicy, &body);
        list(recorder, &documents_project);
        delete(recorder, &documents_project, "n", None);
    }
}
