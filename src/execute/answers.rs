//! For tests: a runtime, and bodies of answers, which are bytes, or JSON that is nearly right.

use proptest::prelude::*;
use serde_json::Value;

/// What a future comes to.
pub(super) fn block<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be started").block_on(future)
}

/// JSON that looks like answers do, and is wrong somewhere.
fn answers() -> impl Strategy<Value = Value> {
    let names = "ResourcePolicies|ProjectPolicies|ProjectDescriptions|PolicyName|ProjectArn|NextToken|__type|code|message|Status|PolicyRevisionId|PolicyDocument";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "arn:aws:rekognition:::project/|ns#ThrottlingException:x|:|#|\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((names, inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

pub(super) fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        answers().prop_map(|answer| answer.to_string().into_bytes()),
    ]
}
