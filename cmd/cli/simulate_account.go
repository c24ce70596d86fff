package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"plimsoll/dsl/plan"
	"plimsoll/runner/sim/aws"
)

// accountOf is what the simulated account of a plan holds when it begins: what the fleet's file says, else what the plan's
// services need, and the bucket of the plan's state. The digest changes where a kept account no longer belongs to the plan:
// a change of what is desired does not change it, since that is what adjust brings about.
func accountOf(p *plan.Plan) (account aws.Fleet, digest string, err error) {
	if p.Fleet == nil || p.Fleet.Simulate == "" {
		account, err = invent(p)
		digest = digestOf(placesOf(p))
	} else {
		account, err = parseAccount(p.Fleet)
		digest = digestOf(p.Fleet.Simulate)
	}
	if bucket := bucketOf(p); bucket != "" && account.Buckets[bucket] == nil {
		if account.Buckets == nil {
			account.Buckets = map[string]aws.Bucket{}
		}
		account.Buckets[bucket] = aws.Bucket{}
	}
	return account, digest, err
}

func parseAccount(f *plan.Fleet) (account aws.Fleet, err error) {
	if err := json.Unmarshal([]byte(f.Simulate), &account); err != nil {
		return account, wrong("the account that %s simulates: %s%w", f.Range.Filename, lineOf(f.Simulate, err), err)
	}
	return account, nil
}

// lineOf is the line of a mistake in JSON; "" where that is not known.
func lineOf(text string, err error) string {
	var offset int64
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	default:
		return ""
	}
	return fmt.Sprintf("line %d: ", 1+strings.Count(text[:min(int(offset), len(text))], "\n"))
}

// placesOf lists the ECS services that a plan has simulated: region/cluster/service.
func placesOf(p *plan.Plan) []string {
	var all []string
	for _, s := range p.Services {
		if s.ECS != nil && p.AWSSimulated(s) {
			all = append(all, s.ECS.Region+"/"+s.ECS.ClusterName()+"/"+s.ECS.ServiceName())
		}
	}
	return all
}
