//! `PutResourcePolicy`.

use super::{
    COMPLETE, CONSTRAINT, COUNT, GREATER_REVISION, MALFORMED, NEW_REVISION, REVISION, SAME_DOCUMENT,
    SAME_NAME, Written, beside_a_witness, clause, operation, put, read, refusal, revision, revision_now,
    seed,
};
use crate::exchange::{Exchange, Outcome, Recorded};
use crate::rules::constraint::{ConstraintRules, varied};
use crate::rules::expectation::{After, Check, Context, Expectation, Level};
use crate::rules::source::{API_XRAY, CFN_XRAY, GUIDE_XRAY, INFERENCE, TERRAFORM};
use crate::rules::{Rule, RuleBuilder, case};
use aws_conformance_generators::document::{self, Filling};
use aws_conformance_generators::plan::{Arg, Derivation, Part, Service, Symbol, Text, Unit};
use aws_conformance_generators::revision;
use proptest::strategy::Strategy;
use serde_json::{Value, json};

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = ConstraintRules {
        operation: operation("PutResourcePolicy"),
        accepted: |target, call| match target.path.as_str() {
            "PolicyDocument" => vec![read(), call.step(), read()],
            // Whether a revision under a free name is refused is another rule's question.
            "PolicyRevisionId" => vec![put("a").step(), read(), call.document(1).step(), read()],
            _ => vec![call.step()],
        },
        acceptance: |target| match target.path.as_str() {
            "PolicyDocument" => stored(),
            _ => Expectation::success(After::Any, []),
        },
        unfit: |_, _| Expectation::refusal(&[REVISION, MALFORMED]).or_refusal(&CONSTRAINT),
        refusal,
        call: |target, partition| varied(put("a"), target, partition),
        around: beside_a_witness,
        clause,
    }
    .rules();
    rules.extend(creation());
    rules.extend(revisions());
    rules.extend(documents());
    rules.extend(sizes());
    rules.extend(limits());
    rules.extend(lockout());
    rules
}

/// Success that is then listed.
fn stored() -> Expectation {
    Expectation::success(After::Stored, [])
}

fn creation() -> Vec<Rule> {
    vec![
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyName.creates",
            seed("PolicyRevisionId: by default the resource policy is created if it does not exist"),
            "a put under a free name",
        )
        .expect("created", stored())
        .case("the only policy", [read(), put("a").expecting("created").step(), read()])
        .case("beside another", [put("b").step(), read(), put("a").expecting("created").step(), read()])
        .case(
            "again after a deletion",
            [
                put("a").step(),
                super::delete("a").step(),
                read(),
                put("a").document(1).expecting("created").step(),
                read(),
            ],
        )
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.ResourcePolicy.members",
            seed("Response Structure: ResourcePolicy has PolicyName, PolicyDocument, PolicyRevisionId, LastUpdatedTime"),
            "the members of a successful answer",
        )
        .expect("complete", Expectation::success(After::Any, [COMPLETE]))
        .case("a creation", [put("a").expecting("complete").step()])
        .case("an update", [put("a").step(), put("a").document(1).expecting("complete").step()])
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.ResourcePolicy.as-put",
            seed("ResourcePolicy: the resource policy document, as provided in the PutResourcePolicyRequest"),
            "name and document of a successful answer",
        )
        .expect("same", Expectation::success(After::Any, [SAME_NAME, SAME_DOCUMENT]))
        .case("a creation", [put("a").expecting("same").step()])
        .case("an update", [put("a").step(), put("a").document(1).expecting("same").step()])
        .case("a name with every kind of character", [put("nAa0_+=,.@-").expecting("same").step()])
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyName.unique",
            seed("each policy name must be unique within that account"),
            "names that have much in common stay names of policies of their own",
        )
        .expect("created", stored())
        .case("a longer name", [put("a").step(), read(), put("ab").document(1).expecting("created").step(), read()])
        .case("a shorter name", [put("ab").step(), read(), put("a").document(1).expecting("created").step(), read()])
        .case(
            "a name with another last character",
            [put("a-1").step(), read(), put("a-2").document(1).expecting("created").step(), read()],
        )
        .case(
            "a name of 128 characters with another last one",
            [put_long("x").step(), read(), put_long("y").document(1).expecting("created").step(), read()],
        )
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyName.case",
            INFERENCE.says("a name is what was put, letter for letter, so names in another case are other names"),
            "two names that differ in case alone",
        )
        .expect("created", stored().at(Level::Should))
        .case("upper and lower case", [
            put("nCASE").step(),
            read(),
            put("ncase").document(1).expecting("created").step(),
            read(),
        ])
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.LastUpdatedTime.seconds",
            seed("LastUpdatedTime: when the policy was last updated, in Unix time seconds"),
            "the time of a successful answer",
        )
        .expect("time", Expectation::success(After::Any, [NUMERIC_TIME, SECONDS, NEAR]))
        .case("a creation", [put("a").expecting("time").step()])
        .case("an update", [put("a").step(), put("a").document(1).expecting("time").step()])
        .build(),
    ]
}

