package expr_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"plimsoll/dsl/expr"
)

func environment() *expr.Environment {
	return expr.NewEnvironment(expr.Names{
		Variables: []string{"token", "unset", "num", "len"},
		Data:      map[string][]string{"questions": {"text", "gone"}, "my-data": {"a"}},
	})
}

const answer = `{
	"session": "s1", "n": 12345678901234567, "f": 1.5, "null": null, "ok": true, "big": 1e21, "list": ["a", "b"],
	"items": [{"id": 1, "price": 2.5}, {"id": 7, "price": 30}], "payload": "{\"id\": 9}", "state": "DONE"
}`

// scope is that of a session after an exchange.
func scope() *expr.Scope {
	draw := uint64(7)
	headers := map[string]string{"x": "1", "content-type": "application/json"}
	return &expr.Scope{
		Variables: []any{"abc", nil, 3, 4},
		Cell:      func(data, column string) (string, bool) { return data + "/" + column, column != "gone" },
		Header:    func(name string) (string, bool) { v, ok := headers[strings.ToLower(name)]; return v, ok },
		Random:    func() uint64 { draw = draw*6364136223846793005 + 1442695040888963407; return draw },
		Now:       func() time.Time { return time.UnixMilli(1_700_000_000_250) },
		Body:      []byte(answer),
		Elapsed:   300 * time.Millisecond,
		User:      1000,
		Iteration: 0,
		Status:    404,
	}
}

func value(t *testing.T, source string) *expr.Program {
	t.Helper()
	p, problems := environment().Value(source, expr.AfterExchange)
	if p == nil {
		t.Fatal(show(source, problems))
	}
	return p
}

