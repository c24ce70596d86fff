package dsl_test

import (
	"os"
	"strings"
	"testing"

	"plimsoll/dsl"
)

func TestFormat(t *testing.T) {
	source, err := os.ReadFile("testdata/plans/everything/plan.hcl")
	if err != nil {
		t.Fatal(err)
	}
	if got, found := dsl.Format("plan.hcl", source); found.HasErrors() || string(got) != string(source) {
		t.Errorf("what is formatted already is changed, or refused: %s", found)
	}
	for _, broken := range []string{"flow \"f\" {", "x = " + strings.Repeat("(", 10_000)} {
		if got, found := dsl.Format("plan.hcl", []byte(broken)); got != nil || !found.HasErrors() {
			t.Errorf("%.20s… is formatted", broken)
		}
	}
}