/// A put under a name of 128 characters that ends like this.
fn put_long(end: &str) -> aws_conformance_generators::plan::Call {
    let text = Text(vec![
        Part::Symbol(Symbol::Name("n".to_owned())),
        Part::Fill { with: '-', until: 128, unit: Unit::Characters },
        Part::Literal(end.to_owned()),
    ]);
    put("n").with("PolicyName", Some(Arg::Text(text)))
}

const NUMERIC_TIME: Check = Check {
    class: "time-form",
    states: "a LastUpdatedTime that is a JSON number",
    level: Level::Must,
    test: |context| match super::member(context, "LastUpdatedTime") {
        Some(time) if !time.is_number() => Err(format!("LastUpdatedTime is {time}")),
        _ => Ok(()),
    },
};

const SECONDS: Check = Check {
    class: "time-unit",
    states: "a LastUpdatedTime in seconds",
    level: Level::Must,
    // A year off is no clock's skew: it is milliseconds, or the beginning of the epoch.
    test: |context| within(context, 366.0 * 86_400.0),
};

const NEAR: Check = Check {
    class: "time-skew",
    states: "a LastUpdatedTime within five minutes of the request",
    level: Level::Should,
    test: |context| match within(context, 366.0 * 86_400.0) {
        // Grave enough for another check.
        Err(_) => Ok(()),
        Ok(()) => within(context, 300.0),
    },
};

fn within(context: &Context<'_>, bound: f64) -> Result<(), String> {
    let Some(time) = super::member(context, "LastUpdatedTime").and_then(Value::as_f64) else { return Ok(()) };
    // The answer's own Date tells a clock that is off from a time that is wrong.
    let now = context.exchange.sent_at;
    if (time - now).abs() <= bound {
        Ok(())
    } else {
        Err(format!("LastUpdatedTime is {time}, sent at {now:.0}"))
    }
}

