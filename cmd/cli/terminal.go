package cli

import (
	"io"
	"os"

	"golang.org/x/term"

	"plimsoll/dsl/diag"
)

// columns is how wide the terminal behind a stream is; 0 where there is none, or one that cannot move its cursor.
func (c *Command) columns(stream io.Writer) int {
	file, ok := stream.(*os.File)
	if !ok || c.env("TERM") == "dumb" || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 { // a terminal that does not know
		return 80
	}
	return width
}

// ink tells whether a stream shows colours: https://no-color.org.
func (c *Command) ink(stream io.Writer) diag.Ink {
	return c.columns(stream) > 0 && c.env("NO_COLOR") == ""
}

// env is a variable of the environment, "" where it is not set.
func (c *Command) env(name string) string {
	value, _ := c.Getenv(name)
	return value
}
