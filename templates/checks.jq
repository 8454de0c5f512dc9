# What scripts decide by: filters of jq on the calls of a case.
#
# A section begins with its kind and its names. An `answer` is what is wrong with an answer of success, and `around`
# what is wrong with the listings around a call that was accepted, both by the class of the check; `listing` is what is
# wrong with a listing, by the class of the violation. Each `word` is put before the filters in which its name stands:
# $j is the judged call, $a are those before it that were accepted, and $p are the policies that were put, by name;
# $was and $now are the policies that the listings show, by name, and $wanted those that should be listed after it.

## word json
def json: try fromjson catch .;

## word rev
def rev: .out | .PolicyRevisionId? // .ResourcePolicy.PolicyRevisionId?;

## word items
def items: [.out | (.ResourcePolicy? // empty), (.ResourcePolicies? // .ProjectPolicies? // .ProjectDescriptions? // [])[]];

## word off
def off: (. - now) | if . < 0 then - . else . end;

## word far
def far: type == "number" and off > 31622400;

## word near
def near: type == "number" and off >= 300 and off <= 31622400;

## word named
def named: map({key: (.PolicyName // .ProjectArn // ""), value: {d: (.PolicyDocument | json), r: .PolicyRevisionId}}) | from_entries;

## word $j
map(select(.l == "judged"))[-1] as $j |

## word $was
($before | named) as $was |

## word $now
($after | named) as $now |

## word $a[
[.[:-1][] | select(.outcome == "success")] as $a |

## word $p
(reduce ($a[] | select(.in.ProjectArn == $j.in.ProjectArn)) as $c ({};
   if ($c.op | startswith("Put")) then .[$c.in.PolicyName] = $c
   elif ($c.op | test("^Delete.*Policy$")) then del(.[$c.in.PolicyName]) else . end)) as $p |

## word $mine
($j | items | map(select(.PolicyName == null or .PolicyName == $j.in.PolicyName or $p[.PolicyName] != null))) as $mine |

## word $times
[$mine[] | .LastUpdatedTime, .LastUpdatedTimestamp, .CreationTimestamp | select(. != null)] as $times |

## word $gone
[$a[] | select((.op | startswith("Delete")) and .in.PolicyName == null) | .in.ProjectArn] as $gone |

## listing not-listed
($wanted | keys) - ($now | keys) != []

## listing listed-too-much
($now | keys) - ($wanted | keys) != []

## listing listed-revision
any($wanted | keys[]; $now[.] and $now[.].r != $wanted[.].r)

## listing listed-document listed-spelling
any($wanted | keys[]; $now[.] and $now[.].d != $wanted[.].d)

## listing listing
($after | length) != ($now | length) or any($after[]; (.PolicyName // .ProjectArn) == null)

## around update-time-stays
$j.outcome == "success" and any($before[] | select(.PolicyName == $j.in.PolicyName);
  .LastUpdatedTimestamp as $was | any($after[]; .PolicyName == $j.in.PolicyName and .LastUpdatedTimestamp <= $was))

## around creation-time-moves
$j.outcome == "success" and any($before[] | select(.PolicyName == $j.in.PolicyName);
  .CreationTimestamp as $was | any($after[]; .PolicyName == $j.in.PolicyName and .CreationTimestamp != $was))

## around moved-by-reading
any($before[]; . as $was | any($after[]; .PolicyName == $was.PolicyName and . != $was))

## around another-moved
$j.outcome == "success" and any($before[] | select(.PolicyName != $j.in.PolicyName);
  . as $was | any($after[]; .PolicyName == $was.PolicyName and .LastUpdatedTimestamp - $was.LastUpdatedTimestamp >= 1))

## around creation-time-kept
$j.outcome == "success" and any($after[] | select(.PolicyName == $j.in.PolicyName);
  .CreationTimestamp as $now | any($before[]; .CreationTimestamp >= $now))

## around rewritten-document
$j.outcome == "success" and any($after[];
  .PolicyName == $j.in.PolicyName and (.PolicyDocument | json) != ($j.in.PolicyDocument | json))

## answer time-stays time-kept
($j.out.ResourcePolicy.LastUpdatedTime | type) != "number" or any($a[]; .in.PolicyName == $j.in.PolicyName and .out.ResourcePolicy.LastUpdatedTime? >= $j.out.ResourcePolicy.LastUpdatedTime)

## answer moved
([$a[].out.ResourcePolicies? // empty] | last) as $l | any($mine[]; . as $i | any($l[]; .PolicyName == $i.PolicyName and . != $i))

## answer time-moved
([$a[].out.ProjectDescriptions? // empty] | last) as $l | any($j | items[]; . as $i | any($l[]; .ProjectArn == $i.ProjectArn and .CreationTimestamp != $i.CreationTimestamp))

## answer unsorted
[$j | items[].CreationTimestamp] as $t | $t != ($t | sort) and $t != ($t | sort | reverse)

## answer other-name
$j.out.ResourcePolicy.PolicyName != $j.in.PolicyName

## answer other-document
($j.out.ResourcePolicy.PolicyDocument | json) != ($j.in.PolicyDocument | json)

## answer same-revision revision-again
($j | rev | type) != "string" or any($a[]; .in.PolicyName == $j.in.PolicyName and .in.ProjectArn == $j.in.ProjectArn and rev == ($j | rev))

## answer revision-order
any($a[]; .in.PolicyName == $j.in.PolicyName and (rev | tonumber) > ($j | rev | tonumber))

## answer revision-form
([$j | items[].PolicyRevisionId] + (if $j.out | has("ProjectPolicies") then [] else [$j | rev] end))
  | any(.[]; type != "string" or (test("\\A[0-9A-Fa-f]{1,64}\\z") | not))

## answer time-form
any($times[]; type != "number") or any($mine[]; (has("ProjectArn") | not) and (.LastUpdatedTime | type) != "number")

## answer time-unit
any($times[]; far)

## answer time
any($times[]; type != "number" or far)

## answer time-skew
any($times[]; near) or any($mine[]; has("ProjectArn") and .CreationTimestamp == null)

## answer time-order
any($times[]; near) or any($mine[]; .CreationTimestamp > .LastUpdatedTimestamp)

## answer no-time
any($mine[]; .CreationTimestamp == null or .LastUpdatedTimestamp == null)

## answer not-listed
any($p | keys[]; . as $n | any($mine[]; .PolicyName == $n) | not)

## answer listed-twice
any($mine | group_by(.PolicyName)[]; length > 1)

## answer other-item
any($mine[]; . as $i | $p[.PolicyName // ""] as $c | ($i.PolicyDocument | json) != ($c.in.PolicyDocument | json)
  or $i.PolicyRevisionId != ($c | rev) or $i.ProjectArn != $c.in.ProjectArn)

## answer still-listed
any($a[] | select(.op | startswith("Delete")); .in.PolicyName as $n | $p[$n] == null and any($j | items[]; .PolicyName == $n))

## answer another-projects
any($j | items[]; $p[.PolicyName // ""] == null)

## answer page-repeats
([$a[].out.ProjectPolicies? // empty] | last) as $l | ($j | items) as $i
| any($i[]; .PolicyName as $n | any($l[]; .PolicyName == $n))
  or $j.out.NextToken == null and any($p | keys[]; . as $n | any(($l + $i)[]; .PolicyName == $n) | not)

## answer page-size
($j | items | length) > $j.in.MaxResults

## answer policies-outlive
($j | items | length) > 0

## answer project-arn
$j.out.ProjectArn | if type != "string" then true else
  (test("\\Aarn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{12}:project/[a-zA-Z0-9_.-]{1,255}/[0-9]+\\z") | not)
  or (split("/")[1] != $j.in.ProjectName) end

## answer same-arn
any($a[]; .out.ProjectArn? != null and .out.ProjectArn == $j.out.ProjectArn)

## answer elsewhere-changed
[$a[] | select(.op | startswith("Put"))][0].in as $put | any($j | items[]; .PolicyName == $put.PolicyName and (.PolicyDocument | json) == ($put.PolicyDocument | json)) | not

## answer not-described
($j.in.Features // ["CUSTOM_LABELS"]) as $features
| any(($a[] | select(.in.ProjectName != null and ([.in.Feature // "CUSTOM_LABELS"] - $features) == []) | .out.ProjectArn),
      ($a[] | select(.op | startswith("Put")) | .in.ProjectArn);
  . as $arn | ([$arn] - $gone) == [$arn] and ($j.in.ProjectNames == null or any($j.in.ProjectNames[]; . == ($arn | split("/")[1])))
  and (any($j | items[]; .ProjectArn == $arn and .Status != "CREATING") | not))

## answer described-too-much
($j.in.Features // ["CUSTOM_LABELS"]) as $features
| [$a[] | select(.in.ProjectName != null and ([.in.Feature // "CUSTOM_LABELS"] - $features) != []) | .out.ProjectArn] as $other
| [$a[] | select(.elsewhere) | .out.ProjectArn] as $elsewhere
| any($j | items[]; . as $i | any(($gone + $other)[]; . == $i.ProjectArn and $i.Status != "DELETING")
  or any($elsewhere[]; . == $i.ProjectArn) or ($i.ProjectArn | split(":")[3]) != $region
  or ($j.in.ProjectNames != null and ($j.in.ProjectNames | index($i.ProjectArn | split("/")[1])) == null))

## answer status
if $j.out | has("ProjectDescriptions") then any($j | items[]; [.Status] - ["CREATING", "CREATED", "DELETING"] != [])
  else $j.out.Status != "DELETING" end

## answer rewritten-document rewritten-item
any($mine[]; . as $i | $p[.PolicyName // ""] as $c | ($i.PolicyDocument | json) != ($c.in.PolicyDocument | json))

## answer incomplete
($j | items) as $i | ($i | length) == 0 or any($i[]; any(.[MEMBERS]; . == null))

## answer created-twice
any($a[]; .op == $j.op and .in.ProjectName == $j.in.ProjectName)
