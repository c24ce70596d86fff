package cloud

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/plan"
	simaws "plimsoll/runner/sim/aws"
)

// The permissions of a review are exactly those of the calls that reading makes, but for the state, which Store reads.
func TestPermissions(t *testing.T) {
	server, c := simulate(t, simaws.Options{}, accountOnDisk(t))
	p := beta()
	p.Services = append(p.Services,
		&plan.Service{Name: "lost", Simulate: &plan.Simulate{}, ECS: &plan.ECS{Cluster: "bata", Service: "web", Region: "us-east-1"}})
	p.Services[2].Desired = &plan.Desired{Throttle: &plan.Throttle{WebACL: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/gone/1"}}
	if _, err := c.Observe(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.History(t.Context(), p, 1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Look(t.Context(), here, "beta", "web"); err != nil {
		t.Fatal(err)
	}
	_, priceless := c.Prices(t.Context(), []string{"us-east-1"})
	groupless := c.Logs(t.Context(), here, "/gone", "", noon, func(time.Time, string, string) error { return nil })
	if priceless == nil || groupless == nil {
		t.Errorf("%v, %v", priceless, groupless)
	}
	called := map[string]bool{}
	for _, call := range server.Calls() {
		called[call.Service+":"+permissionName(call.Service, call.Action)] = true
		if call.Write {
			t.Errorf("%s:%s writes", call.Service, call.Action)
		}
	}
	review, adjust := Permissions()
	asked := slices.DeleteFunc(slices.Clone(review), func(name string) bool { return strings.HasPrefix(name, "s3:") })
	if d := cmp.Diff(slices.Sorted(maps.Keys(called)), asked); d != "" {
		t.Errorf("called (-), in the list (+):\n%s", d)
	}
	for _, list := range [][]string{review, adjust} {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Errorf("not in order: %v", list)
		}
	}
	if i := slices.IndexFunc(adjust, func(name string) bool { return slices.Contains(review, name) }); i >= 0 {
		t.Errorf("%s is in both", adjust[i])
	}
}
