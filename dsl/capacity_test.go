package dsl_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl"
	"plimsoll/dsl/plan"
)

const sockets = `
variable "counts" {
  type    = list(number)
  default = [1, 2]
}
service "chat" {
  endpoint = "http://localhost"
}
capacity "sockets" {
  service = service.chat
  path    = "/ws"
  LEVELS
}
`

// TestLevels holds what the ways to write levels come to.
func TestLevels(t *testing.T) {
	usual := plan.Levels{
		Counts: []int{10, 25, 50, 100, 200, 500, 1000}, Success: 0.75, Timeout: 90 * time.Second, Pause: 3 * time.Second,
		Hold: 5 * time.Second, Refine: 0.01, Safety: 0.8, Path: plan.Static("/ws"),
	}
	with := func(change func(l *plan.Levels)) plan.Levels {
		l := usual
		change(&l)
		return l
	}
	for _, tt := range []struct {
		name, text string
		want       plan.Levels
	}{
		{"none", "", usual},
		{"progressive", `levels = "progressive"`, usual},
		{"aws", `levels = "aws"`, with(func(l *plan.Levels) {
			l.Counts, l.Success, l.Timeout = []int{10, 50, 100, 200, 500, 1000, 2000, 5000}, 0.8, time.Minute
		})},
		{"aws, otherwise", "levels = \"aws\"\nsuccess = \"90%\"\ntimeout = \"5s\"\npause = \"0s\"", with(func(l *plan.Levels) {
			l.Counts, l.Success, l.Timeout, l.Pause = []int{10, 50, 100, 200, 500, 1000, 2000, 5000}, 0.9, 5*time.Second, 0
		})},
		{"one", "levels = 7", with(func(l *plan.Levels) { l.Counts = []int{7} })},
		{"list", "levels = [7, 8]", with(func(l *plan.Levels) { l.Counts = []int{7, 8} })},
		{"variable", "levels = var.counts", with(func(l *plan.Levels) { l.Counts = []int{1, 2} })},
		{"environment", `levels = env("NUM_SESSIONS", "progressive")`, with(func(l *plan.Levels) { l.Counts = []int{300} })},
		{"environment unset", `levels = env("UNSET", "progressive")`, usual},
		{"environment in a list", `levels = [5, env("NUM_SESSIONS")]`, with(func(l *plan.Levels) { l.Counts = []int{5, 300} })},
		{"text in a list", `levels = split(",", "5,6")`, with(func(l *plan.Levels) { l.Counts = []int{5, 6} })},
		{"rest", "fresh = false\nrate = \"60/m\"\nlevels = [50]\nprotocol = \"http\"\nhold = \"0s\"\nsafety = \"50%\"\nrefine = \"0%\"", with(func(l *plan.Levels) {
			l.Counts, l.Additive, l.Rate, l.Protocol, l.Hold, l.Safety, l.Refine = []int{50}, true, 1, plan.KeepAlive, 0, 0.5, 0
		})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, list := dsl.Load(dsl.Source{
				FS: files(map[string]string{"plan.hcl": strings.Replace(sockets, "LEVELS", tt.text, 1)}), Paths: []string{"plan.hcl"},
				Getenv: func(name string) (string, bool) { return "300", name == "NUM_SESSIONS" },
			})
			if p == nil {
				t.Fatal(golden(list))
			}
			got := *p.Scenarios[0].Load.Levels
			got.Path.Range = hcl.Range{}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if s := p.Scenarios[0]; len(s.Mix) != 0 || len(s.Phases()) != len(tt.want.Counts) || s.Grace != 30*time.Second {
				t.Errorf("%d flows, phases %v, grace %s", len(s.Mix), s.Phases(), s.Grace)
			}
		})
	}
}

// TestAdditiveLevelsOpenTheDifference: what is open already need not be opened in time.
func TestAdditiveLevelsOpenTheDifference(t *testing.T) {
	const levels = "levels = [100, 200]\nrate = \"10/s\"\ntimeout = \"10s\"\nsuccess = \"100%\"\n"
	for text, want := range map[string]bool{levels + "fresh = false": true, levels: false} {
		p, list := dsl.Load(dsl.Source{FS: files(map[string]string{"plan.hcl": strings.Replace(sockets, "LEVELS", text, 1)}), Paths: []string{"plan.hcl"}})
		if (p != nil) != want {
			t.Errorf("%s\nloads: %v\n%s", text, p != nil, golden(list))
		}
	}
}

// TestCapacityDigest: what affects the connections changes the digest of a capacity, and nothing else does.
func TestCapacityDigest(t *testing.T) {
	digest := func(text string) string {
		return load(t, strings.Replace(sockets, "LEVELS", text, 1)).Scenarios[0].Digest
	}
	before := digest("levels = [1, 2]")
	for text, same := range map[string]bool{
		"levels = var.counts":                    true,
		"levels = [1, 2]\nsafety = \"10%\"":      true,
		"levels = [1, 3]":                        false,
		"levels = [1, 2]\npause = \"0s\"":        false,
		"levels = [1, 2]\nhold = \"1m\"":         false,
		"levels = [1, 2]\nfresh = false":         false,
		"levels = [1, 2]\nprotocol = \"stream\"": false,
	} {
		if got := digest(text) == before; got != same {
			t.Errorf("%s: the same digest: %v", text, got)
		}
	}
	moved := load(t, strings.Replace(strings.Replace(sockets, "LEVELS", "levels = [1, 2]", 1), "endpoint", "source = \"auto\"\nendpoint", 1))
	if s := moved.Scenarios[0]; s.Digest != before || !cmp.Equal(s.Service.Sources, []string{plan.SourceAuto}) {
		t.Errorf("sources %v change the digest: %v", s.Service.Sources, s.Digest != before)
	}
}
