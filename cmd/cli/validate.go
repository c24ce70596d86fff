package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
)

func (c *Command) validateVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "validate [PLAN]",
		Short: "Check a plan, and show every mistake at once",
		Args:  cobra.MaximumNArgs(1),
	}
	src, output := sourceFlags(cmd), outputFlag(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		src.path = pathOf(args)
		return c.validate(src, *output)
	}
	return cmd
}

// pathOf is the plan that a verb is about: by default, the working folder.
func pathOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// validity is what validate tells a program.
type validity struct {
	Valid       bool          `json:"valid"`
	Plan        string        `json:"plan"`
	Services    int           `json:"services"`
	Flows       int           `json:"flows"`
	Scenarios   int           `json:"scenarios"`
	Diagnostics []diag.Record `json:"diagnostics"`
}

func (c *Command) validate(src *source, output format) error {
	if output == asJSON {
		return c.validateJSON(src)
	}
	p, err := c.loadValid(src)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "%s is valid: %s\n", diag.Line(src.path), contents(p))
	return delivered(err)
}

func (c *Command) validateJSON(src *source) error {
	p, found, err := c.load(src)
	if err != nil {
		return err
	}
	v := validity{Valid: !found.HasErrors(), Plan: src.path, Diagnostics: found.Records()}
	if p != nil {
		v.Services, v.Flows, v.Scenarios = len(p.Services), len(p.Flows), len(p.Scenarios)
	}
	if err := writeJSON(c.Stdout, v); err != nil {
		return delivered(err)
	}
	if !v.Valid {
		return ended(exitWrong)
	}
	return nil
}

// contents counts what a plan holds: 1 service, 2 flows, 4 scenarios.
func contents(p *plan.Plan) string {
	return strings.Join([]string{
		plural(len(p.Services), "service"), plural(len(p.Flows), "flow"), plural(len(p.Scenarios), "scenario"),
	}, ", ")
}
