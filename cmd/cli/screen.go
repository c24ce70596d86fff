package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// A screen is the lower end of a terminal: a block of lines that is drawn anew in its place, below lines that stay.
type screen struct {
	out    io.Writer
	width  int
	height int // lines of the block that is drawn
}

// Control sequences of ECMA-48, which every terminal understands that is not called dumb.
const (
	lineUp     = "\x1b[A"
	eraseBelow = "\r\x1b[J"
)

// draw puts a block in the place of the last one. Its lines must be harmless; they are cut where the terminal ends, since
// a line that went over two could not be taken back.
func (s *screen) draw(block ...string) {
	var b strings.Builder
	b.WriteString(s.erased())
	for _, line := range block {
		b.WriteString(cutColoured(line, s.width-1) + "\n")
	}
	s.height = len(block)
	fmt.Fprint(s.out, b.String())
}

// keep writes a line that stays, in the place of the block.
func (s *screen) keep(line string) {
	fmt.Fprint(s.out, s.erased()+line+"\n")
}

// clear takes the block away.
func (s *screen) clear() { fmt.Fprint(s.out, s.erased()) }

// erased is what takes the block away; from then on there is none.
func (s *screen) erased() string {
	if s.height == 0 {
		return ""
	}
	up := strings.Repeat(lineUp, s.height)
	s.height = 0
	return up + eraseBelow
}

// cutColoured cuts a line that may hold colours.
func cutColoured(line string, width int) string {
	options := displaywidth.Options{ControlSequences: true}
	return options.TruncateString(line, width, "…")
}
