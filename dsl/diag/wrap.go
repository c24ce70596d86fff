package diag

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Wrap breaks text into lines of at most width columns, where a word allows it. Lines that begin with a space are
// examples, and stay as they are. The empty text has no lines.
func Wrap(text string, width int) []string {
	if text == "" {
		return nil
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		line = strings.ReplaceAll(line, "\t", "    ")
		if strings.HasPrefix(line, " ") {
			lines = append(lines, line)
			continue
		}
		lines = append(lines, fold(line, width)...)
	}
	return lines
}

// fold breaks one line at its spaces, but for those between a number and its unit.
func fold(line string, width int) []string {
	var lines []string
	current, used := "", 0
	for i, part := range parts(line) {
		w := displaywidth.String(part)
		switch {
		case i == 0:
			current, used = part, w
		case used+1+w > width:
			lines = append(lines, current)
			current, used = part, w
		default:
			current, used = current+" "+part, used+1+w
		}
	}
	return append(lines, current)
}

// parts are the words of a line; a number and its unit are one.
func parts(line string) []string {
	var all []string
	for word := range strings.SplitSeq(line, " ") {
		if n := len(all); n > 0 && strings.ContainsAny(last(all[n-1]), "0123456789") && units[strings.TrimRight(word, ".,;:)")] {
			all[n-1] += " " + word
			continue
		}
		all = append(all, word)
	}
	return all
}

// last is the last byte of a word.
func last(word string) string { return word[max(len(word)-1, 0):] }

// units follow numbers in what reports show.
var units = map[string]bool{
	"%": true, "µs": true, "ms": true, "s": true, "min": true, "h": true, "d": true,
	"k/s": true, "M/s": true, "B": true, "kB": true, "MB": true, "GB": true, "TB": true,
}
