package plan

import (
	"cmp"
	"encoding/base64"
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

// Redact replaces every secret in text, as it stands and as URLs, JSON and base64 write it. Secrets that overlap are
// replaced as one.
func (s Secrets) Redact(text string) string {
	if text == "" {
		return text
	}
	escaped := strings.ContainsAny(text, `%\+`)
	var hits []span
	for _, secret := range s {
		for _, form := range written(secret) {
			if escaped && len(form) >= shortest {
				hits = spelled(hits, text, form)
			} else {
				hits = plain(hits, text, form)
			}
		}
	}
	if hits == nil {
		return text
	}
	return without(text, hits)
}

// span is a part of a text.
type span struct{ from, to int }

// without replaces the spans of a text.
func without(text string, spans []span) string {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	end := 0
	for i, s := range spans {
		if i == 0 || s.from >= end {
			b.WriteString(text[end:s.from] + Redacted)
		}
		end = max(end, s.to)
	}
	return b.String() + text[end:]
}

// plain adds where a form stands in the text as it is, overlaps too.
func plain(hits []span, text, form string) []span {
	for at := 0; form != ""; at++ {
		i := strings.Index(text[at:], form)
		if i < 0 {
			break
		}
		at += i
		hits = append(hits, span{at, at + len(form)})
	}
	return hits
}

// shortest is how long an encoded form must be to be looked for: a shorter one turns up by chance.
const shortest = 6

// written lists a secret and what base64 makes of it.
func written(secret string) []string {
	forms := []string{secret}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		encoded := []string{encoding.EncodeToString([]byte(secret))}
		for ahead := range 3 {
			encoded = append(encoded, aligned(encoding, secret, ahead))
		}
		for _, form := range encoded {
			if len(form) >= shortest && !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
		}
	}
	return forms
}

// aligned is what base64 always holds of a secret that stands behind 3n + ahead bytes: the characters of which every bit
// is the secret's. Each character holds 6 bits.
func aligned(encoding *base64.Encoding, secret string, ahead int) string {
	padded := append(make([]byte, ahead), secret...)
	first := (ahead*8 + 5) / 6
	return encoding.EncodeToString(padded)[first : len(padded)*8/6]
}
