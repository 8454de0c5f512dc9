//! The file of a recorded run: a line of JSON for what the run was, one for each record, and one for its
//! end. Secrets are taken out of every line before it is written.

use super::model::{Results, RunInfo, TargetInfo};
use super::record::Record;
use super::waiver::Waiver;
use crate::exchange::untrusted::{escape, visible_json};
use crate::settings::RunSettings;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};

/// The form of the file; another number if it ever changes.
const FORM: &str = "aws-conformance/recording/1";
/// What the forms of all versions have in common.
const FORMS: &str = "aws-conformance/recording/";

/// What a recorded run was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordedRun {
    /// The version of the suite.
    pub version: String,
    /// How it was made.
    #[serde(flatten)]
    pub info: RunInfo,
    /// Random cases a rule.
    pub cases: u32,
    /// The numbers that decided how often and how much was tried.
    pub settings: RunSettings,
    /// The target.
    pub target: TargetInfo,
    /// The ids of the selected rules.
    pub rules: Vec<String>,
    /// The waivers that were applied,
    pub waivers: Vec<Waiver>,
    /// as they held on this day.
    pub today: String,
}

/// The first line.
#[derive(Serialize)]
struct FirstLine<'a> {
    schema: &'static str,
    #[serde(flatten)]
    run: &'a RecordedRun,
}

/// What is known at the end of a run, beside the records.
#[derive(Serialize, Deserialize)]
struct End<R> {
    records: usize,
    #[serde(flatten)]
    results: R,
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct LastLine<R> {
    end: End<R>,
}

/// Why a file cannot be read as a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It cannot be read at all.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is something else.
    #[error("line 1: it is no recording but {0}; `run --record FILE` writes one")]
    Foreign(String),
    /// A recording of another version.
    #[error(
        "line 1: its form is {form}, written by version {version}, and this version reads {FORM}: judge it with that version, or record again"
    )]
    OtherForm {
        /// The form that it names.
        form: String,
        /// The version that it names.
        version: String,
    },
    /// A line is damaged.
    #[error("line {line}: {why}; the file is damaged: record again with `run --record FILE`")]
    Damaged {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// The end is missing.
    #[error(
        "line {line}: the recording ends here, before its end was written; the file was cut off: copy it whole, or record again with `run --record FILE`"
    )]
    Truncated {
        /// The last line.
        line: usize,
    },
}

/// Writes a recording, without what the target's redaction takes out.
///
/// # Errors
/// When it cannot be written.
pub fn write_recording(run: &RecordedRun, results: &Results, out: &mut dyn Write) -> io::Result<()> {
    fn line(run: &RecordedRun, value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
        let clean = run.target.redaction.clean_json(serde_json::to_value(value)?);
        writeln!(out, "{}", visible_json(&clean.to_string()))
    }
    line(run, &FirstLine { schema: FORM, run }, out)?;
    results.records.iter().try_for_each(|record| line(run, record, out))?;
    line(run, &LastLine { end: End { records: results.records.len(), results } }, out)
}

/// Reads a recording: what the run was, and its results without those of the rules, which are still to
/// be judged.
///
/// # Errors
/// When it is no recording, one of another version, or not whole.
pub fn read_recording(file: impl BufRead) -> Result<(RecordedRun, Results), RecordingError> {
    let mut lines = file.split(b'\n').enumerate().map(|(at, line)| line.map(|line| (at + 1, line)));
    let first = lines.next().transpose()?.map(|(_, line)| line).unwrap_or_default();
    let run = first_line(&first)?;
    let mut records: Vec<Record> = Vec::new();
    let mut attempts = BTreeSet::new();
    let mut last = 1;
    for line in lines.by_ref() {
        let (number, line) = line?;
        last = number;
        if line.starts_with(b"{\"end\"") {
            let LastLine { end: End { records: counted, results } } = parsed(number, &line)?;
            if counted != records.len() {
                let why = format!("{} records stand before it, and it counts {counted}", records.len());
                return Err(RecordingError::Damaged { line: number, why });
            }
            if let Some(more) = lines.next() {
                let why = "something stands behind the end".to_owned();
                return Err(RecordingError::Damaged { line: more?.0, why });
            }
            return Ok((run, with_records(results, records)));
        }
        let record: Record = parsed(number, &line)?;
        if let Record::Attempt { rule, number, .. } = &record {
            attempts.insert((rule.clone(), *number));
        }
        if let Some((rule, numbers)) = record.refers_to() {
            let missing = numbers.iter().find(|number| !attempts.contains(&(rule.to_owned(), **number)));
            if let Some(missing) = missing {
                let why = format!("attempt {missing} at {} is missing", escape(rule, 200));
                return Err(RecordingError::Damaged { line: number, why });
            }
        }
        records.push(record);
    }
    Err(RecordingError::Truncated { line: last })
}

