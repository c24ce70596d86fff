// Package cli is the command line: one file per verb. It alone reads flags and the environment, and wires the rooms
// together; files it touches itself, everything else of the process is given to it in a Command.
package cli

import (
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
)

// Command is plimsoll with the process around it. Data goes to Stdout, progress and diagnostics go to Stderr; colours
// and a live view appear only where those are terminals.
type Command struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) (string, bool)
	Signals        func(chan<- os.Signal) // asks for interrupts and terminations from then on
}

// Run executes one command line, without the name of the program, and returns the exit code: 0 good, 1 judged and bad,
// 2 the plan or the call is wrong, 3 it could not work, 4 inconclusive, 130 interrupted.
func (c *Command) Run(args []string) int {
	root := c.root()
	root.SetArgs(slices.Concat([]string{}, args)) // cobra takes nil to mean the arguments of the process
	verb, err := root.ExecuteC()
	return c.report(called(verb, err))
}

func (c *Command) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "plimsoll",
		Short:         "Find how deep a service may be loaded, and check it",
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(c.Stdin)
	root.SetOut(c.Stdout)
	root.SetErr(c.Stderr)
	root.AddCommand(c.initVerb(), c.fmtVerb(), c.validateVerb(), c.explainVerb(), c.runVerb(), c.reportVerb(),
		c.doctorVerb(), c.simulateVerb(), c.versionVerb(), c.reviewVerb(), c.adjustVerb(), c.rollbackVerb(), c.watchVerb())
	return root
}
