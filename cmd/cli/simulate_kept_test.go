package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
)

const small = `
service "web" {
  ecs {
    cluster = "beta"
    service = "web"
  }
  simulate {
    slots = 3
    speed = 100
  }
}
`

// dashboards tells which dashboards a simulated account has, and makes another.
func dashboards(t *testing.T, m *simulator, name string) (had []string) {
	t.Helper()
	account, err := m.aws.Fleet()
	if err != nil {
		t.Fatal(err)
	}
	for name := range account.Dashboards {
		had = append(had, name)
	}
	aws, err := (&Command{Getenv: unset}).cloudOf(&simulation{listening: m.listening})
	if err != nil {
		t.Fatal(err)
	}
	ref := fleet.Ref{Place: fleet.Place{Simulated: true}, Kind: fleet.KindDashboard, ID: name}
	if _, err := aws.Write(t.Context(), ref, fleet.Document{"DashboardName": name, "DashboardBody": `{"widgets":[]}`}); err != nil {
		t.Fatal(err)
	}
	return had
}

// What one simulation leaves the next one finds, unless it is told to forget, or its plan is about other services.
func TestAccountIsKept(t *testing.T) {
	p, _ := loaded(t, small)
	other, _ := loaded(t, strings.ReplaceAll(small, "beta", "gamma"))
	other.Root, other.Path = p.Root, p.Path
	first := simulating(t, p, &serving{})
	dashboards(t, first, "first")
	before := first.aws.Now()
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		serving serving
		again   bool
		want    []string
	}{
		{"the next", serving{}, true, []string{"first"}},
		{"reset", serving{reset: true}, true, nil},
		{"the next after that", serving{}, true, []string{"reset"}},
		{"another plan", serving{}, false, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := p
			if !tt.again {
				now = other
			}
			m := simulating(t, now, &tt.serving)
			began := m.aws.Now()
			if tt.again && !tt.serving.reset && began.Before(before) {
				t.Errorf("time went back from %s to %s", before, began)
			}
			before = began
			if d := cmp.Diff(tt.want, dashboards(t, m, tt.name)); d != "" {
				t.Error(d)
			}
		})
	}
	text, err := os.ReadFile(filepath.Join(p.Root, stateFolder, ".gitignore"))
	if err != nil || string(text) != "*\n" {
		t.Errorf(".gitignore holds %q, %v", text, err)
	}
}

func TestKeptAccountIsBroken(t *testing.T) {
	p, _ := loaded(t, small)
	if err := simulating(t, p, &serving{}).stop(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folderOf(p), accountFile)
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := startSimulator(t.Context(), p, &serving{}); err == nil || !strings.Contains(err.Error(), "--reset") {
		t.Errorf("got %v", err)
	}
	simulating(t, p, &serving{reset: true})
}

// A verb joins the simulation that runs, and says so when that one has ended meanwhile.
func TestJoin(t *testing.T) {
	p, src := loaded(t, small)
	c := &Command{Stderr: io.Discard, Getenv: unset}
	m := simulating(t, p, &serving{})
	joined, err := c.openSimulation(t.Context(), p, src)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m.Services, joined.Services); d != "" || joined.process != nil || joined.AWS.URL != m.aws.URL() {
		t.Errorf("it is another: %s", d)
	}
	if err := joined.stop(); err != nil {
		t.Errorf("leaving it: %v", err)
	}
	if _, err := startSimulator(t.Context(), p, &serving{}); err == nil || !strings.Contains(err.Error(), "runs already") {
		t.Errorf("a second one: %v", err)
	}
	changed, _ := loaded(t, strings.ReplaceAll(small, "slots = 3", "slots = 4"))
	changed.Root, changed.Path = p.Root, p.Path
	var o *outcome
	if _, err := c.openSimulation(t.Context(), changed, src); !errors.As(err, &o) || o.code != exitWrong {
		t.Errorf("of a plan that has changed: %v", err)
	}
	if err := m.stop(); err != nil {
		t.Fatal(err)
	}
	if err := joined.stop(); err == nil || !strings.Contains(err.Error(), "ended meanwhile") {
		t.Errorf("after its end: %v", err)
	}
}

// The clock of a simulation is the same for all that join it.
func TestClock(t *testing.T) {
	p, _ := loaded(t, small)
	m := simulating(t, p, &serving{})
	early := m.aws.Now()
	now := m.AWS.clock()()
	if late := m.aws.Now(); now.Before(early) || now.After(late) {
		t.Errorf("%s is not between %s and %s", now, early, late)
	}
}

func TestCloudOf(t *testing.T) {
	for protocol, ok := range map[string]bool{"": true, "cbor": true, "query": true, "xml": false} {
		c := &Command{Getenv: func(string) (string, bool) { return protocol, true }}
		made, err := c.cloudOf(&simulation{})
		if (err == nil) != ok {
			t.Errorf("%q: %v", protocol, err)
		}
		if _, is := any(made).(*cloud.Cloud); ok && !is {
			t.Errorf("%q: no cloud", protocol)
		}
	}
}
