package export_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"plimsoll/runner/export"
	"plimsoll/runner/result"
)

var update = flag.Bool("update", false, "write the golden file anew")

var (
	noon    = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	sockets = export.Subject{Plan: "plans/capacity", Scenario: "sockets"}
)

func full() result.Level {
	return result.Level{
		Asked: 500, Attempted: 500, Opened: 226, Held: 225, Lost: 1, Success: 0.45, Seconds: 45.7, Refined: true,
		Connect: result.Stats{Count: 226, Median: 0.01, P95: 0.02, P99: 0.03}, Errors: map[string]int64{"handshake": 270, "timeout": 4},
	}
}

func TestEMF(t *testing.T) {
	var b strings.Builder
	e := export.EMF{To: &b}
	for _, err := range []error{
		e.Level(noon, sockets, result.Level{Asked: 10, Attempted: 10, Opened: 10, Held: 10, Success: 1, Seconds: 0.12, Good: true}),
		e.Level(noon, sockets, full()),
		e.Moment(noon, sockets, export.Moment{Phase: "500", Asked: 500, Present: 226, Throughput: 12.5, P95: 0.08, ErrorRate: 0.01}),
		e.Moment(noon, export.Subject{Plan: ":läuft\n", Scenario: ""}, export.Moment{Throughput: math.Inf(1)}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	const path = "testdata/emf.golden"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// line is what CloudWatch reads of an object.
type line struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
}

// TestEMFLimits reads what was written as CloudWatch does, whatever the plan, the scenario and the classes are called.
func TestEMFLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := full()
		for i := range rapid.IntRange(0, 300).Draw(t, "classes") {
			l.Errors[fmt.Sprint(i)] = 1
		}
		of := export.Subject{Plan: rapid.String().Draw(t, "plan"), Scenario: rapid.StringN(0, 400, -1).Draw(t, "scenario")}
		var b strings.Builder
		if err := (&export.EMF{To: &b}).Level(noon, of, l); err != nil {
			t.Fatal(err)
		}
		for text := range strings.Lines(b.String()) {
			check(t, text)
		}
	})
}

func check(t *rapid.T, text string) {
	var read line
	values := map[string]any{}
	if err := errors.Join(json.Unmarshal([]byte(text), &read), json.Unmarshal([]byte(text), &values)); err != nil {
		t.Fatal(err)
	}
	directive := read.AWS.CloudWatchMetrics[0]
	if n := len(directive.Metrics); n == 0 || n > 100 || read.AWS.Timestamp != noon.UnixMilli() || directive.Namespace == "" {
		t.Fatalf("%d metrics at %d in %q", n, read.AWS.Timestamp, directive.Namespace)
	}
	for _, name := range directive.Dimensions[0] {
		value, ok := values[name].(string)
		if !ok || value == "" || len(value) > 255 || value[0] == ':' || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("dimension %s is %q", name, values[name])
		}
	}
	for _, m := range directive.Metrics {
		if _, ok := values[m.Name].(float64); !ok {
			t.Fatalf("%s is %v", m.Name, values[m.Name])
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestEMFError(t *testing.T) {
	if err := (&export.EMF{To: broken{}}).Level(noon, sockets, full()); err == nil {
		t.Error("no error")
	}
}

func ExampleEMF() {
	e := export.EMF{To: os.Stdout}
	if err := e.Moment(noon, sockets, export.Moment{Phase: "10", Asked: 10, Present: 10}); err != nil {
		fmt.Println(err)
	}
	// Output: {"Asked":10,"ErrorRate":0,"Phase":"10","Plan":"plans/capacity","Present":10,"Scenario":"sockets","Throughput":0,"_aws":{"Timestamp":1793620800000,"CloudWatchMetrics":[{"Namespace":"Plimsoll","Dimensions":[["Plan","Scenario"]],"Metrics":[{"Name":"Asked","Unit":"Count"},{"Name":"Present","Unit":"Count"},{"Name":"Throughput","Unit":"Count/Second"},{"Name":"ErrorRate","Unit":"Percent"}]}]}}
}
