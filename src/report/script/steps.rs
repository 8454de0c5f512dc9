//! A plan's steps as lines of a script.

use super::Client;
use super::shell::{Piece, Run, is_plain, printf_format, quote, runs};
use super::values::{Values, file, string_member};
use aws_conformance_generators::model::{Protocol, model};
use aws_conformance_generators::plan::{
    Arg, Await, Body, Call, Header, Plan, SETUP, Scope, Service, Signature, Step, Symbol,
};
use std::collections::BTreeSet;

/// Writes a plan's steps down.
pub(super) struct Writer<'a> {
    pub(super) client: Client,
    /// The label of the judged call.
    pub(super) shown: &'a str,
    /// What stands over its answer.
    pub(super) heading: String,
    pub(super) values: Values,
    /// The region of what is signed for another than the run's.
    pub(super) elsewhere: &'static str,
    /// Names that the script has asked for already.
    pub(super) claimed: BTreeSet<String>,
    pub(super) lines: Vec<String>,
}

impl Writer<'_> {
    pub(super) fn plan(&mut self, plan: &Plan) {
        for step in &plan.steps {
            self.lines.push(String::new());
            match step {
                Step::Call(call) => self.single(call),
                Step::Parallel(calls) => self.parallel(calls),
                Step::Read(scope) => self.read(scope),
                Step::Await(wait) => self.wait(wait),
            }
        }
    }

    fn single(&mut self, call: &Call) {
        let label = file(&call.label);
        self.prepare(call);
        if call.expect == SETUP && call.label != self.shown {
            let send = self.send(call);
            self.lines.push(send);
            self.values.need("prepared");
            self.lines.push(format!("prepared {label}"));
            self.note_project(call, &label);
        } else {
            self.heading(call);
            let send = self.send(call);
            self.lines.push(format!("{send} ||\n    echo \"exit status $?\""));
            self.show(&label);
            self.note_project(call, &label);
        }
    }

    fn parallel(&mut self, calls: &[Call]) {
        for call in calls {
            self.prepare(call);
        }
        for call in calls {
            let send = self.send(call);
            self.lines.push(format!("{send} &"));
        }
        self.lines.push("wait".to_owned());
        for call in calls {
            let label = file(&call.label);
            self.heading(call);
            self.show(&label);
            self.note_project(call, &label);
        }
    }

    fn heading(&mut self, call: &Call) {
        let heading = if call.label == self.shown {
            self.heading.clone()
        } else {
            quote(&format!("--- {}, {} ---", call.label, call.operation))
        };
        self.lines.push(format!("printf '%s\\n' {heading}"));
    }

    fn show(&mut self, label: &str) {
        self.lines.push(format!("cat \"$dir/{label}.answer\" && echo"));
    }

    /// Writes a call's body to its file, and notes what the call may make.
    fn prepare(&mut self, call: &Call) {
        let path = format!("\"$dir/{}.request\"", file(&call.label));
        match &call.body {
            Body::Input(input) => {
                let pieces = self.values.json(input);
                self.note_policy(call, input);
                let words = self.values.words(pieces);
                self.flush();
                self.lines.push(format!("printf '%s' {} >{path}", words.join(" ")));
            }
            Body::Raw(bytes) => {
                if let Ok(input) = serde_json::from_slice(bytes) {
                    self.note_policy(call, &Arg::Json(input));
                }
                self.flush();
                self.raw(bytes, &path);
            }
        }
    }

    fn raw(&mut self, bytes: &[u8], path: &str) {
        if bytes.is_empty() {
            return self.lines.push(format!(": >{path}"));
        }
        self.lines.push("{".to_owned());
        for run in runs(bytes) {
            let line = match run {
                Run::Plain(bytes) => format!("    printf '{}'", printf_format(bytes)),
                Run::Repeated { unit: [byte], times } => {
                    format!("    printf '%{times}s' '' | tr ' ' '\\{byte:03o}'")
                }
                Run::Repeated { unit, times } => {
                    self.values.need("repeat");
                    format!("    repeat {times} '{}'", printf_format(unit))
                }
            };
            // A leading hyphen would be an option.
            self.lines.push(line.replace("    printf '-", "    printf '\\055"));
        }
        self.lines.push(format!("}} >{path}"));
    }

    /// Moves the assignments that the values need here.
    fn flush(&mut self) {
        let lines = self.values.take_lines();
        self.lines.extend(lines);
    }

    fn note_policy(&mut self, call: &Call, input: &Arg) {
        let Some(name) = string_member(&mut self.values, input, "PolicyName") else { return };
        let region = match call.wire.elsewhere {
            true => quote(self.elsewhere),
            false => "\"$region\"".to_owned(),
        };
        let of_ours = matches!(name.first(), Some(Piece::Word(word)) if word.starts_with("\"$name_"));
        match call.operation.as_str() {
            "PutResourcePolicy" => {
                let name = self.values.word(name);
                self.flush();
                if !of_ours && self.claimed.insert(format!("{region} {name}")) {
                    self.values.need("claim");
                    self.lines.push(format!("claim {region} {name}"));
                }
                self.values.need("made");
                self.lines.push(format!("made policy {region} {name}"));
            }
            "PutProjectPolicy" => {
                let Some(arn) = string_member(&mut self.values, input, "ProjectArn") else { return };
                // Any other ARN is none of ours, or is none.
                if !matches!(arn.as_slice(), [Piece::Word(word)] if word.starts_with("\"$project_")) {
                    return;
                }
                let (arn, name) = (self.values.word(arn), self.values.word(name));
                self.flush();
                self.values.need("made");
                self.lines.push(format!("made policy-of-project {arn} {name}"));
            }
            _ => {}
        }
    }

    fn note_project(&mut self, call: &Call, label: &str) {
        if call.operation == "CreateProject" {
            self.values.need("member");
            self.values.need("made");
            self.lines.push(format!("arn=$(member {label} ProjectArn 1) && made project \"$arn\" - || :"));
        }
    }

    fn read(&mut self, scope: &Scope) {
        self.values.need("read_all");
        let line = match scope {
            Scope::ResourcePolicies => {
                format!("read_all xray {} ''", self.client.operation("ListResourcePolicies"))
            }
            Scope::Projects => {
                format!("read_all rekognition {} ''", self.client.operation("DescribeProjects"))
            }
            Scope::ProjectsBy(size) => {
                let operation = self.client.operation("DescribeProjects");
                format!("read_all rekognition {operation} '\"MaxResults\":{size}'")
            }
            Scope::ProjectPolicies(tag) | Scope::ProjectPoliciesBy(tag, _) => {
                let project = self.values.symbol(&Symbol::Project(tag.clone()));
                let operation = self.client.operation("ListProjectPolicies");
                let size = match scope {
                    Scope::ProjectPoliciesBy(_, size) => format!(",\\\"MaxResults\\\":{size}"),
                    _ => String::new(),
                };
                format!("read_all rekognition {operation} \"\\\"ProjectArn\\\":\\\"${project}\\\"{size}\"")
            }
        };
        self.flush();
        self.lines.push("echo '--- what is listed now ---'".to_owned());
        self.lines.push(line);
    }

    fn wait(&mut self, wait: &Await) {
        self.values.need("await_project");
        let name = self.values.text(&wait.project);
        let name = self.values.word(name);
        self.flush();
        self.lines
            .push(format!("await_project {name} {}", quote(wait.status.as_deref().unwrap_or_default())));
    }

    /// The command that sends a call and keeps its answer.
    fn send(&mut self, call: &Call) -> String {
        if call.wire.content_type == Some(Header::Absent) && call.wire.signature == Signature::Valid {
            let warning = "# Curl may sign the content type that it leaves out: who checks that refuses it.";
            self.lines.push(warning.to_owned());
        }
        let label = file(&call.label);
        let usual = call.wire.is_well_formed() && (call.expect == SETUP || self.client == Client::AwsCli);
        let known = model(call.service).operation(&call.operation).is_some();
        if !(usual && known) && self.client == Client::Curl {
            return self.curl(call, &label);
        }
        let region = match call.wire.elsewhere {
            true => format!(" {}", quote(self.elsewhere)),
            false => String::new(),
        };
        format!("{} {label} {}{region}", call.service, self.client.operation(&call.operation))
    }

    /// The whole curl command of a call that deviates, or that is to be seen.
    fn curl(&mut self, call: &Call, label: &str) -> String {
        let model = model(call.service);
        let operation = model.operation(&call.operation);
        let wire = &call.wire;
        let mut options = vec!["curl -i -sS --max-time 60 --globoff --path-as-is".to_owned()];
        let scope = match wire.elsewhere {
            true => {
                let region = self.elsewhere;
                format!("--aws-sigv4 {}", quote(&format!("aws:amz:{region}:{}", model.signing_name)))
            }
            false => format!("--aws-sigv4 \"aws:amz:$region:{}\"", model.signing_name),
        };
        let user = |secret: &str| format!("--user \"${{AWS_ACCESS_KEY_ID:-test}}:{secret}\"");
        let secret = "${AWS_SECRET_ACCESS_KEY:-test}";
        match wire.signature {
            Signature::Missing => {}
            Signature::Malformed => options.push("-H 'authorization: AWS4-HMAC-SHA256 nonsense'".to_owned()),
            Signature::Valid => options.extend([scope, user(secret)]),
            Signature::WrongSecret => options.extend([scope, user("not-the-secret")]),
            Signature::UnknownKey => {
                options.extend([scope, format!("--user \"{}:{secret}\"", Signature::UNKNOWN_KEY)]);
            }
            Signature::Expired => {
                options.extend([scope, user(secret)]);
                // Curl 7.84 and later sign for the time that they are given here: yesterday.
                options.push("-H \"x-amz-date: $(TZ=UTC+24 date +%Y%m%dT%H%M%SZ)\"".to_owned());
            }
        }
        if !matches!(wire.signature, Signature::Missing | Signature::Malformed) {
            options.push("${AWS_SESSION_TOKEN:+-H \"x-amz-security-token: $AWS_SESSION_TOKEN\"}".to_owned());
        }
        let method = wire.method.as_deref().or(operation.map(|operation| operation.method.as_str()));
        options.push(format!("-X {}", quote(method.unwrap_or("POST"))));
        let (content_type, action, path) = match model.protocol {
            Protocol::AwsJson11 => {
                let prefix = model.target_prefix.as_deref().unwrap_or_default();
                ("application/x-amz-json-1.1", Some(format!("{prefix}.{}", call.operation)), "/".to_owned())
            }
            Protocol::RestJson1 => ("application/json", None, format!("/{}", call.operation)),
        };
        let path = wire.path.clone().or(operation.map(|operation| operation.uri.clone())).unwrap_or(path);
        options.push(header("content-type", wire.content_type.as_ref(), Some(content_type)).unwrap_or_else(
            // Without this curl sends a content type of its own.
            || "-H 'content-type:'".to_owned(),
        ));
        options.extend(header("x-amz-target", wire.target.as_ref(), action.as_deref()));
        options.push(format!("--data-binary \"@$dir/{label}.request\""));
        let url = match is_plain(&path) {
            true => format!("\"${}_url{path}\"", call.service),
            false => format!("\"${}_url\"{}", call.service, quote(&path)),
        };
        options.push(format!("{url} >\"$dir/{label}.answer\""));
        options.join(" \\\n    ")
    }
}

fn header(name: &str, deviation: Option<&Header>, usual: Option<&str>) -> Option<String> {
    let value = match (deviation, usual) {
        (Some(Header::Absent), _) | (None, None) => return None,
        (Some(Header::Value(value)), _) => value,
        (None, Some(value)) => value,
    };
    // Curl takes a header without a value for one to leave out, unless it ends in a semicolon.
    let line = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
    Some(format!("-H {}", quote(&line)))
}

/// The services that a plan's steps use.
pub(super) fn services(plan: &Plan) -> Vec<Service> {
    let uses = |service: &Service| {
        plan.steps.iter().any(|step| match step {
            Step::Call(call) => call.service == *service,
            Step::Parallel(calls) => calls.iter().any(|call| call.service == *service),
            Step::Read(Scope::ResourcePolicies) => *service == Service::Xray,
            Step::Read(_) | Step::Await(_) => *service == Service::Rekognition,
        })
    };
    Service::ALL.into_iter().filter(uses).collect()
}
