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
		doc, err := readResult(c.newest(path))
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

// newest is the file to show: the journal beside a result that is missing. A journal that is newer than the result is
// told of only, since what was asked for is there.
func (c *Command) newest(path string) string {
	journal, err := os.Stat(journalOf(path))
	if err != nil {
		return path
	}
	saved, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		fmt.Fprintf(c.Stderr, "There is no %s; this is what %s holds, of a run that was killed or still goes on.\n", path, journalOf(path))
		return journalOf(path)
	case err == nil && !journal.ModTime().Before(saved.ModTime()):
		fmt.Fprintf(c.Stderr, "A newer run was killed or still goes on: plimsoll report %s\n", journalOf(path))
	}
	return path
}

// readResult reads a result, or rebuilds it from a journal.
func readResult(path string) (*result.Document, error) {
	f, err := os.Open(path)
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
