package diag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/diag"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"short", "it is short", []string{"it is short"}},
		{"at a space", "it is longer than that", []string{"it is longer", "than that"}},
		{"a long word", "incomprehensibilities of it", []string{"incomprehensibilities", "of it"}},
		{"two lines", "one\ntwo\n", []string{"one", "two"}},
		{"an example", "  an example stays as it is", []string{"  an example stays as it is"}},
		{"a number and its unit", "it took 800 ms.", []string{"it took", "800 ms."}},
		{"a time of two units", "within 2 min 10 s, no more", []string{"within 2 min", "10 s, no more"}},
		{"a unit's name alone", "the plan has s or", []string{"the plan has", "s or"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, diag.Wrap(c.text, 13)); d != "" {
				t.Error(d)
			}
		})
	}
}
