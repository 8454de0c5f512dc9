//! The account's owner, who is not the caller: what others have, and what there is.

use super::account::Account;
use super::{REGION, identity};
use crate::support::{endpoint, project_document, xray_document};
use aws_conformance_generators::plan::Service;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

/// What there is in an account: what it is, and all that a listing shows of it.
pub(crate) type Resources = BTreeMap<String, String>;

/// An access key that the reference knows by itself, with its secret.
const KEY: (&str, &str) = ("test", "test");

impl Account {
    /// Puts there what others have from the start: a project with a policy, and a resource policy.
    pub(super) fn furnish(&mut self) {
        self.ago = Duration::from_secs(86_400);
        let created = self.call(
            Service::Rekognition,
            "CreateProject",
            REGION,
            &json!({"ProjectName": "somebody-elses"}),
        );
        let policy = json!({"ProjectArn": created["ProjectArn"], "PolicyName": "p", "PolicyDocument": project_document()});
        self.call(Service::Rekognition, "PutProjectPolicy", REGION, &policy);
        self.call(Service::Xray, "PutResourcePolicy", REGION, &policy_of("somebody-elses"));
        self.ago = Duration::ZERO;
        self.others = self.resources();
    }

    /// Somebody else creates an X-Ray policy, if there is room for one.
    pub(super) fn appear(&mut self) {
        let name = format!("appeared-{}", self.others.len());
        let put = self.call(Service::Xray, "PutResourcePolicy", REGION, &policy_of(&name));
        if put.get("ResourcePolicy").is_some() {
            let found = self.resources();
            self.others.extend(found.into_iter().filter(|(what, _)| what.ends_with(&name)));
        }
    }

    /// Everything that there is, in every region that was ever asked about.
    pub(super) fn resources(&mut self) -> Resources {
        let regions: BTreeSet<String> =
            self.requests.iter().map(|request| request.region.clone()).chain([REGION.to_owned()]).collect();
        let mut found = Resources::new();
        for region in &regions {
            let listed = self.call(Service::Xray, "ListResourcePolicies", region, &json!({}));
            for policy in listed["ResourcePolicies"].as_array().expect("it is a list") {
                let name = policy["PolicyName"].as_str().expect("it has a name");
                found.insert(format!("xray {region} {name}"), policy.to_string());
            }
            for feature in ["CUSTOM_LABELS", "CONTENT_MODERATION"] {
                let input = json!({ "Features": [feature] });
                let listed = self.call(Service::Rekognition, "DescribeProjects", region, &input);
                for project in listed["ProjectDescriptions"].as_array().expect("it is a list") {
                    let input = json!({"ProjectArn": project["ProjectArn"]});
                    let policies = self.call(Service::Rekognition, "ListProjectPolicies", region, &input);
                    let arn = project["ProjectArn"].as_str().expect("it has an ARN");
                    found.insert(arn.to_owned(), format!("{project} {policies}"));
                }
            }
        }
        found
    }

    /// A call of the owner's: its answer, or the refusal.
    fn call(&mut self, service: Service, operation: &str, region: &str, input: &Value) -> Value {
        let mut request = endpoint::request(service, operation, region, input.to_string().as_bytes());
        request.headers_mut().remove("authorization");
        let host = format!("{service}.{region}.amazonaws.com");
        *request.uri_mut() = format!("https://{host}{}", request.uri()).parse().expect("it is a URL");
        request.headers_mut().insert("host", host.parse().expect("it is a header"));
        let time = SystemTime::now() - self.ago;
        let date = chrono::DateTime::<chrono::Utc>::from(time).format("%Y%m%dT%H%M%SZ").to_string();
        request.headers_mut().insert("x-amz-date", date.parse().expect("it is a header"));
        let authorization = identity::signed(&request, KEY, (region, service.as_str()), time);
        request.headers_mut().insert("authorization", authorization.parse().expect("it is a header"));
        let answer = self.carry_out_now(operation, request);
        serde_json::from_slice(answer.body()).unwrap_or_default()
    }
}

fn policy_of(name: &str) -> Value {
    json!({"PolicyName": name, "PolicyDocument": xray_document()})
}