fn revisions() -> Vec<Rule> {
    let updated = || Expectation::success(After::Stored, [NEW_REVISION, GREATER_REVISION]);
    let two = || {
        vec![
            put("a").labelled("first").step(),
            put("a").document(1).labelled("before").step(),
            put("other").labelled("other").step(),
            put("other").document(2).labelled("other2").step(),
            put("other").document(3).labelled("other3").step(),
            read(),
        ]
    };
    let clause = || {
        seed(
            "PolicyRevisionId: if it does not match the latest revision id, the operation fails with InvalidPolicyRevisionIdException",
        )
    };
    let mut not_current = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.not-current",
        clause(),
        "texts that are not the current revision, most of them around it",
    )
    .expect("refused", Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT))
    .expect("either", Expectation::no_server_error().at(Level::Observe))
    .between(two(), [read()]);
    for partition in revision::not_current(&revision("before")) {
        let call = put("a").document(4).with("PolicyRevisionId", partition.value);
        not_current = match partition.ambiguous {
            None => not_current.refused(partition.label, call.expecting("refused")),
            Some(_) => {
                not_current.case(partition.label, [two(), vec![call.expecting("either").step()]].concat())
            }
        };
    }
    let mut free = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyRevisionId.free-name",
        INFERENCE.says("a revision other than 0 under a free name matches no latest revision id"),
        "a revision for a policy that does not exist",
    )
    .expect("refused", Expectation::refusal(&[REVISION]).or_refusal(&CONSTRAINT).at(Level::Should))
    .between([put("witness").labelled("witness").step(), read()], [read()]);
    for (label, value) in [("'1'", "1"), ("'2'", "2"), ("'17'", "17"), ("a word", "abc")] {
        free = free.refused(label, put("a").revision(value).expecting("refused"));
    }
    vec![
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.absent-updates",
            seed("PolicyRevisionId: by default the policy is created, or updated with an incremented revision id"),
            "a put without a revision under a name that exists",
        )
        .expect("updated", updated())
        .case("once", [
            put("a").labelled("before").step(),
            read(),
            put("a").document(1).expecting("updated").step(),
            read(),
        ])
        .case("twice", [
            put("a").labelled("first").step(),
            put("a").document(1).labelled("before").step(),
            read(),
            put("a").document(2).expecting("updated").step(),
            read(),
        ])
        .case("back to the first document", [
            put("a").labelled("first").step(),
            put("a").document(1).labelled("before").step(),
            read(),
            put("a").expecting("updated").step(),
            read(),
        ])
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.current-updates",
            seed("PolicyRevisionId: specifies a specific policy revision; one that matches the latest succeeds"),
            "a put with the current revision",
        )
        .expect("updated", updated())
        .case("the first revision", [
            put("a").labelled("before").step(),
            read(),
            put("a").document(1).revision(revision("before")).expecting("updated").step(),
            read(),
        ])
        .case("a later revision", [
            put("a").labelled("first").step(),
            put("a").document(1).labelled("before").step(),
            read(),
            put("a").document(2).revision(revision("before")).expecting("updated").step(),
            read(),
        ])
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.stale",
            clause(),
            "a put with a revision that was the latest once",
        )
        .expect("refused", Expectation::refusal(&[REVISION]))
        .between(two(), [read()])
        .refused("the first of two revisions", put("a").document(4).revision(revision("first")).expecting("refused"))
        .refused("the first of two revisions and its document", put("a").revision(revision("first")).expecting("refused"))
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.future",
            clause(),
            "a put with a revision that is yet to come",
        )
        .expect("refused", Expectation::refusal(&[REVISION]))
        .between(two(), [read()])
        .refused(
            "the next revision",
            put("a")
                .document(4)
                .revision(revision("before").derived(Derivation::Successor))
                .expecting("refused"),
        )
        .refused(
            "the current revision of another policy",
            put("a").document(4).revision(revision("other3")).expecting("refused"),
        )
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.zero-on-taken-name",
            seed("PolicyRevisionId of 0: fails with InvalidPolicyRevisionIdException if a policy with the same name exists"),
            "revision 0 under a name that exists",
        )
        .expect("refused", Expectation::refusal(&[REVISION]))
        .between(two(), [read()])
        .refused("another document", put("a").document(4).revision("0").expecting("refused"))
        .refused("the same document", put("a").document(1).revision("0").expecting("refused"))
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.zero-on-free-name",
            seed("PolicyRevisionId: ensures an atomic create operation; 0 fails only if the name exists"),
            "revision 0 under a free name",
        )
        .expect("created", stored())
        .case("a new name", [read(), put("a").revision("0").expecting("created").step(), read()])
        .case("beside another", [
            put("b").step(),
            read(),
            put("a").revision("0").expecting("created").step(),
            read(),
        ])
        .case("after a deletion", [
            put("a").step(),
            super::delete("a").step(),
            read(),
            put("a").revision("0").expecting("created").step(),
            read(),
        ])
        .build(),
        not_current.build(),
        free.build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.first",
            TERRAFORM.says("the first put answers revision 1, changed puts 2 and 3"),
            "the revision of a new policy",
        )
        .expect("one", Expectation::success(After::Any, [FIRST_IS_ONE]).at(Level::Observe))
        .case("a creation", [put("a").expecting("one").step()])
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyRevisionId.same-document",
            API_XRAY.says("a put updates with an incremented revision id; of an identical document nothing is said"),
            "a put of the document that is there already",
        )
        .expect("either", Expectation::success(After::Any, []).at(Level::Observe))
        .case("identical", [put("a").labelled("before").step(), put("a").expecting("either").step()])
        .build(),
    ]
}

const FIRST_IS_ONE: Check = Check {
    class: "not-one",
    states: "revision 1",
    level: Level::Observe,
    test: |context| match revision_now(context).as_deref() {
        Some("1") => Ok(()),
        other => Err(format!("PolicyRevisionId is {other:?}")),
    },
};