fn with_records(mut results: Results, records: Vec<Record>) -> Results {
    for record in &records {
        if let Record::Attempt { recorded, .. } = record {
            results.shapes.look(recorded);
        }
    }
    Results { records, ..results }
}

fn parsed<T: DeserializeOwned>(line: usize, text: &[u8]) -> Result<T, RecordingError> {
    serde_json::from_slice(text).map_err(|error| match error.is_eof() {
        true => RecordingError::Truncated { line },
        false => RecordingError::Damaged { line, why: escape(&error.to_string(), 300) },
    })
}

fn first_line(line: &[u8]) -> Result<RecordedRun, RecordingError> {
    /// What tells forms apart.
    #[derive(Deserialize)]
    struct Form {
        schema: Option<String>,
        version: Option<String>,
    }
    let form: Result<Form, _> = serde_json::from_slice(line);
    match form {
        Ok(Form { schema: Some(form), .. }) if form == FORM => parsed(1, line),
        Ok(Form { schema: Some(form), version }) if form.starts_with(FORMS) => {
            let version = version.map_or_else(|| "unknown".to_owned(), |version| escape(&version, 40));
            Err(RecordingError::OtherForm { form: escape(&form, 80), version })
        }
        Ok(Form { schema: Some(form), .. }) => Err(RecordingError::Foreign(escape(&form, 80))),
        Ok(Form { schema: None, .. }) => Err(RecordingError::Foreign("other JSON".to_owned())),
        Err(_) if line.is_empty() => Err(RecordingError::Foreign("an empty file".to_owned())),
        Err(error) if error.is_eof() && line.starts_with(b"{\"schema\":\"aws-conformance/recording/") => {
            Err(RecordingError::Truncated { line: 1 })
        }
        Err(_) => Err(RecordingError::Foreign("something else".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Latency;
    use super::*;
    use crate::exchange::untrusted::Redaction;
    use crate::exchange::{Exchange, Recorded, Request, Response, Trace, TransportError};
    use crate::exchange::{TransportErrorKind, Typed};
    use crate::judge::finding::Verdict;
    use aws_conformance_generators::plan::{Arg, Call, Case, Plan, Service, Step};
    use proptest::prelude::*;
    use proptest::sample::Index;
    use serde_json::json;
    use std::collections::BTreeMap;
    use std::time::{Duration, SystemTime};

    const SECRET: &str = "planted-secret";

    fn run() -> RecordedRun {
        RecordedRun {
            version: "0".to_owned(),
            info: RunInfo {
                seed: u64::MAX,
                started_at: SystemTime::UNIX_EPOCH,
                strict: true,
                missing: vec!["xray.DeleteResourcePolicy".to_owned()],
                shape_changes: Vec::new(),
                shard: None,
            },
            cases: 4,
            settings: RunSettings::default(),
            target: TargetInfo {
                kind: "endpoint".to_owned(),
                endpoints: BTreeMap::from([(Service::Xray, "http://127.0.0.1:1".to_owned())]),
                region: "us-east-1".to_owned(),
                loopback: true,
                redaction: Redaction::of([SECRET]),
                ..TargetInfo::default()
            },
            rules: vec!["xray.monitor.json".to_owned()],
            waivers: Vec::new(),
            today: "2026-01-01".to_owned(),
        }
    }

    fn results(records: Vec<Record>, text: String) -> Results {
        let results = Results {
            failures: vec![text],
            requests: 7,
            latency: Some(Latency { p50: 0.5, p99: 12.25 }),
            first_finding: Some(3),
            duration: Duration::from_millis(5),
            ..Results::default()
        };
        with_records(results, records)
    }

    /// An attempt with one exchange.
    fn attempt(number: usize, request: Vec<u8>, reply: Option<(u16, String, Vec<u8>)>, at: f64) -> Record {
        let service = Service::Xray;
        let call = Call::new(service, "PutResourcePolicy", Arg::Json(json!({ "a": at }))).labelled("put");
        let request = Request::new(service, call.operation.clone(), "us-east-1", request);
        let typed = reply.is_none().then_some(Typed::NoResponse);
        let reply = match reply {
            Some((status, header, body)) => {
                Ok(Response::new(status, vec![("x-amzn-errortype".to_owned(), header)], body))
            }
            None => {
                let detail = "reset".to_owned();
                Err(TransportError { kind: TransportErrorKind::Broken, detail })
            }
        };
        let exchange = Exchange { typed, sent_at: at, ..Exchange::new(call.label.clone(), request, reply) };
        let plan = Plan { steps: vec![Step::Call(call)] };
        let case = Case { partition: "p".to_owned(), plan };
        let traces = vec![Trace::Call(exchange), Trace::Skipped("why".to_owned())];
        let recorded =
            Recorded { preexisting: None, interrupted: true, shared: true, ..Recorded::of(case, traces) };
        Record::Attempt { rule: "xray.a.b.c".to_owned(), number, recorded }
    }

    fn records() -> impl Strategy<Value = Vec<Record>> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..60);
        let body = prop_oneof![bytes(), "\\PC{0,30}".prop_map(String::into_bytes)];
        let reply = proptest::option::of((100u16..600, "[ -~\n]{0,20}", bytes()));
        let attempts =
            proptest::collection::vec((body, reply, proptest::num::f64::NORMAL), 1..4).prop_map(|parts| {
                let parts = parts.into_iter().enumerate();
                parts.map(|(number, (body, reply, at))| attempt(number, body, reply, at)).collect()
            });
        (attempts, "\\PC{0,20}").prop_map(|(attempts, reason): (Vec<Record>, String)| {
            let rule = || "xray.a.b.c".to_owned();
            let numbers: Vec<usize> = (0..attempts.len()).collect();
            let others = [
                Record::Case { rule: rule(), attempts: numbers.clone() },
                Record::Refusals { rule: rule(), attempts: numbers, calls: 9 },
                Record::Inconclusive { rule: rule(), reason: reason.clone() },
                Record::Cut { rule: rule(), reason: reason.clone() },
                Record::NotTried { rule: rule(), verdict: Verdict::NotApplicable, reason },
            ];
            attempts.into_iter().chain(others).collect()
        })
    }

    fn written(results: &Results) -> Vec<u8> {
        let mut file = Vec::new();
        write_recording(&run(), results, &mut file).expect("a Vec takes all");
        file
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_equal(records in records(), text: String) {
            let results = results(records, text);
            let (read_run, read) = read_recording(written(&results).as_slice()).expect("it is a recording");
            // A secret is not read back; nor is its redaction compared.
            prop_assert_eq!(format!("{:?}", read_run), format!("{:?}", run()));
            prop_assert_eq!(format!("{:?}", read), format!("{:?}", results));
        }

        #[test]
        fn no_secret_is_written(before in proptest::collection::vec(any::<u8>(), 0..9), in_request: bool) {
            let body = [&before[..], SECRET.as_bytes()].concat();
            let none = Vec::new();
            let (request, response) = if in_request { (body, none) } else { (none, body) };
            let reply = Some((200, SECRET.to_owned(), response));
            let file = written(&results(vec![attempt(0, request, reply, 1.0)], SECRET.to_owned()));
            prop_assert!(!String::from_utf8_lossy(&file).contains(SECRET));
        }

        #[test]
        fn a_part_of_a_recording_is_refused(records in records(), end: Index) {
            let file = written(&results(records, String::new()));
            // The last line feed says nothing.
            let end = end.index(file.len() - 1);
            prop_assert!(read_recording(&file[..end]).is_err());
        }

        #[test]
        fn any_bytes_are_a_recording_or_not(
            records in records(),
            from: Index,
            most in 0usize..40,
            bytes in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            let mut file = written(&results(records, String::new()));
            let from = from.index(file.len());
            let to = file.len().min(from + most);
            file.splice(from..to, bytes);
            if let Err(error) = read_recording(file.as_slice()) {
                prop_assert!(error.to_string().contains("line "), "{error}");
            }
        }
    }
}
