//! The configuration file, `conformance.toml`.

use crate::results::Waiver;
use crate::rules::nearest;
use crate::service::Quotas;
use aws_conformance_generators::model::model;
use aws_conformance_generators::plan::Service;
use clap::ValueEnum;
use globset::Glob;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a configuration file says about a target.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where it is and who calls.
    pub target: TargetConfig,
    /// Limits of the service that differ between accounts.
    pub quotas: Quotas,
    /// Counterexamples that are kept.
    pub corpus: CorpusConfig,
    /// Violations that somebody owns.
    #[serde(rename = "waiver", deserialize_with = "waivers")]
    pub waivers: Vec<Waiver>,
}

/// A target that is named by its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// The real service, in an account and region that are named too
    Aws,
}

/// Where a target is and who calls.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TargetConfig {
    /// As `--target`.
    pub kind: Option<TargetKind>,
    /// As `--endpoint-url`; that option, given once, replaces them all.
    pub endpoint_url: Vec<String>,
    /// As `--region`.
    pub region: Option<String>,
    /// As `--account-id`.
    pub account_id: Option<String>,
    /// As `--project-arn`.
    pub project_arn: Option<String>,
    /// As `--ca-bundle`.
    pub ca_bundle: Option<PathBuf>,
    /// How long what was written may take to be read, as `10s`.
    #[serde(deserialize_with = "duration")]
    pub read_after_write: Option<Duration>,
    /// As `--verify-signatures`.
    pub verify_signatures: bool,
    /// The operations that it implements; one that it does not answer after all fails the run.
    #[serde(deserialize_with = "operations")]
    pub implements: Vec<String>,
}

/// Counterexamples that are kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CorpusConfig {
    /// As `--corpus`.
    pub dir: Option<PathBuf>,
}

/// A waiver as it is written.
#[derive(Deserialize)]
#[serde(remote = "Waiver", deny_unknown_fields)]
struct Written {
    #[serde(deserialize_with = "glob")]
    rule: String,
    #[serde(deserialize_with = "text")]
    class: String,
    #[serde(deserialize_with = "text")]
    reason: String,
    owner: Option<String>,
    link: Option<String>,
    #[serde(default, deserialize_with = "date")]
    expires: Option<String>,
}

fn waivers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Waiver>, D::Error> {
    #[derive(Deserialize)]
    struct Checked(#[serde(with = "Written")] Waiver);
    Ok(Vec::<Checked>::deserialize(from)?.into_iter().map(|Checked(waiver)| waiver).collect())
}

fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if text.trim().is_empty() { Err(D::Error::custom("it is empty")) } else { Ok(text) }
}

fn glob<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = text(from)?;
    match Glob::new(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(D::Error::custom(format!("{text:?} is no glob over rule ids: {error}"))),
    }
}

/// A time, as `10s` or `2m`.
fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let text = text(from)?;
    match humantime::parse_duration(&text) {
        Ok(duration) => Ok(Some(duration)),
        Err(error) => Err(D::Error::custom(format!("{text:?} is no time, as 10s or 2m: {error}"))),
    }
}

/// A date of TOML, without quotes.
fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match toml::value::Datetime::deserialize(from)? {
        toml::value::Datetime { date: Some(date), time: None, .. } => Ok(Some(date.to_string())),
        other => Err(D::Error::custom(format!("{other} is no day, as 2026-12-31"))),
    }
}

/// Operations by name, with their service's or without it.
fn operations<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let known: Vec<String> = Service::ALL
        .into_iter()
        .flat_map(|service| {
            let names = model(service).operations.iter().map(|operation| operation.name.clone());
            names.flat_map(move |name| [format!("{service}.{name}"), name])
        })
        .collect();
    let names = Vec::<String>::deserialize(from)?;
    match names.iter().find(|name| !known.contains(name)) {
        None => Ok(names),
        Some(unknown) => {
            let near = nearest(unknown, known.iter().map(String::as_str));
            let hint = near.map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
            Err(D::Error::custom(format!("{unknown:?} is no operation{hint}")))
        }
    }
}

/// What a message about an unknown key leaves to guess: the nearest of those that it lists.
fn hint(error: &toml::de::Error) -> String {
    let mut quoted = error.message().split('`').skip(1).step_by(2);
    match (error.message().starts_with("unknown field"), quoted.next()) {
        (true, Some(unknown)) => {
            nearest(unknown, quoted).map(|near| format!("did you mean `{near}`?\n")).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// What is wrong with a configuration file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what a configuration file is.
    #[error("{path} is no configuration: {source}{}", hint(source))]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where, and what was expected there.
        source: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or says something that no configuration says.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|source| ConfigError::Parse { path: path.to_owned(), source })
    }

    /// Reads a text.
    ///
    /// # Errors
    /// When it is no TOML, or says something that no configuration says.
    pub fn parse(text: &str) -> Result<Self, Box<toml::de::Error>> {
        toml::from_str(text).map_err(Box::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_a_configuration_or_not(text in any::<String>()) {
            let _ = Config::parse(&text);
        }

        #[test]
        fn any_setting_is_one_or_not(
            section in "target|quotas|waivers|\\PC{0,8}",
            key in "endpoint_url|region|verify_signatures|ca_bundle|project_policies|\\PC{0,8}",
            value in "true|-?[0-9]{1,30}|\\[\"[a-z:/]{0,9}\"\\]|\\[{0,300}|\\PC{0,20}",
        ) {
            if let Err(error) = Config::parse(&format!("[{section}]\n{key} = {value}\n")) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