fn documents() -> Vec<Rule> {
    let refusals = |draft: RuleBuilder, documents: Vec<document::Document>| {
        let (before, after) = beside_a_witness();
        documents.into_iter().fold(draft.between(before, after), |draft, document| {
            let text = Some(Arg::Text(document.text));
            draft.refused(document.label, put("a").with("PolicyDocument", text).expecting("refused"))
        })
    };
    let observed = |draft: RuleBuilder, documents: Vec<document::Document>| {
        documents.into_iter().fold(draft, |draft, document| {
            let text = Some(Arg::Text(document.text));
            draft.case(document.label, [put("a").with("PolicyDocument", text).expecting("either").step()])
        })
    };
    let plain = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.plain",
        GUIDE_XRAY.says("a resource policy with Version, Effect, Principal, Action, Resource and Condition for Amazon SNS"),
        "grammar-valid documents made of what the documents show",
    )
    .expect("stored", Expectation::success(After::Stored, [SAME_DOCUMENT]));
    let plain = document::plain(Service::Xray).into_iter().fold(plain, |draft, document| {
        let text = Some(Arg::Text(document.text));
        draft.case(
            document.label,
            [read(), put("a").with("PolicyDocument", text).expecting("stored").step(), read()],
        )
    });
    let plain = plain.random(|| {
        document::valid_plain(Service::Xray)
            .prop_map(|document| {
                let text = Some(Arg::Text(document.text));
                case(
                    document.label,
                    [read(), put("a").with("PolicyDocument", text).expecting("stored").step(), read()],
                )
            })
            .boxed()
    });
    let not_json = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.not-json",
        API_XRAY.says("MalformedPolicyDocumentException: invalid policy document provided in request"),
        "texts that are not JSON",
    )
    // A blank text may be taken for a missing member as well.
    .expect("refused", Expectation::refusal(&[MALFORMED]))
    .expect("empty", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT));
    let (empty, texts): (Vec<_>, Vec<_>) =
        document::not_json(Service::Xray).into_iter().partition(|document| is_blank(&document.text));
    let mut not_json = refusals(not_json, texts);
    for document in empty {
        let text = Some(Arg::Text(document.text));
        not_json = not_json.refused(document.label, put("a").with("PolicyDocument", text).expecting("empty"));
    }
    let not_json = not_json.random_refusals(|| {
        document::truncated(Service::Xray)
            .prop_map(|document| {
                let text = Some(Arg::Text(document.text));
                (document.label, put("a").with("PolicyDocument", text).expecting("refused"))
            })
            .boxed()
    });
    let mut beyond = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.round-trip",
        seed("ResourcePolicy: the resource policy document, as provided in the PutResourcePolicyRequest"),
        "documents with more than ASCII, and with escapes: where they are accepted, they come back as they were",
    )
    .expect(
        "same",
        Expectation::success(After::Stored, [SAME_DOCUMENT])
            .or_refusal(&[MALFORMED, "PolicySizeLimitExceededException"])
            .or_refusal(&CONSTRAINT),
    );
    for (label, value) in [
        ("a Latin-1 letter", "é"),
        ("an ideograph", "漢"),
        ("an emoji", "🦀"),
        ("an escaped quote", "\\\""),
        ("an escaped backslash", "\\\\"),
        ("an escaped letter", "\\u0041"),
        ("an escaped newline", "\\n"),
        ("a percent sign", "%41"),
        ("markup", "<a&amp;b>"),
    ] {
        let document = document::with_value(Service::Xray, value);
        let call = put("a").with("PolicyDocument", Some(document.into())).expecting("same");
        beyond = beyond.case(label, [read(), call.step(), read()]);
    }
    vec![
        plain.build(),
        not_json.build(),
        beyond.build(),
        refusals(
            RuleBuilder::new(
                "xray.PutResourcePolicy.PolicyDocument.not-a-policy",
                API_XRAY.says("PolicyDocument: the resource policy document; MalformedPolicyDocumentException if invalid"),
                "JSON that is no policy: no object, no statement, or a statement without an element",
            )
            .expect("refused", Expectation::refusal(&[MALFORMED]).or_refusal(&CONSTRAINT).at(Level::Should)),
            document::not_a_policy(Service::Xray),
        )
        .build(),
        observed(
            RuleBuilder::new(
                "xray.PutResourcePolicy.PolicyDocument.fine-grammar",
                INFERENCE.says("how deep the grammar of policies is checked is not documented"),
                "elements, types and values of which the documents say nothing",
            )
            .expect("either", Expectation::no_server_error().at(Level::Observe)),
            [
                document::forbidden_elements(Service::Xray),
                document::fine_grammar(Service::Xray),
                document::valid_examples(Service::Xray).split_off(document::plain(Service::Xray).len()),
            ]
            .concat(),
        )
        .build(),
    ]
}

