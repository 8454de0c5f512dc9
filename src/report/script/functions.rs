//! The shell functions that scripts are made of. Only those that a script uses are written into it.

/// A shell function: its name, those that it calls, and its text.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) calls: &'static [&'static str],
    pub(super) text: &'static str,
}

/// The functions that do not depend on the client, in the order in which they are written.
pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "fill",
        calls: &[],
        text: r#"# A text so many times: COUNT TEXT
fill() {
    TEXT=$2 awk -v n="$1" 'BEGIN { while (n-- > 0) printf "%s", ENVIRON["TEXT"] }'
}
"#,
    },
    Function {
        name: "repeat",
        calls: &[],
        text: r#"# Bytes so many times: COUNT PRINTF-FORMAT
repeat() {
    n=$1
    while [ "$n" -gt 0 ]; do
        printf "$2"
        n=$((n - 1))
    done
}
"#,
    },
    Function {
        name: "characters",
        calls: &["unescaped"],
        text: r#"# How many characters a text has that stands in JSON: TEXT
characters() {
    unescaped "$1" | LC_ALL=C tr -d '\200-\277' | wc -c | tr -d ' '
}
"#,
    },
    Function {
        name: "bytes",
        calls: &["unescaped"],
        text: r#"# How many bytes a text has that stands in JSON: TEXT
bytes() {
    unescaped "$1" | wc -c | tr -d ' '
}
"#,
    },
    Function {
        name: "unescaped",
        calls: &[],
        text: r#"# A text that stands in JSON, with one letter for each escape: TEXT
unescaped() {
    printf '%s' "$1" | sed 's/\\\\/x/g; s/\\u[0-9a-fA-F]\{4\}/x/g; s/\\./x/g' | tr -d '\n'
}
"#,
    },
    Function {
        name: "partition_of",
        calls: &[],
        text: r#"# The partition of a region's ARNs: REGION
partition_of() {
    case $1 in
    cn-*) printf aws-cn ;;
    us-gov-*) printf aws-us-gov ;;
    us-iso-*) printf aws-iso ;;
    us-isob-*) printf aws-iso-b ;;
    eu-isoe-*) printf aws-iso-e ;;
    us-isof-*) printf aws-iso-f ;;
    eusc-*) printf aws-eusc ;;
    *) printf aws ;;
    esac
}
"#,
    },
    Function {
        name: "member",
        calls: &[],
        text: r#"# The text or number of the Nth member of this name in an answer: LABEL NAME N
member() {
    tr '\r\n' '  ' <"$dir/$1.answer" | awk -v name="\"$2\"[ \t]*:[ \t]*" -v n="$3" '
        {
            rest = $0
            while (n-- > 0) {
                if (!match(rest, name)) exit
                rest = substr(rest, RSTART + RLENGTH)
            }
            if (substr(rest, 1, 1) == "\"") {
                rest = substr(rest, 2)
                match(rest, /^([^"\\]|\\.)*/)
            } else {
                match(rest, /^[-+.0-9eE]*/)
            }
            value = substr(rest, 1, RLENGTH)
            gsub(/\\\//, "/", value)
            print value
            found = 1
        }
        END { exit !found }'
}
"#,
    },
    Function {
        name: "captured",
        calls: &["member"],
        text: r#"# The same of an answer that has to have it.
captured() {
    member "$@" || {
        echo "the answer to $1 has no $2:" >&2
        cat "$dir/$1.answer" >&2
        exit 1
    }
}
"#,
    },
    Function {
        name: "successor",
        calls: &[],
        text: r#"# The next number; of what is no number, the text with a 1 behind it: TEXT
successor() {
    case $1 in
    '' | *[!0-9]* | ???????????????????*) printf '%s1' "$1" ;;
    *)
        n=$1
        while [ "$n" != 0 ] && [ "$n" != "${n#0}" ]; do n=${n#0}; done
        printf '%s' "$((n + 1))"
        ;;
    esac
}
"#,
    },
    Function {
        name: "uppercase",
        calls: &[],
        text: "uppercase() { printf '%s' \"$1\" | tr 'abcdefghijklmnopqrstuvwxyz' 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'; }\n",
    },
    Function {
        name: "complement",
        calls: &[],
        text: "# Each hexadecimal digit exchanged for 15 minus it: TEXT
complement() { printf '%s' \"$1\" | tr '0123456789abcdefABCDEF' 'fedcba9876543210543210'; }
",
    },
    Function {
        name: "other_digits",
        calls: &[],
        text: "# Each decimal digit exchanged for 9 minus it: TEXT
other_digits() { printf '%s' \"$1\" | tr '0123456789' '9876543210'; }
",
    },
    Function {
        name: "other_last",
        calls: &["complement"],
        text: "# The last hexadecimal digit exchanged for 15 minus it: TEXT
other_last() { printf '%s' \"${1%?}\" && complement \"${1#\"${1%?}\"}\"; }
",
    },
    Function {
        name: "part",
        calls: &[],
        text: r#"# One part of a text, counted from 0, of at most MOST (0: any number): TEXT SEPARATOR MOST NUMBER
part() {
    TEXT=$1 awk -v separator="$2" -v most="$3" -v number="$4" 'BEGIN {
        rest = ENVIRON["TEXT"]
        for (n = 0; ; n++) {
            at = index(rest, separator)
            if (at == 0 || n + 1 == most) break
            if (n == number) { rest = substr(rest, 1, at - 1); break }
            rest = substr(rest, at + 1)
        }
        if (n == number) printf "%s", rest
    }'
}
"#,
    },
    Function {
        name: "replaced",
        calls: &[],
        text: r#"# A text with one such part replaced: TEXT SEPARATOR MOST NUMBER REPLACEMENT
replaced() {
    TEXT=$1 WITH=$5 awk -v separator="$2" -v most="$3" -v number="$4" 'BEGIN {
        rest = ENVIRON["TEXT"]
        for (n = 0; ; n++) {
            at = index(rest, separator)
            last = at == 0 || n + 1 == most
            one = last ? rest : substr(rest, 1, at - 1)
            if (n == number) one = ENVIRON["WITH"]
            printf "%s%s", n ? separator : "", one
            if (last) break
            rest = substr(rest, at + 1)
        }
    }'
}
"#,
    },
    Function {
        name: "made",
        calls: &[],
        text: r#"# Notes what has to be removed in the end: KIND REGION-OR-ARN NAME
made() { printf '%s\t%s\t%s\n' "$@" >>"$dir/made"; }
"#,
    },
];

/// The functions whose text depends on the client: operations are written as `{Operation}`.
pub(super) const CLIENT_FUNCTIONS: &[Function] = &[
    Function {
        name: "body",
        calls: &[],
        text: r#"# The body of an answer: LABEL
body() {
    awk 'body { print } /^\r?$/ { body = 1 }' "$dir/$1.answer"
}
"#,
    },
    Function {
        name: "prepared",
        calls: &[],
        text: r#"# A call that only prepares has to succeed: LABEL
prepared() {
    status=$(awk '/^HTTP\// { status = $2; if (status >= 200) exit } END { print status }' "$dir/$1.answer")
    case $status in
    2*) ;;
    *)
        echo "the call $1, which prepares the ground, did not succeed:" >&2
        cat "$dir/$1.answer" >&2
        exit 1
        ;;
    esac
}
"#,
    },
    Function {
        name: "read_all",
        calls: &["member", "body"],
        text: r#"# Shows every page of a listing: SERVICE OPERATION MEMBERS
read_all() {
    token= pages=0
    while [ "$pages" -lt 60 ]; do
        pages=$((pages + 1))
        printf '{%s%s}' "$3" "${token:+${3:+,}\"NextToken\":\"$token\"}" >"$dir/read.request"
        "$1" read "$2" || return 0
        body read
        echo
        token=$(member read NextToken 1) || token=
        if [ -z "$token" ]; then break; fi
    done
}
"#,
    },
    Function {
        name: "await_project",
        calls: &["body"],
        text: r#"# Waits until a project is listed with a status, or (with an empty one) no longer: NAME STATUS
await_project() {
    polls=0
    while [ "$polls" -lt 30 ]; do
        polls=$((polls + 1))
        printf '{"ProjectNames":["%s"]}' "$1" >"$dir/await.request"
        rekognition await {DescribeProjects} || return 0
        seen=$(body await | tr '\r\n}' '  \n' | grep -F ":project/$1/" || :)
        case $seen in
        '') if [ -z "$2" ]; then return 0; fi ;;
        *'"'"$2"'"'*) if [ -n "$2" ]; then return 0; fi ;;
        esac
        sleep 1
    done
    echo "the project $1 did not become ${2:-unlisted} within $polls seconds" >&2
}
"#,
    },
    Function {
        name: "make_project",
        calls: &["made", "captured", "prepared", "await_project"],
        text: r#"# Creates a project for the case and prints its ARN: LABEL NAME
make_project() {
    printf '{"ProjectName":"%s"}' "$2" >"$dir/$1.request"
    rekognition "$1" {CreateProject}
    prepared "$1"
    arn=$(captured "$1" ProjectArn 1)
    made project "$arn" "$2"
    await_project "$2" CREATED
    printf '%s' "$arn"
}
"#,
    },
    Function {
        name: "claim",
        calls: &["body"],
        text: r#"# Stops where a policy of this name was there before: REGION NAME
claim() {
    printf '{}' >"$dir/claim.request"
    xray claim {ListResourcePolicies} "$1" || return 0
    printf '"PolicyName":"%s"\n' "$2" >"$dir/claim.name"
    if body claim | sed 's/"PolicyName"[[:space:]]*:[[:space:]]*/"PolicyName":/g' |
        grep -qF -f "$dir/claim.name"; then
        echo "a policy of the name that is about to be put is there already; it is left alone" >&2
        exit 1
    fi
}
"#,
    },
];

