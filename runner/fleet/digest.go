package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"plimsoll/dsl/plan"
)

// Digest is over what the plan desires of the fleet: a change set that was made of other desires is not this plan's any
// more. Where a value stands in the plan does not count.
func Digest(p *plan.Plan) string {
	var desires []any
	for _, s := range p.Services {
		if s.ECS != nil && s.Desired != nil {
			desires = append(desires, []any{s.Title(), s.Environment, s.ECS, s.Desired})
		}
	}
	for _, b := range p.Budgets {
		desires = append(desires, b)
	}
	for _, board := range p.Dashboards {
		desires = append(desires, []any{board.Label, board.Name, titles(board.Services)})
	}
	return digestOf(withoutRanges(plain(desires)))
}

// digestOf is the SHA-256 of a value's JSON, in which the names of objects are sorted.
func digestOf(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("a value that is no JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// withoutRanges takes away where values stand in the plan's source.
func withoutRanges(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = withoutRanges(v[i])
		}
	case map[string]any:
		delete(v, "Range")
		for name := range v {
			v[name] = withoutRanges(v[name])
		}
	}
	return value
}

func titles(services []*plan.Service) []string {
	var all []string
	for _, s := range services {
		all = append(all, s.Title())
	}
	return all
}
