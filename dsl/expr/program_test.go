package expr_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/expr"
)

func TestAppendJSON(t *testing.T) {
	s := scope()
	s.Variables[0] = "a\"\\\n\x01é\xff"
	for source, want := range map[string]string{
		"token": `"a\"\\\n\u0001é` + "\uFFFD\"", "user": "1000", "json.null": "null", "json.f": "1.5", "status == 404": "true",
		"data.questions.text": `"questions/text"`, "json.items": `[{"id":1,"price":2.5},{"id":7,"price":30}]`,
	} {
		got, err := value(t, source).AppendJSON(nil, s)
		if err != nil || string(got) != want {
			t.Errorf("%s: %s %v, not %s", source, got, err, want)
		}
	}
}

func TestGetTypes(t *testing.T) {
	for source, want := range map[string]any{
		"nil": nil, "json.ok": true, "json.n": 12345678901234567, "json.f": 1.5, "token": "abc", "json.list": []any{"a", "b"},
		"1..2": []any{1, 2}, "json.items[0]": map[string]any{"id": 1, "price": 2.5}, "keys({a: 1})": []any{"a"},
	} {
		got, err := value(t, source).Get(scope())
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %s %v", source, d, err)
		}
	}
}

func TestWhatAProgramReads(t *testing.T) {
	for _, c := range []struct {
		source       string
		code         int
		equals       bool
		body, status bool
	}{
		{"status == 200", 200, true, false, true},
		{"404 == status", 404, true, false, true},
		{"status == 200 and true", 0, false, false, true},
		{"status != 200", 0, false, false, true},
		{"num == 200", 0, false, false, false},
		{"has(json.x)", 0, false, true, false},
		{"body == ''", 0, false, true, false},
		{"elapsed < 1s", 0, false, false, false},
	} {
		p := value(t, c.source)
		code, equals := p.StatusEquals()
		if d := cmp.Diff([]any{c.code, c.equals, c.body, c.status}, []any{code, equals, p.ReadsBody(), p.ReadsStatus()}); d != "" {
			t.Errorf("%s: %s", c.source, d)
		}
	}
}

func TestZeroScope(t *testing.T) {
	for source, want := range map[string]string{
		"token": "token is absent", "header.x": "header.x is absent", "data.questions.text": "data.questions.text is absent",
		"uuid()": "nothing random can be drawn here", "random(1, 2)": "nothing random can be drawn here",
	} {
		if _, err := value(t, source).Get(&expr.Scope{}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", source, err)
		}
	}
	if got, err := value(t, "now() > 1e9 and body == '' and status == 0").Get(&expr.Scope{}); got != true || err != nil {
		t.Errorf("got %v %v", got, err)
	}
}

func TestResetForgetsTheResponse(t *testing.T) {
	p, s := value(t, "json.session + body[0:1] + string(status) + token"), scope()
	if got, err := p.Get(s); got != "s1{404abc" || err != nil {
		t.Fatalf("got %v %v", got, err)
	}
	s.Reset()
	s.Body, s.Status = []byte(`{"session": "s2"}`), 200
	if got, err := p.Get(s); got != "s2{200abc" || err != nil {
		t.Errorf("got %v %v", got, err)
	}
}

// Random draws come from the scope alone, so that a run repeats.
func TestRandomRepeats(t *testing.T) {
	p := value(t, "uuid() + string(random(0, 1000000))")
	a, _ := p.Get(scope())
	b, _ := p.Get(scope())
	if a != b {
		t.Errorf("%v and %v", a, b)
	}
}

func TestProgramsAreConcurrent(t *testing.T) {
	p := value(t, "any(json.items, .id == 7) and json.session matches '^s' ? uuid() : token")
	want, _ := p.Get(scope())
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 50 {
				if got, err := p.Get(scope()); got != want || err != nil {
					t.Errorf("got %v %v", got, err)
				}
			}
		})
	}
	group.Wait()
}

func TestConditionsDoNotAllocate(t *testing.T) {
	for _, source := range []string{
		"status == 200", "status != 404", "status < 500 and elapsed < 500ms", "status in [200, 404]", "json.session != ''", "has(json.session)",
		"json.items[0].id == 1", "(json.x ?? json.session) == 's1'", "token != ''", "any(json.items, .id == 7)", "body != ''",
	} {
		p, problems := environment().Condition(source, expr.AfterExchange)
		if p == nil {
			t.Fatal(show(source, problems))
		}
		s := scope()
		if n := testing.AllocsPerRun(50, func() { _, _ = p.Holds(s) }); n > 0 {
			t.Errorf("%s allocates %v times", source, n)
		}
	}
}

func TestLoneNamesAreAppendedWithoutAllocation(t *testing.T) {
	s, buffer := scope(), make([]byte, 0, 64)
	s.Cell = func(data, column string) (string, bool) { return "text", true }
	for _, source := range []string{"user", "iteration", "status", "token", "data.questions.text", "header.x", "event"} {
		p, _ := environment().Value(source, expr.AfterExchange)
		if source == "event" {
			p, _ = environment().Value(source, expr.AfterEvent)
		}
		if n := testing.AllocsPerRun(50, func() { _, _ = p.AppendJSON(buffer, s); _, _ = p.Append(buffer, s) }); n > 0 {
			t.Errorf("%s allocates %v times", source, n)
		}
	}
}

// Every example of the reference compiles at its moment.
func TestExamplesOfTheReference(t *testing.T) {
	compile := func(name, example string, moment expr.Moment) {
		e := expr.NewEnvironment(expr.Names{})
		if p, problems := e.Value(example, moment); p == nil {
			t.Errorf("%s: %v", name, show(example, problems))
		}
		if !strings.Contains(example, name) {
			t.Errorf("the example of %s does not use it: %s", name, example)
		}
	}
	for _, f := range expr.Functions() {
		compile(f.Name, f.Example, expr.AfterExchange)
		if !strings.Contains(f.Signature, f.Name) || f.Doc == "" {
			t.Errorf("%s is not described", f.Name)
		}
	}
	moments := map[string]expr.Moment{"after a message": expr.AfterMessage, "after an event of a stream": expr.AfterEvent}
	for _, n := range expr.FlowNames() {
		moment, other := moments[n.When]
		if !other {
			moment = expr.AfterExchange
		}
		compile(n.Name, n.Example, moment)
	}
}
