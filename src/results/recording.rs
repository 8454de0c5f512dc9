//! The file of a recorded run: a line of JSON for what the run was, one for each record, and one for its
//! end. Secrets are taken out of every line before it is written.

use super::model::{Results, Survey, TargetInfo};
use super::record::Record;
use super::waiver::Waiver;
use crate::exchange::untrusted::{escape, visible_json};
use crate::settings::RunSettings;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::time::{Duration, SystemTime};

/// The form of the file; another number if it ever changes.
const FORM: &str = "aws-conformance/recording/1";
/// What the forms of all versions have in common.
const FORMS: &str = "aws-conformance/recording/";

/// What a recorded run was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordedRun {
    /// The version of the suite.
    pub version: String,
    /// Where the random cases started from.
    pub seed: u64,
    /// Random cases a rule.
    pub cases: u32,
    /// When the run began.
    pub started_at: SystemTime,
    /// Whether a `should` violation fails too.
    pub strict: bool,
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
struct End {
    records: usize,
    surveys: Vec<Survey>,
    failures: Vec<String>,
    left_behind: Vec<String>,
    requests: u64,
    first_finding: Option<u64>,
    duration: Duration,
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct LastLine {
    end: End,
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
    let end = End {
        records: results.records.len(),
        surveys: results.surveys.clone(),
        failures: results.failures.clone(),
        left_behind: results.left_behind.clone(),
        requests: results.requests,
        first_finding: results.first_finding,
        duration: results.duration,
    };
    line(run, &LastLine { end }, out)
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
            let LastLine { end } = parsed(number, &line)?;
            if end.records != records.len() {
                let why = format!("{} records stand before it, and it counts {}", records.len(), end.records);
                return Err(RecordingError::Damaged { line: number, why });
            }
            if let Some(more) = lines.next() {
                let why = "something stands behind the end".to_owned();
                return Err(RecordingError::Damaged { line: more?.0, why });
            }
            return Ok((run, results(end, records)));
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

fn results(end: End, records: Vec<Record>) -> Results {
    Results {
        rules: Vec::new(),
        surveys: end.surveys,
        failures: end.failures,
        left_behind: end.left_behind,
        requests: end.requests,
        first_finding: end.first_finding,
        duration: end.duration,
        records,
        waivers: Vec::new(),
    }
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