fn is_blank(text: &Text) -> bool {
    matches!(text.0.as_slice(), [Part::Literal(text)] if text.trim().is_empty())
}

fn sizes() -> Vec<Rule> {
    let sized = |bytes: usize, filling: Filling| {
        Some(Arg::Text(document::sized(Service::Xray, bytes, Unit::Bytes, filling)))
    };
    let at = |bytes: usize, expect: &str| {
        put("a").with("PolicyDocument", sized(bytes, Filling::Whitespace)).expecting(expect)
    };
    let (before, after) = beside_a_witness();
    let mut too_large = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size-max",
        seed("the maximum size of each resource policy is 5KB"),
        "documents of more than 5120 bytes",
    )
    .expect(
        "refused",
        Expectation::refusal(&["PolicySizeLimitExceededException", "ValidationException"])
            .other_code_is(Level::Should),
    )
    .between(before, after);
    for bytes in [5121, 5200, 6000, 10_240, 20_000] {
        too_large = too_large.refused(format!("{bytes} bytes"), at(bytes, "refused"));
    }
    too_large = too_large.refused(
        "5121 bytes in a value",
        put("a").with("PolicyDocument", sized(5121, Filling::Value('x'))).expecting("refused"),
    );
    let mut large = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size",
        seed("PolicyDocument: can be up to 5kb in size"),
        "documents of up to 5000 bytes",
    )
    .expect("stored", stored());
    for bytes in [4096, 4097, 4999, 5000] {
        large = large.case(format!("{bytes} bytes"), [read(), at(bytes, "stored").step(), read()]);
    }
    let mut between = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size-5kb",
        CFN_XRAY.says("PolicyDocument: 1 to 5120; the API documents say 5KB"),
        "documents between 5000 and 5120 bytes, and with more bytes than characters",
    )
    .expect("either", Expectation::no_server_error().at(Level::Observe));
    for bytes in [5001, 5119, 5120] {
        between = between.case(format!("{bytes} bytes"), [at(bytes, "either").step()]);
    }
    let wide = |characters: usize| {
        Some(Arg::Text(document::sized(Service::Xray, characters, Unit::Characters, Filling::Value('é'))))
    };
    between = between.case(
        "2600 characters, more bytes",
        [put("a").with("PolicyDocument", wide(2600)).expecting("either").step()],
    );
    let (before, after) = beside_a_witness();
    let bytes = RuleBuilder::new(
        "xray.PutResourcePolicy.PolicyDocument.size-bytes",
        seed("PolicyDocument: can be up to 5kb in size, and a size counts bytes"),
        "a document of fewer than 5000 characters and nearly 10,000 bytes",
    )
    .expect(
        "refused",
        Expectation::refusal(&["PolicySizeLimitExceededException", "ValidationException", MALFORMED])
            .at(Level::Should),
    )
    .between(before, after)
    .refused("4990 characters", put("a").with("PolicyDocument", wide(4990)).expecting("refused"))
    .build();
    vec![large.build(), too_large.build(), between.build(), bytes]
}

fn limits() -> Vec<Rule> {
    let fill = |expect: &'static str| {
        let puts = (1..=MOST).map(move |number| {
            put(&format!("p{number}")).labelled(&format!("p{number}")).expecting(expect).step()
        });
        std::iter::once(read()).chain(puts).chain([read()])
    };
    vec![
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyName.count-max",
            seed("each account can have a maximum of 5 resource policies"),
            "as many policies as there may be, and one more",
        )
        .expect("counted", Expectation::refusal(&[COUNT]).or_success(After::Stored, []).given(at_count))
        .case("eleven puts under free names", fill("counted"))
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyName.count-update",
            INFERENCE.says("an update adds no policy, so the limit on their number does not apply to it"),
            "an update where there are as many policies as there may be",
        )
        .expect("filling", Expectation::no_server_error().at(Level::Observe))
        .expect("updated", stored())
        .case(
            "the first policy",
            fill("filling").take(MOST + 1).chain([
                read(),
                put("p1").document(1).expecting("updated").step(),
                read(),
            ]),
        )
        .build(),
        RuleBuilder::new(
            "xray.PutResourcePolicy.PolicyName.count-freed",
            INFERENCE.says("a deletion frees a place"),
            "a put under a free name after a deletion where there were as many policies as there may be",
        )
        .expect("filling", Expectation::no_server_error().at(Level::Observe))
        .expect("created", stored())
        .case(
            "a new name",
            fill("filling").take(MOST + 1).chain([
                super::delete("p1").step(),
                read(),
                put("new").expecting("created").step(),
                read(),
            ]),
        )
        .build(),
    ]
}

