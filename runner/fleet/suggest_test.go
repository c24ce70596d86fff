package fleet_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"

	"plimsoll/dsl"
	"plimsoll/dsl/plan"
)

// What is suggested is a block that the language takes, and it says what the review says.
func TestSuggestedIsHCL(t *testing.T) {
	r := faultless()
	r.options.Suggest = true
	r.used(0.3, 0.3)
	r.run.Run = "run ${of} \"quotes\"\n}\n"
	review := r.report().Services[0]
	text := "service \"web\" {\n  endpoint = \"http://localhost\"\n  ecs {\n    cluster = \"beta\"\n    service = \"web\"\n  }\n" + review.Suggested + "}\n"
	p, mistakes := dsl.Load(dsl.Source{
		FS: fstest.MapFS{"plan.hcl": {Data: []byte(text)}}, Paths: []string{"plan.hcl"}, Getenv: func(string) (string, bool) { return "", false },
	})
	if p == nil {
		t.Fatalf("%+v\n%s", mistakes, text)
	}
	z := review.Sizing
	want := &plan.Desired{
		CPU: 512, Memory: 1024, Nofile: 65536, Tasks: &plan.TaskBounds{Min: z.Min, Max: z.Max}, Cooldown: &plan.Cooldown{In: 600e9},
		Tracks: []plan.Track{{Kind: plan.TrackCPU, Target: z.Target}, {Kind: plan.TrackMemory, Target: 0.7}},
	}
	if d := cmp.Diff(want, p.Services[0].Desired, cmpopts.IgnoreTypes(hcl.Range{}), cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error(d)
	}
}
