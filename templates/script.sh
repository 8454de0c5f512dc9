#!/bin/sh
{%- for (name, fact) in self.facts() %}
# {{ name }}: {{ fact }}
{%- endfor %}
# Needs {% if aws_cli %}the AWS CLI{% else %}curl 7.75{% endif %} and jq 1.6. Exit status: 1 it shows, 0 it does not, 2 nobody can tell.
{%- if target.is_reference() %}
# First, with the faults of the run: aws-conformance serve --addr 127.0.0.1:4566
{%- endif %}
ENDPOINT=${ENDPOINT:-{{ self.url() }}} REGION=${REGION:-{{ self::quote(region) }}}
{% if aws_cli %}export AWS_PAGER='' AWS_MAX_ATTEMPTS=1 {% endif %}AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-test} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-test}
dir=$(mktemp -d) && trap 'rm -rf "$dir"' EXIT{% if self.keeps_projects() %} && : >"$dir/projects"{% endif %} || exit 2
{%- if self.names_run() %}
run=awsc-$(printf %09d $((($(date +%s) * 100000 + $$) % 1000000000)))
{%- endif %}
stop() { echo "it cannot be told: $*" >&2; exit 2; }
{ command -v {% if aws_cli %}aws{% else %}curl{% endif %} && command -v jq; } >/dev/null || stop '{% if aws_cli %}aws{% else %}curl{% endif %} and jq are needed'
{%- if aws_cli %}
# Sends $dir/in and keeps outcome and answer: LABEL OPERATION
ask() {
    label=$1 operation=$2 outcome=success
    command=$(echo "$2" | sed 's/[A-Z]/-&/g; s/^-//' | tr '[:upper:]' '[:lower:]')
    said=$(aws --endpoint-url "$ENDPOINT" --region "$REGION" --output json --no-paginate {{ rule.service }} "$command" \
        --cli-input-json "file://$dir/in" 2>&1 >"$dir/out") ||
        outcome=$(printf '%s\n' "$said" | sed -n 's/^.*An error occurred (\([^)]*\)).*/\1/p' | head -n 1)
    case $outcome in '' | *Thrott* | ProvisionedThroughputExceeded* | SlowDown | *TooManyRequests* | RequestLimitExceeded) stop "$said" ;; esac
{%- else %}
# Sends $dir/in and keeps status, code and answer: LABEL OPERATION CURL-OPTION...
call() {
    label=$1 operation=$2 && shift 2 && : >"$dir/head" && : >"$dir/out"
    status=$(curl -sS --max-time 60 --globoff --path-as-is -D "$dir/head" -o "$dir/out" -w '%{http_code}' \
        ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} --data-binary "@$dir/in" "$@") || status=000
    type=$(tr -d '\r' <"$dir/head" | sed -n 's/^[Xx]-[Aa]mzn-[Ee]rror[Tt]ype: *//p' | head -n 1)
    code=$({ echo "$type"; jq -r '(.code?, .__type?) | strings' "$dir/out" 2>&-; } | sed 's/:.*//; s/.*#//; s/ *$//; /^$/d' | head -n 1)
    outcome=${code:-refused}
    case $status$type/$code in 2??/*Exception | 2??/*Error) ;; 2??/*) outcome=success ;; esac
    case $status/$code in 000/) {% if finding.violation.class == Class::NoResponse %}[ "$label" = judged ] || {% endif %}stop no answer ;; 429/ | */*Thrott* | */ProvisionedThroughputExceeded* | */SlowDown | */*TooManyRequests* | */RequestLimitExceeded) stop throttled ;; esac
{%- endif %}
{%- if let Decision::Calls(filter, _) = decision %}
    {%- if filter.contains(".elsewhere") %}
    case "$*" in *"aws:amz:$REGION:"*) elsewhere=false ;; *) elsewhere=true ;; esac
    {%- endif %}
    jq -cn --arg l "$label" --arg op "$operation" --arg outcome "$outcome" --rawfile in "$dir/in" --rawfile out "$dir/out" \
        '{l: $l, op: $op, outcome: $outcome,{% if filter.contains(".elsewhere") %} elsewhere: '$elsewhere',{% endif %} in: ($in | try fromjson catch null), out: ($out | try fromjson catch null)}' >>"$dir/calls"
{%- endif %}
}
{%- if !aws_cli %}
ask() { call "$1" "$2" --aws-sigv4 "aws:amz:$REGION:{{ self.model().signing_name }}" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -X POST \
{%- if let Some(prefix) = self.model().target_prefix %}
    -H 'content-type: application/x-amz-json-1.1' -H "x-amz-target: {{ prefix }}.$2" "$ENDPOINT/"; }
{%- else %}
    -H 'content-type: application/json' "$ENDPOINT/$2"; }
{%- endif %}
{%- endif %}
{%- if self.needs_success() %}
needed() { [ "$outcome" = success ] || stop "$label: $outcome"; }
{%- endif %}
{%- if self.gets() %}
get() { jq -er "$1 | strings, numbers | tostring | tojson[1:-1]" "$dir/out" || stop "no $1 in the answer to $label"; }
{%- endif %}
{%- if self.derives() %}
derive() { printf '"%s"' "$1" | jq -r "$2 | tojson[1:-1]"; }
{%- endif %}
{%- if self::compares(finding) %}
list() { # every page: NAME INPUT-WITHOUT-BRACES OPERATION
    : >"$dir/$1" && token= pages=
{%- raw %}
    while printf '{%s%s}' "$2" "${token:+${2:+,}\"NextToken\":\"$token\"}" >"$dir/in" && ask list "$3" && [ "$outcome" = success ] &&
        jq -c '(.ResourcePolicies // .ProjectPolicies // .ProjectDescriptions)[]?' "$dir/out" >>"$dir/$1" && pages=.$pages && [ ${#pages} -lt 20 ] &&
        token=$(jq -er '.NextToken | strings | select(. != "") | tojson[1:-1]' "$dir/out"); do :; done
{%- endraw %}
    [ "$outcome" = success ] || echo "{\"PolicyName\":\"$outcome\"}" >>"$dir/$1"
}
{%- endif %}
{%- if self.makes_projects() %}
settle() { # waits while a project has a status: NAME STATUS
    for second in $(seq 30); do printf '{"ProjectNames":["%s"]}' "$1" >"$dir/in" && ask settle {{ PROJECTS.list }} &&
        [ "$(jq -r '.ProjectDescriptions[0].Status?' "$dir/out")" = "$2" ] && sleep 1 || return 0; done
    stop "the project $1 is still $2"
}
{%- endif %}
{%- if let Some(filter) = self.claim() %}
printf '{}' >"$dir/in" && ask claim {{ RESOURCE_POLICIES.list }}
jq -es {{ filter }} "$dir/out" >"$dir/claim" 2>&1 && stop 'a policy of that name is there already'
{%- endif %}
clean_up() {
{%- for (body, operation) in self.removals() %}
    printf '%s' {{ body }} >"$dir/in" && (ask clean-up {{ operation }})
{%- endfor %}
{%- if self.keeps_projects() %}
    while read -r arn; do printf '{"ProjectArn":"%s"}' "$arn" >"$dir/in" && (ask clean-up {{ PROJECTS.delete }}); done <"$dir/projects"
{%- endif %}
    rm -rf "$dir"
}
trap 'clean_up >"$dir/clean-up" 2>&1' EXIT && trap 'exit 2' HUP INT TERM
{%- for (variable, input, name, derived) in self.leased() %}
printf '%s' {{ input }} >"$dir/in" && ask {{ variable }} {{ PROJECTS.create }} &&
    {{ variable }}=$(get .ProjectArn) && echo "${{ variable }}" >>"$dir/projects" && settle {{ name }} CREATING
{%- for part in derived %} && {{ part }}{% endfor %} || exit 2
{%- endfor %}
{%- for act in acts %}
{%- match act %}
{%- when Act::Prepare { exchange, needed } %}
{{ self.sending(exchange, self::quote(exchange.label)) }}{% if *needed %} && needed{% endif %}{% if let Some(made) = self.made(exchange) %} && {{ made }}{% endif %}
{%- when Act::Judge(exchange) %}
# The judged call.
{{ self.sending(exchange, "judged") }}
answer=$outcome && echo "{% if !aws_cli %}HTTP $status, {% endif %}$outcome" && cat "$dir/out" && echo
{%- if self.signs_what_is_not_sent(exchange) %}
case $answer in InvalidSignatureException | SignatureDoesNotMatch) stop 'curl signs a content type that it does not send' ;; esac
{%- endif %}
{%- if let Some(made) = self.made(exchange) %}
{{ made }}
{%- endif %}
{%- when Act::AtOnce(exchanges) %}
# These were sent at once.
{%- for exchange in *exchanges %}
(own=$dir/{{ loop.index0 }} && mkdir "$own" && dir=$own && {
{{ self.sending(exchange, self::quote(exchange.label)) }}
}; echo "$label: $outcome"; cat "$dir/out"; echo) &
{%- endfor %}
wait
{%- when Act::Settle { project, status } %}
settle {{ self.word(project) }} {{ status }}
{%- when Act::Pause(milliseconds) %}
sleep {{ milliseconds.div_ceil(1000) }}
{%- when Act::List(name, page) %}
list {{ name }} {{ self.listed(page) }} {{ page.request.operation }}
{%- endmatch %}
{%- endfor %}
{%- if let Decision::Unknown(reason) = decision %}
stop {{ self::quote(reason) }}
{%- else %}
{%- match decision %}
{%- when Decision::Outcome(condition) | Decision::Http(condition) %}
{{ condition }}
{%- when Decision::Calls(filter, conforming) %}
{%- if let Some(conforming) = conforming %}
case $answer in success) ;; {% if !conforming.is_empty() %}{{ conforming }}) echo 'the violation does not show' && exit 0 ;; {% endif %}*) stop "the judged call was refused with $answer" ;; esac
{%- endif %}
jq -es --arg region "$REGION"{% if self::compares(finding) %} --slurpfile before "$dir/before" --slurpfile after "$dir/after"{% endif %} {{ self::single_quoted(filter) }} "$dir/calls" >"$dir/told"
{%- when Decision::Unknown(_) %}
{%- endmatch %}
case $? in 0) echo 'the violation shows' && exit 1 ;; 1) {% if finding.reproduced.is_intermittent() %}stop 'it does not always show: {{ finding.reproduced }} times'{% else %}echo 'the violation does not show' && exit 0{% endif %} ;; *) stop 'the answer is not what it takes to tell' ;; esac
{%- endif %}
