package plan

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Secrets are the values that must never be shown.
type Secrets []string

// Redacted stands in the place of a secret.
const Redacted = "(sensitive)"

// With returns the secrets and more, those that are empty or known left out. It does not change s.
func (s Secrets) With(extra ...string) Secrets {
	all := slices.Clone(s)
	for _, e := range extra {
		if e != "" && !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	return all
}

// Redact replaces every secret in text, as it stands and as URLs, JSON and base64 write it, the longest first.
func (s Secrets) Redact(text string) string {
	if len(s) == 0 || text == "" {
		return text
	}
	var forms []string
	for _, secret := range s {
		forms = append(forms, written(secret)...)
	}
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, f := range forms {
		if f != "" && strings.Contains(text, f) {
			pairs = append(pairs, f, Redacted)
		}
	}
	if pairs == nil {
		return text
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// shortest is how long an encoded form must be to be looked for: a shorter one turns up by chance.
const shortest = 6

// written lists the forms in which a secret may turn up.
func written(secret string) []string {
	forms := []string{url.QueryEscape(secret), url.PathEscape(secret), quoted(secret, true), quoted(secret, false)}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(secret)))
		for ahead := range 3 {
			forms = append(forms, aligned(encoding, secret, ahead))
		}
	}
	return append(slices.DeleteFunc(forms, func(f string) bool { return len(f) < shortest }), secret)
}

// quoted is the inside of the JSON string of a secret, with <, > and & escaped or not.
func quoted(secret string, html bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(html)
	if e.Encode(secret) != nil {
		return secret
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// aligned is what base64 always holds of a secret that stands behind 3n + ahead bytes: the characters of which every bit
// is the secret's. Each character holds 6 bits.
func aligned(encoding *base64.Encoding, secret string, ahead int) string {
	padded := append(make([]byte, ahead), secret...)
	first := (ahead*8 + 5) / 6
	return encoding.EncodeToString(padded)[first : len(padded)*8/6]
}
