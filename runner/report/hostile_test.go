package report_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

// poison puts a text into every string of a value, the keys of maps included.
func poison(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				poison(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			v.SetMapIndex(reflect.ValueOf(key.String()+text), v.MapIndex(key))
		}
	case reflect.String:
		v.SetString(v.String() + text)
	}
}

// TestNothingActs: wherever in the document a text stands, nothing of it acts on the terminal, or begins a line of its own.
func TestNothingActs(t *testing.T) {
	doc := failed()
	doc.Scenarios = append(doc.Scenarios, stress(), night(), cutShort().Scenarios[1])
	var got strings.Builder
	poison(reflect.ValueOf(doc), "\x1b]0;owned\x07\u009b2J\u202e\r\nnext")
	doc.Plan.Description = "" // the plan's own text, which may have several lines
	if err := report.Text(&got, doc, report.Layout{Width: 10_000}); err != nil {
		t.Fatal(err)
	}
	for _, r := range got.String() {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			t.Fatalf("%q got through in:\n%q", r, got.String())
		}
	}
	if !strings.Contains(got.String(), "␛]0;owned␇") {
		t.Error("the text does not show at all")
	}
	for line := range strings.Lines(got.String()) {
		if strings.HasPrefix(strings.TrimSpace(line), "next") {
			t.Errorf("it begins a line: %q", line)
		}
	}
}

// TestManyErrors: what the network chose is bounded, however much of it there is.
func TestManyErrors(t *testing.T) {
	s := baseline()
	s.Samples[0].Message = strings.Repeat("日", 1<<20)
	var b strings.Builder
	if err := report.Text(&b, document(result.Pass, s), report.Layout{}); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 16<<10 {
		t.Errorf("the report has %d bytes", b.Len())
	}
}
