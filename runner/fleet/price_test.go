package fleet_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/runner/fleet"
)

func TestParsePrices(t *testing.T) {
	for text, want := range map[string]string{
		`{"date": "2026-11-01T00:00:00Z", "regions": {"r": {"vcpu": 1, "gb": 2}}}`: "",
		`{"regions": {"r": {"vcpu": -1}}}`:                                         "a price of r is below 0",
		`{"region": {}}`:                                                           `unknown field "region"`,
		`{`:                                                                        "they look like {",
	} {
		_, err := fleet.ParsePrices([]byte(text))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %s", text, err, want)
		}
	}
}

func TestOverride(t *testing.T) {
	old, young := reviewDay.AddDate(-1, 0, 0), reviewDay
	embedded := fleet.Prices{Date: old, Regions: map[string]fleet.Rate{"a": {VCPU: 1}, "b": {VCPU: 2}}}
	for _, c := range []struct {
		name  string
		other fleet.Prices
		want  fleet.Prices
	}{
		{"nothing", fleet.Prices{Date: young}, embedded},
		{"one region", fleet.Prices{Date: young, Regions: map[string]fleet.Rate{"a": {VCPU: 9}}}, fleet.Prices{Date: old, Regions: map[string]fleet.Rate{"a": {VCPU: 9}, "b": {VCPU: 2}}}},
		{"all", fleet.Prices{Date: young, Regions: map[string]fleet.Rate{"a": {VCPU: 9}, "b": {VCPU: 8}}}, fleet.Prices{Date: young, Regions: map[string]fleet.Rate{"a": {VCPU: 9}, "b": {VCPU: 8}}}},
		{"older ones", fleet.Prices{Date: time.Time{}, Regions: map[string]fleet.Rate{"c": {VCPU: 9}}}, fleet.Prices{Regions: map[string]fleet.Rate{"a": {VCPU: 1}, "b": {VCPU: 2}, "c": {VCPU: 9}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, embedded.Override(c.other)); d != "" {
				t.Error(d)
			}
		})
	}
}

func FuzzParsePrices(f *testing.F) {
	f.Add([]byte(`{"date": "2026-11-01T00:00:00Z", "regions": {"us-east-1": {"vcpu": 0.04, "gb": 0.004}}}`))
	f.Add([]byte(`{"regions": {"": {"arm_gb": -0.1}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := fleet.ParsePrices(text)
		for region := range p.Regions {
			if cost, _ := p.Task(region, 1024, 1024, true); err != nil || cost < 0 {
				t.Fatalf("%s costs %v, %v", region, cost, err)
			}
		}
	})
}

func ExamplePrices_Task() {
	hourly, _ := fleet.EmbeddedPrices().Task("us-east-1", 1024, 2048, false)
	fmt.Printf("$%.2f a month\n", hourly*fleet.HoursPerMonth)
	// Output: $36.04 a month
}
