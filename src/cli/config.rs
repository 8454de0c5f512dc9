//! The configuration file, `conformance.toml`.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What a configuration file says about a target.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where it is and who calls.
    pub target: TargetConfig,
    /// Limits of the service that differ between accounts.
    pub quotas: QuotasConfig,
}

/// Where a target is and who calls.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TargetConfig {
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
    /// As `--verify-signatures`.
    pub verify_signatures: bool,
    /// The operations that it implements; one that it does not answer after all fails the run.
    pub implements: Vec<String>,
}

/// Limits of the service that differ between accounts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct QuotasConfig {
    /// Policies of a Rekognition project.
    pub project_policies: Option<usize>,
    /// X-Ray resource policies.
    pub resource_policies: Option<usize>,
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
    #[error("{path} is no configuration: {source}")]
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
