package language

import "strings"

// Enumerate writes names as a sentence does.
func Enumerate(names []string, conjunction string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}

// Article puts a or an before the name of a block.
func Article(name string) string {
	switch {
	case name == "locals":
		return name
	case name == "http", name == "sla", strings.ContainsAny(name[:1], "aeio"):
		return "an " + name
	}
	return "a " + name
}

// Sentence begins a text with a capital letter and ends it with a full stop.
func Sentence(s string) string {
	if s == "" {
		return s
	}
	if !strings.ContainsAny(s[len(s)-1:], ".?!") {
		s += "."
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
