package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

func (c *Command) reportVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report [FILE]",
		Short: "Show a result, or what the journal of a killed run holds",
		Args:  cobra.MaximumNArgs(1),
	}
	output := outputFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		path := defaultResult
		if len(args) > 0 {
			path = args[0]
		}
		doc, err := readResult(path)
		if err != nil {
			return stuck(err)
		}
		return delivered(c.render(doc, *output))
	}
	return cmd
}

// render writes a result to the standard output.
func (c *Command) render(doc *result.Document, output format) error {
	if output == asJSON {
		return report.JSON(c.Stdout, doc)
	}
	return report.Text(c.Stdout, doc, report.Layout{Ink: c.ink(c.Stdout), Width: c.columns(c.Stdout)})
}

// readResult reads a result, or rebuilds it from a journal.
func readResult(path string) (*result.Document, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		if _, missing := os.Stat(journalOf(path)); missing == nil {
			return nil, fmt.Errorf("there is no %s, but the journal of a run that was killed: plimsoll report %s", path, journalOf(path))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the result: %w", err)
	}
	defer f.Close()
	doc, err := result.Decode(f)
	if err == nil {
		return doc, nil
	}
	if _, seekErr := f.Seek(0, io.SeekStart); seekErr != nil {
		return nil, fmt.Errorf("read the result %s: %w", path, err)
	}
	if doc, journalErr := result.Recover(f); journalErr == nil {
		return doc, nil
	}
	return nil, fmt.Errorf("read the result %s: %w", path, err)
}
