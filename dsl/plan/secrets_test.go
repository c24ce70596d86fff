package plan_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"plimsoll/dsl/plan"
)

func TestRedact(t *testing.T) {
	secrets := plan.Secrets{"pass word", `qu"ote<`, "abc/def+ghi", "abc/def"}
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "all clear", "all clear"},
		{"empty", "", ""},
		{"plain", "my pass word here", "my (sensitive) here"},
		{"query", "q=pass+word", "q=(sensitive)"},
		{"path", "/pass%20word/", "/(sensitive)/"},
		{"longest first", "x abc/def+ghi y abc/def z", "x (sensitive) y (sensitive) z"},
		{"JSON", `{"a":"qu\"ote<"}`, `{"a":"(sensitive)"}`},
		{"JSON with escaped HTML", `{"a":"qu\"ote\u003c"}`, `{"a":"(sensitive)"}`},
		{"%20", "q=pass%20word", "q=(sensitive)"},
		{"every reserved character", "q=abc%2Fdef%2Bghi&n=1", "q=(sensitive)&n=1"},
		{"hexadecimal in lower case", "q=abc%2fdef%2bghi", "q=(sensitive)"},
		{"behind a percent sign", "5%abc%2Fdef", "5%(sensitive)"},
		{"JSON with escaped slashes", `{"a":"abc\/def"}`, `{"a":"(sensitive)"}`},
		{"JSON in a query", "q=%22qu%5C%22ote%3C%22", "q=%22(sensitive)%22"},
		{"overlapping", "abc/def+ghi abc/defabc/def", "(sensitive) (sensitive)(sensitive)"},
		{"base64", "cGFzcyB3b3Jk", "(sensitive)"},
		{"basic authentication", "Basic " + base64.StdEncoding.EncodeToString([]byte("me:pass word")), "Basic bWU6(sensitive)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := secrets.Redact(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := plan.Secrets(nil).Redact("pass word"); got != "pass word" {
		t.Errorf("no secrets redact %q", got)
	}
}

func TestWith(t *testing.T) {
	base := make(plan.Secrets, 1, 10)
	base[0] = "first1"
	a, b := base.With("second", "", "first1"), base.With("third3")
	if fmt.Sprint(base, a, b) != "[first1] [first1 second] [first1 third3]" {
		t.Errorf("got %v, %v, %v", base, a, b)
	}
}

// TestRedactEveryForm: whatever stands around a secret, and however the whole is encoded, the secret cannot be read from it.
func TestRedactEveryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[ -~é<>&"\\/\n\t%+]{2,8}`)
		secret := rapid.OneOf(rapid.StringMatching(`[ -~éß€😀\x00-\x1f]{6,20}`), rapid.Custom(func(t *rapid.T) string {
			return part.Draw(t, "a") + "ab" + part.Draw(t, "b")
		})).Draw(t, "secret")
		around := rapid.StringMatching(`[ -~]{0,5}`)
		before, after := around.Draw(t, "before"), around.Draw(t, "after")
		for name, encode := range encoders() {
			alone := encode(secret)
			for _, form := range []string{encode(before + secret + after), before + alone + after} {
				got := (plan.Secrets{secret}).Redact(form)
				if !strings.Contains(got, plan.Redacted) || strings.Contains(got, alone) {
					t.Errorf("%s: %q stands in %q as it is: %q", name, secret, form, got)
				}
			}
		}
	})
}

// encoders are the ways in which requests, answers and reports write a text.
func encoders() map[string]func(string) string {
	return map[string]func(string) string{
		"plain": func(s string) string { return s }, "query": url.QueryEscape, "path": url.PathEscape,
		"unreserved": unreserved,
		"lower":      func(s string) string { return each(s, "%%%02x") }, "upper": func(s string) string { return each(s, "%%%02X") },
		"JSON": func(s string) string { return quoted(s, false) }, "JSON for HTML": func(s string) string { return quoted(s, true) },
		"JSON in a query":  func(s string) string { return unreserved(quoted(s, false)) },
		"slashes":          func(s string) string { return strings.ReplaceAll(quoted(s, true), "/", `\/`) },
		"base64":           func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"raw URL base64":   func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"base64, 1 behind": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x" + s)) },
		"base64, 2 behind": func(s string) string { return base64.URLEncoding.EncodeToString([]byte("xy" + s)) },
		"base64 in a query": func(s string) string {
			return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s)))
		},
	}
}

// unreserved percent-encodes all but the unreserved characters, as the paths, queries and forms of requests do.
func unreserved(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func each(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

// quoted is the inside of the text as JSON.
func quoted(s string, html bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(html)
	if err := e.Encode(s); err != nil {
		return err.Error()
	}
	return b.String()[1 : b.Len()-2]
}

// TestRedactManyEscapes: what could be spelled in very many ways is still read in one go.
func TestRedactManyEscapes(t *testing.T) {
	for _, unit := range []string{`\`, `\\`, "%", "%25", " "} {
		secrets := plan.Secrets{strings.Repeat(unit, 40) + "y"}
		text := strings.Repeat(unit, 60)
		if got := secrets.Redact(text + "x+"); got != text+"x+" {
			t.Errorf("%q: got %q", unit, got)
		}
		if got := secrets.Redact(text + "y+"); !strings.HasSuffix(got, plan.Redacted+"+") {
			t.Errorf("%q: got %q", unit, got)
		}
	}
}

func BenchmarkRedactClean(b *testing.B) {
	text := strings.Repeat("nothing to hide, 100% + none ", 100)
	secrets := plan.Secrets{"wonderland", "pass word+x1"}
	b.ReportAllocs()
	for b.Loop() {
		secrets.Redact(text)
	}
}

func BenchmarkRedactNone(b *testing.B) {
	text := strings.Repeat("nothing to hide ", 100)
	b.ReportAllocs()
	for b.Loop() {
		plan.Secrets(nil).Redact(text)
	}
}
