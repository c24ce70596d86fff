package fact

import (
	"strconv"
	"strings"
)

// Path joins names to a canonical path: dots stand between segments only, so within a name "." is written %2E and "%"
// is written %25. The steps' path of phase['100'] is thus phase.100.step.…, that of a flow "v1.2" step.v1%2E2.….
func Path(names ...string) string {
	escaped := make([]string, len(names))
	for i, name := range names {
		escaped[i] = escape.Replace(name)
	}
	return strings.Join(escaped, ".")
}

// Split is the inverse of Path.
func Split(path string) []string {
	names := strings.Split(path, ".")
	for i, name := range names {
		names[i] = unescape.Replace(name)
	}
	return names
}

var (
	escape   = strings.NewReplacer("%", "%25", ".", "%2E")
	unescape = strings.NewReplacer("%25", "%", "%2E", ".")
)

// Written is how an expression writes the path of these names: names that are no identifiers stand in brackets.
func Written(names ...string) string {
	var b strings.Builder
	for i, name := range names {
		key := ""
		if i > 0 {
			name, key = untitled(name)
		}
		switch {
		case i > 0 && !identifier(name):
			b.WriteString("['" + quote.Replace(name) + "']")
		case i > 0:
			b.WriteString("." + name)
		default:
			b.WriteString(name)
		}
		if key != "" {
			b.WriteString("['" + quote.Replace(key) + "']")
		}
	}
	return b.String()
}

// untitled is the inverse of Title.
func untitled(title string) (name, key string) {
	if at := strings.Index(title, `["`); at > 0 && strings.HasSuffix(title, `"]`) {
		if key, err := strconv.Unquote(title[at+1 : len(title)-1]); err == nil {
			return title[:at], key
		}
	}
	return title, ""
}

var quote = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// identifier reports whether a name can stand behind a dot. A placeholder such as <flow> can.
func identifier(name string) bool {
	if placeholder(name) {
		return true
	}
	for i, r := range name {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func placeholder(name string) bool {
	return strings.HasPrefix(name, "<") && strings.HasSuffix(name, ">")
}
