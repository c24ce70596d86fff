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

// fold breaks one line at its spaces.
func fold(line string, width int) []string {
	var lines []string
	current, used := "", 0
	for i, word := range strings.Split(line, " ") {
		w := displaywidth.String(word)
		switch {
		case i == 0:
			current, used = word, w
		case used+1+w > width:
			lines = append(lines, current)
			current, used = word, w
		default:
			current, used = current+" "+word, used+1+w
		}
	}
	return append(lines, current)
}