/// The calls through curl.
pub(super) const CURL: &[Function] = &[
    Function {
        name: "xray",
        calls: &[],
        text: r#"# A well-formed call with the body $dir/LABEL.request: LABEL OPERATION [REGION]
xray() {
    curl -i -sS --max-time 60 --aws-sigv4 "aws:amz:${3:-$region}:xray" \
        --user "${AWS_ACCESS_KEY_ID:-test}:${AWS_SECRET_ACCESS_KEY:-test}" \
        ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} \
        -X POST -H 'content-type: application/json' \
        --data-binary "@$dir/$1.request" "$xray_url/$2" >"$dir/$1.answer"
}
"#,
    },
    Function {
        name: "rekognition",
        calls: &[],
        text: r#"# A well-formed call with the body $dir/LABEL.request: LABEL OPERATION [REGION]
rekognition() {
    curl -i -sS --max-time 60 --aws-sigv4 "aws:amz:${3:-$region}:rekognition" \
        --user "${AWS_ACCESS_KEY_ID:-test}:${AWS_SECRET_ACCESS_KEY:-test}" \
        ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} \
        -X POST -H 'content-type: application/x-amz-json-1.1' -H "x-amz-target: RekognitionService.$2" \
        --data-binary "@$dir/$1.request" "$rekognition_url/" >"$dir/$1.answer"
}
"#,
    },
];