func TestFlowProblems(t *testing.T) {
	const later = "use it in a check or save of the step that receives it, and save what later steps need"
	for _, c := range []struct {
		source string
		moment expr.Moment
		want   []string
	}{
		{"", expr.Anytime, []string{"[] the expression is empty | "}},
		{"toke", expr.Anytime, []string{"[toke] unknown name toke | did you mean token?"}},
		{"tokne == statuss", expr.AfterExchange, []string{"[tokne] unknown name tokne | did you mean token?", "[statuss] unknown name statuss | did you mean status?"}},
		{"$env", expr.Anytime, []string{"[$env] unknown name $env | there are token, unset, num, len, user, iteration, data"}},
		{"status == 200", expr.AfterMessage, []string{"[status] status can be read only after an exchange | " + later}},
		{"json.x", expr.Anytime, []string{"[json] json can be read only after an exchange or a message | " + later}},
		{"message", expr.AfterExchange, []string{"[message] message can be read only after a message | " + later}},
		{"header.x", expr.AfterMessage, []string{"[header] header can be read only after an exchange | " + later}},
		{"event", expr.AfterMessage, []string{"[event] event can be read only after an event of a stream | " + later}},
		{"status == 200 and header.x == '1' and elapsed < 1s and body == '' and json.a", expr.AfterHead, []string{
			"[body] body is not there yet: the answer is streamed | read the parts of the answer inside the stream block",
			"[json] json is not there yet: the answer is streamed | read the parts of the answer inside the stream block"}},
		{"event == 'done' and message != '' and body == ''", expr.AfterEvent, []string{"[body] body can be read only after an exchange | " + later}},
		{"header", expr.AfterExchange, []string{"[header] header alone is no value | name a header: header['content-type']"}},
		{"header.content-type", expr.AfterExchange, []string{"[header.content-type] " + bracket + " | write it in brackets: header['content-type']"}},
		{"data.my-data.a", expr.Anytime, []string{"[data.my-data.a] " + bracket + " | write it in brackets: data['my-data'].a"}},
		{"data.question.text", expr.Anytime, []string{"[data.question.text] there is no data question | did you mean questions?"}},
		{"data.questions.txt", expr.Anytime, []string{"[data.questions.txt] data.questions has no column txt | did you mean text?"}},
		{"data.questions", expr.Anytime, []string{"[data.questions] data.questions is a row, no value | name a column: data['my-data'].a, data.questions.text, data.questions.gone"}},
		{"data", expr.Anytime, []string{"[data] data alone is no value | name a column: data['my-data'].a, data.questions.text, data.questions.gone"}},

		{"elapsed < 500", expr.AfterExchange, []string{"[500] elapsed is a time, and 500 is a bare number | write 500ms"}},
		{"elapsed < 1%", expr.AfterMessage, []string{"[elapsed < 1%] elapsed is a time, and 1% is a ratio | a percentage is of something: write 1% * … , or compare with 800ms"}},
		{"elapsed + status > 1s", expr.AfterExchange, []string{"[elapsed + status] elapsed is a time, and status is a count | only like goes with like: put a time such as 800ms in place of one"}},
		{"any(json.items, elapsed > 3)", expr.AfterExchange, []string{"[3] elapsed is a time, and 3 is a bare number | write 3s"}},
		{"status == '200'", expr.AfterExchange, []string{"[==] == has a number before it and a text behind it | turn one side into the other's type with int(), float() or string()"}},
		{"len(3)", expr.Anytime, []string{"[len] invalid argument for len (a number) | `plimsoll explain` describes functions and operators"}},
		{"body matches '('", expr.AfterExchange, []string{"[matches] error parsing regexp: missing closing ): `(` | `plimsoll explain` describes functions and operators"}},

		{"lenn(body)", expr.AfterExchange, []string{"[lenn(body)] there is no function lenn | did you mean len?"}},
		{"groupBy(json.items, .id)", expr.AfterExchange, []string{"[groupBy(json.items, .id)] there is no function groupBy | there are has, uuid, random, now, len, contains, startsWith, endsWith, matches, in, lower, upper, trim, trimPrefix, trimSuffix, split and others"}},
		{"json.items.foo(1)", expr.AfterExchange, []string{"[json.items.foo(1)] a value has no functions | call functions by their name: lower(json.state)"}},
		{"has(1)", expr.Anytime, []string{"[has(1)] has asks for a field, header, variable or column | write has(json.session)"}},
		{"1; 2", expr.Anytime, []string{"[1; 2] an expression of a flow is a single one | save what you need again in a set step"}},
		{"if true {1} else {2}", expr.Anytime, []string{"[true] if … else is written otherwise here | write condition ? value : other"}},
		{"b'x'", expr.Anytime, []string{"[b'x'] bytes cannot stand in an expression | write a text: 'abc'"}},
		{"1 < num < 3", expr.Anytime, []string{"[num] comparisons cannot be chained | write a < b and b < c"}},
		{"{{ token }}", expr.Anytime, []string{"[{{] {{ … }} belongs in a text, and this is an expression | write the expression alone, without braces"}},
		{"token = 3", expr.Anytime, []string{"[=] = gives a value to a name, and nothing here can be given one | compare with =="}},
	} {
		t.Run(c.source, func(t *testing.T) {
			p, problems := environment().Value(c.source, c.moment)
			if p != nil {
				t.Error("compiled all the same")
			}
			if d := cmp.Diff(c.want, show(c.source, problems)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestConditionMustBeTrueOrFalse(t *testing.T) {
	for source, want := range map[string]string{
		"status":    "[status] a condition is true or false, and this is a number | compare it, as in status == 200",
		"'a' + 'b'": "['a' + 'b'] a condition is true or false, and this is a text | compare it, as in status == 200",
		"[1]":       "[[1]] a condition is true or false, and this is a list | compare it, as in status == 200",
	} {
		_, problems := environment().Condition(source, expr.AfterExchange)
		if d := cmp.Diff([]string{want}, show(source, problems)); d != "" {
			t.Errorf("%s: %s", source, d)
		}
	}
}

func TestText(t *testing.T) {
	for source, want := range map[string]string{
		"token": "abc", "num + 1": "4", "len": "4", "len(body) > len": "true", "user": "1000", "iteration": "0", "status": "404", "user % 7": "6",
		"data.questions.text": "questions/text", "data['my-data'].a + '!'": "my-data/a!", "header.X": "1", "header['Content-Type'] startsWith 'app'": "true",
		"json.session": "s1", "json.n": "12345678901234567", "json.f + 1": "2.5", "json.big": "1000000000000000000000", "json.items[1].id": "7", "json.items[-1].price": "30",
		"json['ses' + 'sion']": "s1", "json.items[iteration].id": "1", "json.items[0:1]": `[{"id":1,"price":2.5}]`, "json.list": `["a","b"]`, "1..3": "[1,2,3]",
		"json.ok": "true", "{b: json.f, a: [1, nil]}": `{"a":[1,null],"b":1.5}`, "split('a,b', ',')": `["a","b"]`, "[split('a,b', ',')]": `[["a","b"]]`,
		"json.x ?? 'd'": "d", "json.x.y ?? 'd'": "d", "json.null ?? 'd'": "d", "json.x ?? json.y ?? 'd'": "d", "(json.x ?? json.y) ?? 'd'": "d", "json.session ?? 'd'": "s1",
		"header.nope ?? 'd'": "d", "unset ?? 'd'": "d", "data.questions.gone ?? 'd'": "d", "json?.x == nil": "true", "json.x?.y?.z == nil": "true", "json?.session": "s1", "json?.x ?? 'd'": "d",
		"has(json.x)": "false", "has(json.null)": "true", "has(json.null.x)": "false", "has(json.items[7].id)": "false", "has(json.items[0].id)": "true", "has(unset)": "false",
		"has(token)": "true", "has(header.nope)": "false", "has(data.questions.gone)": "false", "has(json?.x)": "false", "has(json.session.x)": "false",
		"any(json.items, .id == 7)": "true", "map(json.items, .id)": "[1,7]", "json.items | filter(.price > 3) | len()": "1", "sum(map(json.items, {.price * 2}))": "65",
		"filter(json.items, .x ?? false)": "[]", "status == 200 ? 'a' : 'b'": "b", "status in [200, 404]": "true", "not (status in [200])": "true",
		"elapsed": "0.3", "elapsed < 500ms": "true", "500ms <= elapsed": "false", "elapsed >= 0.3s": "true", "elapsed > 299ms": "true", "elapsed * 2 < 1s": "true", "elapsed / 1s": "0.3", "1m30s": "90",
		"json.f < 200%": "true", "string(json.n) + 'x'": "12345678901234567x", "now()": "1700000000.25", "fromJSON(json.payload).id": "9", "`raw` + \"s\" // 800ms": "raws", "'800ms 5%'": "800ms 5%",
		"uuid()": "7e4328bc-0f7d-4b8a-b4a6-1a7f8fa82e91", "random(1, 6)": "3", "random(5, 5)": "5", "random(-9223372036854775807 - 1, 9223372036854775807) != 0": "true", "lower(json.state)": "done",
	} {
		t.Run(source, func(t *testing.T) {
			got, err := value(t, source).Append([]byte("> "), scope())
			if err != nil || string(got) != "> "+want {
				t.Errorf("%s %v, not %s", got, err, want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for source, want := range map[string]string{
		"json.sesion":                         "json.sesion is absent",
		"json.a.b":                            "json.a is absent",
		"json.null.y":                         "json.null.y is absent: what should hold it is null",
		"json.session.x":                      "json.session.x is absent: what should hold it is a text",
		"json.items[5].id":                    "json.items[5] is absent: the list has 2 items",
		"json.items.id":                       "json.items.id is absent: a list has numbers, no names",
		"json.items[json.nope]":               "json.nope is absent",
		"json[0]":                             "json[0] is absent",
		"json.x ?? json.y":                    "json.y is absent",
		"map(json.items, .idd)":               ".idd is absent",
		"unset":                               "unset is absent",
		"header.nope":                         "header.nope is absent",
		"data.questions.gone":                 "data.questions.gone is absent",
		"nil":                                 "the value is null, which has no text; give another with ??",
		"1 / 0":                               "the value +Inf is no number that can be written",
		"{a: [1 / 0]}":                        "the value +Inf is no number that can be written",
		"json.session and true":               "the expression meets a text where it needs true or false",
		"lower(json.n)":                       "the expression meets a number where it needs a text",
		"random(6, 1)":                        "random(6, 1) has its greater number first",
		"random(json.f, json.n)":              "random draws between whole numbers",
		"fromJSON(body + '}')":                "fromJSON: it is not JSON: something stands behind its end",
		"fromJSON(json.n)":                    "fromJSON reads a text, and this is a number",
		"any(1..2000, any(1..2000, # > 1e9))": "the expression makes lists of more than 1048576 items",
		"map(1..200000, body)":                "the expression loops over too much: more than 16777216 items",
	} {
		t.Run(source, func(t *testing.T) {
			got, err := value(t, source).Append(nil, scope())
			if err == nil || err.Error() != want {
				t.Errorf("%s %v, not %s", got, err, want)
			}
		})
	}
}

func TestBodyThatIsNoJSON(t *testing.T) {
	for body, want := range map[string]string{
		"":      "json is absent: what was received cannot be read as such: it is not JSON: it is empty",
		"<p>":   "json is absent: what was received cannot be read as such: it is not JSON: invalid character '<' looking for beginning of value",
		"{} {}": "json is absent: what was received cannot be read as such: it is not JSON: something stands behind its end",
	} {
		s := &expr.Scope{Body: []byte(body)}
		for range 2 {
			if _, err := value(t, "json.x").Get(s); err == nil || err.Error() != want {
				t.Errorf("%q: %v", body, err)
			}
		}
		if got, err := value(t, "has(json.x) or has(json)").Get(s); got != false || err != nil {
			t.Errorf("%q: has yields %v %v", body, got, err)
		}
	}
}

func TestHolds(t *testing.T) {
	for source, want := range map[string]string{
		"status == 404":        "true",
		"200 == status":        "false",
		"json.ok":              "true",
		"json.session":         "the condition is a text in place of true or false",
		"json.null":            "the condition is null in place of true or false",
		"json.items":           "the condition is a list in place of true or false",
		"has(json.x) or unset": "unset is absent",
	} {
		p, problems := environment().Condition(source, expr.AfterExchange)
		if p == nil {
			t.Fatal(show(source, problems))
		}
		got, err := p.Holds(scope())
		if text := fmt.Sprint(got); err != nil && err.Error() != want || err == nil && text != want {
			t.Errorf("%s: %v %v, not %s", source, got, err, want)
		}
	}
}

func ExampleEnvironment() {
	e := expr.NewEnvironment(expr.Names{Variables: []string{"session"}})
	check, _ := e.Condition("status == 200 and elapsed < 500ms and json.session != ''", expr.AfterExchange)
	s := &expr.Scope{Status: 200, Elapsed: 80 * time.Millisecond, Body: []byte(`{"session": "s1"}`)}
	fmt.Println(check.Holds(s))

	s.Reset()
	s.Status, s.Body = 200, []byte(`{}`)
	fmt.Println(check.Holds(s))

	_, problems := e.Value("sesion", expr.Anytime)
	fmt.Printf("%s; %s\n", problems[0].Summary, problems[0].Remedy)
	// Output:
	// true <nil>
	// false json.session is absent
	// unknown name sesion; did you mean session?
}
