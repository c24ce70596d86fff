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
		secret := rapid.StringMatching(`[ -~é]{6,20}`).Draw(t, "secret")
		around := rapid.StringMatching(`[a-z:]{0,5}`)
		text := around.Draw(t, "before") + secret + around.Draw(t, "after")
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		middle := base64.RawStdEncoding.EncodeToString([]byte("xxx" + secret + "xxx"))[4:]
		for _, form := range []string{
			text, url.QueryEscape(text), url.PathEscape(text), string(encoded),
			base64.StdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)), middle,
		} {
			if got := (plan.Secrets{secret}).Redact(form); !strings.Contains(got, plan.Redacted) {
				t.Errorf("%q stands in %q as it is", secret, got)
			}
		}
	})
}

func BenchmarkRedactNone(b *testing.B) {
	text := strings.Repeat("nothing to hide ", 100)
	b.ReportAllocs()
	for b.Loop() {
		plan.Secrets(nil).Redact(text)
	}
}