/// The calls through the AWS CLI, and what replaces the functions that look at HTTP.
pub(super) const AWS_CLI: &[Function] = &[
    Function {
        name: "xray",
        calls: &[],
        text: r#"# A call with the input $dir/LABEL.request: LABEL COMMAND [REGION]
xray() {
    aws --endpoint-url "$xray_url" --region "${3:-$region}" --output json --no-paginate \
        xray "$2" --cli-input-json "file://$dir/$1.request" >"$dir/$1.answer"
}
"#,
    },
    Function {
        name: "rekognition",
        calls: &[],
        text: r#"# A call with the input $dir/LABEL.request: LABEL COMMAND [REGION]
rekognition() {
    aws --endpoint-url "$rekognition_url" --region "${3:-$region}" --output json --no-paginate \
        rekognition "$2" --cli-input-json "file://$dir/$1.request" >"$dir/$1.answer"
}
"#,
    },
    Function { name: "body", calls: &[], text: "body() { cat \"$dir/$1.answer\"; }\n" },
    Function {
        name: "prepared",
        calls: &[],
        text: "# The AWS CLI's own exit status has told.\nprepared() { :; }\n",
    },
];

/// How each kind of thing that a script makes is removed: the kind, and its arm of a `case`.
pub(super) const REMOVALS: &[(&str, &str)] = &[
    (
        "policy",
        r#"            policy)
                printf '{"PolicyName":"%s"}' "$name" >"$dir/clean-up.request"
                xray clean-up {DeleteResourcePolicy} "$where"
                ;;
"#,
    ),
    (
        "policy-of-project",
        r#"            policy-of-project)
                printf '{"ProjectArn":"%s","PolicyName":"%s"}' "$where" "$name" >"$dir/clean-up.request"
                rekognition clean-up {DeleteProjectPolicy}
                ;;
"#,
    ),
    (
        "project",
        r#"            project)
                printf '{"ProjectArn":"%s"}' "$where" >"$dir/clean-up.request"
                rekognition clean-up {DeleteProject}
                ;;
"#,
    ),
];

/// What surrounds the arms of [`REMOVALS`].
pub(super) const TEAR_DOWN: (&str, &str) = (
    r#"# Removes what the script made.
tear_down() {
    set +e
    tab=$(printf '\t')
    if [ -f "$dir/made" ]; then
        sort -u "$dir/made" | while IFS=$tab read -r kind where name; do
            case $kind in
"#,
    r#"            esac >/dev/null 2>&1
        done
    fi
    rm -rf "$dir"
}
trap tear_down EXIT
"#,
);