/// One more than the greatest limit that was ever seen.
pub(super) const MOST: usize = 11;

/// What a put under a free name comes to, given how many policies are there: the limit is 5 by the
/// documents, 10 has been seen, and the target's owner may state another.
fn at_count(recorded: &Recorded, exchange: &Exchange) -> Expectation {
    let there = recorded.first_read().map_or(0, |state| state.occupied + state.policies.len());
    let mut accepted = 0;
    let mut refused = false;
    for other in recorded.traces.iter().flat_map(crate::exchange::Trace::exchanges) {
        if other.label == exchange.label {
            break;
        }
        match other.outcome() {
            Outcome::Success(_) if other.label.starts_with('p') => accepted += 1,
            Outcome::Refused { .. } if other.label.starts_with('p') => refused = true,
            _ => {}
        }
    }
    let success = || Expectation::success(After::Stored, []);
    let refusal = || Expectation::refusal(&[COUNT]);
    if recorded.preexisting.is_none() {
        // Others are at work, so that nobody knows how much room there is.
        return success().or_refusal(&[COUNT]);
    }
    let count = there + accepted + 1;
    match recorded.quotas.resource_policies {
        Some(quota) if count <= quota => success(),
        Some(_) => refusal(),
        None if count <= 5 => success(),
        // The first refusal settles which limit it is.
        None if refused || count > 10 => refusal(),
        None if count == 6 => refusal().or_success(After::Stored, []),
        None => success(),
    }
}

fn lockout() -> Vec<Rule> {
    let (before, after) = beside_a_witness();
    let mut without = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.lockout",
        API_XRAY.says("LockoutPreventionException: the policy would prevent the caller from calling PutResourcePolicy in the future"),
        "a Deny of PutResourcePolicy to everybody, without the flag",
    )
    .expect("refused", Expectation::refusal(&["LockoutPreventionException"]).at(Level::Should))
    .between(before, after);
    let mut with = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.bypass",
        seed("BypassPolicyLockoutCheck: a flag to indicate whether to bypass the resource policy lockout safety check"),
        "a Deny of PutResourcePolicy to everybody, with the flag",
    )
    .expect("accepted", Expectation::success(After::Stored, []).at(Level::Should));
    let flag = |value: bool| Some(Arg::Json(json!(value)));
    for document in document::lockouts() {
        let call = put("a").with("PolicyDocument", Some(Arg::Text(document.text)));
        without = without.refused(document.label.clone(), call.clone().expecting("refused")).refused(
            format!("{}, the flag false", document.label),
            call.clone().with("BypassPolicyLockoutCheck", flag(false)).expecting("refused"),
        );
        let bypassed = call.with("BypassPolicyLockoutCheck", flag(true)).expecting("accepted");
        with = with.case(document.label, [read(), bypassed.step(), read()]);
    }
    let plain = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.harmless",
        seed("BypassPolicyLockoutCheck: the default value is false"),
        "the flag beside a document that locks nobody out",
    )
    .expect("stored", stored())
    .case(
        "true",
        [read(), put("a").with("BypassPolicyLockoutCheck", flag(true)).expecting("stored").step(), read()],
    )
    .case(
        "false",
        [read(), put("a").with("BypassPolicyLockoutCheck", flag(false)).expecting("stored").step(), read()],
    );
    let denial = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"Service":"sns.amazonaws.com"},"Action":"xray:GetSamplingRules","Resource":"*"}]}"#;
    let denial = RuleBuilder::new(
        "xray.PutResourcePolicy.BypassPolicyLockoutCheck.other-denial",
        API_XRAY.says(
            "LockoutPreventionException: only for a policy that keeps the caller from PutResourcePolicy",
        ),
        "a Deny that has nothing to do with PutResourcePolicy, without the flag",
    )
    .expect("stored", stored().at(Level::Should))
    .case(
        "a service's GetSamplingRules",
        [
            read(),
            put("a").with("PolicyDocument", Some(Arg::string(denial))).expecting("stored").step(),
            read(),
        ],
    );
    vec![without.build(), with.build(), plain.build(), denial.build()]
}
