package dsl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl"
)

// TestForeseen: what will never be judged, or never come, is told before the run.
func TestForeseen(t *testing.T) {
	const spike = `spike "normal" {
  service = service.chat
  flow    = flow.ask
  users   = { base = 1, peak = 5, before = "2m", rise = "10s", hold = "1m", settle = "2m" }
`
	for _, tt := range []struct {
		name, users, duration, sla string
		want                       []string
	}{
		{"all is well", "users = 1", `duration = "1m"`, `window = "1m"`, nil},
		{"window beyond the phase", "users = 1", `duration = "1s"`, `window = "1h"`, []string{`the window of the sla "fast" is 1h0m0s, and a phase of baseline.normal is over in 1s`}},
		{"length not known", "users = 1", `sessions = 10`, `window = "1h"`, nil},
		{"one phase is as long", spike, "", `window = "2m"`, nil},
		{"the named phase is not", spike, "", "window = \"2m\"\n phases = [\"peak\"]", []string{`the window of the sla "fast" is 2m0s, and a phase of spike.normal is over in 1m0s`}},
		{"nobody comes", `rate = "0.1/s"`, `duration = "1s"`, "", []string{"the rate makes 0.1 sessions in 1s, less than one"}},
		{"one comes", `rate = "0.1/s"`, `duration = "10s"`, "", nil},
		{"a fraction", `rate = "1.5/s"`, `duration = "10s"`, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := minimal[:strings.Index(minimal, "baseline")]
			if tt.users == spike {
				text += spike
			} else {
				text += "baseline \"normal\" {\n service = service.chat\n flow = flow.ask\n" + tt.users + "\n" + tt.duration + "\n"
			}
			if tt.sla != "" {
				text += "sla \"fast\" {\n assert = \"latency.p95 < 1s\"\n" + tt.sla + "\n}\n"
			}
			p, list := dsl.Load(dsl.Source{FS: files(map[string]string{"plan.hcl": text + "}"}), Paths: []string{"plan.hcl"}})
			if p == nil {
				t.Fatal(golden(list))
			}
			var got []string
			for _, d := range list.Diagnostics {
				got = append(got, d.Summary)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("warnings (-want +got):\n%s", d)
			}
		})
	}
}
