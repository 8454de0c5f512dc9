//! Sample bindings for tests.

use crate::plan::{Bindings, Symbol, Unbound};

pub(crate) struct Sample;

impl Bindings for Sample {
    fn value(&self, symbol: &Symbol) -> Result<String, Unbound> {
        Ok(match symbol {
            Symbol::Account => "123456789012".to_owned(),
            Symbol::Region => "us-east-1".to_owned(),
            Symbol::AwsPartition => "aws".to_owned(),
            Symbol::Name(tag) => format!("awsc-1f2e3d4c-{tag}"),
            Symbol::Project(tag) => {
                format!(
                    "arn:aws:rekognition:us-east-1:123456789012:project/awsc-1f2e3d4c-{tag}/1690405809285"
                )
            }
            Symbol::ProjectName(tag) => format!("awsc-1f2e3d4c-{tag}"),
            Symbol::Response { step, .. } if step == "xray" => "3".to_owned(),
            Symbol::Response { .. } => "3b274c25e9203a56a99e00e3ff205fbc".to_owned(),
            Symbol::Derived { .. } => unreachable!("derived symbols resolve themselves"),
        })
    }
}
